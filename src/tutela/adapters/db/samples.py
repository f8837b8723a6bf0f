"""Read a sample of what is under measures: the newest first, by the index that the feed of changes has."""

from sqlalchemy import Connection, bindparam, case, func, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.item_tables import item_tags
from tutela.core.measures import SubjectKind
from tutela.ports.store import Sampled

_OF_MEDIA = select(func.max(t.item_media.c.item_id)).where(t.item_media.c.media_id == t.standing.c.subject_id)
_OF_TAG = select(func.max(item_tags.c.item_id)).where(item_tags.c.tag == t.standing.c.subject_id)
_POSTED = t.items.alias("posted")
_OF_ACCOUNT = select(func.max(_POSTED.c.id)).where(_POSTED.c.account_id == t.standing.c.subject_id)

_UNDER_MEASURES = (
    select(t.standing.c.change_seq, t.items.c.platform_id)
    .join_from(
        t.standing,
        t.items,
        t.items.c.id
        == case(
            (t.standing.c.subject_kind == SubjectKind.ITEM.value, t.standing.c.subject_id),
            (t.standing.c.subject_kind == SubjectKind.MEDIA.value, _OF_MEDIA.scalar_subquery()),
            (t.standing.c.subject_kind == SubjectKind.ACCOUNT.value, _OF_ACCOUNT.scalar_subquery()),
            (t.standing.c.subject_kind == SubjectKind.TAG.value, _OF_TAG.scalar_subquery()),
        ),
    )
    .where(t.standing.c.change_seq < bindparam("before"), t.standing.c.measures != "[]")
    .order_by(t.standing.c.change_seq.desc())
    .limit(bindparam("limit"))
)

_NEWEST = 2**62


class SampleReads:
    """The part of `ports.store.Reader` that takes samples."""

    _connection: Connection

    def sample_under_measures(self, before_seq: int | None, limit: int) -> list[Sampled]:
        """Return an item for each of the next *limit* subjects under measures, the newest change first."""
        asked = {"before": _NEWEST if before_seq is None else before_seq, "limit": limit}
        return [Sampled(*row) for row in self._connection.execute(_UNDER_MEASURES, asked)]
