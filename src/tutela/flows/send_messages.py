"""Write to the people who asked, by the way that they chose, and try again for days.

What is to be done is read from the tables each time. A message is claimed before it is sent; a claim runs out, so that
what a dead process held is sent by a living one, with the same identifier. The address is opened when it is needed,
and stands in no row, no log and no audit.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from tutela.core.mail import OF_THE_SERVER, MailFailure, mail_address
from tutela.core.message_texts import ENGLISH, MessageTexts, text_of, texts_for
from tutela.core.messages import (
    AT_ONCE,
    LEASE,
    SERVER_PAUSES,
    MessageAbout,
    MessageChannel,
    MessageState,
    Settled,
    settle,
)
from tutela.core.webhooks import NOTIFIER_MESSAGE, body_of_message
from tutela.errors import BadInput, TakenOver, VaultError
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.messages import ClaimedMessage, Contacts, Letter, MailSender, Message, Outbox
from tutela.ports.webhooks import Lease, Notice

_log = structlog.get_logger(__name__)

Spread = Callable[[Callable[[ClaimedMessage], object], Iterable[ClaimedMessage]], Iterable[object]]


@dataclass(slots=True)
class SendMessages:
    """Send what is due: at least once, and never two processes the same at once."""

    outbox: Outbox
    contacts: Mapping[MessageAbout, Contacts]
    mail: MailSender | None  #: none where no mail server is set up: then a mail stands on the page only
    texts: Mapping[str, MessageTexts]
    link: str | None  #: of the page where an answer is read, for who asked for one
    mac: Callable[[bytes], bytes]  #: of an address, to count without keeping it
    clock: Clock
    entropy: Entropy
    holder: str  #: this process, and no other that ever was
    spread: Spread = map  #: over several at once
    _failed: int = field(default=0)  #: rounds in a row in which the mail server did not answer
    _paused_until: datetime | None = field(default=None)

    def __call__(self, must_end: Callable[[], bool] = lambda: False) -> int:
        """Send until nothing is due, and return how many were tried."""
        tried = 0
        while not must_end() and (claimed := self._claim()):
            tried += len(claimed)
            answers = list(self.spread(self._finish, claimed))
            self._heed(answers)
        return tried

    def _claim(self) -> list[ClaimedMessage]:
        now = self.clock.now()
        is_paused = self._paused_until is not None and now < self._paused_until
        channels = {MessageChannel.PLATFORM} if is_paused else {MessageChannel.PLATFORM, MessageChannel.EMAIL}
        return self.outbox.claim(Lease(self.holder, now, now + LEASE.delta), channels, AT_ONCE)

    def _heed(self, answers: Iterable[object]) -> None:
        """Pause all mail while the server does not answer: each further one would only wait for it."""
        said = [each for each in answers if each is not _NOT_ASKED]
        if any(each in OF_THE_SERVER for each in said):
            pause = SERVER_PAUSES[min(self._failed, len(SERVER_PAUSES) - 1)]
            self._failed += 1
            self._paused_until = self.clock.now() + pause.delta
            _log.error("mail_server_silent", rounds=self._failed)
        elif said:
            self._failed, self._paused_until = 0, None

    def _finish(self, claimed: ClaimedMessage) -> object:
        """Send one and store what came of it; return what the mail server said, where it was asked."""
        try:
            if claimed.message.channel is MessageChannel.PLATFORM:
                self._tell_platform(claimed)
                return _NOT_ASKED
            return self._write(claimed)
        except TakenOver:
            _log.warning("message_taken_over", message=claimed.message.id)
        except VaultError:
            # A key that is not at hand may be again; of what was destroyed the keeper says that there is no contact.
            self._settle(claimed, MailFailure.BROKEN)
        return _NOT_ASKED

    def _tell_platform(self, claimed: ClaimedMessage) -> None:
        message, now = claimed.message, self.clock.now()
        user = self._contact(message)
        body = body_of_message(message.id, message.about.value, message.about_id, message.kind.value, user, now)
        told = self.outbox.hand_over(
            claimed, Notice(NOTIFIER_MESSAGE, body, 1), Settled(MessageState.SENT, now), now
        )  # fmt: skip
        _log.info("message_handed_over", message=message.id, endpoints=told)

    def _write(self, claimed: ClaimedMessage) -> object:
        now = self.clock.now()
        written = None if self.mail is None or claimed.is_barred else self._contact(claimed.message)
        if self.mail is None or written is None:
            self.outbox.settle(claimed, None, Settled(MessageState.SHOWN, now), now)
            return _NOT_ASKED
        try:
            address = mail_address(written)
        except BadInput:
            self._settle(claimed, MailFailure.BOUNCED)
            return _NOT_ASKED
        if (until := self.outbox.count_mail(self.mac(address.lower().encode()), now)) is not None:
            self.outbox.put_off(claimed, until)
            _log.warning("message_put_off", message=claimed.message.id)
            return _NOT_ASKED
        return self._sent(claimed, self.mail, self._letter(claimed.message, address))

    def _sent(self, claimed: ClaimedMessage, mail: MailSender, letter: Letter) -> object:
        failure = mail.send(letter)
        if failure is MailFailure.STOPPED:
            self.outbox.put_off(claimed, self.clock.now())
            return _NOT_ASKED
        self._settle(claimed, failure)
        return failure

    def _letter(self, message: Message, address: str) -> Letter:
        texts = texts_for(self.texts, self._language(message))
        link = self.link if message.with_link else None
        return Letter(message.id, address, message.made_at, texts.subject, text_of(texts, message.kind, link))

    def _settle(self, claimed: ClaimedMessage, failure: MailFailure | None) -> None:
        message, now = claimed.message, self.clock.now()
        dice = int.from_bytes(self.entropy.token(4)) / 2**32
        settled = settle(failure, message.tries, message.made_at, now, dice)
        self.outbox.settle(claimed, failure, settled, now)
        _tell(message, failure, settled)

    def _contact(self, message: Message) -> str | None:
        keeper = self.contacts.get(message.about)
        return None if keeper is None else keeper.contact_of(message.about, message.about_id)

    def _language(self, message: Message) -> str:
        keeper = self.contacts.get(message.about)
        return ENGLISH if keeper is None else keeper.language_of(message.about, message.about_id)


_NOT_ASKED = object()
"""That the mail server had no part in it."""


def _tell(message: Message, failure: MailFailure | None, settled: Settled) -> None:
    told = {"message": message.id, "kind": message.kind.value, "tries": message.tries}
    if settled.state is MessageState.SENT:
        _log.info("message_sent", **told)
    elif settled.state is MessageState.WAITING:
        _log.warning("message_failed", failure=failure and failure.value, **told)
    else:
        _log.error("message_not_delivered", state=settled.state.value, failure=failure and failure.value, **told)
