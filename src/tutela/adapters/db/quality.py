"""Read second looks and golden cases; see `ports.quality`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, not_, or_, select
from sqlalchemy.types import Text

from tutela.adapters.db import case_rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.answer_tables import case_answers, quality_samples, settlements
from tutela.adapters.db.lists import among
from tutela.adapters.db.quality_tables import golden_cases, golden_roles, looks
from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.core.case_answers import CaseAnswer
from tutela.core.cases import Case, Purpose
from tutela.core.conclusions import Conclusion, Context
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, CaseAnswerId, CaseId, ClauseId, DecisionId, GoldenId
from tutela.core.looks import Golden, Look
from tutela.core.roles import Role
from tutela.ports.case_answers import StoredAnswer
from tutela.ports.cases import CaseFilter
from tutela.ports.quality import Drawn, OpenLook

_REVERSAL = t.decisions.alias("reversal")
_DRAWN = (
    select(
        quality_samples.c.answer_id, case_answers.c.case_id, settlements.c.decision_id, _REVERSAL.c.id.label("reversed")
    )
    .join_from(quality_samples, case_answers, case_answers.c.id == quality_samples.c.answer_id)
    .join(settlements, settlements.c.answer_id == quality_samples.c.answer_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == settlements.c.decision_id)
    .outerjoin(looks, looks.c.sample_id == quality_samples.c.answer_id)
    .where(
        quality_samples.c.looked_us.is_(None), looks.c.case_id.is_(None), settlements.c.enacted_us.is_not(None),
        settlements.c.decision_id.is_not(None), quality_samples.c.drawn_us <= bindparam("before"),
    )
    .order_by(quality_samples.c.answer_id)
    .limit(bindparam("limit"))
)  # fmt: skip
_LOOK = select(looks).where(looks.c.case_id == bindparam("case"))
_OPEN = (
    select(t.cases, *(column.label(f"look_{column.name}") for column in looks.c))
    .add_columns(_REVERSAL.c.id.label("reversed"), golden_cases.c.withdrawn_us.label("withdrawn"))
    .join_from(looks, t.cases, t.cases.c.id == looks.c.case_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == looks.c.decision_id)
    .outerjoin(golden_cases, golden_cases.c.id == looks.c.golden_id)
    .where(
        looks.c.ended_us.is_(None), t.cases.c.closed_by.is_(None),
        or_(
            t.cases.c.due_us <= bindparam("now"), _REVERSAL.c.id.is_not(None), golden_cases.c.withdrawn_us.is_not(None)
        ),
    )
    .order_by(looks.c.case_id)
    .limit(bindparam("limit"))
)  # fmt: skip
_LOOKING_AT = (
    select(case_answers.c.case_id, looks.c.decision_id)
    .join_from(looks, t.cases, t.cases.c.id == looks.c.case_id)
    .join(case_answers, case_answers.c.id == looks.c.sample_id)
    .where(
        looks.c.ended_us.is_(None), t.cases.c.closed_by.is_(None), t.cases.c.holder == bindparam("person"),
        t.cases.c.answer == 2, t.cases.c.until_us > bindparam("now"),  # noqa: PLR2004  # the second: a third reads both
    )
)  # fmt: skip
_GOLDEN = select(golden_cases, *(column.label(f"of_{column.name}") for column in t.cases.c)).join_from(
    golden_cases, t.cases, t.cases.c.id == golden_cases.c.case_id
)
_ONE_GOLDEN = _GOLDEN.where(golden_cases.c.id == bindparam("id"))
_GOLDEN_OF = select(golden_cases.c.id).where(
    golden_cases.c.case_id == bindparam("case"), golden_cases.c.withdrawn_us.is_(None)
)
_GOLDEN_PAGE = (
    _GOLDEN.where(golden_cases.c.id > bindparam("after")).order_by(golden_cases.c.id).limit(bindparam("limit"))
)
_HELD_PAGE = _GOLDEN_PAGE.where(golden_cases.c.withdrawn_us.is_(None))
_ROLES = select(golden_roles).where(among(golden_roles.c.golden_id))


def _is(column: Any, name: str) -> Any:
    asked = bindparam(name, type_=Text)
    return or_(asked.is_(None), column == asked)


_BESIDE = t.cases.alias("beside")
_FOR = (
    select(golden_cases.c.id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == golden_cases.c.decision_id)
    .where(
        golden_cases.c.withdrawn_us.is_(None), _REVERSAL.c.id.is_(None),
        golden_cases.c.marked_by != bindparam("person"),
        not_(among(golden_cases.c.account_id, "own")),
        _is(golden_cases.c.clause_id, "clause"), _is(golden_cases.c.language, "language"),
        _is(golden_cases.c.kind, "kind"),
        ~exists().where(looks.c.golden_id == golden_cases.c.id, looks.c.person == bindparam("person")),
        ~exists().where(
            case_answers.c.case_id == golden_cases.c.case_id, case_answers.c.answered_by == bindparam("person")
        ),
        ~exists().where(
            _BESIDE.c.account_id == golden_cases.c.account_id, _BESIDE.c.clause_id == golden_cases.c.clause_id,
            _BESIDE.c.closed_by.is_(None),
        ),
    )
    .order_by(golden_cases.c.id)
    .limit(bindparam("limit"))
)  # fmt: skip
_KNOWS = (
    select(case_answers.c.answered_by).where(case_answers.c.case_id == bindparam("case")).union(
        select(golden_cases.c.marked_by).where(
            golden_cases.c.case_id == bindparam("case"), golden_cases.c.withdrawn_us.is_(None)
        )
    )
)  # fmt: skip


class QualityReads:
    """The part of `ports.store.Reader` about looks and golden cases."""

    _connection: Connection

    def drawn_samples(self, before: datetime, limit: int) -> list[Drawn]:
        """Return decisions that are laid before nobody yet."""
        asked = {"before": to_us(before), "limit": limit}
        return [self._drawn(row) for row in self._connection.execute(_DRAWN, asked).mappings().all()]

    def _drawn(self, row: Row) -> Drawn:
        answers: list[StoredAnswer] = self.case_answers(CaseId(row["case_id"]))  # type: ignore[attr-defined]  # of `AnswerReads`, beside it
        case: Case | None = self.case_of(CaseId(row["case_id"]))  # type: ignore[attr-defined]  # of `CaseReads`, beside it
        if case is None:
            raise LookupError(row["case_id"])  # a foreign key keeps it there
        first = next(each for each in answers if each.answer.id == row["answer_id"])
        return Drawn(first, case, DecisionId(row["decision_id"]), row["reversed"] is not None)

    def look_of(self, case_id: CaseId) -> Look | None:
        """Return what a look is about."""
        row = self._connection.execute(_LOOK, {"case": case_id}).mappings().first()
        return None if row is None else _look(row, "")

    def open_looks(self, now: datetime, limit: int) -> list[OpenLook]:
        """Return looks that something may end by now."""
        rows = self._connection.execute(_OPEN, {"now": to_us(now), "limit": limit}).mappings()
        return [
            OpenLook(
                _look(row, "look_"), case_rows.case(row), row["reversed"] is not None or row["withdrawn"] is not None
            )
            for row in rows
        ]

    def looking_at(self, person: str, now: datetime) -> dict[CaseId, DecisionId]:
        """Return the decided cases that *person* looks at again."""
        found = self._connection.execute(_LOOKING_AT, {"person": person, "now": to_us(now)})
        return {CaseId(case_id): DecisionId(decision_id) for case_id, decision_id in found}

    def golden(self, golden_id: GoldenId) -> Golden | None:
        """Return a golden case."""
        return next(iter(self._golden(self._connection.execute(_ONE_GOLDEN, {"id": golden_id}))), None)

    def golden_of(self, case_id: CaseId) -> GoldenId | None:
        """Return under which name a case is golden."""
        found: str | None = self._connection.execute(_GOLDEN_OF, {"case": case_id}).scalar()
        return None if found is None else GoldenId(found)

    def golden_page(self, after: str, limit: int, *, with_withdrawn: bool) -> list[Golden]:
        """Return golden cases."""
        statement = _GOLDEN_PAGE if with_withdrawn else _HELD_PAGE
        return self._golden(self._connection.execute(statement, {"after": after, "limit": limit}))

    def _golden(self, found: Any) -> list[Golden]:
        rows = found.mappings().all()
        parts: dict[str, dict[AccountId, Role]] = {row["id"]: {} for row in rows}
        if rows:
            for row in self._connection.execute(_ROLES, {"ids": list(parts)}).mappings():
                parts[row["golden_id"]][AccountId(row["account_id"])] = Role(row["role"])
        return [_golden(row, parts[row["id"]]) for row in rows]

    def golden_for(self, person: str, accounts: Iterable[AccountId], wanted: CaseFilter, limit: int) -> list[GoldenId]:
        """Return golden cases that *person* may be given."""
        asked = {
            "person": person, "own": [*accounts], "clause": wanted.clause_id, "language": wanted.language,
            "kind": wanted.kind, "limit": limit,
        }  # fmt: skip
        return [GoldenId(each) for each in self._connection.execute(_FOR, asked).scalars()]

    def who_knows(self, case_id: CaseId) -> frozenset[str]:
        """Return who answered a case, or marked it."""
        return frozenset(self._connection.execute(_KNOWS, {"case": case_id}).scalars())


def _look(row: Row, prefix: str) -> Look:
    sample, golden = row[f"{prefix}sample_id"], row[f"{prefix}golden_id"]
    return Look(
        case_id=CaseId(row[f"{prefix}case_id"]),
        purpose=Purpose(row[f"{prefix}purpose"]),
        decision_id=DecisionId(row[f"{prefix}decision_id"]),
        opened_at=from_us(row[f"{prefix}opened_us"]),
        sample_id=CaseAnswerId(sample) if sample else None,
        golden_id=GoldenId(golden) if golden else None,
        person=row[f"{prefix}person"],
    )


def _golden(row: Row, roles: Mapping[AccountId, Role]) -> Golden:
    case = case_rows.case({column.name: row[f"of_{column.name}"] for column in t.cases.c})
    answer = CaseAnswer(
        id=CaseAnswerId(row["answer_id"]),
        case_id=case.id,
        series=0,
        place=1,
        by=row["marked_by"],
        at=from_us(row["marked_us"]),
        conclusion=Conclusion(row["conclusion"]),
        clause_id=ClauseId(row["held_clause"]),
        facts=Facts(row["code"], row["line"]),
        roles=dict(roles),
        context=Context(row["context"]) if row["context"] else None,
        is_senior=bool(row["is_senior"]),
    )
    return Golden(
        GoldenId(row["id"]), case, DecisionId(row["decision_id"]), answer, row["reason"], row["withdrawn_by"],
        None if row["withdrawn_us"] is None else from_us(row["withdrawn_us"]), row["withdrawn_for"],
    )  # fmt: skip
