"""Read standing, changes, cases and detections: what the readers of the platform ask."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, bindparam, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.lists import rows_of
from tutela.core.banks import Detection
from tutela.core.cases import Case
from tutela.core.ids import AccountId, ClauseId, ItemId
from tutela.core.measures import Standing, Subject, SubjectKind
from tutela.ports.store import Change

_STANDINGS = select(t.standing).where(
    t.standing.c.subject_kind == bindparam("kind"), t.standing.c.subject_id.in_(bindparam("ids", expanding=True))
)
_DETECTIONS = select(t.detections).where(t.detections.c.item_id == bindparam("item")).order_by(t.detections.c.id)
_OPEN_CASES = select(t.cases).where(
    t.cases.c.account_id.in_(bindparam("ids", expanding=True)), t.cases.c.closed_by.is_(None)
)
_LAID_BEFORE = (
    select(t.case_items.c.item_id, t.cases.c.clause_id)
    .join_from(t.case_items, t.cases)
    .where(t.case_items.c.item_id.in_(bindparam("ids", expanding=True)))
)
_CHANGES = (
    select(t.changes).where(t.changes.c.seq > bindparam("after")).order_by(t.changes.c.seq).limit(bindparam("limit"))
)
_ITEM_NAMES = select(t.items.c.id, t.items.c.platform_id).where(t.items.c.id.in_(bindparam("ids", expanding=True)))
_ACCOUNT_NAMES = select(t.accounts.c.id, t.accounts.c.platform_id).where(
    t.accounts.c.id.in_(bindparam("ids", expanding=True))
)
_CARRIER_NAMES = (
    select(t.item_media.c.media_id, t.items.c.id, t.items.c.platform_id)
    .join_from(t.item_media, t.items)
    .where(t.item_media.c.media_id.in_(bindparam("ids", expanding=True)))
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
        found = map(rows.case, rows_of(self._connection, _OPEN_CASES, account_ids))
        return {(case.account_id, case.clause_id): case for case in found}

    def laid_before(self, item_ids: Iterable[ItemId]) -> set[tuple[ItemId, ClauseId]]:
        """Return under which clauses each item is, or was, in a case."""
        found = rows_of(self._connection, _LAID_BEFORE, item_ids)
        return {(ItemId(row["item_id"]), ClauseId(row["clause_id"])) for row in found}

    def changes(self, after_seq: int, limit: int) -> list[Change]:
        """Return the next *limit* changes in commit order; a change of media is told once per item that carries it."""
        found = list(self._connection.execute(_CHANGES, {"after": after_seq, "limit": limit}).mappings())
        names = self._names(found)
        changes = []
        for row in found:
            at = rows.from_us(row["at_us"])
            for subject, platform_id in names[row["subject_kind"], row["subject_id"]]:
                changes.append(Change(row["seq"], subject, platform_id, at))
        return changes

    def _names(self, found: Sequence[RowMapping]) -> dict[tuple[str, str], list[tuple[Subject, str]]]:
        names: dict[tuple[str, str], list[tuple[Subject, str]]] = defaultdict(list)
        for kind, statement in ((SubjectKind.ITEM, _ITEM_NAMES), (SubjectKind.ACCOUNT, _ACCOUNT_NAMES)):
            ids = {row["subject_id"] for row in found if row["subject_kind"] == kind.value}
            for row in rows_of(self._connection, statement, ids):
                names[kind.value, row["id"]].append((Subject(kind, row["id"]), row["platform_id"]))
        ids = {row["subject_id"] for row in found if row["subject_kind"] == SubjectKind.MEDIA.value}
        for row in rows_of(self._connection, _CARRIER_NAMES, ids):
            carrier = Subject(SubjectKind.ITEM, row["id"])
            names[SubjectKind.MEDIA.value, row["media_id"]].append((carrier, row["platform_id"]))
        return names
