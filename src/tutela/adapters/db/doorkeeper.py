"""Tries that are counted, and what is remembered between two steps of signing in; see `ports.people.Doorkeeper`."""

from collections.abc import Iterable
from datetime import datetime

import orjson
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import people_tables as t
from tutela.adapters.db import rows
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela.core.ids import PersonId
from tutela.core.lockout import FORGOTTEN_AFTER, Lane, Tries, after_try
from tutela.ports.people import Ceremony

_T, _C = t.tries.c, t.ceremonies.c

_LANE = select(t.tries).where(_T.kind == bindparam("kind"), _T.lane == bindparam("lane"))
_CLEAR = delete(t.tries).where(_T.kind == bindparam("b_kind"), _T.lane == bindparam("b_lane"))
_GIVE_BACK = (
    update(t.tries)
    .where(_T.kind == bindparam("b_kind"), _T.lane == bindparam("b_lane"), _T["count"] > 0)
    .values(count=_T["count"] - 1, free_us=_T.at_us)
)
_OLD_TRIES = delete(t.tries).where(_T.at_us < bindparam("b_before"))
_PUT = insert(t.ceremonies)
_LOOK = select(t.ceremonies).where(_C.secret_hash == bindparam("secret_hash"))
_TAKE = delete(t.ceremonies).where(_C.secret_hash == bindparam("b_hash"))
_OLD = delete(t.ceremonies).where(_C.ends_us < bindparam("b_before"))
_COUNTED = ("count", "at_us", "free_us")
_PUT_TRIES = tuple(
    each.on_conflict_do_update(index_elements=["kind", "lane"], set_={name: each.excluded[name] for name in _COUNTED})
    for each in (sqlite.insert(t.tries), postgresql.insert(t.tries))
)


class DatabaseDoorkeeper:
    """Count and remember. Nothing here is audited: a sign-in is, and a stranger must not be able to fill the audit."""

    def __init__(self, engine: Engine) -> None:
        """Write through *engine*."""
        self._engine = engine

    def take_try(self, lanes: Iterable[Lane], now: datetime) -> float:
        """Count one try, or return how long to wait."""
        wanted = list(lanes)
        with write_transaction(self._engine) as connection:  # of many at one moment, each sees the count of the others
            before = [_tries(connection, lane) for lane in wanted]
            wait = max((each.wait(now).total_seconds() for each in before), default=0.0)
            if wait > 0:
                return wait
            for lane, tries in zip(wanted, before, strict=True):
                after = after_try(lane.kind, tries, now)
                row = {
                    "kind": lane.kind.value, "lane": lane.key, "count": after.count, "at_us": rows.to_us(now),
                    "free_us": rows.to_us(after.free_at or now),
                }  # fmt: skip
                connection.execute(_PUT_TRIES[is_postgresql(self._engine)], row)
        return 0.0

    def forget_tries(self, lanes: Iterable[Lane]) -> None:
        """Begin anew."""
        with write_transaction(self._engine) as connection:
            for lane in lanes:
                connection.execute(_CLEAR, {"b_kind": lane.kind.value, "b_lane": lane.key})

    def give_back(self, lanes: Iterable[Lane]) -> None:
        """Take the last try back."""
        with write_transaction(self._engine) as connection:
            for lane in lanes:
                connection.execute(_GIVE_BACK, {"b_kind": lane.kind.value, "b_lane": lane.key})

    def put(self, secret_hash: bytes, ceremony: Ceremony) -> None:
        """Remember."""
        row = {
            "secret_hash": secret_hash, "purpose": ceremony.purpose, "person_id": ceremony.person_id,
            "body": orjson.dumps(ceremony.body).decode(), "ends_us": rows.to_us(ceremony.ends_at),
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            connection.execute(_PUT, row)

    def look(self, secret_hash: bytes, purpose: str, now: datetime) -> Ceremony | None:
        """Return what was remembered."""
        with read_transaction(self._engine) as connection:
            return _remembered(connection, secret_hash, purpose, now)

    def take(self, secret_hash: bytes, purpose: str, now: datetime) -> Ceremony | None:
        """Return what was remembered, and forget it."""
        with write_transaction(self._engine) as connection:
            found = _remembered(connection, secret_hash, purpose, now)
            if found is not None:
                connection.execute(_TAKE, {"b_hash": secret_hash})
        return found

    def forget_before(self, moment: datetime) -> int:
        """Delete what is over."""
        tries_before = moment - FORGOTTEN_AFTER.delta
        with write_transaction(self._engine) as connection:
            over = connection.execute(_OLD, {"b_before": rows.to_us(moment)}).rowcount
            return over + connection.execute(_OLD_TRIES, {"b_before": rows.to_us(tries_before)}).rowcount


def _tries(connection: Connection, lane: Lane) -> Tries:
    row = connection.execute(_LANE, {"kind": lane.kind.value, "lane": lane.key}).mappings().first()
    if row is None:
        return Tries()
    return Tries(row["count"], rows.from_us(row["at_us"]), rows.from_us(row["free_us"]))


def _remembered(connection: Connection, secret_hash: bytes, purpose: str, now: datetime) -> Ceremony | None:
    row = connection.execute(_LOOK, {"secret_hash": secret_hash}).mappings().first()
    if row is None or row["purpose"] != purpose or row["ends_us"] <= rows.to_us(now):
        return None
    person_id = None if row["person_id"] is None else PersonId(row["person_id"])
    return Ceremony(purpose, person_id, orjson.loads(row["body"]), rows.from_us(row["ends_us"]))
