"""A database with a million things on which measures are in force, and 200,000 items on which nothing is.

The rows are written past the committer, which would take hours; what is read of them is what it would have written.
"""

import itertools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg
from sqlalchemy import make_url

from tutela.adapters.db.engine import open_engine
from tutela.adapters.db.migrate import upgrade
from tutela.core.measures import MeasureKind, bitmask

MARKED_ITEMS, MARKED_MEDIA, MARKED_ACCOUNTS = 800_000, 150_000, 50_000
"""Together the million standing rows."""

CLEAN_ITEMS, CLEAN_ACCOUNTS = 200_000, 20_000
FIVE_PERCENT = 20

_DAY_US = 86_400_000_000
_NOW = datetime.now(UTC)
_NOW_US = int(_NOW.timestamp()) * 1_000_000
_SCOPES = {
    "withhold": {"countries": ["AT", "DE"], "legal_basis": "an order of a court"},
    "cover": {"reason": "graphic"},
    "disable_actions": {"actions": ["reply", "share"]},
}
_ON_ITEMS = (
    "remove", "exclude", "limit_reach", "de_emphasise", "cover", "disable_actions", "age_gate", "withhold", "no_ads",
    "hold",
)  # fmt: skip
_BIT = {kind.value: bitmask([kind]) for kind in MeasureKind}

_COLUMNS = {
    "accounts": "id, platform_id, age_band, age_provenance, regions, created_us",
    "media": "id, content_key, md5, scan, evidence, received_us",
    "items": (
        "id, platform_id, account_id, kind, text, channel_kind, is_encrypted, regions, submitted_us, answer, "
        "is_detected, carries"
    ),
    "item_media": "item_id, position, media_id",
    "item_inside": "item_id, inside_id",
    "item_tags": "item_id, tag",
    "standing": "subject_kind, subject_id, version, kinds, next_change_us, measures, change_seq, changed_us",
}

Row = tuple[object, ...]


def page(number: int, size: int, *, all_marked: bool) -> list[str]:
    """Return the platform's ids of *size* items: one in twenty carries measures, or all do."""
    first = number * size * 7
    return [
        f"marked-{(first + each * 31) % MARKED_ITEMS}"
        if all_marked or each % FIVE_PERCENT == 0
        else f"clean-{(first + each * 31) % CLEAN_ITEMS}"
        for each in range(size)
    ]


def fill(url: str) -> None:
    """Make the tables at *url* and fill them."""
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    if url.startswith("sqlite"):
        _fill_sqlite(make_url(url).database or "")
    else:
        _fill_postgresql(url.replace("+psycopg", ""))


def _fill_sqlite(path: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for table, rows in _tables():
            marks = ", ".join("?" * (_COLUMNS[table].count(",") + 1))
            connection.executemany(f"INSERT INTO {table} ({_COLUMNS[table]}) VALUES ({marks})", rows)  # noqa: S608  # our own names
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill_postgresql(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for table, rows in _tables():
            with cursor.copy(f"COPY {table} ({_COLUMNS[table]}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.execute("VACUUM ANALYZE")


def _tables() -> Iterator[tuple[str, Iterator[Row]]]:
    yield "accounts", _accounts()
    yield (
        "media",
        ((f"med_{n:08d}", f"md5:{n:032x}", f"{n:032x}", "scanned", "none", _NOW_US - _DAY_US) for n in range(_MEDIA)),
    )
    yield "items", _items()
    yield "item_media", ((item, 0, f"med_{n % _MEDIA:08d}") for n, item in _carrying())
    yield "item_inside", ((f"itm_c{n:08d}", f"itm_c{n - 1:08d}") for n in range(10, CLEAN_ITEMS, 10))
    yield "item_tags", ((f"itm_c{n:08d}", f"tag{n % 1000}") for n in range(0, CLEAN_ITEMS, 3))
    yield "standing", _standing()


_MEDIA = MARKED_MEDIA + CLEAN_ITEMS // 2


def _accounts() -> Iterator[Row]:
    for kind, count in (("m", MARKED_ACCOUNTS), ("c", CLEAN_ACCOUNTS)):
        for n in range(count):
            yield f"acc_{kind}{n:08d}", f"user-{kind}{n}", "adult", "declared", '["DE"]', _NOW_US - 9 * _DAY_US


def _items() -> Iterator[Row]:
    words = "the lake was calm this morning " * 4
    for kind, name, count, accounts in (
        ("m", "marked", MARKED_ITEMS, MARKED_ACCOUNTS), ("c", "clean", CLEAN_ITEMS, CLEAN_ACCOUNTS)
    ):  # fmt: skip
        for n in range(count):
            # Of the items that carry measures one in four is by an account that does too.
            author = f"acc_m{n // 4 % accounts:08d}" if kind == "m" and n % 4 == 0 else f"acc_c{n % CLEAN_ACCOUNTS:08d}"
            yield (
                f"itm_{kind}{n:08d}", f"{name}-{n}", author, "post", words, "public", False, '["DE"]',
                _NOW_US - 5 * _DAY_US, "publish", True, _carries(kind, n),
            )  # fmt: skip


def _carries(kind: str, n: int) -> int:
    if kind == "m":
        return 1 if n % 4 == 0 else 0
    return (n % 2 == 0) + 2 * (n % 3 == 0) + 4 * (n % 10 == 0 and n > 0)


def _carrying() -> Iterator[tuple[int, str]]:
    """Every second clean item carries a clean picture; of the marked ones, one in four a marked one."""
    yield from ((MARKED_MEDIA + n // 2, f"itm_c{n:08d}") for n in range(0, CLEAN_ITEMS, 2))
    yield from ((n // 4 % MARKED_MEDIA, f"itm_m{n:08d}") for n in range(0, MARKED_ITEMS, 4))


def _standing() -> Iterator[Row]:
    numbers = itertools.count(1)
    for n in range(MARKED_ITEMS):
        yield _row("item", f"itm_m{n:08d}", _ON_ITEMS[n % len(_ON_ITEMS)], n, next(numbers))
    for n in range(MARKED_MEDIA):
        yield _row("media", f"med_{n:08d}", "cover", n, next(numbers))
    for n in range(MARKED_ACCOUNTS):
        kind = ("no_payout", "limit_reach", "age_gate", "exclude")[n % 4]
        yield _row("account", f"acc_m{n:08d}", kind, n, next(numbers))


def _row(subject_kind: str, subject: str, kind: str, number: int, seq: int) -> Row:
    ends_us = _NOW_US + 30 * _DAY_US if number % 3 == 0 else None
    scope = _SCOPES.get(kind)
    measure = {
        "id": f"msr_{subject_kind[0]}{number:024d}", "kind": kind, "subject_kind": subject_kind,
        "subject_id": subject, "decision_id": f"dec_{subject_kind[0]}{number:024d}", "clause_id": "harm.example",
        "policy_version": "2026-11-25", "starts_us": _NOW_US - _DAY_US, "ends_us": ends_us, "review_us": None,
        "near_bits": None, "is_automated": False, "revoked_by": None,
        "scope": None if scope is None else json.dumps(scope),
    }  # fmt: skip
    told = json.dumps([measure], separators=(",", ":"))
    return subject_kind, subject, 1, _BIT[kind], ends_us, told, seq, _NOW_US - _DAY_US
