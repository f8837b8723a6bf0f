"""Claim an appeal, give it back, accept one that was set aside, and withdraw one for whoever appealed."""

from collections.abc import Callable
from dataclasses import dataclass

from tutela.core.appeals.appeal import Appeal, moved
from tutela.core.appeals.states import AppealMove, AppealState
from tutela.core.audit import JSON, AuditEvent
from tutela.core.ids import AppealId
from tutela.core.operator import OperatorProfile
from tutela.core.permissions import Principal, demand, demand_person
from tutela.errors import AppealOpen, Conflict, NotForYou, UnknownAppeal
from tutela.flows.appeal_bench import ReadAppealBench
from tutela.flows.appeal_links import AppealLinks
from tutela.flows.appeal_messages import withdrawn_message
from tutela.flows.take_appeal import clocks_of_appeal
from tutela.flows.trace import standing_decision
from tutela.ports.appeals import AppealChanges, AppealMoved
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

MAX_REPLANS = 20


@dataclass(frozen=True, slots=True)
class MoveAppeal:
    """Move appeals, apart from deciding them."""

    store: Store
    committer: Committer
    bench: ReadAppealBench
    links: AppealLinks
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy

    def claim(self, principal: Principal, appeal_id: AppealId) -> Appeal:
        """Take one to decide it; nothing of the decision changes by that (P6).

        Raises:
            tutela.errors.UnknownAppeal: There is none of that identifier.
            tutela.errors.Forbidden: They lack the scope, or are no person.
            tutela.errors.NotForYou: They had a part in what it is against, or it is about an account of theirs.
            tutela.errors.AppealMoved: Somebody else has it, or it has ended.
        """

        def plan(reader: Reader) -> AppealMoved:
            before = self.bench.fit(reader, principal, appeal_id).appeal
            return self._moved(before, AppealMove.CLAIM, principal.id)

        return self._do(plan, "person:appeal:claimed", {"by": principal.id})

    def release(self, principal: Principal, appeal_id: AppealId) -> Appeal:
        """Give one back.

        Raises:
            tutela.errors.UnknownAppeal: There is none of that identifier.
            tutela.errors.Forbidden: They lack the scope, or are no person.
            tutela.errors.AppealMoved: They have it no more.
        """
        demand_person(principal, "appeals")

        def plan(reader: Reader) -> AppealMoved:
            return self._moved(_found(reader, appeal_id), AppealMove.RELEASE, principal.id)

        return self._do(plan, "person:appeal:released", {"by": principal.id})

    def accept(self, principal: Principal, appeal_id: AppealId) -> Appeal:
        """Have one decided that came late, or while appeals of its account are not processed.

        Raises:
            tutela.errors.UnknownAppeal: There is none of that identifier.
            tutela.errors.Forbidden: They lack the scope, or are no person.
            tutela.errors.NotForYou: They had a part in what it is against, or it is about an account of theirs.
            tutela.errors.AppealMoved: It was not set aside, or is not any more.
            tutela.errors.AppealOpen: Another one against the same is open.
            tutela.errors.AlreadyReversed: The decision stands no more.
        """

        def plan(reader: Reader) -> AppealMoved:
            before = self.bench.fit(reader, principal, appeal_id).appeal
            standing_decision(reader, before.decision_id, "appeal")
            others = reader.appeals_against(before.decision_id, before.account_id)
            if (other := next((each for each in others if each.is_open), None)) is not None:
                raise AppealOpen(other.id)
            now = self.clock.now()
            after = moved(before, AppealMove.ACCEPT, principal.id, now)
            return AppealMoved(before, after, now, clocks_of_appeal(now, self.profile()))

        return self._do(plan, "person:appeal:accepted", {"by": principal.id})

    def withdraw(self, principal: Principal, appeal_id: AppealId) -> Appeal:
        """Withdraw one, as the platform says for whoever appealed, and tell them. What was decided meanwhile stays.

        People here withdraw only what people here wrote down, and never one against what they had a part in (P3).

        Raises:
            tutela.errors.UnknownAppeal: There is none of that identifier.
            tutela.errors.Forbidden: The scope is missing.
            tutela.errors.NotForYou: They had a part in what it is against, or it was not written down here.
            tutela.errors.AppealMoved: It has ended.
        """
        if principal.is_person:
            demand_person(principal, "appeals")
        else:
            demand(principal, "appeal")

        def plan(reader: Reader) -> AppealMoved:
            before = self._theirs(reader, principal, appeal_id) if principal.is_person else _found(reader, appeal_id)
            return self._moved(before, AppealMove.WITHDRAW, principal.id)

        kind = "person:appeal:withdrawn" if principal.is_person else "user:appeal:withdrawn"
        return self._do(plan, kind, {"by": principal.id})

    def _theirs(self, reader: Reader, principal: Principal, appeal_id: AppealId) -> Appeal:
        before = self.bench.fit(reader, principal, appeal_id).appeal
        if before.way != "staff":
            remedy = "Whoever appealed withdraws it themselves, by their link or by the platform."
            raise NotForYou("this appeal was not written down here", place="appeal", remedy=remedy)
        return before

    def withdraw_by_link(self, token: str) -> Appeal:
        """Withdraw the open one of whoever has the link.

        Raises:
            tutela.errors.UnknownLink: It is not one of ours, or not as it was made.
            tutela.errors.UnknownAppeal: None is open.
        """

        def plan(reader: Reader) -> AppealMoved:
            statement, _ = self.links.opened(reader, token)
            theirs = reader.appeals_against(statement.decision_id, statement.account_id)
            before = next((each for each in theirs if each.is_open), None)
            if before is None:
                raise UnknownAppeal(place="link")
            return self._moved(before, AppealMove.WITHDRAW, statement.account_id)

        return self._do(plan, "user:appeal:withdrawn", {"by": None})

    def _moved(self, before: Appeal, move: AppealMove, by: str) -> AppealMoved:
        now = self.clock.now()
        return AppealMoved(before, moved(before, move, by, now), now)

    def _do(self, plan: Callable[[Reader], AppealMoved], kind: str, said: dict[str, JSON]) -> Appeal:
        for _ in range(MAX_REPLANS):
            with self.store.read() as reader:
                move = plan(reader)
            event = AuditEvent(kind, move.after.id, {**said, "state": move.after.state.value})
            is_gone = move.after.state is AppealState.WITHDRAWN
            told = (withdrawn_message(move.after, move.at, self.entropy),) if is_gone else ()
            changes = AppealChanges(moves=(move,))
            try:
                self.committer.commit(Changeset(appeals=changes, messages=told, audit=(event,)))
            except Conflict:
                continue
            return move.after
        raise Conflict("others work on the same appeal without end", remedy="Try again.")


def _found(reader: Reader, appeal_id: AppealId) -> Appeal:
    appeal = reader.appeals([appeal_id]).get(appeal_id)
    if appeal is None:
        raise UnknownAppeal(place="id")
    return appeal
