"""Ask P8 of what is in force: every measure has a statement for whom it concerns, or a delay with basis and end."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.driver import Row
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.entries import PAGE_ROWS, rows_by_id
from tutela.adapters.db.lists import among
from tutela.core.charter import Breach
from tutela.core.charter.telling import Telling, Told, of_delay, of_telling, untold
from tutela.core.ids import AccountId, ItemId, StatementId
from tutela.core.measures import Measure, SubjectKind
from tutela.core.plans import Source
from tutela.core.reasons.covering import concerned
from tutela.core.statement_states import SETTLED_AFTER
from tutela.core.statements import DelayBasis, StatementCode

_MEASURES = (
    select(t.measures)
    .where(t.measures.c.id > bindparam("after"), t.measures.c.revoked_by.is_(None))
    .order_by(t.measures.c.id)
    .limit(PAGE_ROWS)
)
_STATEMENTS = (
    select(t.statements, t.decisions.c.at_us)
    .join(t.decisions, t.decisions.c.id == t.statements.c.decision_id)
    .where(t.statements.c.id > bindparam("after"))
    .order_by(t.statements.c.id)
    .limit(PAGE_ROWS)
)
_OF_DECISIONS = select(t.statements, t.decisions.c.at_us).join(
    t.decisions, t.decisions.c.id == t.statements.c.decision_id
).where(among(t.statements.c.decision_id))  # fmt: skip
_OF_ACCOUNTS = select(t.statements, t.decisions.c.at_us).join(
    t.decisions, t.decisions.c.id == t.statements.c.decision_id
).where(among(t.statements.c.account_id))  # fmt: skip
_DECISIONS = select(t.decisions.c.id, t.decisions.c.source, t.decisions.c.reverses).where(among(t.decisions.c.id))
_GROUNDS = select(t.decision_grounds.c.decision_id).where(among(t.decision_grounds.c.decision_id))
_AUTHORS = select(t.items.c.id, t.items.c.account_id).where(among(t.items.c.id))


def untold_measures(engine: Engine) -> Iterator[list[Breach]]:
    """Yield, a page at a time, measures in force of which nobody is told, and delays without basis or end."""
    yield from _pages(engine, _MEASURES, _untold)
    yield from _pages(engine, _STATEMENTS, _delays)


def _pages(engine: Engine, asked: Any, check: Any) -> Iterator[list[Breach]]:
    after = ""
    while True:
        with read_transaction(engine) as connection:
            page = list(connection.execute(asked, {"after": after}).mappings())
            if not page:
                return
            yield list(check(connection, page))
        after = page[-1]["id"]


def _delays(_: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    for row in page:
        yield from of_delay(_told(row))


def _untold(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    try:
        held = [measure for row in page if not _only_lingers(measure := rows.measure(row))]
    except ValueError:
        return  # no measure of ours is like that, and that is told elsewhere
    told = _by_decision(connection, {measure.decision_id for measure in held})
    carried = _carried(connection, {measure.decision_id for measure in held})
    items = {m.subject.id for m in held if m.subject.kind is SubjectKind.ITEM}
    authors = {
        ItemId(row["id"]): AccountId(row["account_id"]) for row in rows_by_id(connection, _AUTHORS, items)
    }  # fmt: skip
    tellings = [_telling(measure, told, authors) for measure in held]
    lacking = [each for each in tellings if each.measure.decision_id in carried and untold(each)]
    elsewhere = _by_account(connection, {account for each in lacking for account in each.concerned})
    for each in tellings:
        if each in lacking:
            more = [one for account in each.concerned for one in elsewhere[account, each.measure.clause_id]]
            yield from of_telling(Telling(each.measure, each.concerned, tuple(more)))
        else:
            yield from of_telling(each)


def _telling(
    measure: Measure, told: Mapping[tuple[str, str], list[Told]], authors: Mapping[ItemId, AccountId]
) -> Telling:
    of_clause = tuple(told.get((measure.decision_id, measure.clause_id), ()))
    whom = concerned(measure, authors, (each.account_id for each in of_clause))
    return Telling(measure, whom, of_clause)


def _only_lingers(measure: Measure) -> bool:
    """Return whether it goes on only for as long as the decision that ended it can be taken back."""
    return not measure.is_automated and measure.ends_at is not None and (
        measure.ends_at - measure.starts_at <= SETTLED_AFTER
    )  # fmt: skip


def _carried(connection: Connection, decisions: set[Any]) -> set[str]:
    """Return the decisions of people that carry on what another one held: whom they concern is told with that one."""
    by_people = {
        row["id"]: row["reverses"]
        for row in rows_by_id(connection, _DECISIONS, decisions)
        if row["source"] == Source.PERSON.value
    }
    resting = {row["decision_id"] for row in rows_by_id(connection, _GROUNDS, by_people)}
    return {each for each, reverses in by_people.items() if reverses is not None or each in resting}


def _by_decision(connection: Connection, decisions: set[Any]) -> Mapping[tuple[str, str], list[Told]]:
    found: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for row in rows_by_id(connection, _OF_DECISIONS, decisions):
        found[row["decision_id"], row["clause_id"]].append(_told(row))
    return found


def _by_account(connection: Connection, accounts: set[Any]) -> dict[tuple[str, str], list[Told]]:
    found: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for row in rows_by_id(connection, _OF_ACCOUNTS, accounts):
        found[row["account_id"], row["clause_id"]].append(_told(row))
    return found


def _told(row: RowMapping | Row) -> Told:
    return Told(
        StatementId(row["id"]), AccountId(row["account_id"]), StatementCode(row["code"]),
        rows.from_us(row["at_us"]), rows.from_us(row["tell_us"]),
        DelayBasis(row["delay_basis"]) if row["delay_basis"] else None,
    )  # fmt: skip
