"""Undo what rested on a reversed decision and was too much for one transaction (P11)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tutela.core.findings import Decider
from tutela.core.ids import DecisionId
from tutela.core.policy import Policy
from tutela.core.reversals import lost, plan_reversal, regrounded
from tutela.core.unbanking import relied_on
from tutela.errors import Conflict
from tutela.flows.trace import trace
from tutela.flows.undo import Undoer, undo
from tutela.ports.banking import Reground
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.decisions import UNFINISHED_REVERSAL
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

CHUNK_DECISIONS = 100
"""Decisions undone in one transaction: a popular picture must not stall submits."""

MAX_REPLANS = 20


@dataclass(frozen=True, slots=True)
class FollowReversals:
    """Go on where a reversal left off. What was undone is not found again, so that a kill anywhere loses nothing."""

    store: Store
    committer: Committer
    policy: Policy
    clock: Clock
    entropy: Entropy

    def __call__(self, must_end: Callable[[], bool] = lambda: False) -> int:
        """Undo what is left of every unfinished reversal, and return how many decisions that were."""
        with self.store.read() as reader:
            unfinished = reader.unfinished_reversals()
            by = reader.reversed(unfinished)
            waiting = reader.held_untils(by.values(), self.clock.now())
            unfinished = [each for each in unfinished if by.get(each) not in waiting]
        return sum(self._follow(each, must_end) for each in unfinished)

    def _follow(self, reversed_id: DecisionId, must_end: Callable[[], bool]) -> int:
        after, done = "", 0
        while not must_end():
            last, count = self._chunk(reversed_id, after)
            done += count
            if last is None:
                self.committer.commit(Changeset(checkpoint_removals=(f"{UNFINISHED_REVERSAL}{reversed_id}",)))
                break
            after = last
        return done

    def _chunk(self, reversed_id: DecisionId, after: str) -> tuple[DecisionId | None, int]:
        """Undo one chunk; return the last decision that was looked at, none behind the last, and how many ended."""
        for _ in range(MAX_REPLANS):
            with self.store.read() as reader:
                found = reader.dependents([reversed_id], CHUNK_DECISIONS, after=after)
                if not found:
                    return None, 0
                changeset = self._plan(reader, reversed_id, found)
            if changeset is None:
                return found[-1], 0
            try:
                self.committer.commit(changeset)
            except Conflict:
                continue
            return found[-1], len(changeset.decisions)
        raise Conflict("others are deciding about the same without end", remedy="It is tried again.")

    def _plan(self, reader: Reader, reversed_id: DecisionId, found: list[DecisionId]) -> Changeset | None:
        decisions = reader.decisions(found)
        traced = trace(reader, [decisions[each] for each in found], self.clock.now(), at_once=CHUNK_DECISIONS)
        roots = lost(replace(traced.known, roots=()))
        if not roots:
            kept = tuple(Reground(*each) for each in regrounded(replace(traced.known, roots=()), ()))
            return Changeset(regrounds=kept, expects_entries=relied_on(traced.known.banked)) if kept else None
        traced = replace(traced, known=replace(traced.known, roots=roots, is_following=True))
        by_id = reader.reversed([reversed_id])[reversed_id]
        by, said = reader.decisions([by_id])[by_id], reader.findings([by_id])[by_id]
        decider = Decider(by.decided_by or "", is_senior=said.is_senior)
        proposal = reader.proposal(reversed_id)
        who = Undoer(decider, said.facts, self.policy.version, proposal.by if proposal else None)
        return undo(plan_reversal(traced.known), traced, who, self.entropy)
