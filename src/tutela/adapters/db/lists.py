"""Ask about any number of ids: databases take only so many parameters in one statement."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, RowMapping, Select

MOST_IDS = 10_000
"""SQLite takes 32,766 parameters, PostgreSQL 65,535; a flat picture can be close to more members than that."""

ROWS_AT_ONCE = 1000
"""Fetched in one call, and held in memory together: a popular picture has a hundred thousand carriers."""


def rows_of(connection: Connection, statement: "Select[Any]", ids: Iterable[str], **more: Any) -> Iterator[RowMapping]:
    """Yield the rows of *statement*, whose parameter `ids` expands: one run for each ten thousand, none for none."""
    for some in chunks_of(ids):
        for page in connection.execute(statement, {**more, "ids": some}).mappings().partitions(ROWS_AT_ONCE):
            yield from page


def chunks_of(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield each id once, in order, as many at a time as one statement takes."""
    wanted = iter(sorted(set(ids)))
    while some := list(islice(wanted, MOST_IDS)):
        yield some
