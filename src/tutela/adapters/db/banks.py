"""Read banks, members and the feed of the indexes."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, literal, or_, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.lists import among, rows_of
from tutela.core.banks import QUALITY_FLOOR, Bank, Member, SignalType
from tutela.core.ids import PREFIXES, BankId, MediaId, MemberId
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.ports.index import FeedMark, FeedPage, IndexName
from tutela.ports.store import KnownNear, MemberHit, MemberPage, StoredPage

_BANKS = select(t.banks).order_by(t.banks.c.name)
_BANK = select(t.banks).where(t.banks.c.name == bindparam("name"))
_MEMBERS = (
    select(t.members)
    .where(t.members.c.bank_id == bindparam("bank"), t.members.c.id > bindparam("after"), t.ACTIVE)
    .order_by(t.members.c.id)
    .limit(bindparam("limit"))
)
_BY_VALUE = select(t.members).where(
    t.members.c.signal_type == bindparam("type"),
    among(t.members.c.value),
    t.ACTIVE,
)
_BY_ID = select(t.members).where(among(t.members.c.id), t.ACTIVE)
_MEMBER = select(t.members).where(t.members.c.id == bindparam("id"), t.members.c.bank_id == bindparam("bank"), t.ACTIVE)
_BLOCKS = select(t.measures).where(
    t.measures.c.subject_kind == SubjectKind.MEDIA.value,
    among(t.measures.c.subject_id),
    t.measures.c.kind == MeasureKind.BLOCK_MEDIA.value,
    t.measures.c.revoked_by.is_(None),
    t.measures.c.near_bits.is_not(None),
    or_(t.measures.c.ends_us.is_(None), t.measures.c.ends_us > bindparam("now")),
)
_FEED_SEQ = select(func.coalesce(func.max(t.signal_feed.c.seq), literal(0))).where(
    t.signal_feed.c.index_name == bindparam("name")
)
_FEED = (
    select(t.signal_feed.c.seq, t.signal_feed.c.owner, t.signal_feed.c.value, t.signal_feed.c.is_removal)
    .where(
        t.signal_feed.c.index_name == bindparam("name"),
        t.signal_feed.c.seq > bindparam("after"),
        t.signal_feed.c.signal_type == SignalType.PDQ.value,
    )
    .order_by(t.signal_feed.c.seq)
    .limit(bindparam("limit"))
)
_FEED_ROW = select(t.signal_feed).where(t.signal_feed.c.seq == bindparam("seq"))
_HEADS = select(t.audit_chains).order_by(t.audit_chains.c.chain)
_ENTRY_DIGEST = select(t.audit_entries.c.digest).where(
    t.audit_entries.c.chain == bindparam("chain"), t.audit_entries.c.seq == bindparam("seq")
)
_ADDED = (
    select(t.signal_feed.c.seq, t.members)
    .join_from(t.signal_feed, t.members, t.members.c.id == t.signal_feed.c.owner)
    .where(
        t.signal_feed.c.index_name == IndexName.KNOWN.value,
        t.signal_feed.c.seq > bindparam("after"),
        t.signal_feed.c.is_removal.is_(False),
        t.ACTIVE,
    )
    .order_by(t.signal_feed.c.seq)
    .limit(bindparam("limit"))
)

# What is said of a member, and its brake, stand in the feed under its id as well: they are nothing to compare.
_MEMBER_PAGE = (
    select(t.signal_feed.c.seq, t.members.c.bank_id, t.signal_feed.c.signal_type, t.signal_feed.c.value)
    .join_from(t.signal_feed, t.members, t.members.c.id == t.signal_feed.c.owner)
    .where(
        t.signal_feed.c.index_name == IndexName.KNOWN.value,
        t.signal_feed.c.seq > bindparam("after"),
        t.signal_feed.c.seq <= bindparam("up_to"),
        t.signal_feed.c.signal_type.in_([each.value for each in SignalType]),
        t.signal_feed.c.is_removal.is_(False),
        t.ACTIVE,
    )
    .order_by(t.signal_feed.c.seq)
    .limit(bindparam("limit"))
)
_MEMBER_PAGE_OF = _MEMBER_PAGE.where(t.members.c.bank_id == bindparam("bank"))

_STORED_IDS = (
    select(t.media.c.id)
    .where(t.media.c.id > bindparam("after"), t.media.c.id <= bindparam("up_to"))
    .order_by(t.media.c.id)
    .limit(bindparam("limit"))
)
_STORED_HASHES = (
    select(t.media_hashes.c.media_id, t.media_hashes.c.value, t.media_hashes.c.orientations)
    .where(
        t.media_hashes.c.media_id > bindparam("after"),
        t.media_hashes.c.media_id <= bindparam("up_to"),
        t.media_hashes.c.quality >= QUALITY_FLOOR,
    )
    .order_by(t.media_hashes.c.media_id, t.media_hashes.c.rendering)
)
_STORED_EXTENT = select(func.coalesce(func.max(t.media.c.id), literal("")), func.count())

_BANK_ROW = (t.signal_feed.c.index_name == IndexName.KNOWN.value) & (t.signal_feed.c.signal_type == t.BANK)
_EARLIER = t.signal_feed.alias("earlier")
# The first row of a bank is its creation, when it has no members yet.
_IS_CHANGE = exists().where(
    _EARLIER.c.owner == t.signal_feed.c.owner,
    _EARLIER.c.seq < t.signal_feed.c.seq,
    _EARLIER.c.signal_type == t.BANK,
)
_CHANGED_BANKS = (
    select(t.signal_feed.c.owner, func.max(t.signal_feed.c.seq).label("seq"))
    .where(
        _BANK_ROW,
        t.signal_feed.c.seq > bindparam("after"),
        t.signal_feed.c.seq <= bindparam("up_to"),
        t.signal_feed.c.is_removal.is_(False),
        _IS_CHANGE,
    )
    .group_by(t.signal_feed.c.owner)
)

_BLOCKED = select(t.signal_feed.c.value).where(
    t.signal_feed.c.index_name == IndexName.KNOWN.value,
    t.signal_feed.c.seq > bindparam("after"),
    t.signal_feed.c.seq <= bindparam("up_to"),
    t.signal_feed.c.signal_type == SignalType.PDQ.value,
    t.signal_feed.c.is_removal.is_(False),
    t.signal_feed.c.owner.startswith(PREFIXES["media"] + "_", autoescape=True),
)

_LOOKED_AT = (
    select(t.signal_feed.c.owner)
    .where(
        t.signal_feed.c.index_name == IndexName.STORED.value,
        t.signal_feed.c.seq > bindparam("after"),
        t.signal_feed.c.seq <= bindparam("up_to"),
        t.signal_feed.c.signal_type == t.LOOKED_AT,
    )
    .distinct()
)


class BankReads:
    """The part of `ports.store.Reader` about what is known."""

    _connection: Connection

    def banks(self) -> list[Bank]:
        """Return all banks by name."""
        return [rows.bank(row) for row in self._connection.execute(_BANKS).mappings()]

    def bank_by_name(self, name: str) -> Bank | None:
        """Return the bank of that name."""
        row = self._connection.execute(_BANK, {"name": name}).mappings().first()
        return None if row is None else rows.bank(row)

    def members(self, bank_id: BankId, *, after: str = "", limit: int = 1000) -> list[Member]:
        """Return active members in order of their id."""
        asked = {"bank": bank_id, "after": after, "limit": limit}
        return [rows.member(row) for row in self._connection.execute(_MEMBERS, asked).mappings()]

    def members_by_value(
        self, signal_type: SignalType, values: Iterable[str], *, bank_id: BankId | None = None
    ) -> list[MemberHit]:
        """Return active members of active banks (or of one bank) with one of these values."""
        found = list(rows_of(self._connection, _BY_VALUE, values, type=signal_type.value))
        if not found:
            return []
        hits = self._with_banks(found)
        return [hit for hit in hits if (hit.bank.is_active if bank_id is None else hit.bank.id == bank_id)]

    def member(self, bank_id: BankId, member_id: MemberId) -> Member | None:
        """Return the active member of that id, if it is in this bank."""
        row = self._connection.execute(_MEMBER, {"id": member_id, "bank": bank_id}).mappings().first()
        return None if row is None else rows.member(row)

    def known(self, owners: Iterable[str], now: datetime) -> dict[str, list[KnownNear]]:
        """Return what stands behind owners of the known index at *now*; one whose bank is inactive is left out."""
        wanted = set(owners)
        behind: dict[str, list[KnownNear]] = defaultdict(list)
        for hit in self._with_banks(list(rows_of(self._connection, _BY_ID, wanted))) if wanted else ():
            if hit.bank.is_active:
                near = KnownNear(hit.member, hit.bank, None, hit.bank.clause_id, hit.bank.threshold_bits)
                behind[hit.member.id].append(near)
        for row in rows_of(self._connection, _BLOCKS, wanted, now=rows.to_us(now)):
            block = rows.measure(row)
            near_bits = block.near_bits or 0
            behind[block.subject.id].append(
                KnownNear(
                    None, None, MediaId(block.subject.id), block.clause_id, near_bits, block.decision_id, block.ends_at
                )
            )
        return behind

    def _with_banks(self, found: Sequence[rows.Row]) -> list[MemberHit]:
        banks = {bank.id: bank for bank in self.banks()}
        members = [rows.member(row) for row in found]
        return [MemberHit(member, banks[member.bank_id]) for member in members]

    def feed_seq(self, index: IndexName) -> int:
        """Return the last number of an index's feed; for the known one, the version of all banks."""
        return int(self._connection.execute(_FEED_SEQ, {"name": index.value}).scalar_one())

    def feed(self, index: IndexName, after_seq: int, limit: int) -> FeedPage:
        """Return the next PDQ rows of an index's feed."""
        found = self._connection.execute(_FEED, {"name": index.value, "after": after_seq, "limit": limit})
        # The driver's own tuples: as rows of SQLAlchemy's, a million take twice as long and are only taken apart again.
        fetched = found.cursor.fetchall()
        found.close()
        return FeedPage(*zip(*fetched, strict=True)) if fetched else FeedPage((), (), (), ())

    def feed_mark(self, seq: int) -> FeedMark:
        """Return a mark of the change *seq*: the row itself, and the salted heads of all audit chains by now."""
        heads = {row.chain: [row.seq, bytes(row.digest).hex()] for row in self._connection.execute(_HEADS)}
        return FeedMark(seq, json.dumps({"heads": heads, "row": self._feed_digest(seq)}, sort_keys=True))

    def has_feed_mark(self, mark: FeedMark) -> bool:
        """Return whether that row and those audit entries are in this database as they were."""
        try:
            witness = json.loads(mark.witness)
            heads, row = dict(witness["heads"]), witness["row"]
            entries = [{"chain": chain, "seq": int(seq)} for chain, (seq, _) in heads.items()]
        except (ValueError, TypeError, KeyError):
            return False
        if row != self._feed_digest(mark.seq):
            return False
        found = [self._connection.execute(_ENTRY_DIGEST, entry).scalar() for entry in entries]
        return [None if digest is None else bytes(digest).hex() for digest in found] == [h[1] for h in heads.values()]

    def _feed_digest(self, seq: int) -> str:
        """Return a digest of one row of the feed; of none where there is no such row."""
        row = self._connection.execute(_FEED_ROW, {"seq": seq}).first()
        facts = [] if row is None else [row.index_name, row.owner, bytes(row.value).hex(), bool(row.is_removal)]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def banks_changed_between(self, after_seq: int, up_to_seq: int) -> list[tuple[int, Bank]]:
        """Return active banks that match anew since this stretch of the feed, with the number of their last change."""
        found = self._connection.execute(_CHANGED_BANKS, {"after": after_seq, "up_to": up_to_seq})
        changed = {row.owner: int(row.seq) for row in found}
        banks = self.banks() if changed else []
        return [(changed[bank.id], bank) for bank in banks if bank.id in changed and bank.is_active]

    def media_looked_at_between(self, after_seq: int, up_to_seq: int) -> list[MediaId]:
        """Return media of which more became known after they were first stored, in this stretch of the stored feed."""
        found = self._connection.execute(_LOOKED_AT, {"after": after_seq, "up_to": up_to_seq}).scalars()
        return [MediaId(each) for each in found]

    def blocked_between(self, after_seq: int, up_to_seq: int) -> list[bytes]:
        """Return the hashes of media that were blocked with their near copies in this stretch of the known feed."""
        found = self._connection.execute(_BLOCKED, {"after": after_seq, "up_to": up_to_seq}).scalars()
        return [bytes(value) for value in found]

    def members_since(self, after_seq: int, limit: int) -> list[tuple[int, MemberHit]]:
        """Return active members of active banks added since *after_seq*, with their feed number, in commit order."""
        found = self._connection.execute(_ADDED, {"after": after_seq, "limit": limit}).mappings().all()
        hits = self._with_banks(found)
        return [(row["seq"], hit) for row, hit in zip(found, hits, strict=True)]

    def member_page(self, after_seq: int, up_to_seq: int, limit: int, *, bank_id: BankId | None = None) -> MemberPage:
        """Return the next active members of all banks, or of one, that were added in this stretch of the feed."""
        asked = {"after": after_seq, "up_to": up_to_seq, "limit": limit}
        statement = _MEMBER_PAGE if bank_id is None else _MEMBER_PAGE_OF
        found = self._connection.execute(statement, asked if bank_id is None else {**asked, "bank": bank_id})
        fetched = found.cursor.fetchall()  # as in `feed`
        found.close()
        return MemberPage(*zip(*fetched, strict=True)) if fetched else MemberPage((), (), (), ())

    def stored_page(self, after: str, up_to: str, limit: int) -> StoredPage:
        """Return the next stored media, after and up to an id, with their hashes."""
        asked = {"after": after, "up_to": up_to, "limit": limit}
        ids = self._connection.execute(_STORED_IDS, asked).scalars().all()
        if not ids:
            return StoredPage((), (), ())
        found = self._connection.execute(_STORED_HASHES, {"after": after, "up_to": ids[-1]})
        fetched = found.cursor.fetchall()  # as in `feed`
        found.close()
        owners = [row[0] for row in fetched]
        return StoredPage([MediaId(each) for each in ids], owners, [bytes(row[2]) or bytes(row[1]) for row in fetched])

    def stored_extent(self) -> tuple[str, int]:
        """Return the largest id of stored media, empty for none, and how many there are."""
        last, count = self._connection.execute(_STORED_EXTENT).one()
        return str(last), int(count)
