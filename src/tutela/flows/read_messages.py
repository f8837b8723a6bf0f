"""Read what was told to the people who asked and how it stands, and note that a mail came back."""

from dataclasses import dataclass

from tutela.core.ids import MessageId
from tutela.core.messages import MessageAbout, MessageState
from tutela.core.permissions import Principal, demand
from tutela.errors import UnknownMessage
from tutela.ports.clock import Clock
from tutela.ports.messages import Message, MessageCounts, Outbox

SCOPE = "desk"


@dataclass(frozen=True, slots=True)
class ReadMessages:
    """Every way of reading messages. They hold ids and codes: no address, and no word of anybody."""

    outbox: Outbox
    clock: Clock

    def page(
        self, principal: Principal, state: MessageState | None = None, before: str | None = None, limit: int = 100
    ) -> list[Message]:
        """Return messages, the newest first.

        Raises:
            tutela.errors.Forbidden: It is not theirs to read.
        """
        demand(principal, SCOPE)
        return self.outbox.page(state, before or None, limit)

    def of(self, principal: Principal, about: MessageAbout, about_id: str) -> list[Message]:
        """Return what was told about one, the first first.

        Raises:
            tutela.errors.Forbidden: It is not theirs to read.
        """
        demand(principal, SCOPE)
        return self.outbox.of(about, about_id)

    def bounce(self, principal: Principal, message_id: MessageId) -> None:
        """Note that a mail came back although it was taken: no more is written there about the same.

        Raises:
            tutela.errors.Forbidden: It is not theirs to note.
            tutela.errors.UnknownMessage: There is no mail of that id that was sent.
        """
        demand(principal, SCOPE)
        if not self.outbox.bounce(message_id, principal.id, self.clock.now()):
            raise UnknownMessage(place="id")

    def counts(self) -> MessageCounts:
        """Return how messages stand, for alarms and metrics."""
        return self.outbox.counts(self.clock.now())
