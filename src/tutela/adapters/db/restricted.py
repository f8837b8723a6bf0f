"""Find new items that something in force touches already: a reader of the change feed has to hear of them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.item_tables import item_tags
from tutela.adapters.db.lists import among, rows_of
from tutela.core.measures import Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.ports.committer import Changeset


def _in_force(kind: SubjectKind, subject_id: "ColumnElement[str]") -> "ColumnElement[bool]":
    return and_(
        t.standing.c.subject_kind == kind.value, t.standing.c.subject_id == subject_id, t.standing.c.measures != "[]"
    )


_OF_MEDIA = (
    exists()
    .where(t.item_media.c.item_id == t.items.c.id, _in_force(SubjectKind.MEDIA, t.item_media.c.media_id))
    .select_from(t.item_media.join(t.standing, t.standing.c.subject_id == t.item_media.c.media_id))
)
_WITH_MEDIA = select(t.items.c.id).where(among(t.items.c.id), _OF_MEDIA)
_AS_QUOTED = select(t.items.c.id).where(
    among(t.items.c.id),
    or_(
        t.items.c.answer != Answer.PUBLISH.value,
        exists().where(_in_force(SubjectKind.ITEM, t.items.c.id)),
        exists().where(_in_force(SubjectKind.ACCOUNT, t.items.c.account_id)),
        exists().where(item_tags.c.item_id == t.items.c.id, _in_force(SubjectKind.TAG, item_tags.c.tag)),
        _OF_MEDIA,
    ),
)


def born_restricted(connection: Connection, changesets: Iterable[Changeset]) -> set[Subject]:
    """Return the new items that carry or quote something that not everybody may see; they are stored already.

    Nothing on the item itself has changed, so its own measures do not tell of it.
    """
    new = [stored.item for changeset in changesets for stored in changeset.items]
    with_media = [item.id for item in new if item.media_ids]
    quoted = {inside for item in new for inside in item.contains}
    found = {row["id"] for row in rows_of(connection, _WITH_MEDIA, with_media)}
    inside = {row["id"] for row in rows_of(connection, _AS_QUOTED, quoted)}
    found |= {item.id for item in new if not inside.isdisjoint(item.contains)}
    return {Subject(SubjectKind.ITEM, each) for each in found}
