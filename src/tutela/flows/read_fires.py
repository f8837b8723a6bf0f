"""Read what rules did: why they fired, what came of it, how often they were right, and what they count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tutela.core.content import Account
from tutela.core.ids import AccountId, CaseId, DecisionId, EventId
from tutela.core.permissions import Principal, demand, demand_one
from tutela.core.spotting import KeptSpots
from tutela.errors import UnknownDecision
from tutela.flows.keep_rules import KeepRules
from tutela.flows.move_case import shown_case
from tutela.flows.rule_engine import RuleEngine
from tutela.ports.clock import Clock
from tutela.ports.counting import CounterSize
from tutela.ports.events import Fire, Judged, RuleFigures
from tutela.ports.store import Reader, Store

READS = ("rules", "rules_second", "cases")
MOST_FIRES = 100
"""Of one case or decision."""

MOST_ACCOUNTS = 10_000
"""That a precision is made from: the newest."""


@dataclass(frozen=True, slots=True)
class Fires:
    """Fires, and whom they are about."""

    fires: Sequence[Fire]
    accounts: dict[AccountId, Account]
    spots: Mapping[EventId, KeptSpots] = field(default_factory=dict)  #: of the events, where any were


@dataclass(frozen=True, slots=True)
class Figures:
    """What a rule did in a stretch of time, by version and outcome; and what people found of those it met."""

    rows: Sequence[RuleFigures]
    judged: Judged | None  #: none where it met nobody
    accounts: int  #: that it met, and that the precision is made from


@dataclass(frozen=True, slots=True)
class ReadFires:
    """Read fires and figures."""

    store: Store
    clock: Clock
    engine: RuleEngine
    keep: KeepRules

    def of_case(self, principal: Principal, case_id: CaseId) -> Fires:
        """Return what rules saw that lies in a case, newest first.

        Raises:
            tutela.errors.UnknownCase: There is none of that identifier.
        """
        demand(principal, "cases")
        with self.store.read() as reader:
            shown_case(reader, case_id)
            return _with_accounts(reader, reader.fires_of_case(case_id, MOST_FIRES))

    def rules_of(self, principal: Principal, case_ids: Iterable[CaseId]) -> Mapping[CaseId, Sequence[str]]:
        """Return by name which rules saw what lies in each case, the first to fire first; none of the other cases.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
        """
        demand(principal, "cases")
        with self.store.read() as reader:
            return reader.rules_of_cases(case_ids)

    def of_decision(self, principal: Principal, decision_id: DecisionId) -> Fires:
        """Return the rules that led to a decision, each with what its condition came to.

        Raises:
            tutela.errors.UnknownDecision: There is none of that identifier.
        """
        demand_one(principal, READS)
        with self.store.read() as reader:
            if decision_id not in reader.decisions([decision_id]):
                raise UnknownDecision(place="id")
            return _with_accounts(reader, reader.fires_of_decision(decision_id))

    def of_rule(self, principal: Principal, name: str, before: str, limit: int) -> Fires:
        """Return the fires of a rule, newest first, those before an id."""
        demand_one(principal, READS)
        with self.store.read() as reader:
            return _with_accounts(reader, reader.fires_of_rule(name, before, limit))

    def figures(self, principal: Principal, name: str, span: timedelta) -> Figures:
        """Return what every version of a rule did in the last *span*.

        Raises:
            tutela.errors.UnknownRule: There never was one of that name: that it did nothing would say too much.
        """
        demand_one(principal, READS)
        since = self.clock.now() - span
        with self.store.read() as reader:
            rows = reader.rule_figures(since, name)
            met = reader.accounts_of_rule(name, since, MOST_ACCOUNTS)
            clause = next((clause for _, clause in met), None)
            judged = None if clause is None else reader.judged((account for account, _ in met), clause)
        if not rows:
            self.keep.record(name)
        return Figures(rows, judged, len(met))

    def counters(self, principal: Principal) -> tuple[Sequence[CounterSize], frozenset[str]]:
        """Return every counter with what it holds, and the ids of those that a rule in force uses."""
        demand(principal, "rules")
        with self.store.read() as reader:
            return reader.counter_sizes(), frozenset(use.id for use in self.engine.book.program.counters)


def _with_accounts(reader: Reader, fires: Sequence[Fire]) -> Fires:
    accounts = reader.accounts_by_id({fire.account_id for fire in fires})
    return Fires(fires, accounts, reader.spots_of({fire.event_id for fire in fires}))
