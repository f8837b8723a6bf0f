"""Read appeals; see `ports.appeals`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db.appeal_rows import answer_of, appeal_of, conduct_of
from tutela.adapters.db.appeal_tables import IS_OPEN, appeal_answers, appeal_conduct, appeals, policy_clauses
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import from_us, maybe_time, to_us
from tutela.adapters.db.tables import decisions, statements
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.core.appeals.appeal import Appeal, AppealAnswer
from tutela.core.appeals.misuse import ConductNote
from tutela.core.ids import AccountId, AppealId, ClauseId, DecisionId, StatementId
from tutela.core.statements import DelayBasis, Statement, StatementCode
from tutela.ports.appeals import AppealCount, AppealFilter, ClauseText, SealedWords

_A = appeals.c
_ONES = select(appeals).where(among(_A.id))
_AGAINST = (
    select(appeals)
    .where(_A.decision_id == bindparam("decision"), _A.account_id == bindparam("account"))
    .order_by(_A.opened_us, _A.id)
)
_REVERSAL = decisions.alias("reversal")
# What may still be taken back has ended nothing for good: the decision would stand again, and the appeal be gone.
_OPEN_WINDOW = (
    exists()
    .where(
        undo_parts.c.decision_id == _REVERSAL.c.id, undo_windows.c.id == undo_parts.c.window_id,
        (undo_windows.c.until_us > bindparam("now")) | undo_windows.c.undone_us.is_not(None),
    )
    .correlate(_REVERSAL)
)  # fmt: skip
_OVERTAKEN = (
    select(_A.id, _REVERSAL.c.id.label("by"))
    .join_from(appeals, _REVERSAL, _REVERSAL.c.reverses == _A.decision_id)
    .where(IS_OPEN, ~_OPEN_WINDOW)
    .order_by(_A.id)
    .limit(bindparam("limit"))
)
_ANSWERS = (
    select(appeal_answers).where(appeal_answers.c.appeal_id == bindparam("id")).order_by(appeal_answers.c.place)
)  # fmt: skip
_OPEN_MONTHS = select(_A.words_period).where(IS_OPEN, _A.words_period.is_not(None)).distinct()
_WORDS = select(_A.words_period, _A.words_key, _A.words).where(_A.id == bindparam("id"))
_CLAIMED_BY = select(_A.id).where(IS_OPEN, _A.holder == bindparam("person"), _A.until_us > bindparam("now"))
_ANSWERED_BY = select(appeal_answers.c.appeal_id).where(appeal_answers.c.answered_by == bindparam("person"))
# Each by an index of its own: with an OR in their place every open appeal would be read.
_HELD = select(appeals).where(IS_OPEN, _A.id.in_(_CLAIMED_BY.union_all(_ANSWERED_BY)))
_CONDUCT = (
    select(appeal_conduct)
    .where(appeal_conduct.c.account_id == bindparam("account"))
    .order_by(appeal_conduct.c.at_us, appeal_conduct.c.step)
)
_COUNT = select(
    func.count(),
    func.count().filter(_A.is_unfounded),
    func.count().filter(_A.is_unfounded, _A.decided_us > bindparam("after")),
).where(
    _A.account_id == bindparam("account"), _A.decided_us >= bindparam("since"), _A.repeats.is_(None),
)  # fmt: skip
_STATEMENTS = (
    select(statements).where(statements.c.decision_id == bindparam("decision")).order_by(statements.c.tell_us)
)  # fmt: skip
_DELIVERED = select(func.max(statements.c.delivered_us)).where(
    statements.c.decision_id == bindparam("decision"), statements.c.account_id == bindparam("account")
)
_STATEMENT = select(statements).where(statements.c.id == bindparam("id"))
_TEXT = select(policy_clauses).where(
    policy_clauses.c.clause_id == bindparam("clause"), policy_clauses.c.version == bindparam("version")
)
_KEPT = select(policy_clauses.c.clause_id, policy_clauses.c.version)
_KEEP = {
    is_postgresql: dialect.insert(policy_clauses).on_conflict_do_nothing()
    for is_postgresql, dialect in ((False, sqlite), (True, postgresql))
}
_ENDED = ("set_aside", "decided", "withdrawn")


class AppealReads:
    """The part of `ports.store.Reader` about appeals."""

    _connection: Connection

    def appeals(self, appeal_ids: Iterable[AppealId]) -> dict[AppealId, Appeal]:
        """Return the appeals that exist."""
        return {AppealId(row["id"]): appeal_of(row) for row in rows_of(self._connection, _ONES, appeal_ids)}

    def appeals_page(self, wanted: AppealFilter, after: str, limit: int) -> list[Appeal]:
        """Return appeals by id, from behind *after* on."""
        asked = select(appeals).where(_A.id > after)
        if wanted.account_id is not None:
            asked = asked.where(_A.account_id == wanted.account_id)
        if wanted.decision_id is not None:
            asked = asked.where(_A.decision_id == wanted.decision_id)
        if wanted.is_open is not None:
            asked = asked.where(IS_OPEN) if wanted.is_open else asked.where(_A.state.in_(_ENDED))
        if wanted.states:
            asked = asked.where(_A.state.in_(sorted(wanted.states)))
        return [appeal_of(row) for row in self._connection.execute(asked.order_by(_A.id).limit(limit)).mappings()]

    def appeals_against(self, decision_id: DecisionId, account_id: AccountId) -> list[Appeal]:
        """Return all of an account against a decision, oldest first."""
        asked = {"decision": decision_id, "account": account_id}
        return [appeal_of(row) for row in self._connection.execute(_AGAINST, asked).mappings()]

    def appeals_overtaken(self, limit: int, now: datetime) -> dict[AppealId, DecisionId]:
        """Return open appeals whose decision stands no more, each with what did it and cannot be taken back."""
        found = self._connection.execute(_OVERTAKEN, {"limit": limit, "now": to_us(now)})
        return {AppealId(row.id): DecisionId(row.by) for row in found}

    def months_of_open_appeals(self) -> frozenset[str]:
        """Return the periods under whose keys the words of an open appeal are sealed."""
        return frozenset(self._connection.execute(_OPEN_MONTHS).scalars())

    def appeal_answers(self, appeal_id: AppealId) -> list[AppealAnswer]:
        """Return what people answered, in order."""
        return [answer_of(row) for row in self._connection.execute(_ANSWERS, {"id": appeal_id}).mappings()]

    def appeal_words(self, appeal_id: AppealId) -> SealedWords | None:
        """Return what was written, sealed."""
        row = self._connection.execute(_WORDS, {"id": appeal_id}).first()
        if row is None or row.words is None:
            return None
        return SealedWords(row.words_period, bytes(row.words_key), bytes(row.words))

    def appeals_held_by(self, person: str, now: datetime) -> list[Appeal]:
        """Return open appeals that somebody has claimed or answered."""
        asked = {"person": person, "now": to_us(now)}
        return [appeal_of(row) for row in self._connection.execute(_HELD, asked).mappings()]

    def appeal_conduct(self, account_id: AccountId) -> list[ConductNote]:
        """Return what was done about misuse by an account, oldest first."""
        return [conduct_of(row) for row in self._connection.execute(_CONDUCT, {"account": account_id}).mappings()]

    def appeal_count(self, account_id: AccountId, since: datetime, after: datetime) -> AppealCount:
        """Return how appeals of an account went since a moment."""
        asked = {"account": account_id, "since": to_us(since), "after": to_us(after)}
        return AppealCount(*self._connection.execute(_COUNT, asked).one())

    def statements_about(self, decision_id: DecisionId, account_id: AccountId | None = None) -> list[Statement]:
        """Return what was or will be told because of a decision, oldest first."""
        found = self._connection.execute(_STATEMENTS, {"decision": decision_id}).mappings()
        return [statement_of(row) for row in found if account_id in {None, row["account_id"]}]

    def told_late(self, decision_id: DecisionId, account_id: AccountId) -> datetime | None:
        """Return when the platform says that it delivered the last of these statements."""
        asked = {"decision": decision_id, "account": account_id}
        return maybe_time(self._connection.execute(_DELIVERED, asked).scalar())

    def statement(self, statement_id: StatementId) -> Statement | None:
        """Return one statement."""
        row = self._connection.execute(_STATEMENT, {"id": statement_id}).mappings().first()
        return None if row is None else statement_of(row)


def statement_of(row: RowMapping) -> Statement:
    """Return the statement of a row."""
    return Statement(
        id=StatementId(row["id"]),
        decision_id=DecisionId(row["decision_id"]),
        account_id=AccountId(row["account_id"]),
        clause_id=ClauseId(row["clause_id"]),
        code=StatementCode(row["code"]),
        policy_version=row["policy_version"],
        is_automated=row["is_automated"],
        tell_at=from_us(row["tell_us"]),
        delay_basis=DelayBasis(row["delay_basis"]) if row["delay_basis"] else None,
    )


class DatabasePolicyTexts:
    """What every version of the policy said; see `ports.appeals.PolicyTexts`."""

    def __init__(self, engine: Engine) -> None:
        """Keep in *engine*."""
        self._engine = engine

    def keep(self, texts: Iterable[ClauseText], at: datetime) -> int:
        """Store those that are not kept yet."""
        with read_transaction(self._engine) as connection:
            kept = {(row.clause_id, row.version) for row in connection.execute(_KEPT)}
        new = [each for each in texts if (each.clause_id, each.version) not in kept]
        if new:
            with write_transaction(self._engine) as connection:
                connection.execute(_for(connection), [_text_row(each, at) for each in new])
        return len(new)

    def of(self, clause_id: ClauseId, version: str) -> ClauseText | None:
        """Return the text of a clause in a version of the policy."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_TEXT, {"clause": clause_id, "version": version}).first()
        return None if row is None else ClauseText(clause_id, version, row.title, row.adult, row.teen)


def _for(connection: Connection) -> Any:
    return _KEEP[connection.dialect.name == "postgresql"]


def _text_row(text: ClauseText, at: datetime) -> dict[str, Any]:
    return {
        "clause_id": text.clause_id, "version": text.version, "first_us": to_us(at), "title": text.title,
        "adult": text.adult, "teen": text.teen,
    }  # fmt: skip
