"""Read all that touches an item, measure by measure: for what is told of one item, and for verification.

What viewers see is read in `sight`, which is quicker and knows only what holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.item_tables import item_inside, item_tags
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.standing import StandingReads
from tutela.core.ids import ItemId
from tutela.core.measures import Standing, Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.ports.store import ItemView

_VIEWS = (
    select(
        t.items.c.id, t.items.c.platform_id, t.items.c.account_id, t.items.c.answer,
        t.accounts.c.platform_id.label("author"),
    )
    .join_from(t.items, t.accounts)
    .where(among(t.items.c.platform_id))
)  # fmt: skip
_INSIDE = select(item_inside.c.item_id, item_inside.c.inside_id).where(among(item_inside.c.item_id))
_QUOTED = select(t.items.c.id, t.items.c.account_id, t.items.c.answer).where(among(t.items.c.id))
_MEDIA = select(t.item_media.c.item_id, t.item_media.c.media_id).where(among(t.item_media.c.item_id))
_TAGS = select(item_tags.c.item_id, item_tags.c.tag).where(among(item_tags.c.item_id))


class ViewReads(StandingReads):
    """The part of `ports.store.Reader` about what touches an item."""

    def item_views(self, platform_ids: Sequence[str]) -> dict[str, ItemView]:
        """Return each item that exists with every standing that touches it: nine statements, however many items."""
        found = list(rows_of(self._connection, _VIEWS, platform_ids))
        inside = self._things(_INSIDE, [row["id"] for row in found])
        quoted = {row["id"]: row for row in rows_of(self._connection, _QUOTED, _all(inside))}
        carried = self._carried([*(row["id"] for row in found), *quoted])
        own = {row["id"]: [Subject(SubjectKind.ITEM, row["id"]), *carried[row["id"]]] for row in found}
        deep = {item: [each for i in ids for each in _itself(quoted[i], carried[i])] for item, ids in inside.items()}
        authors = {row["id"]: Subject(SubjectKind.ACCOUNT, row["account_id"]) for row in found}
        standing = self.standings({*_all(own), *_all(deep), *authors.values()})

        def held(subjects: Iterable[Subject]) -> tuple[Standing, ...]:
            return tuple(standing[each] for each in dict.fromkeys(subjects) if standing[each].measures)

        return {
            row["platform_id"]: ItemView(
                ItemId(row["id"]), row["platform_id"], row["author"], Answer(row["answer"]), held(own[row["id"]]),
                held([authors[row["id"]]]), held(deep.get(row["id"], ())),
                all(quoted[each]["answer"] == Answer.PUBLISH.value for each in inside.get(row["id"], ())),
            )
            for row in found
        }  # fmt: skip

    def _carried(self, item_ids: Iterable[str]) -> dict[str, list[Subject]]:
        """Return the media and the tags of each item."""
        ids = list(item_ids)
        carried: dict[str, list[Subject]] = defaultdict(list)
        for kind, statement in ((SubjectKind.MEDIA, _MEDIA), (SubjectKind.TAG, _TAGS)):
            for item, things in self._things(statement, ids).items():
                carried[item].extend(Subject(kind, each) for each in things)
        return carried

    def _things(self, statement: "Select[Any]", item_ids: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in rows_of(self._connection, statement, item_ids):
            item, thing = tuple(row.values())
            found[str(item)].append(str(thing))
        return found


def _itself(quoted: Any, carried: Iterable[Subject]) -> list[Subject]:
    return [Subject(SubjectKind.ITEM, quoted["id"]), *carried, Subject(SubjectKind.ACCOUNT, quoted["account_id"])]


def _all(lists: "dict[str, list[Any]]") -> set[Any]:
    return {each for found in lists.values() for each in found}
