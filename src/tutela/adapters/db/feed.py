"""Read the change feed: which subjects changed, and the items that one change touches, page by page.

A change is one row of `standing`; what it touches is never stored, but read from the tables that say what carries and
what contains what. Each stream below comes in the order of number, item touched, item that contains it, and is cut
where the page ends: a change that touches a million items costs a page what a page holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, bindparam, func, literal, or_, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.item_tables import item_inside, item_tags
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.states import StateReads
from tutela.core.measures import Subject, SubjectKind
from tutela.ports.changes import ITSELF, Change, ChangePage, FeedPlace

_S = t.standing.c
_NEWEST = select(func.coalesce(func.max(_S.change_seq), literal(0)))
_ROW = select(_S.change_seq, _S.subject_kind, _S.subject_id, _S.changed_us)
_CHANGED = _ROW.where(_S.change_seq > bindparam("after")).order_by(_S.change_seq).limit(bindparam("limit"))
_CHANGED_LAST = _ROW.where(_S.change_seq == bindparam("seq"))
_ACCOUNT_NAMES = select(t.accounts.c.id, t.accounts.c.platform_id).where(among(t.accounts.c.id))

_NO_CONTAINER = literal("")

Stream = tuple[SubjectKind, "Select[Any]", "Select[Any]"]
"""Of which subjects; what reads some of their changes; what reads the rest of one change behind a position."""


def _stream(kind: SubjectKind, source: FromClause, subject: "ColumnElement[str]", *key: "ColumnElement[str]") -> Stream:
    base, container = key
    ordered = (
        select(_S.change_seq.label("seq"), base.label("base"), container.label("container"))
        .select_from(t.standing.join(source, subject == _S.subject_id))
        # Nothing beyond what the page can hold is looked at. An item may carry the same picture twice: told apart here,
        # the database would read all of them first.
        .where(or_(_S.change_seq < bindparam("up_to_seq"), base <= bindparam("up_to_base")))
        .order_by(_S.change_seq, *key[: 1 if container is _NO_CONTAINER else 2])
        .limit(bindparam("limit"))
    )
    is_behind = or_(base > bindparam("base"), container > bindparam("container"))
    return (
        kind,
        # By their numbers, which say the kind already: asked for the kind as well, a database reads all of that kind.
        ordered.where(among(_S.change_seq, "seqs")),
        ordered.where(
            _S.change_seq == bindparam("seq"), _S.subject_kind == kind.value, base >= bindparam("base"), is_behind
        ),
    )


def _with_containers(
    kind: SubjectKind, source: Any, subject: "ColumnElement[str]", item: "ColumnElement[str]"
) -> Stream:
    joined = source.join(item_inside, item_inside.c.inside_id == item)
    return _stream(kind, joined, subject, item, item_inside.c.item_id)


_INSIDE = item_inside.c.inside_id
_STREAMS = (
    _stream(SubjectKind.MEDIA, t.item_media, t.item_media.c.media_id, t.item_media.c.item_id, _NO_CONTAINER),
    _with_containers(SubjectKind.MEDIA, t.item_media, t.item_media.c.media_id, t.item_media.c.item_id),
    _stream(SubjectKind.ITEM, item_inside, _INSIDE, _INSIDE, item_inside.c.item_id),
    _with_containers(SubjectKind.ACCOUNT, t.items, t.items.c.account_id, t.items.c.id),
    _with_containers(SubjectKind.TAG, item_tags, item_tags.c.tag, item_tags.c.item_id),
)
"""Carriers of a media, and what quotes them; what quotes an item, an account's items, and items with a tag."""


class _Keys:
    """What a page is to tell, as far as every stream has been read."""

    def __init__(self, limit: int) -> None:
        self.limit, self._found, self._bound = limit, set[FeedPlace](), _FAR

    def add(self, keys: Iterable[FeedPlace], *, at_most: int | None = None) -> None:
        """Take in what a stream gave; behind the last key of one that was cut, others may not be believed."""
        read = list(keys)
        self._found.update(read)
        if at_most is not None and len(read) >= at_most:
            self._bound = min(self._bound, read[-1])

    @property
    def asked(self) -> dict[str, Any]:
        """Return what bounds the next stream."""
        return {"limit": self.limit + 1, "up_to_seq": self._bound.seq, "up_to_base": self._bound.base}

    @property
    def is_full(self) -> bool:
        """Return whether nothing further on fits in."""
        return self._bound < _FAR or len(self._found) > self.limit

    def cut(self, horizon: int) -> tuple[list[FeedPlace], FeedPlace]:
        """Return the page's keys in order, and where it ends; *horizon* when everything up to there is in it."""
        ordered = sorted(key for key in self._found if key <= self._bound)
        if len(ordered) > self.limit:
            last, after = ordered[self.limit - 1 : self.limit + 1]
            return ordered[: self.limit], last if after.seq == last.seq else FeedPlace(last.seq)
        return ordered, self._bound if self._bound < _FAR else FeedPlace(horizon)


_FAR = FeedPlace(2**62, "~", "~")


class FeedReads(StateReads):
    """The part of `ports.store.Reader` about changes."""

    def change_seq(self) -> int:
        """Return the last number of the change feed."""
        return int(self._connection.execute(_NEWEST).scalar_one())

    def changes(self, after: FeedPlace, limit: int) -> ChangePage:
        """Return the next changes in commit order, each subject once, at most *limit*."""
        newest, horizon, keys = self.change_seq(), after.seq, _Keys(limit)
        changed: list[RowMapping] = []
        if after.base:
            changed += self._connection.execute(_CHANGED_LAST, {"seq": after.seq}).mappings()
            self._read_rest(after, keys)
        if not keys.is_full:
            more = self._connection.execute(_CHANGED, {"after": after.seq, "limit": limit + 1}).mappings().all()
            horizon = more[-1]["change_seq"] if len(more) > limit else max(newest, after.seq)
            self._read(more, keys)
            changed += more
        told, following = keys.cut(horizon)
        changes = self._told(told, {row["change_seq"]: row for row in changed})
        return ChangePage(tuple(changes), following, not following.base and following.seq >= newest)

    def _read_rest(self, place: FeedPlace, keys: _Keys) -> None:
        """Read what is left of the change in whose middle a page ended; nothing when it is told anew further on."""
        position = {"seq": place.seq, "base": place.base, "container": place.container}
        for _, _, rest in _STREAMS:
            found = self._connection.execute(rest, {**position, **keys.asked})
            keys.add((FeedPlace(*row) for row in found), at_most=keys.limit + 1)

    def _read(self, changed: Sequence[RowMapping], keys: _Keys) -> None:
        keys.add(FeedPlace(row["change_seq"], _position_of(row)) for row in changed if _is_told_itself(row))
        for kind, some, _ in _STREAMS:
            if seqs := [row["change_seq"] for row in changed if row["subject_kind"] == kind.value]:
                found = self._connection.execute(some, {"seqs": seqs, **keys.asked})
                keys.add((FeedPlace(*row) for row in found), at_most=keys.limit + 1)

    def _told(self, keys: Iterable[FeedPlace], changed: Mapping[int, RowMapping]) -> list[Change]:
        places: dict[Subject, RowMapping] = {}
        for key in keys:
            places.setdefault(_subject_at(key, changed[key.seq]), changed[key.seq])
        items = self.item_states(subject.id for subject in places if subject.kind is SubjectKind.ITEM)
        others = [subject for subject in places if subject.kind is not SubjectKind.ITEM]
        names, standings = self._names(others), self.standings(others)
        told = []
        for subject, row in places.items():
            seq, at = row["change_seq"], rows.from_us(row["changed_us"])
            if subject.id in items:
                name, own, item = items[subject.id]
                told.append(Change(seq, subject, name, at, own, item))
            elif subject in names:
                told.append(Change(seq, subject, names[subject], at, standings[subject].measures))
        return told

    def _names(self, subjects: Iterable[Subject]) -> dict[Subject, str]:
        """Return the platform's names; what is neither account nor item nor media is named by the platform itself."""
        names = {subject: subject.id for subject in subjects if subject.kind is not SubjectKind.ACCOUNT}
        ids = (subject.id for subject in subjects if subject.kind is SubjectKind.ACCOUNT)
        for row in rows_of(self._connection, _ACCOUNT_NAMES, ids):
            names[Subject(SubjectKind.ACCOUNT, row["id"])] = row["platform_id"]
        return names


def _is_told_itself(row: RowMapping) -> bool:
    return bool(row["subject_kind"] != SubjectKind.MEDIA.value)


def _position_of(row: RowMapping) -> str:
    return str(row["subject_id"]) if row["subject_kind"] == SubjectKind.ITEM.value else ITSELF


def _subject_at(key: FeedPlace, row: RowMapping) -> Subject:
    """Return what is told at a position of a change."""
    if key.base == ITSELF:
        return Subject(SubjectKind(row["subject_kind"]), row["subject_id"])
    return Subject(SubjectKind.ITEM, key.container or key.base)
