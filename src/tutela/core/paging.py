"""Whom to wake because somebody is in danger, when, and whom next; until somebody says that they have it.

Everything follows from what was tried before and who is on call now, so that a killed process, another one, or a clock
that was set back makes a page come twice and never not at all.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from tutela.core.ids import CaseId, NoticeId, PageId, PersonId
from tutela.core.units import Duration
from tutela.errors import BadInput

CUSTOMARY_WAIT = Duration(minutes=5)
"""How long somebody has to acknowledge before the next is woken. Source: what paging services customarily set."""

RETRY = Duration(seconds=30)
"""After a page that did not go out: there was nobody to wait for."""

LEASE = Duration(minutes=2)
"""How long one process alone sends the pages of a case; it is taken anew before each one that it sends."""

MAX_EMAIL_CHARACTERS = 254
SUBJECT = "Tutela: please look"
PAGED, PING = "page.sent", "ping"

_ATOM, _LABEL = r"[A-Za-z0-9_+&'~-]+", r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@({_LABEL}\.)*{_LABEL}")
"""Less than RFC 5322 allows: `=?...?=` in a local part is decoded by who writes or reads mail, and could hold a line
break or another recipient; `%` and `!` were routes once."""


class Channel(StrEnum):
    """By what somebody is woken."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class PageFailure(StrEnum):
    """Why a page did not go out."""

    NOT_SET_UP = "not_set_up"  #: no channel leads to this person
    NO_ADDRESS = "no_address"
    ADDRESS_REFUSED = "address_refused"
    NOT_CONNECTED = "not_connected"
    TLS = "tls"
    TIMED_OUT = "timed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    REJECTED = "rejected"  #: by the mail server, or by a webhook's answer
    BROKEN = "broken"
    STOPPED = "stopped"  #: the process was told to end; the next one sends it


NOBODY_ANSWERS = frozenset(
    {
        PageFailure.NO_ADDRESS, PageFailure.ADDRESS_REFUSED, PageFailure.NOT_CONNECTED, PageFailure.TLS,
        PageFailure.TIMED_OUT, PageFailure.SIGN_IN_REFUSED,
    }
)  # fmt: skip
"""What says something of a channel, and nothing of the person whom it leads to."""

GIVEN_UP_AFTER = 2
"""Pages of a round in a row that nobody answered: the rest waits for the next round, so that no other case waits."""


@dataclass(frozen=True, slots=True)
class Try:
    """One page to one person."""

    number: int  #: of its page, from 1: its order, whatever the clock said
    round: int  #: of those that went out together
    person_id: PersonId | None  #: none where nobody is there whom it could be for
    at: datetime
    sent_by: tuple[Channel, ...]  #: the channels that took it
    failure: PageFailure | None = None  #: of the last channel that did not

    @property
    def has_gone_out(self) -> bool:
        """Return whether any channel took it."""
        return bool(self.sent_by)


@dataclass(frozen=True, slots=True)
class Page:
    """A call for help about one case, or a notice that lies in none: from when its danger is seen until it is over."""

    id: PageId
    case_id: CaseId | None
    raised_at: datetime
    tries: tuple[Try, ...] = ()
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    ended_at: datetime | None = None  #: the danger is over, or the case has ended, or the notice lies in a case now
    notice_id: NoticeId | None = None  #: where there is no case

    @property
    def is_loud(self) -> bool:
        """Return whether people are woken: the danger is there, and nobody has said that they have it."""
        return self.acknowledged_at is None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class Line:
    """Who can be woken at this moment, in the order in which they are."""

    on_call: tuple[PersonId, ...] = ()
    following: tuple[PersonId, ...] = ()  #: next on the rota
    officers: tuple[PersonId, ...] = ()  #: every child-safety officer

    @property
    def everybody(self) -> tuple[PersonId, ...]:
        """Return all of them, each once."""
        return tuple(dict.fromkeys((*self.on_call, *self.following, *self.officers)))

    def without(self, barred: Collection[str]) -> "Line":
        """Return it without those whom the case itself is about."""
        ranks = (self.on_call, self.following, self.officers)
        return Line(*(tuple(each for each in rank if each not in barred) for rank in ranks))


class Waking(StrEnum):
    """What would come of it if somebody were in danger now, from bad to good."""

    NO_CHANNEL = "no_channel"  #: nothing is set up by which anybody could be woken
    NOBODY = "nobody"  #: nobody is on call, and nobody else can be reached
    UNREACHED = "unreached"  #: no channel leads to whoever is on call, nor to anybody else
    OTHERS = "others"  #: nobody is on call; whoever else can be reached is woken instead
    READY = "ready"


def waking_of(line: Line, channels: Collection[Channel], unreachable: Collection[PersonId]) -> Waking:
    """Return what would come of it, with these *channels* set up and none that leads to *unreachable*."""
    if not channels:
        return Waking.NO_CHANNEL if line.on_call else Waking.NOBODY
    if Channel.WEBHOOK not in channels and set(line.everybody) <= set(unreachable):
        return Waking.UNREACHED if line.on_call else Waking.NOBODY
    return Waking.READY if line.on_call else Waking.OTHERS


def due_at(page: Page, now: datetime, wait: Duration) -> datetime | None:
    """Return when somebody is woken next; none when nobody is to be any more."""
    if not page.is_loud:
        return None
    last = _last_round(page)
    if not last:
        return min(page.raised_at, now)
    if last[-1].at > now:
        return now  # the clock was set back: nobody waits until it has caught up
    pause = wait if any(each.has_gone_out for each in last) else RETRY
    return last[-1].at + pause.delta


def next_round(page: Page, line: Line) -> tuple[PersonId | None, ...]:
    """Return who is woken next, as of who is on call at this moment.

    One after the other who is on call, then the next on the rota, each once; then everybody, again and again. Whoever
    comes on call while nobody has acknowledged is woken before that. Where there is nobody at all it goes to no person:
    a webhook that leads to a telephone still rings.
    """
    tried = {each.person_id for each in page.tries}
    one_by_one = (*line.on_call, *line.following[:1])
    waiting = next((each for each in one_by_one if each not in tried), None)
    if waiting is not None:
        return (waiting,)
    return line.everybody or (None,)


def round_after(page: Page) -> int:
    """Return the number of the next round."""
    return max((each.round for each in page.tries), default=0) + 1


def _last_round(page: Page) -> Sequence[Try]:
    last = round_after(page) - 1
    return sorted((each for each in page.tries if each.round == last), key=lambda each: each.number)


def checked_email(address: str) -> str:
    """Return an address that mail can go to.

    Raises:
        tutela.errors.BadInput: It is none.
    """
    if len(address) > MAX_EMAIL_CHARACTERS or not _EMAIL.fullmatch(address):
        raise BadInput("this is no address of the form name@host", place="email")
    return address


def path_of(page_id: PageId) -> str:
    """Return where a page is read and acknowledged, on our own host."""
    return f"/v1/pages/{page_id}"


def body_of_page(page: Page, person_id: PersonId | None, at: datetime) -> bytes:
    """Return what a webhook is told: identifiers and a path of ours, no content, no name, no link to anything."""
    about = {"case": page.case_id} | ({} if page.notice_id is None else {"notice": page.notice_id})
    told = {"page": page.id, **about, "person": person_id, "path": path_of(page.id)}
    return _event(PAGED, at, told)


def body_of_test(at: datetime) -> bytes:
    """Return what a webhook is told to see whether anybody is there."""
    return _event(PING, at, {})


def text_of_page(page: Page, site: str) -> str:
    """Return what a mail says: a lock screen shows it to whoever looks."""
    what, which = ("case", page.case_id) if page.notice_id is None else ("notice", page.notice_id)
    return (
        f"Somebody has to look at a {what} now.\n\n{what.capitalize()}: {which}\nPage: {site}{path_of(page.id)}\n\n"
        "Say that you have it, or the next person is woken:\n"
        f"  tutela page acknowledge {page.id}\n"
    )


TEXT_OF_TEST = "This is a test of the connection. There is nothing to do.\n"


def _event(kind: str, at: datetime, told: dict[str, str | None]) -> bytes:
    moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"type": kind, "timestamp": moment, "data": told}, separators=(",", ":")).encode()
