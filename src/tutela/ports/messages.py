"""Messages to the people who asked: where they wait, how somebody is reached, and what carries a mail."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tutela.core.ids import MessageId
from tutela.core.mail import MailFailure
from tutela.core.messages import MessageAbout, MessageChannel, MessageKind, MessageState, Settled
from tutela.ports.webhooks import Lease, Notice


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is kept: ids and codes, no address and no word."""

    id: MessageId
    about: MessageAbout
    about_id: str
    kind: MessageKind
    channel: MessageChannel
    with_link: bool
    made_at: datetime
    state: MessageState
    tries: int
    claims: int  #: also the mark of who holds it: who was taken for dead writes under a number that is over
    next_at: datetime
    ended_at: datetime | None = None
    failure: MailFailure | None = None  #: of the last try


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that one process alone sends now."""

    message: Message
    holder: str
    is_barred: bool = False  #: an earlier mail to the same person bounced


@dataclass(frozen=True, slots=True)
class MessageCounts:
    """How messages stand."""

    waiting: int = 0
    late: int = 0  #: made an hour ago or longer, and still waiting
    bounced: int = 0  #: of the last thirty days, as the next
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person."""

    id: str
    address: str = field(repr=False)
    at: datetime
    subject: str
    text: str = field(repr=False)


class MailSender(Protocol):
    """Carry mails to people outside."""

    def send(self, letter: Letter) -> MailFailure | None:
        """Send and return why it did not go out; never raises for anything on the way."""
        ...

    def close(self) -> None:
        """Let nothing out any more; what is tried from now on is `STOPPED`."""
        ...


class Contacts(Protocol):
    """Say how somebody is reached, at the moment at which they are written to. Kept by whoever keeps what they sent."""

    def contact_of(self, about: MessageAbout, about_id: str) -> str | None:
        """Return the e-mail address, or the platform's own id of an account.

        None where there is none, or none any more: what was sealed was destroyed.

        Raises:
            tutela.errors.VaultError: It cannot be opened now, and perhaps later.
        """
        ...

    def language_of(self, about: MessageAbout, about_id: str) -> str:
        """Return the language that they chose, as in `de`."""
        ...


class Outbox(Protocol):
    """Keep messages that were made. A claim is one conditional update, so that of two processes one sends."""

    def claim(self, lease: Lease, channels: Collection[MessageChannel], limit: int) -> list[ClaimedMessage]:
        """Claim messages that are due and go by one of *channels*, the longest due first."""
        ...

    def settle(self, claimed: ClaimedMessage, failure: MailFailure | None, settled: Settled, now: datetime) -> None:
        """Store what came of a try, with an audit entry where it is over; clocks that waited for it stop.

        Raises:
            tutela.errors.TakenOver: Another process has it by now.
        """
        ...

    def hand_over(self, claimed: ClaimedMessage, notice: Notice, settled: Settled, now: datetime) -> int:
        """Have the platform told, and store that it was, in one transaction; return how many endpoints are.

        Where none asks for such events it is `SHOWN` on the page only.

        Raises:
            tutela.errors.TakenOver: Another process has it by now.
        """
        ...

    def put_off(self, claimed: ClaimedMessage, until: datetime) -> None:
        """Let it wait without a try that counts.

        Raises:
            tutela.errors.TakenOver: Another process has it by now.
        """
        ...

    def count_mail(self, address_mac: bytes, now: datetime) -> datetime | None:
        """Count a mail to an address; return from when on the next is allowed where there were too many, uncounted."""
        ...

    def owe_updates(self, now: datetime, limit: int) -> int:
        """Make updates that a clock waits for and that are not on their way; return how many.

        Each goes the way of the message before it about the same; where there was none, it stands on the page only.
        """
        ...

    def of(self, about: MessageAbout, about_id: str) -> list[Message]:
        """Return what was told about one, the first first."""
        ...

    def page(self, state: MessageState | None, before: str | None, limit: int) -> list[Message]:
        """Return messages, the newest first, from before an id on."""
        ...

    def counts(self, now: datetime) -> MessageCounts:
        """Return how they stand."""
        ...

    def bounce(self, message_id: MessageId, by: str, now: datetime) -> bool:
        """Note that a mail came back although it was taken; return False where there is no such mail."""
        ...

    def forget_counts(self, before: datetime) -> int:
        """Forget how many mails went to which address before a moment."""
        ...
