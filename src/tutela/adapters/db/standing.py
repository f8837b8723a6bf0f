"""Read standing, cases and detections: what the readers of the platform ask."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import orjson
from sqlalchemy import Connection, RowMapping, bindparam, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.lists import rows_of
from tutela.core.banks import Detection
from tutela.core.cases import Case
from tutela.core.ids import AccountId, ClauseId, ItemId
from tutela.core.measures import Standing, Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.ports.store import ItemView

_STANDINGS = select(t.standing).where(
    t.standing.c.subject_kind == bindparam("kind"), t.standing.c.subject_id.in_(bindparam("ids", expanding=True))
)
_VIEWS = (
    select(
        t.items.c.id,
        t.items.c.platform_id,
        t.items.c.account_id,
        t.items.c.answer,
        t.items.c.contains,
        t.accounts.c.platform_id.label("author"),
    )
    .join_from(t.items, t.accounts)
    .where(t.items.c.platform_id.in_(bindparam("ids", expanding=True)))
)
_CONTAINED = select(t.items.c.id, t.items.c.contains, t.items.c.account_id).where(
    t.items.c.id.in_(bindparam("ids", expanding=True))
)
_MEDIA_OF = select(t.item_media.c.item_id, t.item_media.c.media_id).where(
    t.item_media.c.item_id.in_(bindparam("ids", expanding=True))
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

    def item_views(self, platform_ids: Sequence[str]) -> dict[str, ItemView]:
        """Return what `see` needs for each item that exists: six statements, and one for each level of quotes."""
        found = list(rows_of(self._connection, _VIEWS, platform_ids))
        inside = self._contained(found)
        media = self._media_of({row["id"] for row in found} | {each for ids in inside.values() for each in ids})
        touching = {row["id"]: _touching(row, inside[row["id"]], media) for row in found}
        standing = self.standings({subject for subjects in touching.values() for subject in subjects})
        return {
            row["platform_id"]: ItemView(
                ItemId(row["id"]),
                row["platform_id"],
                row["author"],
                Answer(row["answer"]),
                tuple(standing[subject] for subject in touching[row["id"]] if standing[subject].measures),
            )
            for row in found
        }

    def _contained(self, found: Sequence[RowMapping]) -> dict[str, set[str]]:
        """Return, for each item, all items inside it: a statement a level, however many items are asked for.

        There is no last level: a chain of quotes must not be a way out of sight. It ends because an item can only
        quote what was there before it.
        """
        inside = {row["id"]: set(orjson.loads(row["contains"] or "[]")) for row in found}
        known: dict[str, set[str]] = {}
        while missing := {each for ids in inside.values() for each in ids} - set(known):
            known.update({each: set() for each in missing})
            for row in rows_of(self._connection, _CONTAINED, missing):
                known[row["id"]] = set(orjson.loads(row["contains"] or "[]"))
            for ids in inside.values():
                ids.update(*(known.get(each, set()) for each in tuple(ids)))
        return inside

    def _media_of(self, item_ids: Iterable[str]) -> dict[str, list[str]]:
        carried: dict[str, list[str]] = defaultdict(list)
        for row in rows_of(self._connection, _MEDIA_OF, item_ids):
            carried[row["item_id"]].append(row["media_id"])
        return carried

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


def _touching(row: RowMapping, inside: Iterable[str], media: Mapping[str, list[str]]) -> list[Subject]:
    items = [row["id"], *sorted(inside)]
    carried = [Subject(SubjectKind.MEDIA, each) for item in items for each in media.get(item, ())]
    return [Subject(SubjectKind.ACCOUNT, row["account_id"]), *(Subject(SubjectKind.ITEM, i) for i in items), *carried]
