"""Take an appeal: by the platform for its user, or by whoever has the link of their statement.

Nothing that the decision did ends or changes by it (P6). What is late, or comes while appeals of the account are not
processed, is recorded and answered with why; a repetition without new facts is answered by the first outcome.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tutela.core.appeals.appeal import MOST_WORDS, Appeal, Ended
from tutela.core.appeals.misuse import suspended_until
from tutela.core.appeals.rules import AppealRules
from tutela.core.appeals.states import DECIDED_BY_PEOPLE, AppealState, Aside, Outcome
from tutela.core.appeals.window import is_late, window_ends
from tutela.core.audit import JSON, AuditEvent
from tutela.core.clocks import ClockFacts, ClockStart, ClockSubject, clocks_for, served_by
from tutela.core.content import Account
from tutela.core.ids import AccountId, AppealId, DecisionId, StatementId
from tutela.core.operator import OperatorProfile
from tutela.core.paging import checked_email
from tutela.core.permissions import Principal, demand_one
from tutela.core.statements import Statement
from tutela.errors import AppealOpen, BadInput, Conflict, UnknownAccount, UnknownDecision
from tutela.flows.appeal_links import AppealLinks
from tutela.flows.appeal_messages import message_of
from tutela.flows.appeal_secrets import AppealSecrets
from tutela.flows.concerned import concerned, told_at
from tutela.flows.repeat import Answered, Repeatable, RepeatedError
from tutela.flows.trace import standing_decision
from tutela.ports.appeals import AppealChanges, AppealWords, NewAppeal
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

MAX_REPLANS = 20
WAYS_IN = ("appeal", "appeals")
"""Of the platform, and of people here who write one down for whoever called."""

LANGUAGE_LETTERS = 35
"""The longest tag of a language that anybody uses. Source: RFC 5646, 4.4.1."""


@dataclass(frozen=True, slots=True)
class AskedAppeal:
    """What somebody sends."""

    text: str = ""
    contact: str = ""
    language: str = ""
    has_new_facts: bool = False
    account: str = ""  #: the platform's own id; none by a link
    decision_id: DecisionId | None = None
    statement_id: StatementId | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """An appeal as it was taken, with whom it is of."""

    appeal: Appeal
    account: Account
    clocks: tuple[ClockStart, ...] = ()  #: by which it has to be answered


@dataclass(frozen=True, slots=True)
class _Case:
    """What somebody appeals."""

    account: Account
    decision_id: DecisionId
    statement: Statement | None
    promised_until: datetime | None
    way: str


@dataclass(frozen=True, slots=True)
class TakeAppeal:
    """Take appeals."""

    store: Store
    committer: Committer
    links: AppealLinks
    secrets: AppealSecrets
    rules: Callable[[], AppealRules]
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy

    def __call__(self, principal: Principal, asked: AskedAppeal) -> Taken:
        """Take one from the platform, or write one down for somebody who called.

        Raises:
            tutela.errors.Forbidden: The scope is missing.
            tutela.errors.BadInput: It names no decision, or what is written is too long.
            tutela.errors.UnknownAccount: There is none of that name.
            tutela.errors.UnknownDecision: There is none that concerns this account.
            tutela.errors.AlreadyReversed: The decision stands no more.
            tutela.errors.AppealOpen: One against it is open already.
        """
        demand_one(principal, WAYS_IN)
        return self._do(lambda reader: self._named(reader, principal, asked), asked, None)[0]

    def once(self, principal: Principal, asked: AskedAppeal, request: Repeatable[Taken]) -> Answered:
        """Take one, or answer as the same request was answered before; it raises what taking raises.

        Raises:
            tutela.errors.IdempotencyMismatch: The request's key was used for another request.
        """
        demand_one(principal, WAYS_IN)
        try:
            return Answered(self._do(lambda reader: self._named(reader, principal, asked), asked, request)[1])
        except RepeatedError as repeated:
            return Answered(repeated.body, is_replay=True)

    def by_link(self, token: str, asked: AskedAppeal) -> Taken:
        """Take one from whoever has a link: against that decision, and for that account, whatever else is sent.

        Raises:
            tutela.errors.UnknownLink: It is not one of ours, or not as it was made.
        """
        return self._do(lambda reader: self._linked(reader, token), asked, None)[0]

    def _named(self, reader: Reader, principal: Principal, asked: AskedAppeal) -> _Case:
        account = reader.accounts_by_platform_id([asked.account]).get(asked.account)
        if account is None:
            raise UnknownAccount(place="account")
        statement = None if asked.statement_id is None else reader.statement(asked.statement_id)
        if asked.statement_id is not None and (statement is None or statement.account_id != account.id):
            raise UnknownDecision(place="statement")
        decision_id = statement.decision_id if statement else asked.decision_id
        if decision_id is None:
            raise BadInput("say what is appealed", place="decision", remedy="Name a decision or a statement.")
        if asked.decision_id not in {None, decision_id}:
            raise BadInput("the statement is about another decision", place="decision", remedy="Name one of them.")
        return _Case(account, decision_id, statement, None, "staff" if principal.is_person else "api")

    def _linked(self, reader: Reader, token: str) -> _Case:
        statement, ticket = self.links.opened(reader, token)
        account = reader.accounts_by_id([statement.account_id])[statement.account_id]
        until = datetime.fromtimestamp(ticket.until_s, UTC) if ticket.until_s else None
        return _Case(account, statement.decision_id, statement, until, "link")

    def _do(
        self, find: Callable[[Reader], _Case], asked: AskedAppeal, request: Repeatable[Taken] | None
    ) -> tuple[Taken, bytes]:
        words = _checked(asked)
        for _ in range(MAX_REPLANS):
            with self.store.read() as reader:
                if request is not None:
                    request.check(reader)
                taken = self._planned(reader, find(reader), asked)
            body, changeset = b"", self._written(taken, words)
            if request is not None:
                body = request.encode(taken)
                changeset = replace(changeset, idempotency=request.remembered(body, self.clock.now()))
            try:
                self.committer.commit(changeset)
            except Conflict:
                continue
            return taken, body
        raise Conflict("others are appealing against the same without end", remedy="Try again.")

    def _planned(self, reader: Reader, case: _Case, asked: AskedAppeal) -> Taken:
        now = self.clock.now()
        decision = reader.decisions([case.decision_id]).get(case.decision_id)
        if decision is None or case.account.id not in concerned(reader, decision):
            raise UnknownDecision(place="decision")
        said = reader.findings([decision.id]).get(decision.id)
        if said is not None and said.is_reversal:
            raise BadInput("this decision took nothing from anybody", place="decision")
        before = reader.appeals_against(decision.id, case.account.id)
        if (is_open := next((each for each in before if each.is_open), None)) is not None:
            raise AppealOpen(is_open.id)
        stands = decision.id not in reader.reversed([decision.id])
        first = next((each for each in before if answers_again(each, stands=stands)), None)
        is_repeated = first is not None and not asked.has_new_facts
        if not is_repeated:
            standing_decision(reader, decision.id, "decision")
        appeal = self._appeal(reader, case, asked, now)
        until = suspended_until(reader.appeal_conduct(case.account.id), now)
        if is_repeated and first is not None and first.ended is not None:
            ended = Ended(first.ended.outcome, now, None, reversal_id=first.ended.reversal_id, repeats=first.id)
            return Taken(replace(appeal, state=AppealState.DECIDED, ended=ended), case.account)
        aside = Aside.LATE if appeal.is_late else Aside.MISUSE if until is not None else None
        state = AppealState.RECEIVED if aside is None else AppealState.SET_ASIDE
        # One that was set aside is answered with why: nobody works on it, and no clock runs.
        begun = () if aside is not None else clocks_of_appeal(now, self.profile())
        return Taken(replace(appeal, state=state, aside=aside), case.account, begun)

    def _appeal(self, reader: Reader, case: _Case, asked: AskedAppeal, now: datetime) -> Appeal:
        told = reader.statements_about(case.decision_id, case.account.id)
        ends_at = window_ends(
            told_at(reader, case.decision_id, case.account.id, now), self.rules().months, case.promised_until
        )
        statement = case.statement or next((each for each in reversed(told) if each.tell_at <= now), None)
        return Appeal(
            id=AppealId(self.entropy.new_id("appeal")),
            decision_id=case.decision_id,
            account_id=AccountId(case.account.id),
            opened_at=now,
            state=AppealState.RECEIVED,
            statement_id=None if statement is None else statement.id,
            window_ends_at=ends_at,
            is_late=is_late(now, ends_at),
            has_new_facts=asked.has_new_facts,
            language=asked.language,
            channel="email" if asked.contact else "platform" if case.way == "api" else "none",
            way=case.way,
        )

    def _written(self, taken: Taken, words: AppealWords) -> Changeset:
        appeal = taken.appeal
        sealed = self.secrets.seal_words(appeal.id, words, appeal.opened_at)
        said: dict[str, JSON] = {
            "decision": appeal.decision_id,
            "account": appeal.account_id,
            "state": appeal.state.value,
            "aside": appeal.aside.value if appeal.aside else None,
            "repeats": appeal.ended.repeats if appeal.ended else None,
            "way": appeal.way,
        }
        new = NewAppeal(appeal, sealed, taken.clocks)
        event = AuditEvent("user:appeal:received", appeal.id, said)
        told = (message_of(appeal, self.entropy),)
        return Changeset(appeals=AppealChanges(opened=(new,)), messages=told, audit=(event,))


def clocks_of_appeal(at: datetime, profile: OperatorProfile) -> tuple[ClockStart, ...]:
    """Return the clocks by which an appeal has to be answered."""
    return clocks_for(ClockSubject.APPEAL, ClockFacts(at, served=served_by(profile), aims=profile.aims))


def answers_again(before: Appeal, *, stands: bool) -> bool:
    """Return whether the outcome of an earlier one answers a repetition: people came to it, and it is so still."""
    ended = before.ended
    if ended is None or ended.by is None or ended.outcome not in DECIDED_BY_PEOPLE:
        return False
    return ended.outcome is not Outcome.OVERTURNED or not stands


def _checked(asked: AskedAppeal) -> AppealWords:
    if len(asked.text) > MOST_WORDS:
        raise BadInput(f"what is written has {MOST_WORDS} characters at most", place="text", remedy="Write less.")
    if len(asked.language) > LANGUAGE_LETTERS or not all(each.isalnum() or each == "-" for each in asked.language):
        raise BadInput("this is no tag of a language", place="language", remedy="Such as en or pt-BR.")
    if asked.contact:
        checked_email(asked.contact)
    return AppealWords(asked.text.strip(), asked.contact)
