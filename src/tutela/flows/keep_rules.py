"""Keep rules: write versions, read them, and see what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tutela.core.permissions import Principal, demand, demand_one
from tutela.core.rules.problems import did_you_mean
from tutela.core.rules.rule import RuleState
from tutela.core.rules.rule_states import VersionState
from tutela.core.rules.rule_writing import source_of
from tutela.core.rules.shipped import ShippedRule
from tutela.errors import RuleChanged, UnknownRule
from tutela.flows.try_rules import TryRules
from tutela.ports.clock import Clock
from tutela.ports.rule_book import EndedProposal, Proposal, RuleBook, RuleMove, StoredRule

READING = ("rules", "rules_second")
"""Any of these reads rules."""

WITH_THE_PRODUCT = "tutela"
"""Who wrote what ships."""


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """A rule with all its versions, the newest first and what ships last."""

    name: str
    versions: Sequence[StoredRule]
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class KeepRules:
    """Write and read rules."""

    book: RuleBook
    shipped: Mapping[str, ShippedRule]
    tries: TryRules
    clock: Clock

    def list(self, principal: Principal) -> list[RuleRecord]:
        """Return every rule with those of its versions that are not retired.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
        """
        demand_one(principal, READING)
        states = self.book.shipped_states()
        versions: dict[str, list[StoredRule]] = {}
        for rule in reversed(self.book.current()):
            versions.setdefault(rule.name, []).append(rule)
        for name in self.shipped:
            if states.get(name) is not RuleState.RETIRED:
                versions.setdefault(name, []).append(self._shipped(name, states))
        waiting = {proposal.name: proposal for proposal in self.book.proposals()}
        return [RuleRecord(name, versions[name], waiting.get(name)) for name in sorted(versions)]

    def read(self, principal: Principal, name: str) -> RuleRecord:
        """Return one rule with all its versions.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownRule: There is none.
        """
        demand_one(principal, READING)
        return self.record(name)

    def record(self, name: str) -> RuleRecord:
        """Return one rule, whoever asks.

        Raises:
            tutela.errors.UnknownRule: There is none.
        """
        versions = self.book.versions(name)
        if name in self.shipped:
            versions.append(self._shipped(name, self.book.shipped_states()))
        if not versions:
            alike = did_you_mean(name, {*self.shipped, *(each.name for each in self.book.current())})
            raise UnknownRule(place="name", remedy=alike[:1].upper() + alike[1:] or None)
        waiting = (proposal for proposal in self.book.proposals() if proposal.name == name)
        return RuleRecord(name, versions, next(waiting, None))

    def put(self, principal: Principal, name: str, source: str, made_from: str | None) -> StoredRule:
        """Store a new version as a draft, whatever state its file asks for.

        Args:
            principal: Who writes.
            name: Of the rule.
            source: A file of this one rule.
            made_from: The version that was read before: the newest of the operator's, else the one that ships; none
                of a new rule.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.RuleProblem: It cannot be used.
            tutela.errors.BadInput: It is not the one rule of that name.
            tutela.errors.RuleChanged: Somebody else wrote a version meanwhile.
        """
        demand(principal, "rules")
        written, checked = self.tries.one(name, source)
        latest = self._latest(name, made_from)
        text = source_of(written, self.tries.bounds.vocabulary)
        now = self.clock.now()
        draft = StoredRule(name, "", checked.rule.clause, RuleState.DRAFT, text, principal.id, now, made_from)
        return self.book.add(draft, latest)

    def history(self, principal: Principal, name: str) -> Sequence[RuleMove]:
        """Return every move of a rule's versions, the oldest first.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownRule: There is none.
        """
        demand_one(principal, READING)
        self.record(name)
        return self.book.history(name)

    def proposals(self, principal: Principal, name: str) -> Sequence[EndedProposal]:
        """Return every move that was proposed, the oldest first, whatever became of it.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
        """
        demand_one(principal, READING)
        return self.book.proposed(name)

    def _latest(self, name: str, made_from: str | None) -> str | None:
        """Return the newest version of the operator's from which somebody wrote; none where there is none yet."""
        shipped = self.shipped.get(name)
        if self.book.versions(name):
            return made_from
        if made_from != (shipped.version if shipped else None):
            what = f"is {shipped.version}, which ships" if shipped else "does not exist yet"
            newest = shipped.version if shipped else None
            remedy = "Read it, and write yours from it."
            raise RuleChanged(f"this rule {what}", place="made_from", remedy=remedy, newest=newest)
        return None

    def _shipped(self, name: str, states: Mapping[str, RuleState]) -> StoredRule:
        rule = self.shipped[name]
        state = states.get(name, RuleState.LIVE)
        clause = rule.checked.rule.clause
        return StoredRule(name, rule.version, clause, state, rule.source, WITH_THE_PRODUCT, None)


def states_of(record: RuleRecord) -> list[VersionState]:
    """Return how far each version has come."""
    return [VersionState(each.version, each.state, each.clause) for each in record.versions]
