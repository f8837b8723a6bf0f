"""Read what is said of members, and how many accounts they hit."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.lists import among, rows_of
from tutela.core.brake import Trip
from tutela.core.ids import AccountId, BankId, ItemId, MemberId
from tutela.core.opinions import Said

_OPINIONS = (
    select(t.opinions).where(among(t.opinions.c.member_id)).order_by(t.opinions.c.member_id, t.opinions.c.said_by)
)
_OWED = (
    select(t.members.c.bank_id, func.count().label("owed"))
    .join_from(t.opinions, t.members)
    .where(t.OWED)
    .group_by(t.members.c.bank_id)
)
_TRIPS = select(t.brakes).where(among(t.brakes.c.member_id)).order_by(t.brakes.c.tripped_us, t.brakes.c.id)
_OPEN = select(t.brakes).where(t.brakes.c.released_us.is_(None)).order_by(t.brakes.c.tripped_us, t.brakes.c.id)
_ACCOUNTS_HIT = (
    select(t.items.c.account_id)
    .join_from(t.detections, t.items)
    .where(
        t.detections.c.bank_id == bindparam("bank"),
        t.detections.c.member_id == bindparam("member"),
        t.detections.c.at_us > bindparam("since_us"),
        t.detections.c.is_suppressed.is_(False),
    )
    .distinct()
    .limit(bindparam("limit"))
)
_MET = (
    select(t.detections.c.item_id, t.detections.c.member_id)
    .where(among(t.detections.c.item_id), t.detections.c.member_id.is_not(None))
    .distinct()
)


class OpinionReads:
    """The part of `ports.store.Reader` about what members are worth."""

    _connection: Connection

    def opinions(self, member_ids: Iterable[MemberId]) -> dict[MemberId, tuple[Said, ...]]:
        """Return what is said of each member that somebody said something of."""
        found: dict[MemberId, tuple[Said, ...]] = {}
        for row in rows_of(self._connection, _OPINIONS, member_ids):
            said = rows.opinion(row)
            found[said.member_id] = (*found.get(said.member_id, ()), said)
        return found

    def feedback_owed(self) -> dict[BankId, int]:
        """Return how many opinions of our own the source of each bank has not been told."""
        return {BankId(row.bank_id): row.owed for row in self._connection.execute(_OWED)}

    def trips(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Trip]:
        """Return the last trip of the brake of each member that ever tripped."""
        found = map(rows.trip, rows_of(self._connection, _TRIPS, member_ids))
        return {trip.member_id: trip for trip in found}

    def open_trips(self, bank_id: BankId | None = None) -> list[Trip]:
        """Return the brakes that are open, oldest first."""
        found = map(rows.trip, self._connection.execute(_OPEN).mappings())
        return [trip for trip in found if bank_id in {None, trip.bank_id}]

    def accounts_hit(self, bank_id: BankId, member_id: MemberId, since: datetime, limit: int) -> set[AccountId]:
        """Return at most *limit* accounts that a member has hit after *since*."""
        asked = {"bank": bank_id, "member": member_id, "since_us": rows.to_us(since), "limit": limit}
        return {AccountId(each) for each in self._connection.execute(_ACCOUNTS_HIT, asked).scalars()}

    def met(self, item_ids: Iterable[ItemId]) -> set[tuple[ItemId, MemberId]]:
        """Return which members were noticed in each item before."""
        found = rows_of(self._connection, _MET, item_ids)
        return {(ItemId(row["item_id"]), MemberId(row["member_id"])) for row in found}
