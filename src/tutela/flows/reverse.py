"""Reverse a decision: show what ends and what still holds, then undo it with all that rested on nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tutela.core.audit import AuditEvent
from tutela.core.case_answers import UNFIT, Unfit
from tutela.core.ids import AccountId, DecisionId, ItemId
from tutela.core.plans import Answer
from tutela.core.policy import Policy
from tutela.core.reversals import Reversal, ReversalPlan, plan_reversal
from tutela.errors import BadInput, Conflict, NotForYou
from tutela.flows.decide import Names
from tutela.flows.decide_case import refuse_own
from tutela.flows.open_window import OpenWindow
from tutela.flows.repeat import Answered, Repeatable, RepeatedError
from tutela.flows.trace import Traced, held_elsewhere, standing_decision, trace
from tutela.flows.undo import Undoer, undo
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.decisions import UNFINISHED_REVERSAL, Decision, Proposal
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

MAX_REPLANS = 20


@dataclass(frozen=True, slots=True)
class ForeseenReversal:
    """What a reversal would do, or did."""

    decision: Decision
    plan: ReversalPlan
    names: Names
    before: Mapping[ItemId, Answer]  #: what the platform was told about each item
    elsewhere: int = 0  #: items of others with the same media that stay hidden by decisions of their own


@dataclass(frozen=True, slots=True)
class Reversed:
    """A reversal that was done; or, with a proposal, one that waits for a second person."""

    foreseen: ForeseenReversal
    changeset: Changeset
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Reverse:
    """Undo decisions. What nobody undoes alone is proposed by the first person and done by the second (P3)."""

    store: Store
    committer: Committer
    policy: Policy
    clock: Clock
    entropy: Entropy
    open_window: OpenWindow
    has_people: Callable[[], bool] = lambda: False  #: whether anybody has an account of a person here

    def foresee(self, decision_id: DecisionId) -> ForeseenReversal:
        """Return what reversing a decision would do. Whether somebody has proposed it is not told (P3).

        Raises:
            tutela.errors.UnknownDecision: There is none.
            tutela.errors.AlreadyReversed: It was reversed, or replaced by another one.
        """
        with self.store.read() as reader:
            return self._foreseen(reader, decision_id)[0]

    def __call__(self, asked: Reversal) -> Reversed:
        """Reverse a decision, or record that one person would.

        Raises:
            tutela.errors.UnknownDecision: There is none.
            tutela.errors.AlreadyReversed: It was reversed, or replaced by another one.
            tutela.errors.BadInput: It is a reversal itself.
            tutela.errors.CharterBreach: It breaks a promise, and nothing was written.
        """
        return self._do(asked, None)[0]

    def once(self, asked: Reversal, request: Repeatable[Reversed]) -> Answered:
        """Reverse a decision, or answer as the same request was answered before; it raises what reversing raises.

        Raises:
            tutela.errors.IdempotencyMismatch: The request's key was used for another request.
        """
        try:
            return Answered(self._do(asked, request)[1])
        except RepeatedError as repeated:
            return Answered(repeated.body, is_replay=True)

    def withdraw(self, decision_id: DecisionId, by: str) -> None:
        """Take back what one proposed: the decision stands as it did. Nobody was told of it, and nobody is.

        Raises:
            tutela.errors.UnknownDecision: There is none.
            tutela.errors.AlreadyReversed: Somebody else has reversed it as well.
            tutela.errors.BadInput: They have proposed nothing.
        """
        with self.store.read() as reader:
            standing_decision(reader, decision_id, "decision")
            proposal = reader.proposal(decision_id)
        if proposal is None or proposal.by != by:
            raise BadInput("you have not proposed to reverse it", place="decision")
        event = AuditEvent("person:reversal:withdrawn", decision_id, {"by": by})
        self.committer.commit(Changeset(proposal_ends=(proposal,), audit=(event,)))

    def _do(self, asked: Reversal, request: Repeatable[Reversed] | None) -> tuple[Reversed, bytes]:
        for _ in range(MAX_REPLANS):
            with self.store.read() as reader:
                if request is not None:
                    request.check(reader)
                done = self._planned(reader, asked)
            body, changeset = b"", done.changeset
            if request is not None:
                body = request.encode(done)
                changeset = replace(changeset, idempotency=request.remembered(body, self.clock.now()))
            if changeset.is_empty:
                return done, body
            try:
                self.committer.commit(changeset)
            except Conflict:
                continue
            return done, body
        raise Conflict("others are deciding about the same without end", remedy="Try again.")

    def _foreseen(self, reader: Reader, decision_id: DecisionId) -> tuple[ForeseenReversal, Traced]:
        decision = standing_decision(reader, decision_id, "decision")
        said = reader.findings([decision_id]).get(decision_id)
        if said is not None and said.is_reversal:
            raise BadInput(
                "this decision is a reversal itself", place="decision", remedy="Decide anew with POST /v1/decisions."
            )
        traced = trace(reader, [decision], self.clock.now())
        before = {item_id: item.answer for item_id, item in traced.known.items.items()}
        plan = plan_reversal(traced.known)
        elsewhere = held_elsewhere(reader, traced, plan)
        return ForeseenReversal(decision, plan, names_of(reader, traced), before, elsewhere), traced

    def _planned(self, reader: Reader, asked: Reversal) -> Reversed:
        foreseen, traced = self._foreseen(reader, asked.decision_id)
        refuse_own(reader, asked.decider.id, _concerned(traced))
        refuse_while_answered(reader, asked.decision_id)
        proposal = reader.proposal(asked.decision_id) if foreseen.plan.needs_two_people else None
        if foreseen.plan.needs_two_people and (proposal is None or proposal.by == asked.decider.id):
            return self._proposed(asked, foreseen, proposal)
        first = proposal.by if proposal else None
        if first is not None and not asked.is_person and self.has_people():
            raise NotForYou(UNFIT[Unfit.A_SERVICE], place="decision", remedy="Let a person reverse it.")
        who = Undoer(asked.decider, asked.facts, self.policy.version, first)
        changeset = replace(undo(foreseen.plan, traced, who, self.entropy), expects_proposal=proposal)
        if not traced.known.is_whole:
            changeset = replace(changeset, checkpoints={f"{UNFINISHED_REVERSAL}{asked.decision_id}": 0})
        changeset = self.open_window(reader, changeset, asked.decider.id, traced.known.at)
        return Reversed(foreseen, changeset)

    def _proposed(self, asked: Reversal, foreseen: ForeseenReversal, before: Proposal | None) -> Reversed:
        if before is not None:  # the same person again
            return Reversed(foreseen, Changeset(), before)
        proposal = Proposal(asked.decision_id, asked.decider.id, self.clock.now(), asked.facts)
        event = AuditEvent("person:reversal:proposed", asked.decision_id, {"by": proposal.by})
        return Reversed(foreseen, Changeset(proposals=(proposal,), audit=(event,)), proposal)


def refuse_while_answered(reader: Reader, decision_id: DecisionId) -> None:
    """Refuse to undo what holds until another person has answered: the case is settled by its answers alone (P3).

    Raises:
        tutela.errors.BadInput: It holds until then.
    """
    if reader.blinded(decision_id) is not None:
        remedy = "Answer the case: what holds ends with it."
        raise BadInput("this holds until another person has answered", place="decision", remedy=remedy)


def _concerned(traced: Traced) -> frozenset[AccountId]:
    authors = {stored.item.account_id for stored in traced.items.values()}
    return frozenset(authors | {each for one in traced.known.decided.values() for each in one.account_ids})


def names_of(reader: Reader, traced: Traced) -> Names:
    """Return the platform's own names of what a reversal touches."""
    items = {item_id: stored.item.platform_id for item_id, stored in traced.items.items()}
    accounts = {account_id for each in traced.known.decided.values() for account_id in each.account_ids}
    accounts |= {stored.item.account_id for stored in traced.items.values()}
    return Names(items, {each.id: each.platform_id for each in reader.accounts_by_id(accounts).values()})
