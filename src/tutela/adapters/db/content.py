"""Read accounts, items and media."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    not_,
    or_,
    select,
    text,
    tuple_,
)

from tutela.adapters.db import item_tables, rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.hold_tables import HELD
from tutela.adapters.db.lists import among, chunks_of, rows_of
from tutela.core.banks import SignalType
from tutela.core.content import Account, EvidenceState, Media, ScanState
from tutela.core.ids import AccountId, ItemId, MediaId
from tutela.core.measures import HIDING, SubjectKind, bitmask
from tutela.ports.committer import StoredItem
from tutela.ports.scanner import ScanFailure
from tutela.ports.store import Carrier, MediaPlace, Posting


def _in(table: Table, column: ColumnElement[str], *more: ColumnElement[Any]) -> "Select[Any]":
    return select(table, *more).where(among(column))


_ACCOUNTS = _in(t.accounts, t.accounts.c.platform_id)
_ACCOUNTS_BY_ID = _in(t.accounts, t.accounts.c.id)
_ITEMS_BY_PLATFORM = _in(t.items, t.items.c.platform_id)
_ITEMS_BY_ID = _in(t.items, t.items.c.id)
_ITEM_MEDIA = _in(t.item_media, t.item_media.c.item_id).order_by(t.item_media.c.item_id, t.item_media.c.position)
_ITEM_TAGS = _in(item_tables.item_tags, item_tables.item_tags.c.item_id).order_by(
    item_tables.item_tags.c.item_id, item_tables.item_tags.c.tag
)
_MEDIA_BY_ID = _in(t.media, t.media.c.id)
_MEDIA_BY_KEY = _in(t.media, t.media.c.content_key)
_MEDIA_BY_DIGEST = {
    SignalType.MD5: _in(t.media, t.media.c.md5),
    SignalType.SHA1: _in(t.media, t.media.c.sha1),
    SignalType.SHA256: _in(t.media, t.media.c.sha256),
}
_HASHES = _in(t.media_hashes, t.media_hashes.c.media_id).order_by(t.media_hashes.c.media_id, t.media_hashes.c.rendering)
_BEGINNING = (
    select(t.accounts.c.platform_id)
    .where(t.accounts.c.platform_id.ilike(bindparam("beginning"), escape="/"))
    .limit(bindparam("limit"))
)
_CARRIERS = _in(t.item_media, t.item_media.c.media_id)
_CARRIED = (
    select(
        t.item_media.c.media_id, t.items.c.id, t.items.c.platform_id, t.items.c.account_id, t.items.c.answer,
        t.items.c.is_detected, t.items.c.channel_kind, t.items.c.is_encrypted, t.items.c.regions,
        t.accounts.c.platform_id.label("account_platform_id"), t.accounts.c.regions.label("account_regions"),
    )
    .join_from(t.item_media, t.items, t.items.c.id == t.item_media.c.item_id)
    .join(t.accounts, t.accounts.c.id == t.items.c.account_id)
    .where(among(t.item_media.c.media_id))
    .distinct()
    .order_by(t.item_media.c.media_id, t.items.c.id)  # beyond the limit the same are left out every time
    .limit(bindparam("limit"))
)  # fmt: skip
_POSTINGS = (
    select(
        t.item_media.c.media_id, t.items.c.id, t.items.c.account_id, t.items.c.is_detected,
        t.items.c.channel_kind, t.items.c.is_encrypted, t.items.c.regions, t.accounts.c.regions,
    )
    .join_from(t.item_media, t.items, t.items.c.id == t.item_media.c.item_id)
    .join(t.accounts, t.accounts.c.id == t.items.c.account_id)
    .where(among(t.item_media.c.media_id))
    .distinct()
    .execution_options(yield_per=1000)
)  # fmt: skip
_GIVEN_UP = t.media.c.failure.in_([each.value for each in ScanFailure if not each.may_pass_later])


def _to_scan(which: "ColumnElement[bool]") -> "Select[Any]":
    return (
        select(t.media)
        .where(
            t.media.c.scan.in_([ScanState.PENDING.value, ScanState.UNSCANNABLE.value]),
            t.media.c.content_id.is_not(None),
            tuple_(t.media.c.received_us, t.media.c.id) > tuple_(bindparam("after_us"), bindparam("after_id")),
            which,
        )
        .order_by(t.media.c.received_us, t.media.c.id)
        .limit(bindparam("limit"))
    )


_TO_TRY_AGAIN = _to_scan(or_(t.media.c.failure.is_(None), not_(_GIVEN_UP)))
_TO_TRY_ANEW = _to_scan(_GIVEN_UP)
_FROM_THE_FIRST = {"after_us": -1, "after_id": ""}
_HELD_ITEMS = select(t.measures.c.subject_id).where(text(t.TECHNICAL))
_UNSEEN_ITEMS = (
    select(t.item_media.c.item_id)
    .join_from(t.item_media, t.media)
    .where(t.media.c.scan.in_([ScanState.PENDING.value, ScanState.UNSCANNABLE.value]))
)
_TO_ASK_AGAIN = (
    select(t.item_media.c.media_id)
    .where(t.item_media.c.item_id.in_(_HELD_ITEMS), t.item_media.c.item_id.not_in(_UNSEEN_ITEMS))
    .order_by(t.item_media.c.item_id)
    .limit(bindparam("limit"))
)
_HIDDEN = t.standing.c.kinds.bitwise_and(bitmask(HIDING)) != 0
_HIDDEN_MEDIA = select(t.standing.c.subject_id).where(t.standing.c.subject_kind == SubjectKind.MEDIA.value, _HIDDEN)
_MEDIA_IN_HIDDEN_ITEMS = (
    select(t.item_media.c.media_id)
    .join_from(t.item_media, t.standing, t.standing.c.subject_id == t.item_media.c.item_id)
    .where(t.standing.c.subject_kind == SubjectKind.ITEM.value, _HIDDEN)
)
_UNDER_TRANSIENT_KEYS = (
    select(t.media)
    .where(
        t.media.c.evidence == EvidenceState.RECEIVED.value,
        t.media.c.content_id.is_not(None),
        t.media.c.received_us < bindparam("before"),
        tuple_(t.media.c.received_us, t.media.c.id) > tuple_(bindparam("after_us"), bindparam("after_id")),
    )
    .order_by(t.media.c.received_us, t.media.c.id)
    .limit(bindparam("limit"))
)
_TRANSIENT = (
    select(t.media)
    .where(
        # A report-only operator keeps no bytes at all; anybody else keeps unmatched ones for the transient period.
        or_(
            and_(
                t.media.c.evidence == EvidenceState.RECEIVED.value,
                t.media.c.scan == ScanState.SCANNED.value,
                t.media.c.received_us < bindparam("before"),
                t.media.c.id.not_in(_HIDDEN_MEDIA),
                t.media.c.id.not_in(_MEDIA_IN_HIDDEN_ITEMS),
                t.media.c.id.not_in(HELD),
            ),
            and_(t.media.c.evidence == EvidenceState.REPORT_ONLY.value, t.media.c.content_id.is_not(None)),
        )
    )
    .order_by(t.media.c.received_us)
    .limit(bindparam("limit"))
)
_UNSEALED = (
    select(t.media)
    .where(
        t.media.c.evidence == EvidenceState.RECEIVED.value,
        t.media.c.content_id.is_not(None),
        t.media.c.id.in_(HELD),
    )
    .order_by(t.media.c.id)
    .limit(bindparam("limit"))
)
_SEALED = (
    select(t.media)
    .where(t.media.c.evidence == EvidenceState.SEALED.value, t.media.c.id > bindparam("after"))
    .order_by(t.media.c.id)
    .limit(bindparam("limit"))
)
_EVIDENCE = select(t.media.c.id, t.media.c.content_id, t.media.c.evidence).where(t.media.c.content_id.is_not(None))


class ContentReads:
    """The part of `ports.store.Reader` about what platforms sent."""

    _connection: Connection

    def _rows(self, statement: "Select[Any]", ids: Iterable[str]) -> list[rows.Row]:
        return list(rows_of(self._connection, statement, ids))

    def accounts_by_platform_id(self, platform_ids: Iterable[str]) -> dict[str, Account]:
        """Return the accounts that exist."""
        return {row["platform_id"]: rows.account(row) for row in self._rows(_ACCOUNTS, platform_ids)}

    def accounts_by_id(self, account_ids: Iterable[AccountId]) -> dict[AccountId, Account]:
        """Return the accounts that exist, by our id."""
        return {AccountId(row["id"]): rows.account(row) for row in self._rows(_ACCOUNTS_BY_ID, account_ids)}

    def items_by_platform_id(self, platform_ids: Iterable[str]) -> dict[str, StoredItem]:
        """Return the items that exist, by the platform's id."""
        return {each.item.platform_id: each for each in self._items(self._rows(_ITEMS_BY_PLATFORM, platform_ids))}

    def items_by_id(self, item_ids: Iterable[ItemId]) -> dict[ItemId, StoredItem]:
        """Return the items that exist, by our id."""
        return {each.item.id: each for each in self._items(self._rows(_ITEMS_BY_ID, item_ids))}

    def _items(self, found: list[rows.Row]) -> list[StoredItem]:
        ids = [row["id"] for row in found]
        carried: dict[str, list[str]] = defaultdict(list)
        for row in self._rows(_ITEM_MEDIA, ids):
            carried[row["item_id"]].append(row["media_id"])
        tags: dict[str, list[str]] = defaultdict(list)
        for row in self._rows(_ITEM_TAGS, ids):
            tags[row["item_id"]].append(row["tag"])
        return [rows.stored_item(row, carried[row["id"]], sorted(tags[row["id"]])) for row in found]

    def media_by_id(self, media_ids: Iterable[MediaId]) -> dict[MediaId, Media]:
        """Return the media that exist."""
        return {each.id: each for each in self._media(self._rows(_MEDIA_BY_ID, media_ids))}

    def media_by_digest(self, signal_type: SignalType, values: Iterable[str]) -> list[Media]:
        """Return the media with one of these digests."""
        return self._media(self._rows(_MEDIA_BY_DIGEST[signal_type], values))

    def media_by_content_key(self, content_keys: Iterable[str]) -> dict[str, Media]:
        """Return the media by their content key."""
        return {each.content_key: each for each in self._media(self._rows(_MEDIA_BY_KEY, content_keys))}

    def _media(self, found: list[rows.Row]) -> list[Media]:
        hashes = defaultdict(list)
        for row in self._rows(_HASHES, [row["id"] for row in found]):
            hashes[row["media_id"]].append(rows.pdq_hash(row))
        return [rows.media(row, hashes[row["id"]]) for row in found]

    def accounts_beginning(self, beginning: str, limit: int) -> list[str]:
        """Return the platform's own ids of some accounts that begin so, capitals or not, in order."""
        escaped = beginning.replace("/", "//").replace("%", "/%").replace("_", "/_")
        asked = {"beginning": f"{escaped}%", "limit": limit}
        return sorted(self._connection.execute(_BEGINNING, asked).scalars())

    def carriers(self, media_ids: Iterable[MediaId]) -> dict[MediaId, list[ItemId]]:
        """Return the items that carry each media."""
        found: dict[MediaId, list[ItemId]] = defaultdict(list)
        for row in self._rows(_CARRIERS, media_ids):
            found[MediaId(row["media_id"])].append(ItemId(row["item_id"]))
        return dict(found)

    def carried(self, media_ids: Iterable[MediaId], limit: int) -> list[Carrier]:
        """Return up to *limit* of the items that carry these media."""
        found = islice(rows_of(self._connection, _CARRIED, media_ids, limit=limit), limit)
        return [rows.carrier(row) for row in found]

    def postings(self, media_ids: Iterable[MediaId]) -> Iterator[Posting]:
        """Yield each item that carries one of these media, once a media."""
        for ids in chunks_of(media_ids):
            for row in self._connection.execute(_POSTINGS, {"ids": ids}):
                media_id, item_id, account_id, is_detected, *way = row
                yield Posting(MediaId(media_id), ItemId(item_id), AccountId(account_id), is_detected, *rows.way(*way))

    def media_to_scan(self, limit: int, *, after: MediaPlace | None = None, given_up: bool = False) -> list[Media]:
        """Return media that no scan has succeeded on and whose bytes are here, oldest first."""
        place = {"after_us": rows.to_us(after.received_at), "after_id": after.id} if after else _FROM_THE_FIRST
        statement = _TO_TRY_ANEW if given_up else _TO_TRY_AGAIN
        return self._media(list(self._connection.execute(statement, {**place, "limit": limit}).mappings()))

    def media_to_ask_again(self, limit: int) -> list[MediaId]:
        """Return scanned media of items that are still held because nobody could look."""
        found = self._connection.execute(_TO_ASK_AGAIN, {"limit": limit}).scalars()
        return [MediaId(each) for each in dict.fromkeys(found)]

    def media_under_transient_keys(
        self, before: datetime, limit: int, *, after: MediaPlace | None = None
    ) -> list[Media]:
        """Return media that are only received."""
        place = {"after_us": rows.to_us(after.received_at), "after_id": after.id} if after else _FROM_THE_FIRST
        asked = {**place, "before": rows.to_us(before), "limit": limit}
        return self._media(list(self._connection.execute(_UNDER_TRANSIENT_KEYS, asked).mappings()))

    def media_received_before(self, moment: datetime, limit: int, *, now: datetime) -> list[Media]:
        """Return media whose transient period is over."""
        asked = {"before": rows.to_us(moment), "limit": limit, "now": rows.to_us(now)}
        return self._media(list(self._connection.execute(_TRANSIENT, asked).mappings()))

    def held_unsealed(self, now: datetime, limit: int) -> list[Media]:
        """Return media that are held and not sealed."""
        asked = {"now": rows.to_us(now), "limit": limit}
        return self._media(list(self._connection.execute(_UNSEALED, asked).mappings()))

    def sealed_page(self, after: str, limit: int) -> list[Media]:
        """Return sealed media by id."""
        return self._media(list(self._connection.execute(_SEALED, {"after": after, "limit": limit}).mappings()))

    def evidence_states(self) -> Iterable[tuple[MediaId, str | None, EvidenceState]]:
        """Yield media with their content id and evidence state."""
        for row in self._connection.execution_options(yield_per=1000).execute(_EVIDENCE):
            yield MediaId(row.id), row.content_id, EvidenceState(row.evidence)
