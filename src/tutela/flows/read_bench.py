"""Read everything that an answer to a case is made from, and say who may give the next one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.banks import Detection
from tutela.core.case_answers import (
    FIRST,
    UNFIT,
    Answering,
    CaseAnswer,
    CaseFacts,
    ItemFacts,
    Staffed,
    unfit,
    unfit_by_taking_back,
)
from tutela.core.case_moves import Actor, why_not
from tutela.core.case_states import CaseState, Move
from tutela.core.cases import Case
from tutela.core.decisions import counts
from tutela.core.ids import AccountId, CaseId, DecisionId, ItemId
from tutela.core.measures import MeasureKind, Standing, Subject
from tutela.core.notices.branches import is_claim
from tutela.core.operator import OperatorProfile
from tutela.core.permissions import Principal, demand
from tutela.core.remedies import Crew, Evidence
from tutela.errors import BadInput, CaseMoved, NotForYou
from tutela.flows.decide_case import ITEMS_TOLD
from tutela.flows.move_case import actor_of, changed_told, refuse, seen, shown_case
from tutela.flows.name_finding import Things
from tutela.flows.read_evidence import read_evidence
from tutela.ports.case_answers import StoredAnswer
from tutela.ports.cases import OpenCase
from tutela.ports.store import Reader

MAX_ITEMS = 500
"""Items that one answer is about; a case with more is decided about in bulk first."""

_SEALING = frozenset({MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})
_LATER = frozenset({
    CaseState.AWAITING_SECOND, CaseState.CLAIMED_SECOND, CaseState.AWAITING_THIRD, CaseState.CLAIMED_THIRD,
})  # fmt: skip


class Staff(Protocol):
    """Say who works here, as far as a second answer asks."""

    def seconds(self) -> frozenset[str]:
        """Return everybody who may give a second answer; keys of services only where there are no people."""
        ...

    def has_people(self) -> bool:
        """Return whether anybody has an account of a person here."""
        ...


@dataclass(frozen=True, slots=True)
class Bench:
    """A case with everything that an answer to it is made from."""

    shown: OpenCase
    actor: Actor
    crew: Staffed
    at: datetime
    stored: tuple[StoredAnswer, ...]  #: every answer that it ever had
    things: Things
    facts: CaseFacts
    seconds: frozenset[str] = frozenset()  #: who might give the next answer, whoever asks left out

    @property
    def case(self) -> Case:
        """Return the case."""
        return self.shown.case

    @property
    def current(self) -> tuple[StoredAnswer, ...]:
        """Return the answers of the series that is not settled."""
        return tuple(each for each in self.stored if each.answer.series == self.crew.series)

    @property
    def meanwhile(self) -> tuple[DecisionId, ...]:
        """Return what holds until another person has answered."""
        return tuple(each.meanwhile for each in self.current if each.meanwhile is not None)


@dataclass(frozen=True, slots=True)
class ReadBench:
    """Read a bench, and refuse whoever may not sit there."""

    staff: Staff
    profile: Callable[[], OperatorProfile]

    def __call__(
        self, reader: Reader, principal: Principal, case_id: CaseId, now: datetime, outsider: str | None = None
    ) -> Bench:
        """Return the bench of a case for whoever would answer.

        Raises:
            tutela.errors.UnknownCase: There is none of that identifier.
            tutela.errors.NotForYou: It is about an account of theirs, or they have answered.
            tutela.errors.Forbidden: They lack a scope for it.
            tutela.errors.CaseMoved: They do not hold it, or it has ended.
        """
        demand(principal, "cases")
        demand(principal, "decide")
        shown, actor = shown_case(reader, case_id), actor_of(reader, principal)
        stored = tuple(reader.case_answers(case_id))
        series = len(reader.settlements_of(case_id))
        crew = self.crew(series)
        self._refuse_unsettled(reader, shown, actor, now)
        state = shown.case.state_at(now)
        if state in _LATER:
            demand(principal, "second")
        answers = [each.answer for each in stored]
        who = Answering(actor.id, principal.person_id is not None, actor.own_accounts, outsider)
        accounts = {shown.case.account_id}
        taken_back = reader.answers_taken_back(case_id)
        barred = unfit(who, accounts, answers, now, crew) or unfit_by_taking_back(who, taken_back, now, crew)
        if barred is not None:
            raise NotForYou(UNFIT[barred], place="case", remedy="Leave it to a colleague.")
        if not (state in _LATER and crew.is_alone):  # whoever works alone has nobody to take a lease from
            refuse(why_not(shown.case, Move.DECIDE, actor, now), shown, actor, now)
        things = things_of(reader, case_id, shown.case.account_id)
        facts = facts_of(reader, shown.case, things, now)
        left = self.staff.seconds() - {actor.id, *(each.by for each in answers)}
        left -= {each.by for each in taken_back if each.place > FIRST}
        return Bench(shown, actor, crew, now, stored, things, facts, left)

    def crew(self, series: int) -> Staffed:
        """Return who works here, for the next answer of a series."""
        is_solo = self.profile().people == Crew.SOLO.value
        # Whoever has a colleague who may look is not alone, whatever the profile says.
        return Staffed(series, is_solo and len(self.staff.seconds()) < 2, self.staff.has_people())  # noqa: PLR2004  # two people

    def is_stuck(self, case: Case, now: datetime) -> bool:
        """Return whether a case waits for an answer that nobody here may give."""
        is_waiting = case.state_at(now) in {CaseState.AWAITING_SECOND, CaseState.AWAITING_THIRD}
        return is_waiting and not self.crew(0).is_alone and not self.staff.seconds() - set(case.answered_by)

    def is_second_alone(self, case: Case, now: datetime) -> bool:
        """Return whether a case waits for the second look of somebody who works alone, who needs no lease for it."""
        return case.state_at(now) in _LATER and self.crew(0).is_alone

    def _refuse_unsettled(self, reader: Reader, shown: OpenCase, actor: Actor, now: datetime) -> None:
        """Refuse another answer while what was settled is being carried out: it would be about what is half done."""
        settled = reader.settlements_of(shown.case.id)
        if any(each.enacted_at is None for each in settled):
            raise CaseMoved(
                "it is settled, and being carried out",
                why="settled",
                changed=changed_told(seen(shown, actor, now)),
                remedy="Read it again in a moment.",
            )


def refuse_changed(reader: Reader, bench: Bench, version: int | None) -> None:
    """Refuse an answer to a case that has changed since it was shown, and tell what did.

    Raises:
        tutela.errors.CaseMoved: Something was laid into it, or it was moved.
    """
    if version is None or version == bench.case.version:
        return
    added = tuple(reader.case_items_since(bench.case.id, version, ITEMS_TOLD))
    raise CaseMoved(
        "the case has changed since it was shown",
        why="changed",
        changed=changed_told(seen(bench.shown, bench.actor, bench.at), added),
        remedy="Look at what came in, then answer with the version that it has now.",
    )


def answers_of(bench: Bench) -> list[CaseAnswer]:
    """Return the answers of the series that is not settled, in their order."""
    return [each.answer for each in bench.current]


def things_of(reader: Reader, case_id: CaseId, account_id: AccountId) -> Things:
    """Return what lies in a case, with its authors and media.

    Raises:
        tutela.errors.BadInput: More than one answer is about.
    """
    ids = reader.all_case_items(case_id, MAX_ITEMS + 1)
    if len(ids) > MAX_ITEMS:
        remedy = f"Decide about the items of this account in bulk until at most {MAX_ITEMS} are left."
        raise BadInput("more lies in this case than one answer is about", place="case", remedy=remedy)
    items = reader.items_by_id(ids)
    authors = {stored.item.account_id for stored in items.values()} | {account_id}
    media = {media_id for stored in items.values() for media_id in stored.item.media_ids}
    return Things(items, reader.accounts_by_id(authors), reader.media_by_id(media))


def facts_of(reader: Reader, case: Case, things: Things, now: datetime) -> CaseFacts:
    """Return what decides how many people an answer takes."""
    detected = reader.detected(things.items)
    evidence = read_evidence(reader, things.items.values(), now)
    subjects = [Subject.item(each) for each in things.items] + [Subject.media(each) for each in things.media]
    standings = reader.standings(subjects)

    def item(item_id: ItemId) -> ItemFacts:
        stored = things.items[item_id].item
        around = [Subject.item(item_id), *(Subject.media(each) for each in stored.media_ids)]
        return ItemFacts(
            item_id,
            stored.account_id,
            evidence.get(item_id, Evidence.NOVEL),
            is_matched=_is_matched(case, detected.get(item_id, ())),
            is_sealed=any(_is_sealed(standings[each], case, now) for each in around),
        )

    claimed = reader.kinds_of_cases([case.id]).get(case.id, ())
    return CaseFacts(
        case.clause_id,
        tuple(map(item, things.items)),
        is_claimed=any(is_claim(kind, case.clause_id, is_enrolled=enrolled) for kind, enrolled in claimed),
        is_in_danger=case.is_in_danger,
    )


def _is_matched(case: Case, detections: tuple[Detection, ...]) -> bool:
    return any(each.match.clause_id == case.clause_id and counts(each) for each in detections)


def _is_sealed(standing: Standing, case: Case, now: datetime) -> bool:
    measures = (m for m in standing.measures if m.holds_at(now) and m.clause_id == case.clause_id)
    return any(measure.kind in _SEALING for measure in measures)
