"""Move versions of rules from state to state: alone where that is enough, else proposed and approved by two people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.permissions import Principal, demand, demand_one
from tutela.core.rules.rule import RuleState
from tutela.core.rules.rule_states import Asked, Change, Moved, NeedsSecond, move, takes
from tutela.core.rules.rule_states import found as version_among
from tutela.core.rules.testing import passes_tests, run_tests
from tutela.errors import Conflict, Forbidden, RuleProblem
from tutela.flows.keep_rules import KeepRules, RuleRecord, states_of
from tutela.ports.clock import Clock
from tutela.ports.rule_book import Proposal, RuleMove


@dataclass(frozen=True, slots=True)
class MoveRules:
    """Move, propose, approve and withdraw."""

    keep: KeepRules
    clock: Clock

    def move(
        self, principal: Principal, name: str, version: str, to: RuleState, reason: str
    ) -> Sequence[RuleMove] | Proposal:
        """Move a version, or propose it where somebody else has to approve.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownRule: There is none.
            tutela.errors.Conflict: There is no such version or move, its tests do not pass, or a move waits already.
        """
        demand(principal, "rules")
        record, now = self.keep.record(name), self.clock.now()
        came = self._plan(record, Asked(version, to, principal.id))
        if isinstance(came, Moved):
            return self._store(record, came.changes, principal, now, reason)
        if principal.person_id is None and not principal.is_at_machine:
            # Whoever holds a key of a service may be the very person who approves: nobody could tell.
            remedy = "Sign in, or use a token of your own."
            raise Forbidden(
                "a move that takes two people is proposed by a person", place="Authorization", remedy=remedy
            )
        change = came.change
        proposal = Proposal(name, version, change.before, change.after, principal.id, now, reason)
        self.keep.book.propose(proposal)
        return proposal

    def approve(self, principal: Principal, name: str, version: str, to: RuleState) -> Sequence[RuleMove]:
        """Approve what somebody else proposed: this version, to this state. Its tests are run again.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do, or their own proposal.
            tutela.errors.UnknownRule: There is none.
            tutela.errors.Conflict: This does not wait, or no longer fits.
        """
        if not principal.may("rules_second"):
            # No key and no token has this scope: to speak of one would send people to look for it.
            remedy = "Nobody who wrote rules approves: ask a senior reviewer or a child-safety officer to sign in."
            raise Forbidden("this takes the scope rules_second", place="Authorization", remedy=remedy)
        record, now = self.keep.record(name), self.clock.now()
        proposal = record.proposal
        if proposal is None or (proposal.version, proposal.to) != (version, to):
            raise Conflict("no such move waits", place="name", remedy="Read the rule again.")
        came = self._plan(record, Asked(version, to, principal.id, proposal.by))
        if not isinstance(came, Moved) or version_among(states_of(record), version).state is not proposal.before:
            raise Conflict(
                "the rule was moved meanwhile", place="version", remedy="Withdraw this, and propose it anew."
            )
        return self._store(record, came.changes, principal, now, proposal.reason, proposal)

    def withdraw(self, principal: Principal, name: str) -> Proposal:
        """End what waits without a move: by whoever may propose, or may approve and does not.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownRule: There is none.
            tutela.errors.Conflict: Nothing waits.
        """
        demand_one(principal, ("rules", "rules_second"))
        proposal = self.keep.record(name).proposal
        if proposal is None:
            raise Conflict("nothing waits", place="name")
        self.keep.book.withdraw(proposal, principal.id, self.clock.now())
        return proposal

    def _plan(self, record: RuleRecord, asked: Asked) -> Moved | NeedsSecond:
        states = states_of(record)
        needed = takes(version_among(states, asked.version), asked.to)
        return move(states, asked, passes_tests=needed.tests and self._passes(record, asked.version))

    def _passes(self, record: RuleRecord, version: str) -> bool:
        source = next(each.source for each in record.versions if each.version == version)
        try:
            _, checked = self.keep.tries.one(record.name, source)
        except RuleProblem as problem:
            remedy = "Write a new version."
            raise Conflict(f"this version can no longer be run: {problem}", place="version", remedy=remedy) from problem
        return passes_tests(run_tests(checked))

    def _store(  # one move, said whole
        self,
        record: RuleRecord,
        changes: Sequence[Change],
        principal: Principal,
        now: datetime,
        reason: str,
        approves: Proposal | None = None,
    ) -> list[RuleMove]:
        proposed_by = approves.by if approves else None
        moves = [
            RuleMove(record.name, each.version, each.before, each.after, principal.id, now, reason, proposed_by)
            for each in changes
        ]
        self.keep.book.move(moves, approves)
        return moves
