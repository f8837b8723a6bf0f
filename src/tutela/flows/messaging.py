"""Everything about clocks of, and messages to, the people who asked."""

from dataclasses import dataclass

from tutela.core.messages import MessageChannel, start_of_day
from tutela.core.operator import DUE, MESSAGES
from tutela.flows.read_clocks import ReadClocks
from tutela.flows.read_messages import ReadMessages
from tutela.flows.send_messages import SendMessages
from tutela.flows.watch_notice_clocks import WatchNoticeClocks
from tutela.ports.clock import Clock
from tutela.ports.messages import Outbox

UPDATES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Messaging:
    """The verbs of clocks and messages."""

    clocks: ReadClocks
    watch: WatchNoticeClocks
    messages: ReadMessages
    send: SendMessages
    outbox: Outbox
    clock: Clock

    @property
    def channels(self) -> tuple[MessageChannel, ...]:
        """Return by what somebody can be told: by mail only where a mail server is set up."""
        mail = (MessageChannel.EMAIL,) if self.send.mail is not None else ()
        return (MessageChannel.NONE, *mail, MessageChannel.PLATFORM)

    def owe_updates(self) -> int:
        """Make the updates that clocks wait for; return how many."""
        return self.outbox.owe_updates(self.clock.now(), UPDATES_AT_ONCE)

    def forget_counts(self) -> int:
        """Forget how many mails went to which address before today."""
        return self.outbox.forget_counts(start_of_day(self.clock.now()))

    def alarms(self) -> frozenset[str]:
        """Return the lines of the checklist that are wrong now."""
        clocks, messages = self.clocks.counts(), self.messages.counts()
        wrong = {DUE: clocks.late or clocks.breached, MESSAGES: messages.late}
        return frozenset(line for line, is_wrong in wrong.items() if is_wrong)
