"""See all rules at once: how far each has come, what it did lately, and how often it was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tutela.core.permissions import Principal
from tutela.core.rules.rule import RuleState
from tutela.flows.keep_rules import KeepRules, RuleRecord
from tutela.ports.clock import Clock
from tutela.ports.events import FireOutcome, Judged, RuleFigures
from tutela.ports.rule_book import StoredRule
from tutela.ports.store import Store


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """A rule as a list shows it."""

    record: RuleRecord
    figures: Sequence[RuleFigures]
    judged: Judged | None  #: none where nobody decided about an account that it met
    cases: int = 0  #: into which it laid something, each once, however often it fired for one

    def version_in(self, state: RuleState) -> StoredRule | None:
        """Return the newest version in *state*, or none."""
        return next((each for each in self.record.versions if each.state is state), None)

    @property
    def newest(self) -> StoredRule:
        """Return the version whose clause stands for the rule: the one in force, else the newest."""
        return self.version_in(RuleState.LIVE) or self.record.versions[0]

    @property
    def fires(self) -> int:
        """Return how often it fired, and was heard."""
        return sum(each.fires for each in self.figures if each.outcome is not FireOutcome.SHADOW)

    @property
    def shadow_fires(self) -> int:
        """Return how often it fired in shadow."""
        return sum(each.fires for each in self.figures if each.outcome is FireOutcome.SHADOW)

    @property
    def shadow_accounts(self) -> int:
        """Return about how many accounts it fired in shadow; one that two versions met counts for each."""
        return sum(each.accounts for each in self.figures if each.outcome is FireOutcome.SHADOW)


@dataclass(frozen=True, slots=True)
class OverseeRules:
    """Read all rules with their figures: as many statements for a hundred rules as for one."""

    keep: KeepRules
    store: Store
    clock: Clock

    def __call__(self, principal: Principal, span: timedelta) -> list[RuleSeen]:
        """Return every rule, with what it did in the last *span*.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
        """
        records = self.keep.list(principal)
        since = self.clock.now() - span
        with self.store.read() as reader:
            rows, judged, cases = reader.rule_figures(since), reader.judged_by_rule(since), reader.rule_cases(since)
        figures: dict[str, list[RuleFigures]] = {}
        for row in rows:
            figures.setdefault(row.rule, []).append(row)
        return [
            RuleSeen(each, figures.get(each.name, ()), _known(judged.get(each.name)), cases.get(each.name, 0))
            for each in records
        ]


def _known(judged: Judged | None) -> Judged | None:
    return judged if judged is not None and judged.found + judged.cleared else None
