"""Compare clocks and messages with the audit: who was late or not reached cannot be made never to have been so.

What a clock runs from is told by the entry of whatever it runs on; here is what was raised while it ran.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from tutela.adapters.db.clock_tables import clocks
from tutela.adapters.db.entries import payload_of, rows_by_id
from tutela.adapters.db.lists import among
from tutela.adapters.db.message_tables import messages
from tutela.adapters.db.rows import Row
from tutela.core.charter import Breach

ALARM = "operator:clock:alarm"
TIMES = ("started_us", "target_us", "limit_us")
TOLD = "system:message:"
BOUNCED = "operator:message:bounced"

SLACK_US = timedelta(hours=1) // timedelta(microseconds=1)
"""A stop is of the moment at which something was decided, which may be a little before it was written."""

_CLOCKS = select(clocks).where(among(clocks.c.subject_id))
_MESSAGES = select(messages).where(among(messages.c.id))


def asked_gone(connection: Connection, page: Iterable[RowMapping]) -> Iterator[Breach]:
    """Yield what entries of *page* tell of clocks and messages, and the rows do not."""
    entries = list(page)
    yield from _alarms(connection, [row for row in entries if row["kind"] == ALARM])
    yield from _messages(connection, [row for row in entries if row["kind"].startswith(TOLD)])
    yield from _bounces(connection, [row for row in entries if row["kind"] == BOUNCED])


def _alarms(connection: Connection, entries: list[RowMapping]) -> Iterator[Breach]:
    there = {
        (row["subject_id"], row["clock"], row["round"]): row
        for row in rows_by_id(connection, _CLOCKS, (each["subject"] for each in entries))
    }
    for entry in entries:
        said = payload_of(entry)
        row = there.get((entry["subject"], said.get("clock"), said.get("round")))
        if row is None:
            yield Breach("P9", entry["subject"], "a clock of which an alarm was raised is gone")
        elif any(row[name] != said.get(name) for name in TIMES):
            yield Breach("P9", entry["subject"], "a clock does not run as it did when an alarm of it was raised")
        elif row["target_alarm"] < said.get("target", 0) or row["limit_alarm"] < said.get("limit", 0):
            yield Breach("P9", entry["subject"], "an alarm of a clock was raised, and its row says that it was not")
        elif row["stopped_us"] is not None and row["stopped_us"] < entry["at_us"] - SLACK_US:
            yield Breach("P9", entry["subject"], "a clock is said to have stopped before an alarm of it was raised")


def _messages(connection: Connection, entries: list[RowMapping]) -> Iterator[Breach]:
    told = [(payload_of(each), each["subject"], each["kind"].removeprefix(TOLD)) for each in entries]
    there = {row["id"]: row for row in rows_by_id(connection, _MESSAGES, (_id(said) for said, _, _ in told))}
    for said, about_id, state in told:
        row = there.get(_id(said))
        if row is None:
            yield Breach("P9", about_id, "a message that was told is gone")
        elif (row["about_id"], row["kind"], row["channel"]) != (about_id, said.get("kind"), said.get("channel")):
            yield Breach("P9", about_id, "a message is not the one that was told")
        elif not _stands(row, state):
            yield Breach("P9", about_id, "a message does not stand as it ended")


def _stands(row: Row, state: str) -> bool:
    # What was sent may have come back since, which has an entry of its own.
    return row["state"] == state or (state, row["state"]) == ("sent", "bounced")


def _bounces(connection: Connection, entries: list[RowMapping]) -> Iterator[Breach]:
    there = {row["id"]: row for row in rows_by_id(connection, _MESSAGES, (each["subject"] for each in entries))}
    for entry in entries:
        row = there.get(entry["subject"])
        if row is None or row["state"] != "bounced":
            yield Breach("P9", entry["subject"], "a mail came back, and its row does not say so")


def _id(said: Any) -> str:
    return str(said.get("message", ""))
