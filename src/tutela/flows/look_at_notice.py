"""Look at a notice again: its turn has come, more was told, or somebody found what it is about.

What is found now is acted on as if it had been named at once; what was found before is left as it was decided.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from tutela.core.audit import JSON, AuditEvent
from tutela.core.ids import ItemId, NoticeId
from tutela.core.notices.draft import Contact, ContactChannel, NoticeDraft
from tutela.core.notices.notice import Notice, NoticeMove, NoticeState, after
from tutela.core.notices.validity import joined, missing
from tutela.core.operator import OperatorProfile
from tutela.core.policy import Ceilings, Policy
from tutela.errors import BadInput, Conflict, TutelaError, UnknownNotice
from tutela.flows.act_on_notice import Acted, ActOnNotice
from tutela.flows.locate_notice import Located, LocateNotice
from tutela.flows.notice_secrets import NoticeSecrets
from tutela.flows.take_notice import MAX_REPLANS, changeset_of, clocks_of
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.notices import NoticeMoved, NoticePlace, Sealed
from tutela.ports.store import Reader, Store

SYSTEM = "system"

MAX_TELLINGS = 50
"""The first, and what may be added to it: all of it is sealed anew each time."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for, and why."""

    by: str = SYSTEM
    also: NoticeDraft | None = None  #: what is named beside what was told
    adds: NoticeDraft | None = None  #: what whoever told us tells now: it is sealed with the rest
    counts_as: Callable[[Notice], Notice] = field(default=lambda notice: notice)  #: after a call back
    is_all_anew: bool = False  #: also what was found before: who tells it counts for more now


@dataclass(frozen=True, slots=True)
class LookAtNotice:
    """Look for what a notice is about, and act on it. Idempotent: what was found before is left alone."""

    store: Store
    committer: Committer
    locate: LocateNotice
    policy: Policy
    ceilings: Ceilings
    secrets: NoticeSecrets
    clock: Clock
    entropy: Entropy
    profile: Callable[[], OperatorProfile]

    def __call__(self, notice_id: NoticeId, look: Look = Look()) -> Notice:  # frozen
        """Return the notice as it stands then.

        Raises:
            tutela.errors.UnknownNotice: There is none.
            tutela.errors.Conflict: It is moved elsewhere without end.
        """
        for _ in range(MAX_REPLANS):
            drafts = self._told(notice_id)
            carriers = self.locate.carriers_of([*drafts, *(each for each in (look.also, look.adds) if each)])
            with self.store.read() as reader:
                attempt = _Attempt(self, reader, look, drafts, carriers)
                moved = attempt.move(notice_id)
            if moved is None:
                return attempt.notice
            try:
                self.committer.commit(attempt.changeset(moved))
            except Conflict:
                continue
            return moved.after
        raise Conflict("the notice is being worked on elsewhere", place="notice", remedy="Try again.")

    def _told(self, notice_id: NoticeId) -> tuple[NoticeDraft, ...]:
        with self.store.read() as reader:
            return self.secrets.read_told(notice_id, reader.sealed_notice(notice_id))


class _Attempt:
    """One planning from one snapshot."""

    def __init__(
        self, flow: LookAtNotice, reader: Reader, look: Look, drafts: Sequence[NoticeDraft], carriers: Sequence[ItemId]
    ) -> None:
        self._flow, self._reader, self._look, self._drafts, self._carriers = flow, reader, look, drafts, carriers
        self._now = flow.clock.now()
        self._acting = ActOnNotice(reader, flow.policy, flow.ceilings, flow.entropy, self._now)
        self._acted: Acted | None = None
        self._is_whole_now = False  #: a request about an adult that lacked something does not any more
        self._again: NoticePlace | None = None  #: cases in which what was found before lies once more
        self.notice: Notice

    def move(self, notice_id: NoticeId) -> NoticeMoved | None:
        """Return the notice after the look, or none where nothing is different."""
        found = self._reader.notice_of(notice_id)
        if found is None:
            raise UnknownNotice(place="notice")
        self.notice = found
        before, notice = found, self._whole(self._look.counts_as(found))
        named = [each for each in (*self._drafts, self._look.also, self._look.adds) if each is not None]
        if len(self._drafts) >= MAX_TELLINGS and self._look.adds is not None:
            raise BadInput(
                f"this notice was added to {MAX_TELLINGS} times", place="code", remedy="Tell us in a new notice."
            )
        if before.state is NoticeState.QUEUED and self._look.adds is not None and not self._look.adds.is_danger:
            return self._kept_for_its_turn(before)
        is_anew = self._look.is_all_anew or self._is_whole_now
        known = frozenset[ItemId]() if is_anew else frozenset(notice.items)
        located = self._new(notice, self._flow.locate(self._reader, named, self._carriers, known))
        if located.is_found:
            is_danger = any(each.is_danger for each in named)
            self._acted = self._acting(notice, located, is_danger=is_danger)
        elif self._look.adds is not None and (notice.items or notice.accounts):
            self._again = self._acting.lay_again(notice, is_urgent=self._look.adds.is_danger or notice.is_urgent)
            if self._look.adds.is_danger:
                self._acting.hasten(notice)
        notice = self._stands(notice, located)
        if notice == before and self._look.adds is None:
            return None
        held_at = self._now if self._acted is not None and self._acted.held else None
        return NoticeMoved(
            before, replace(notice, version=before.version + 1), self._sealed(notice_id),
            clocks=clocks_of(self._since(before, notice), self._flow.profile(), held_at),
        )  # fmt: skip

    def _whole(self, notice: Notice) -> Notice:
        """Return the notice as what was added completes it: the law's clock runs from this moment."""
        if not notice.missing:
            return notice
        told = (*self._drafts, *((self._look.adds,) if self._look.adds else ()))
        lacking = missing(joined(told, notice.branch))
        self._is_whole_now = not lacking
        notice = replace(notice, missing=lacking, valid_at=None if lacking else self._now)
        contact = self._look.adds.contact if self._look.adds else Contact()
        if notice.channel is not ContactChannel.NONE or not contact.address:
            return notice
        return replace(notice, channel=contact.channel, wants_link=contact.wants_link)

    def _new(self, notice: Notice, located: Located) -> Located:
        """Return what was not found before: what was is decided already, or lies before a person."""
        if self._look.is_all_anew or self._is_whole_now:
            return located
        known, accounts = set(notice.items), set(notice.accounts)
        return replace(
            located,
            items=tuple(each for each in located.items if each.item.id not in known),
            accounts=tuple(each for each in located.accounts if each not in accounts),
        )

    def _stands(self, notice: Notice, located: Located) -> Notice:
        if self._look.adds is not None:
            is_urgent = notice.is_urgent or self._look.adds.is_danger
            notice = replace(
                notice, state=after(notice.state, NoticeMove.ADD), is_urgent=is_urgent, heard_at=self._now
            )  # fmt: skip
            if self._again is not None:
                notice = replace(notice, cases=tuple(sorted({*notice.cases, *self._again.cases})))
        if located.is_found and self._acted is not None:
            place = self._acted.place
            return replace(
                notice,
                state=after(notice.state, NoticeMove.LOCATE),
                items=tuple(sorted({*notice.items, *place.items})),
                accounts=tuple(sorted({*notice.accounts, *place.accounts})),
                cases=tuple(sorted({*notice.cases, *place.cases})),
                has_held=notice.has_held or bool(self._acted.held),
                outcome=None, answered_at=None, copies=None,
                proposed_by=None, proposed_outcome=None, proposed_at=None,
            )  # fmt: skip
        if notice.state is NoticeState.QUEUED:
            notice = replace(notice, state=after(notice.state, NoticeMove.LOOK))
        if notice.state is NoticeState.UNLOCATED and notice.items:
            notice = replace(notice, state=NoticeState.UNDER_REVIEW)  # what was told belongs to what is known already
        is_heard_again = notice.is_open and notice.outcome is not None
        return replace(notice, outcome=None, answered_at=None) if is_heard_again else notice

    def _since(self, before: Notice, notice: Notice) -> Notice:
        """Return the notice as its clocks see it: of one that is open again they begin anew."""
        if before.is_open:
            return notice
        return replace(notice, received_at=self._now, valid_at=notice.valid_at and self._now)

    def _kept_for_its_turn(self, before: Notice) -> NoticeMoved:
        """Return a notice that waits, with what was added: adding is no way around the queue."""
        kept = replace(before, heard_at=self._now, version=before.version + 1)
        return NoticeMoved(before, kept, self._sealed(before.id))

    def _sealed(self, notice_id: NoticeId) -> Sealed | None:
        if self._look.adds is None:
            return None
        return self._flow.secrets.seal_told(notice_id, (*self._drafts, self._look.adds), self._now)

    def changeset(self, moved: NoticeMoved) -> Changeset:
        """Return what is written."""
        told: dict[str, JSON] = {
            "by": self._look.by, "from": moved.before.state.value, "to": moved.after.state.value,
            "kind": moved.after.kind.value, "enrolled": moved.after.is_enrolled,
            "items": list(moved.after.items), "cases": list(moved.after.cases),
            "held": [] if self._acted is None else list(self._acted.held),
            "adds": self._look.adds is not None, "outcome": moved.after.outcome and moved.after.outcome.value,
        }  # fmt: skip
        who = "system" if self._look.by == SYSTEM else "person"
        entries = [AuditEvent(f"{who}:notice:looked_at", moved.after.id, told)]
        changeset = changeset_of(self._acting, self._acted, entries, moves=(moved,))
        return changeset if self._again is None else replace(changeset, notice_places=(self._again,))


@dataclass(frozen=True, slots=True)
class LookAtWaiting:
    """Give those that wait their turn: the first of each place before the second of any."""

    store: Store
    look: LookAtNotice
    at_once: int = 20

    def __call__(self) -> int:
        """Look at some and return how many."""
        with self.store.read() as reader:
            waiting = reader.queued_in_turn(self.at_once)
        return _each(self.look, waiting)


@dataclass(slots=True)
class LookForUnlocated:
    """Look again for what was not found: what is posted after it was told is found as well."""

    store: Store
    look: LookAtNotice
    at_once: int = 100
    _after: str = ""

    def __call__(self) -> int:
        """Look for the next ones, round and round; return how many were looked for."""
        with self.store.read() as reader:
            page = reader.unlocated_notices(self._after, self.at_once)
        self._after = page[-1] if len(page) == self.at_once else ""
        return _each(self.look, page)


def _each(look: LookAtNotice, ids: Iterable[NoticeId]) -> int:
    done = 0
    for notice_id in ids:
        try:
            look(notice_id)
        except TutelaError as error:  # one that cannot be opened keeps no other from its turn
            _log.warning("notice_not_looked_at", notice=notice_id, error_type=type(error).__name__)
        done += 1
    return done
