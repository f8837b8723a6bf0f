"""Messages to the people who asked: what is told, by what, and when it is tried again.

Nothing in a message says what it is about: a lock screen, a shared mailbox and a parent read along. The answer itself
stands on the page that a code opens; a message says that there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tutela.core.clocks import Signal
from tutela.core.ids import MessageId
from tutela.core.mail import MailFailure
from tutela.core.units import Duration


class MessageAbout(StrEnum):
    """What somebody handed in."""

    NOTICE = "notice"
    APPEAL = "appeal"


class MessageKind(StrEnum):
    """What there is to tell. An outcome is told once it stands on the page."""

    RECEIPT = "receipt"
    UPDATE = "update"  #: that it is still looked at
    MORE_WANTED = "more_wanted"  #: a question stands on the page
    OUTCOME = "outcome"
    APPEAL_RECEIVED = "appeal_received"
    APPEAL_OUTCOME = "appeal_outcome"
    APPEAL_WITHDRAWN = "appeal_withdrawn"


class MessageChannel(StrEnum):
    """How somebody wants to hear of it."""

    NONE = "none"  #: only the page, by the code
    EMAIL = "email"
    PLATFORM = "platform"  #: the platform tells its own user


class MessageState(StrEnum):
    """How a message stands."""

    WAITING = "waiting"
    SENT = "sent"  #: the mail server, or the platform's endpoint, has it
    SHOWN = "shown"  #: only the page tells it: nobody was to be written to, or can be
    BOUNCED = "bounced"  #: there is no such address: only the page tells it, and nothing more is sent there
    EXPIRED = "expired"  #: not taken for a week: only the page tells it


ON_THE_PAGE_ONLY = frozenset({MessageState.SHOWN, MessageState.BOUNCED, MessageState.EXPIRED})
UNREACHED = frozenset({MessageState.BOUNCED, MessageState.EXPIRED})
"""Somebody wanted to be written to and was not: whoever works on it has to know."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What somebody is to be told. It holds no address and no word of theirs."""

    id: MessageId
    about: MessageAbout
    about_id: str
    kind: MessageKind
    channel: MessageChannel
    at: datetime
    with_link: bool = False  #: only where they asked for one


PAUSES = (
    Duration(seconds=15),
    Duration(minutes=1),
    Duration(minutes=5),
    Duration(minutes=15),
    Duration(minutes=30),
    Duration(hours=1),
)
"""Before each further try, the last again and again: a mail server that is back has everything within about an hour."""

GIVEN_UP_AFTER = Duration(days=7)
"""How long a message is tried. What stands on the page has stood there all the time."""

JITTER = 0.2
"""A pause is up to a fifth shorter or longer, so that what failed at one moment does not come back at one."""

STATUS_PATH = "/desk/status"
"""Of the page on which an answer is read, on our own host: for who asked for a link. It never holds the code."""

AT_ONCE = 8
"""Messages that one process has in hand together."""

LEASE = Duration(minutes=3)
"""How long a process that sends and is not heard of counts as alive: longer than so many mails may take."""

SERVER_PAUSES = (Duration(seconds=5), Duration(seconds=30), Duration(minutes=2), Duration(minutes=5))
"""While the mail server does not answer, no further mail is tried for so long; the last again and again."""

MAILS_PER_ADDRESS = 20
"""In a day: whoever types another person's address into a thousand forms fills nobody's mailbox. More waits."""


def start_of_day(now: datetime) -> datetime:
    """Return when the day began, in UTC, in which mails to an address are counted."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def next_day(now: datetime) -> datetime:
    """Return when the next one begins."""
    return start_of_day(now) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Settled:
    """How a message goes on after a try."""

    state: MessageState
    next_at: datetime


def settle(failure: MailFailure | None, tries: int, made_at: datetime, now: datetime, dice: float) -> Settled:
    """Return how a message goes on.

    Args:
        failure: Of the last try; none where it was taken.
        tries: So far, that one among them.
        made_at: Since when it waits.
        now: After the try.
        dice: From 0 to 1.
    """
    if failure is None:
        return Settled(MessageState.SENT, now)
    if failure is MailFailure.BOUNCED:
        return Settled(MessageState.BOUNCED, now)
    if now - made_at >= GIVEN_UP_AFTER.delta:
        return Settled(MessageState.EXPIRED, now)
    return Settled(MessageState.WAITING, now + pause_after(tries, dice))


def pause_after(tries: int, dice: float) -> timedelta:
    """Return the pause after so many failed tries; *dice* from 0 to 1 shifts it by `JITTER`."""
    planned = PAUSES[min(max(tries, 1), len(PAUSES)) - 1]
    return planned.delta * (1 - JITTER + 2 * JITTER * dice)


_SIGNALS: Mapping[MessageKind, tuple[Signal, Signal]] = {
    MessageKind.RECEIPT: (Signal.RECEIPT_SENT, Signal.RECEIPT_SHOWN),
    MessageKind.APPEAL_RECEIVED: (Signal.RECEIPT_SENT, Signal.RECEIPT_SHOWN),
    MessageKind.UPDATE: (Signal.UPDATE_SENT, Signal.UPDATE_SHOWN),
}


def signal_of(kind: MessageKind, state: MessageState) -> Signal | None:
    """Return what a clock hears when a message of *kind* has come to *state*; none where no clock waits for it."""
    if kind not in _SIGNALS or state is MessageState.WAITING:
        return None
    sent, shown = _SIGNALS[kind]
    return sent if state is MessageState.SENT else shown
