"""Read statements of reasons, note that they were delivered, and change how long telling waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.core.ids import AccountId, DecisionId, StatementId
from tutela.core.permissions import Principal, demand, demand_one, demand_person
from tutela.core.policy import Policy
from tutela.core.reasons.wording import Audience, Worded, Words, worded
from tutela.core.statement_states import (
    UNTOLD,
    DelayChange,
    DelayStep,
    StatementState,
    Tracked,
    check_how,
    ended,
    extended,
)
from tutela.core.statements import DelayBasis
from tutela.errors import BadInput, NotForYou, UnknownDecision, UnknownStatement
from tutela.flows.appeal_links import AppealLinks
from tutela.flows.gather_reasons import Gathered, GatherReasons
from tutela.flows.keep_accounts import found
from tutela.ports.clock import Clock
from tutela.ports.statements import StatementBook
from tutela.ports.store import Store

READS = ("statements", "read")
"""Either lets a platform read what may be told by now."""

SENIOR = "decide_senior"
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class StatementSeen:
    """A statement with its reasons and its text."""

    gathered: Gathered
    worded: Worded
    state: StatementState
    history: tuple[DelayChange, ...] = ()


@dataclass(frozen=True, slots=True)
class KeepStatements:
    """Every verb of statements."""

    store: Store
    book: StatementBook
    gather: GatherReasons
    words: Mapping[str, Words]
    policy: Policy
    clock: Clock
    links: AppealLinks

    def of_account(
        self, principal: Principal, platform_id: str, before: str | None, limit: int
    ) -> tuple[list[Gathered], datetime]:
        """Return what the holder of an account may be told by now, newest first, from before an id on; and when.

        Raises:
            tutela.errors.Forbidden: They read nothing.
            tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
        """
        demand_one(principal, READS)
        now = self.clock.now()
        with self.store.read() as reader:
            account = found(reader, platform_id)
        return self.gather(self.book.of_account(account.id, now, before, limit)), now

    def read(
        self,
        principal: Principal,
        statement_id: StatementId,
        language: str | None = None,
        audience: Audience | None = None,
    ) -> StatementSeen:
        """Return one with its text in a language, for its reader's age unless another audience is named.

        What is delayed or overtaken is there for people who decide, and for nobody else.

        Raises:
            tutela.errors.Forbidden: They read nothing.
            tutela.errors.UnknownStatement: There is none, or it may not be told yet.
            tutela.errors.BadInput: There is no such language.
        """
        demand_one(principal, READS)
        now = self.clock.now()
        tracked = self.book.one(statement_id)
        may_see = principal.is_person and principal.may("decide")
        if tracked is None or (tracked.state(now) in UNTOLD and not may_see):
            raise UnknownStatement(place="id")
        [gathered] = self.gather([tracked])
        history = tuple(self.book.history(statement_id)) if may_see else ()
        return StatementSeen(gathered, self._worded(gathered, language, audience), tracked.state(now), history)

    def of_decision(self, principal: Principal, decision_id: DecisionId) -> list[Gathered]:
        """Return every statement of a decision, delayed ones too, with reasons.

        Raises:
            tutela.errors.Forbidden: They decide nothing.
            tutela.errors.UnknownDecision: There is none.
        """
        demand(principal, "decide")
        with self.store.read() as reader:
            if decision_id not in reader.decisions([decision_id]):
                raise UnknownDecision(place="id")
        return self.gather(self.book.of_decisions([decision_id]).get(decision_id, ()))

    def undelivered(self, principal: Principal, limit: int) -> list[Tracked]:
        """Return what may be told and no platform has delivered, the oldest first.

        Raises:
            tutela.errors.Forbidden: They read nothing.
        """
        demand_one(principal, READS)
        return self.book.waiting(self.clock.now(), limit)

    def deliver(
        self, principal: Principal, statement_id: StatementId, how: str, at: datetime | None = None
    ) -> tuple[Tracked, bool]:
        """Note that the platform has delivered it; the first word about it stays. Idempotent.

        Returns:
            The statement as it stands, and whether this was the first word about it.

        Raises:
            tutela.errors.Forbidden: It is not theirs to say.
            tutela.errors.UnknownStatement: There is none, or it may not be told yet.
            tutela.errors.BadInput: How is no word, or the time is before it could be told, or has not come.
        """
        demand(principal, "statements")
        now, said = self.clock.now(), check_how(how)
        tracked = self.book.one(statement_id)
        if tracked is None or tracked.state(now) in UNTOLD:
            raise UnknownStatement(place="id")
        delivered_at = at or now
        if tracked.delivered_at is None and not tracked.statement.tell_at <= delivered_at <= now:
            raise BadInput(
                "It was delivered after it could be told, and before now.", place="at", remedy="Leave it out for now."
            )
        is_new = self.book.deliver(statement_id, said, delivered_at, principal.id)
        return self._one(statement_id), is_new

    def delay(
        self, principal: Principal, statement_id: StatementId, until: datetime, basis: DelayBasis, reason: str
    ) -> Tracked:
        """Have telling wait longer, never beyond what its basis allows.

        Raises:
            tutela.errors.Forbidden: They are not senior, or no person.
            tutela.errors.NotForYou: It is told to an account of their own.
            tutela.errors.UnknownStatement: There is none.
            tutela.errors.BadInput: It may have been told, would wait too long or less long, or the reason is missing.
            tutela.errors.Conflict: Somebody else changed it meanwhile.
        """
        before = self._before(principal, statement_id)
        change = DelayChange(
            self.clock.now(), principal.id, DelayStep.EXTENDED, basis, reason.strip(), until
        )  # fmt: skip
        return self._changed(before, extended(before, change), change)

    def release(self, principal: Principal, statement_id: StatementId, reason: str) -> Tracked:
        """Have it told now.

        Raises:
            tutela.errors.BadInput: It may have been told by now, or the reason is missing; the others as `delay`.
        """
        before, now = self._before(principal, statement_id), self.clock.now()
        change = DelayChange(now, principal.id, DelayStep.ENDED, None, reason.strip(), now)
        return self._changed(before, ended(before, change), change)

    def _before(self, principal: Principal, statement_id: StatementId) -> Tracked:
        demand_person(principal, SENIOR)
        tracked = self._one(statement_id)
        with self.store.read() as reader:
            own: set[AccountId] = set(reader.own_accounts(principal.id))
        if tracked.statement.account_id in own:
            raise NotForYou("it is told to an account of yours", place="id", remedy="Leave it to a colleague.")
        return tracked

    def _changed(self, before: Tracked, after: Tracked, change: DelayChange) -> Tracked:
        self.book.change_delay(before, after, change)
        return self._one(before.statement.id)

    def _one(self, statement_id: StatementId) -> Tracked:
        tracked = self.book.one(statement_id)
        if tracked is None:
            raise UnknownStatement(place="id")
        return tracked

    def _worded(self, gathered: Gathered, language: str | None, audience: Audience | None) -> Worded:
        words = self.words.get((language or DEFAULT_LANGUAGE).lower())
        if words is None:
            known = ", ".join(sorted(self.words))
            raise BadInput("There are no words of this language.", place="language", remedy=f"There are: {known}.")
        own = self.policy.clauses.get(gathered.reasons.clause_id)
        with self.store.read() as reader:
            link = self.links.of(reader, gathered.tracked.statement)
        return worded(gathered.reasons, words, audience or gathered.audience, appeal_link=link, own_clause=own)
