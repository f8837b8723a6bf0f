"""Count what banks hold and hit."""

from sqlalchemy import Connection, bindparam, distinct, exists, func, select, tuple_

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.core.banks import SignalType
from tutela.core.ids import BankId, MemberId
from tutela.core.opinions import PEOPLE_TO_DISPUTE, SOURCE, Opinion
from tutela.ports.store import BankCounts, HitsPlace, MemberHits

_BY_TYPE = (
    select(t.members.c.signal_type, t.members.c.is_active, func.count().label("members"))
    .where(t.members.c.bank_id == bindparam("bank"))
    .group_by(t.members.c.signal_type, t.members.c.is_active)
)
_DENIED = (
    select(t.opinions.c.member_id)
    .join_from(t.opinions, t.members)
    .where(
        t.members.c.bank_id == bindparam("bank"),
        t.ACTIVE,
        t.opinions.c.opinion == Opinion.NEGATIVE.value,
        t.opinions.c.said_by != SOURCE,
    )
    .group_by(t.opinions.c.member_id)
    .having(func.count() >= PEOPLE_TO_DISPUTE)
    .subquery()
)
_DISPUTED = select(func.count()).select_from(_DENIED)
_BRAKED = select(func.count()).where(t.brakes.c.bank_id == bindparam("bank"), t.brakes.c.released_us.is_(None))
_HITS = (
    func.count(distinct(t.detections.c.item_id)).label("items_hit"),
    func.count(distinct(t.items.c.account_id)).label("accounts_hit"),
    func.max(t.detections.c.at_us).label("last_us"),
)
_OF_BANK = select(*_HITS).join_from(t.detections, t.items).where(t.detections.c.bank_id == bindparam("bank"))
_OF_MEMBERS = (
    select(t.detections.c.member_id, *_HITS)
    .join_from(t.detections, t.items)
    .where(t.detections.c.bank_id == bindparam("bank"), t.detections.c.member_id.is_not(None))
    .group_by(t.detections.c.member_id)
    .subquery()
)
_TOP = (
    select(
        _OF_MEMBERS,
        exists()
        .where(t.brakes.c.member_id == _OF_MEMBERS.c.member_id, t.brakes.c.released_us.is_(None))
        .label("is_braked"),
    )
    .where(tuple_(-_OF_MEMBERS.c.items_hit, _OF_MEMBERS.c.member_id) > tuple_(bindparam("items"), bindparam("member")))
    .order_by(_OF_MEMBERS.c.items_hit.desc(), _OF_MEMBERS.c.member_id)
    .limit(bindparam("limit"))
)


class StatisticsReads:
    """The part of `ports.store.Reader` about what banks hold and hit."""

    _connection: Connection

    def bank_counts(self, bank_id: BankId) -> BankCounts:
        """Return what a bank holds, and everything that it ever hit."""
        asked = {"bank": bank_id}
        active, removed = dict.fromkeys(SignalType, 0), 0
        for row in self._connection.execute(_BY_TYPE, asked):
            if row.is_active:
                active[SignalType(row.signal_type)] = row.members
            else:
                removed += row.members
        hits = self._connection.execute(_OF_BANK, asked).one()
        return BankCounts(
            active=active,
            removed=removed,
            disputed=self._connection.execute(_DISPUTED, asked).scalar_one(),
            braked=self._connection.execute(_BRAKED, asked).scalar_one(),
            items_hit=hits.items_hit,
            accounts_hit=hits.accounts_hit,
            last_hit_at=None if hits.last_us is None else rows.from_us(hits.last_us),
        )

    def members_by_hits(self, bank_id: BankId, after: HitsPlace | None, limit: int) -> list[MemberHits]:
        """Return the members that hit most items first."""
        place = {"items": -after.items, "member": after.member_id} if after else {"items": -(2**62), "member": ""}
        found = self._connection.execute(_TOP, {"bank": bank_id, "limit": limit, **place})
        return [
            MemberHits(
                MemberId(row.member_id),
                row.items_hit,
                row.accounts_hit,
                rows.from_us(row.last_us),
                is_braked=row.is_braked,
            )
            for row in found
        ]
