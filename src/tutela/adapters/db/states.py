"""Read what touches items: their own measures and those of everything that they quote, whatever the number asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from sqlalchemy import Select, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.item_tables import item_inside, item_tags
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row
from tutela.adapters.db.standing import StandingReads
from tutela.core.measures import Measure, Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.ports.changes import ItemState

_ITEMS = (
    select(t.items.c.id, t.items.c.platform_id, t.items.c.answer, t.accounts.c.platform_id.label("author"))
    .join_from(t.items, t.accounts)
    .where(among(t.items.c.id))
)
_INSIDE = select(item_inside).where(among(item_inside.c.item_id))
_QUOTED = select(t.items.c.id, t.items.c.account_id, t.items.c.answer).where(among(t.items.c.id))
_MEDIA = select(t.item_media.c.item_id, t.item_media.c.media_id).where(among(t.item_media.c.item_id))
_TAGS = select(item_tags).where(among(item_tags.c.item_id))

_ITEM, _PUBLISH = SubjectKind.ITEM, Answer.PUBLISH.value

Told = tuple[str, tuple[Measure, ...], ItemState]
"""An item's name, what holds on it and its media, and the rest."""


class StateReads(StandingReads):
    """The part of `ports.store.Reader` about what touches items."""

    def item_states(self, item_ids: Iterable[str]) -> dict[str, Told]:
        """Return how items stand that exist, by our id."""
        found = list(rows_of(self._connection, _ITEMS, item_ids))
        inside = self._pairs(_INSIDE, "inside_id", [row["id"] for row in found])
        quoted = {row["id"]: row for row in rows_of(self._connection, _QUOTED, chain(*inside.values()))}
        media = self._pairs(_MEDIA, "media_id", [*quoted, *(row["id"] for row in found)])
        tags = self._pairs(_TAGS, "tag", quoted)
        own = {row["id"]: [Subject(_ITEM, row["id"]), *_all(SubjectKind.MEDIA, [row["id"]], media)] for row in found}
        deep = {item: _deep([quoted[each] for each in sorted(ids)], media, tags) for item, ids in inside.items()}
        standing = self.standings(chain(*own.values(), *deep.values()))

        def held(subjects: Iterable[Subject]) -> tuple[Measure, ...]:
            return tuple(measure for subject in subjects for measure in standing[subject].measures)

        states = {}
        for row in found:
            # What quotes an item that nobody ever let out is not let out either.
            is_published = all(each["answer"] == _PUBLISH for each in (row, *(quoted[i] for i in inside[row["id"]])))
            state = ItemState(row["author"], is_published, held(deep.get(row["id"], ())))
            states[row["id"]] = (row["platform_id"], held(own[row["id"]]), state)
        return states

    def _pairs(self, statement: "Select[Any]", column: str, item_ids: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in rows_of(self._connection, statement, item_ids):
            found[row["item_id"]].append(row[column])
        return found


def _all(kind: SubjectKind, items: Iterable[str], carried: Mapping[str, list[str]]) -> list[Subject]:
    return [Subject(kind, each) for item in items for each in sorted(set(carried.get(item, ())))]


def _deep(quoted: Iterable[Row], media: Mapping[str, list[str]], tags: Mapping[str, list[str]]) -> list[Subject]:
    """Return what touches the items inside one: themselves, their media and tags, and their authors."""
    rows = list(quoted)
    ids = [row["id"] for row in rows]
    authors = sorted({row["account_id"] for row in rows})
    carried = [*_all(SubjectKind.MEDIA, ids, media), *_all(SubjectKind.TAG, ids, tags)]
    subjects = [*(Subject(_ITEM, each) for each in ids), *carried]
    return list(dict.fromkeys([*subjects, *(Subject(SubjectKind.ACCOUNT, each) for each in authors)]))
