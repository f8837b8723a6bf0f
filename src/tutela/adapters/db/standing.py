"""Read standing, cases and detections: what the readers of the platform ask."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.case_rows import case as as_case
from tutela.adapters.db.lists import among, rows_of
from tutela.core.banks import Detection
from tutela.core.cases import Case
from tutela.core.ids import AccountId, ClauseId, ItemId
from tutela.core.measures import Standing, Subject, SubjectKind

_STANDINGS = select(t.standing).where(t.standing.c.subject_kind == bindparam("kind"), among(t.standing.c.subject_id))
_DETECTIONS = select(t.detections).where(t.detections.c.item_id == bindparam("item")).order_by(t.detections.c.id)
_OPEN_CASES = select(t.cases).where(among(t.cases.c.account_id), t.WORK_CASE)
_LAID_BEFORE = (
    select(t.case_items.c.item_id, t.cases.c.clause_id)
    .join_from(t.case_items, t.cases)
    .where(among(t.case_items.c.item_id))
)


class StandingReads:
    """The part of `ports.store.Reader` about what is in force."""

    _connection: Connection

    def standings(self, subjects: Iterable[Subject]) -> dict[Subject, Standing]:
        """Return a standing for each subject; version 0 and no measures where none was ever written."""
        answer = {subject: Standing(subject, 0) for subject in subjects}
        for kind in SubjectKind:
            ids = [subject.id for subject in answer if subject.kind is kind]
            for row in rows_of(self._connection, _STANDINGS, ids, kind=kind.value):
                found = rows.standing(row)
                answer[found.subject] = found
        return answer

    def detections(self, item_id: ItemId) -> list[Detection]:
        """Return what was noticed about an item, oldest first."""
        found = self._connection.execute(_DETECTIONS, {"item": item_id}).mappings()
        return [rows.detection(row) for row in found]

    def open_cases(self, account_ids: Iterable[AccountId]) -> dict[tuple[AccountId, ClauseId], Case]:
        """Return the open case of each account and clause."""
        found = map(as_case, rows_of(self._connection, _OPEN_CASES, account_ids))
        return {(case.account_id, case.clause_id): case for case in found}

    def laid_before(self, item_ids: Iterable[ItemId]) -> set[tuple[ItemId, ClauseId]]:
        """Return under which clauses each item is, or was, in a case."""
        found = rows_of(self._connection, _LAID_BEFORE, item_ids)
        return {(ItemId(row["item_id"]), ClauseId(row["clause_id"])) for row in found}
