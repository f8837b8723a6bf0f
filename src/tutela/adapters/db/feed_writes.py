"""Write the feed that the indexes of known and of stored pictures follow, beside what they learn from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.many import write_many
from tutela.adapters.db.rows import to_us
from tutela.core.banks import QUALITY_FLOOR, Member, SignalType
from tutela.core.content import Media
from tutela.core.ids import MediaId
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.ports.committer import Changeset
from tutela.ports.index import IndexName

_FEED = insert(t.signal_feed)
MEASURES_OF = select(t.measures).where(
    t.measures.c.subject_kind == bindparam("kind"),
    among(t.measures.c.subject_id),
    t.measures.c.revoked_by.is_(None),
)
_HASHES_OF = select(t.media_hashes).where(among(t.media_hashes.c.media_id))


def write_feed(connection: Connection, changesets: Sequence[Changeset], now: datetime) -> None:
    """Write what both indexes must learn of *changesets*, in the transaction in which it is stored."""
    feed: list[dict[str, Any]] = []
    for changeset in changesets:
        arrived = (*changeset.members, *changeset.member_returns)
        feed.extend(_member_feed(member, is_removal=False) for member in arrived)
        feed.extend(_member_feed(member, is_removal=True) for member in changeset.member_removals)
        # Read as an addition of the member: what it hits among stored items is decided again under the new ceiling.
        feed.extend(_feed_row(IndexName.KNOWN, t.OPINION, said.member_id, b"") for said in changeset.opinions)
        braked = (*changeset.trips, *changeset.releases)
        feed.extend(_feed_row(IndexName.KNOWN, t.BRAKE, trip.member_id, b"", is_removal=True) for trip in braked)
        cleared = {fact.media_id for clearance in changeset.clearances for fact in clearance.facts}
        uncleared = () if changeset.undoing is None else {*changeset.undoing.window.cleared, *_sealed_again(changeset)}
        cleared |= {*uncleared}
        # What was decided again meanwhile took it for cleared, or for sealed no more.
        feed.extend(_feed_row(IndexName.STORED, t.LOOKED_AT, media_id, b"") for media_id in sorted(uncleared))
        feed.extend(_feed_row(IndexName.KNOWN, t.CLEARED, each, b"", is_removal=True) for each in sorted(cleared))
        feed.extend(_feed_row(IndexName.KNOWN, t.BANK, bank.id, b"") for bank in changeset.banks)
        # Every change moves the version of the banks; one after which nothing matches anew is no addition.
        feed.extend(
            _feed_row(IndexName.KNOWN, t.BANK, change.bank.id, b"", is_removal=not change.matches_anew)
            for change in changeset.bank_updates
        )
        for media in (*changeset.media, *(u.media for u in changeset.media_updates if u.has_new_hashes)):
            feed.extend(_stored_feed(media))
        # Written with the change itself, so that no kill comes between it and what must follow from it.
        again = (update.media.id for update in changeset.media_updates if update.must_be_asked_again)
        feed.extend(_feed_row(IndexName.STORED, t.LOOKED_AT, media_id, b"") for media_id in again)
    feed.extend(_block_feed(connection, changesets, now))
    if feed:
        write_many(connection, _FEED, feed)


def _feed_row(
    index: IndexName, signal_type: str, owner: str, value: bytes, *, is_removal: bool = False
) -> dict[str, Any]:
    return {
        "index_name": index.value, "signal_type": signal_type, "owner": owner, "value": value, "is_removal": is_removal
    }  # fmt: skip


def _member_feed(member: Member, *, is_removal: bool) -> dict[str, Any]:
    value = bytes.fromhex(member.value)
    return _feed_row(IndexName.KNOWN, member.signal_type.value, member.id, value, is_removal=is_removal)


def _stored_feed(media: Media) -> list[dict[str, Any]]:
    """Return the rows that let a hash added later find *media*, in whichever orientation."""
    return [
        _feed_row(IndexName.STORED, SignalType.PDQ.value, media.id, b"".join(each.orientations) or each.value)
        for each in media.hashes
        if each.quality >= QUALITY_FLOOR
    ]


def _block_feed(connection: Connection, changesets: Sequence[Changeset], now: datetime) -> list[dict[str, Any]]:
    """Return the rows that make near copies of blocked media known, and unknown again when the block is revoked."""
    blocks = [
        m for c in changesets for m in c.measures if m.kind is MeasureKind.BLOCK_MEDIA and m.near_bits is not None
    ]
    lingering = frozenset(each for c in changesets if c.window is not None for each in c.window.lingering)
    # Known before, and known until its window ends: nothing that was posted before is to be looked for because of it.
    passing = {measure.subject.id for measure in blocks if measure.id in lingering}
    blocks = [measure for measure in blocks if measure.id not in lingering]
    revoked = {r.subject.id for c in changesets for r in c.revocations if r.subject.kind is SubjectKind.MEDIA}
    # Blocked by its digests before anybody had its picture: now that it has one, its near copies are known as well.
    rehashed: set[str] = {u.media.id for c in changesets for u in c.media_updates if u.has_new_hashes}
    rehashed |= {media_id for c in changesets for media_id in _sealed_again(c)}
    blocked = {measure.subject.id for measure in blocks}
    blocked |= _still_blocked(connection, (revoked | rehashed) - blocked - passing, now)
    passing -= blocked
    feed = [_feed_row(IndexName.KNOWN, t.CLEARED, each, b"", is_removal=True) for each in sorted(passing)]
    for row in rows_of(connection, _HASHES_OF, (blocked | revoked) - passing):
        is_removal = row["media_id"] not in blocked
        if row["quality"] >= QUALITY_FLOOR:
            value = bytes(row["value"])
            feed.append(_feed_row(IndexName.KNOWN, "pdq", row["media_id"], value, is_removal=is_removal))
    return feed


def _sealed_again(changeset: Changeset) -> set[MediaId]:
    """Return the media on which something holds again, as its end was taken back: sealed by facts, or by people."""
    ended = () if changeset.undoing is None else changeset.undoing.window.ended.values()
    return {MediaId(each.id) for each in ended if each.kind is SubjectKind.MEDIA}


def _still_blocked(connection: Connection, media_ids: set[str], now: datetime) -> set[str]:
    found = rows_of(connection, MEASURES_OF, media_ids, kind=SubjectKind.MEDIA.value)
    is_block = MeasureKind.BLOCK_MEDIA.value
    held = (row for row in found if row["ends_us"] is None or row["ends_us"] > to_us(now))
    return {row["subject_id"] for row in held if row["kind"] == is_block and row["near_bits"] is not None}
