"""Follow what changes: a page at once when there is one, else a wait that holds no thread."""

import asyncio
import time

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.problems import TooManyRequests
from tutela.errors import BadInput
from tutela.ports.store import Change

MAX_POLLS = 2000
"""Long polls that may wait at once; each costs a connection and a few kilobytes."""


async def read_changes(call: Call) -> Response:
    """Tell what changed after a number, or wait for it."""
    asked = call.query(bodies.ChangesQuery)
    after = asked.after
    until = time.monotonic() + asked.wait_seconds
    while True:
        changes, newest = await call.shared.in_thread(_read, call, after, asked.limit)
        if changes:
            return _told(changes, changes[-1].seq)
        if asked.after > newest:
            raise BadInput(
                "this cursor is ahead of everything that was ever numbered here",
                place="after",
                remedy="The database was restored from an older copy: read again from 0.",
            )
        # Changes of media that nothing carries are numbered and told to nobody: every row up to here was looked at.
        after = max(after, min(newest, after + asked.limit))
        left = until - time.monotonic()
        is_over = left <= 0 or call.shared.watch.is_closing
        if is_over or (after >= newest and await _is_gone(call, after, left)):
            return _told([], after)


async def _is_gone(call: Call, after: int, seconds: float) -> bool:
    """Wait for a change; return whether the caller went away meanwhile."""
    if call.shared.watch.waiting >= MAX_POLLS:
        raise TooManyRequests("too many long polls are waiting", remedy="Ask without wait_seconds.")
    waiting = asyncio.ensure_future(call.shared.watch.wait_beyond(after, seconds))
    leaving = asyncio.ensure_future(_gone(call))
    try:
        await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return leaving.done()
    finally:
        waiting.cancel()
        leaving.cancel()
        await asyncio.gather(waiting, leaving, return_exceptions=True)


async def _gone(call: Call) -> None:
    while (await call.request.receive())["type"] != "http.disconnect":
        pass


def _read(call: Call, after: int, limit: int) -> tuple[list[Change], int]:
    with call.house.store.read() as reader:
        return reader.changes(after, limit), reader.change_seq()


def _told(changes: list[Change], following: int) -> Response:
    told = [
        {"seq": each.seq, "kind": each.subject.kind.value, "id": each.platform_id, "at": each.at} for each in changes
    ]
    return answer({"changes": told, "next": following})
