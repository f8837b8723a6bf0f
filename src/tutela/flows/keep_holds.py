"""Hold evidence for police, for a court and for reasons of our own; extend, look again, release."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.filing.holds import Hold, HoldSource, Release, extended, released
from tutela.core.ids import CaseId, EvidenceId, HoldId, MediaId, PersonId, ReportId
from tutela.core.permissions import Principal, demand
from tutela.errors import BadInput, UnknownCase, UnknownHold, UnknownItem, UnknownMedia, UnknownReport
from tutela.flows.own_evidence import refuse_own_evidence
from tutela.flows.seal_held import SealHeld
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.holds import HeldContent, HoldBook, HoldChange, HoldStep, Part, StoredHold
from tutela.ports.store import Reader, Store

MOST_CONTENTS = 10_000
"""Under one hold. A conversation with more is held by several, each for a part of it."""

MOST_LETTERS = 200
"""Of a reference: a number of proceedings, never the letter."""

MOST_REASON = 2000


@dataclass(frozen=True, slots=True)
class NewHold:
    """What somebody wants kept, and why."""

    source: HoldSource
    reference: str
    reason: str
    media: tuple[MediaId, ...] = ()
    items: tuple[str, ...] = ()  #: by the platform's own names; with what lies beside them
    cases: tuple[CaseId, ...] = ()  #: as for items; and every report about them, with its files
    until: datetime | None = None
    review_by: datetime | None = None
    reports: tuple[ReportId, ...] = ()  #: with their files


@dataclass(frozen=True, slots=True)
class HoldSeen:
    """A hold with its history, and the first of what it keeps."""

    stored: StoredHold
    history: tuple[HoldChange, ...]
    contents: tuple[HeldContent, ...]


@dataclass(frozen=True, slots=True)
class KeepHolds:
    """Every verb of a hold. A hold beats every deletion from the moment it is placed."""

    store: Store
    book: HoldBook
    seal: SealHeld
    clock: Clock
    entropy: Entropy

    def place(self, principal: Principal, new: NewHold, hold_id: HoldId | None = None) -> StoredHold:
        """Hold what is named, with what lies beside the items that are named; what was only received is sealed.

        Idempotent under a *hold_id* of one's own: what a fall left is there once.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do; a service's key never may.
            tutela.errors.BadInput: It names nothing, too much, no reference, or neither an end nor a date of review.
            tutela.errors.UnknownMedia: One of them does not exist; as `UnknownItem`, `UnknownCase`
                and `UnknownReport`.
            tutela.errors.NotForYou: One of them is about an account of their own.
            tutela.errors.Conflict: One of the contents is being destroyed.
        """
        demand(principal, "preserve")
        now = self.clock.now()
        _check_texts(new.reference, new.reason)
        if new.source is HoldSource.REPORT:
            raise BadInput("This hold is placed by a report that is finished.", place="source")
        hold = Hold(
            hold_id or self.entropy.new_id("hold"), new.source, new.reference.strip(), now, new.until, new.review_by
        )  # fmt: skip
        with self.store.read() as reader:
            contents = _contents(reader, new)
            refuse_own_evidence(reader, principal, [each.id for each in contents])
        self.book.place(hold, contents, HoldChange(now, principal.id, HoldStep.PLACED, new.reason.strip()))
        self.seal.of([MediaId(each.id) for each in contents])
        return self._stored(HoldId(hold.id))

    def extend(self, principal: Principal, hold_id: HoldId, until: datetime, reason: str) -> StoredHold:
        """Keep it longer: never shorter.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.NotForYou: It keeps something about an account of their own.
            tutela.errors.UnknownHold: There is none.
            tutela.errors.BadInput: It would end earlier, it was released, or the reason is missing.
            tutela.errors.Conflict: Somebody else changed it meanwhile.
        """
        demand(principal, "preserve")
        before = self._stored(hold_id)
        return self._changed(before, extended(before.hold, until), principal, HoldStep.EXTENDED, reason)

    def review(self, principal: Principal, hold_id: HoldId, review_by: datetime, reason: str) -> StoredHold:
        """Note that it is still wanted, and when somebody looks at it next.

        Raises:
            tutela.errors.BadInput: The date has passed, the hold keeps nothing any more, or the reason is missing;
                the others as `extend`.
        """
        demand(principal, "preserve")
        before, now = self._stored(hold_id), self.clock.now()
        if not before.hold.is_active(now):
            raise BadInput("This hold keeps nothing any more.", place="id", remedy="Place a new one.")
        if review_by <= now:
            raise BadInput("The next date of review lies ahead.", place="review_by", remedy="Enter a later date.")
        after = replace(before.hold, review_by=review_by)
        return self._changed(before, after, principal, HoldStep.REVIEWED, reason)

    def release(self, principal: Principal, hold_id: HoldId, reason: str) -> StoredHold:
        """End it before its time. Nothing is destroyed by that alone.

        What a court or police asked for never ends by itself afterwards, nor by an order that this person carries out.

        Raises:
            tutela.errors.BadInput: It has no reason, was released before, or is the year that the law orders; the
                others as `extend`.
        """
        demand(principal, "preserve")
        before = self._stored(hold_id)
        after = released(before.hold, Release(self.clock.now(), PersonId(principal.id), reason))
        return self._changed(before, after, principal, HoldStep.RELEASED, reason)

    def page(
        self, principal: Principal, *, after: str = "", limit: int = 100, only_active: bool = True
    ) -> list[StoredHold]:
        """Return holds by id."""
        demand(principal, "preserve")
        return self.book.page(after, limit, active_at=self.clock.now() if only_active else None)

    def show(self, principal: Principal, hold_id: HoldId, *, after: str = "", limit: int = 100) -> HoldSeen:
        """Return one with its history and a page of what it keeps.

        Raises:
            tutela.errors.UnknownHold: There is none.
        """
        demand(principal, "preserve")
        contents = self.book.contents(hold_id, after, limit)
        return HoldSeen(self._stored(hold_id), tuple(self.book.history(hold_id)), tuple(contents))

    def on_media(self, principal: Principal, media_id: MediaId) -> tuple[Hold, ...]:
        """Return every hold there ever was on a content."""
        demand(principal, "preserve")
        with self.store.read() as reader:
            return reader.holds_of([EvidenceId(media_id)]).get(EvidenceId(media_id), ())

    def _changed(
        self, before: StoredHold, after: Hold, principal: Principal, step: HoldStep, reason: str
    ) -> StoredHold:
        _check_texts("-", reason)
        self._refuse_own(principal, HoldId(before.hold.id))
        self.book.change(before, after, HoldChange(self.clock.now(), principal.id, step, reason.strip()))
        return self._stored(HoldId(after.id))

    def _refuse_own(self, principal: Principal, hold_id: HoldId) -> None:
        after = ""
        with self.store.read() as reader:
            while page := self.book.contents(hold_id, after, MOST_CONTENTS):
                refuse_own_evidence(reader, principal, [each.id for each in page])
                after = page[-1].id

    def _stored(self, hold_id: HoldId) -> StoredHold:
        found = self.book.hold(hold_id)
        if found is None:
            raise UnknownHold(place="id")
        return found


def _contents(reader: Reader, new: NewHold) -> Sequence[HeldContent]:
    _refuse_unknown(reader, new)
    items = reader.item_ids(new.items)
    of_cases = reader.items_of_cases(new.cases, MOST_CONTENTS + 1)
    beside = reader.media_around([*items.values(), *of_cases], MOST_CONTENTS + 1)
    # What was reported about a case goes with it: the report names those whom the letter is about.
    reports = dict.fromkeys([*new.reports, *reader.reports_about(new.cases)])
    files = [each.id for each in reader.evidence_of_reports(reports)]
    named = dict.fromkeys([EvidenceId(each) for each in (*new.media, *reports)] + files)
    context = [EvidenceId(each) for each in beside if EvidenceId(each) not in named]
    if not named and not context:
        remedy = "Name media, items, cases or reports."
        raise BadInput("It names nothing that could be kept.", place="media", remedy=remedy)
    if len(named) + len(context) > MOST_CONTENTS:
        raise BadInput(
            f"One hold keeps at most {MOST_CONTENTS} contents.", place="items", remedy="Place several, each for a part."
        )
    return [*map(HeldContent, named), *(HeldContent(each, Part.CONTEXT) for each in context)]


def _refuse_unknown(reader: Reader, new: NewHold) -> None:
    if missing := set(new.media) - reader.media_by_id(new.media).keys():
        raise UnknownMedia(place=min(missing))
    if unknown := set(new.items) - reader.item_ids(new.items).keys():
        raise UnknownItem(place=min(unknown))
    for case_id in new.cases:
        if reader.case_of(case_id) is None:
            raise UnknownCase(place=case_id)
    if nowhere := set(new.reports) - reader.reports_among(new.reports):
        raise UnknownReport(place=min(nowhere))


def _check_texts(reference: str, reason: str) -> None:
    if not reason.strip():
        raise BadInput("It needs a reason.", place="reason", remedy="Say who asks for it, and why.")
    if len(reference) > MOST_LETTERS:
        raise BadInput(f"A reference has at most {MOST_LETTERS} characters.", place="reference")
    if len(reason) > MOST_REASON:
        raise BadInput(f"A reason has at most {MOST_REASON} characters.", place="reason")
