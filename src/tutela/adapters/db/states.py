"""Read what touches items: their own measures and those of everything that they quote, whatever the number asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.item_tables import item_inside, item_tags
from tutela.adapters.db.lists import rows_of
from tutela.adapters.db.standing import StandingReads
from tutela.core.measures import Measure, Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.ports.changes import ItemState

_IDS: Any = bindparam("ids", expanding=True)
_ITEMS = (
    select(t.items.c.id, t.items.c.platform_id, t.items.c.answer, t.accounts.c.platform_id.label("author"))
    .join_from(t.items, t.accounts)
    .where(t.items.c.id.in_(_IDS))
)
_INSIDE = select(item_inside).where(item_inside.c.item_id.in_(_IDS))
_AUTHORS = select(t.items.c.id, t.items.c.account_id).where(t.items.c.id.in_(_IDS))
_MEDIA = select(t.item_media.c.item_id, t.item_media.c.media_id).where(t.item_media.c.item_id.in_(_IDS))
_TAGS = select(item_tags).where(item_tags.c.item_id.in_(_IDS))

Told = tuple[str, tuple[Measure, ...], ItemState]
"""An item's name, what holds on it and its media, and the rest."""


class StateReads(StandingReads):
    """The part of `ports.store.Reader` about what touches items."""

    def item_states(self, item_ids: Iterable[str]) -> dict[str, Told]:
        """Return how items stand that exist, by our id."""
        found = list(rows_of(self._connection, _ITEMS, item_ids))
        inside = self._pairs(_INSIDE, "inside_id", [row["id"] for row in found])
        quoted = {each for ids in inside.values() for each in ids}
        media = self._pairs(_MEDIA, "media_id", quoted.union(row["id"] for row in found))
        tags = self._pairs(_TAGS, "tag", quoted)
        authors = {row["id"]: row["account_id"] for row in rows_of(self._connection, _AUTHORS, quoted)}
        touching = {}
        for row in found:
            own = [Subject(SubjectKind.ITEM, row["id"]), *_all(SubjectKind.MEDIA, [row["id"]], media)]
            deep = sorted(inside[row["id"]])
            rest = [Subject(SubjectKind.ITEM, each) for each in deep]
            rest += [*_all(SubjectKind.MEDIA, deep, media), *_all(SubjectKind.TAG, deep, tags)]
            rest += [Subject(SubjectKind.ACCOUNT, each) for each in sorted({authors[each] for each in deep})]
            touching[row["id"]] = (own, rest)
        return self._joined(found, touching)

    def _joined(
        self, found: Iterable[RowMapping], touching: Mapping[str, tuple[list[Subject], list[Subject]]]
    ) -> dict[str, Told]:
        standing = self.standings({subject for parts in touching.values() for part in parts for subject in part})

        def held(subjects: Iterable[Subject]) -> tuple[Measure, ...]:
            return tuple(measure for subject in subjects for measure in standing[subject].measures)

        states = {}
        for row in found:
            own, inside = (held(part) for part in touching[row["id"]])
            state = ItemState(row["author"], row["answer"] == Answer.PUBLISH.value, inside)
            states[row["id"]] = (row["platform_id"], own, state)
        return states

    def _pairs(self, statement: "Select[Any]", column: str, item_ids: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in rows_of(self._connection, statement, item_ids):
            found[row["item_id"]].append(row[column])
        return found


def _all(kind: SubjectKind, items: Iterable[str], carried: Mapping[str, list[str]]) -> list[Subject]:
    return [Subject(kind, each) for item in items for each in sorted(set(carried.get(item, ())))]
