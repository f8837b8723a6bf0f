"""Take from quotas inside the group's transaction, and read how much is used; see `ports.store`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db.enforcement_tables import quota_uses
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row
from tutela.core.measures import MeasureKind
from tutela.core.quotas import QuotaUse, QuotaUsed
from tutela.errors import Conflict

_KEYS = ("day", "source", "kind")
_OF_DAY = select(quota_uses).where(quota_uses.c.day == bindparam("day"))
_OF_SOURCES = _OF_DAY.where(among(quota_uses.c.source))


def _take(insert: Any) -> Any:
    """Return the one statement that counts and checks at once, for one database."""
    sum_of = {name: quota_uses.c[name] + insert.excluded[name] for name in ("used", "held")}
    # What only held takes nothing, and is counted also where nothing is left.
    has_room = or_(insert.excluded.used == 0, sum_of["used"] <= bindparam("limit"))
    taken = insert.on_conflict_do_update(index_elements=list(_KEYS), set_=sum_of, where=has_room)
    return taken.returning(quota_uses.c.used)


_TAKE = {"sqlite": _take(sqlite.insert(quota_uses)), "postgresql": _take(postgresql.insert(quota_uses))}


def take(connection: Connection, uses: Iterable[QuotaUse]) -> None:
    """Take *uses* from their quotas.

    Raises:
        tutela.errors.Conflict: One has no room for it.
    """
    for use in uses:
        row = {
            "day": use.day.isoformat(), "source": use.source, "kind": use.kind.value,
            "used": use.count, "held": use.held, "limit": use.limit,
        }  # fmt: skip
        is_too_much = use.count > use.limit
        if is_too_much or connection.execute(_TAKE[connection.dialect.name], row).first() is None:
            raise Conflict("a quota is used up meanwhile")


class QuotaReads:
    """The part of `ports.store.Reader` about quotas."""

    _connection: Connection

    def quotas_used(self, day: date, sources: Iterable[str] | None = None) -> list[QuotaUsed]:
        """Return how much of each quota was used on *day*, by these sources or by all."""
        asked = {"day": day.isoformat()}
        if sources is None:
            found: Iterable[Row] = self._connection.execute(_OF_DAY, asked).mappings()
        else:
            found = rows_of(self._connection, _OF_SOURCES, sources, **asked)
        used = [QuotaUsed(row["source"], MeasureKind(row["kind"]), row["used"], row["held"]) for row in found]
        return sorted(used, key=lambda each: (each.source, each.kind))
