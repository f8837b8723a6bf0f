"""Read everything that an appeal is decided from, and refuse whoever may not decide it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tutela.core.appeals.appeal import Appeal, AppealAnswer
from tutela.core.appeals.fitness import SENTENCES, Candidate, Involved, Unfit, unfit
from tutela.core.appeals.settling import is_grave
from tutela.core.appeals.states import OPEN
from tutela.core.ids import AccountId, AppealId
from tutela.core.permissions import Principal, demand_person
from tutela.core.reversals import ReversalPlan, plan_reversal
from tutela.errors import NotForYou, UnknownAppeal
from tutela.flows.concerned import concerned, grounds
from tutela.flows.decide import Names
from tutela.flows.reverse import names_of
from tutela.flows.trace import Traced, trace
from tutela.ports.clock import Clock
from tutela.ports.decisions import Decision
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class AppealBench:
    """An appeal with what it is decided from."""

    appeal: Appeal
    decision: Decision
    at: datetime
    answers: tuple[AppealAnswer, ...]
    involved: Involved
    concerned: frozenset[AccountId]
    is_alone: bool  #: one person works here
    traced: Traced | None  #: none where the decision stands no more, or nobody has to decide
    plan: ReversalPlan | None  #: what overturning would do
    names: Names

    @property
    def is_grave(self) -> bool:
        """Return whether two people decide it, whatever they say."""
        needs_two = self.plan is not None and self.plan.needs_two_people
        return is_grave(self.decision.clause_id, needs_two_people=needs_two)

    def why_not(self, principal: Principal, own: frozenset[AccountId]) -> Unfit | None:
        """Return why somebody may not decide it; none where they may."""
        who = Candidate(principal.id, principal.is_person, own)
        given = {each.by: each.at for each in self.answers}
        return unfit(who, self.concerned, self.involved, given, self.at, is_alone=self.is_alone)


@dataclass(frozen=True, slots=True)
class ReadAppealBench:
    """Read benches."""

    clock: Clock
    is_alone: Callable[[], bool]

    def __call__(self, reader: Reader, appeal_id: AppealId, *, plans: bool = True) -> AppealBench:
        """Return the bench of an appeal, whoever asks; for a list without what overturning would do.

        Raises:
            tutela.errors.UnknownAppeal: There is none of that identifier.
        """
        appeal = reader.appeals([appeal_id]).get(appeal_id)
        if appeal is None:
            raise UnknownAppeal(place="id")
        now = self.clock.now()
        decision = reader.decisions([appeal.decision_id])[appeal.decision_id]
        is_standing = plans and appeal.state in OPEN and not reader.reversed([decision.id])
        traced = trace(reader, [decision], now) if is_standing else None
        return AppealBench(
            appeal,
            decision,
            now,
            tuple(reader.appeal_answers(appeal_id)),
            reader.involved_in(grounds(reader, decision)),
            concerned(reader, decision),
            self.is_alone(),
            traced,
            None if traced is None else plan_reversal(traced.known),
            Names({}, {}) if traced is None else names_of(reader, traced),
        )

    def fit(self, reader: Reader, principal: Principal, appeal_id: AppealId) -> AppealBench:
        """Return the bench of an appeal for whoever would decide it.

        Raises:
            tutela.errors.UnknownAppeal: There is none of that identifier.
            tutela.errors.Forbidden: They lack the scope, or are no person.
            tutela.errors.NotForYou: They had a part in what it is against, or it is about an account of theirs.
        """
        demand_person(principal, "appeals")
        bench = self(reader, appeal_id)
        barred = bench.why_not(principal, reader.own_accounts(principal.id))
        if barred is not None:
            raise NotForYou(SENTENCES[barred], place="appeal", remedy="Leave it to a colleague.")
        return bench
