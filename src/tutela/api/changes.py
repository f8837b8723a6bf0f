"""Follow what changes: a page at once when there is one, else a wait that holds no thread."""

import asyncio
import time
from collections.abc import Container
from typing import Any

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.problems import InvalidRequest, TooManyRequests
from tutela.core.measures import Measure
from tutela.errors import BadInput
from tutela.ports.changes import Change, ChangePage, FeedPlace

MAX_POLLS = 2000
"""Long polls that may wait at once; each costs a connection and a few kilobytes."""


async def read_changes(call: Call) -> Response:
    """Tell what changed after a place, or wait for it."""
    asked = call.query(bodies.ChangesQuery)
    after = _place(asked.after)
    until = time.monotonic() + asked.wait_seconds
    while True:
        page, newest = await call.shared.in_thread(_read, call, after, asked.limit)
        if after.seq > newest:
            raise BadInput(
                "this cursor is ahead of everything that was ever numbered here",
                place="after",
                remedy="The database was restored from an older copy: read again from 0.",
            )
        # A change of media that nothing carries is told to nobody, and passed.
        after = page.following
        left = until - time.monotonic()
        if page.changes or (page.is_complete and (left <= 0 or call.shared.watch.is_closing)):
            return _told(call, page)
        if page.is_complete and await _is_gone(call, after.seq, left):
            return _told(call, page)


def _place(cursor: str) -> FeedPlace:
    try:
        return FeedPlace.parse(cursor)
    except ValueError as error:
        raise InvalidRequest([{"place": "query.after", "message": str(error)}]) from None


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


def _read(call: Call, after: FeedPlace, limit: int) -> tuple[ChangePage, int]:
    with call.house.store.read() as reader:
        return reader.changes(after, limit), reader.change_seq()


def _told(call: Call, page: ChangePage) -> Response:
    sealed = call.house.effects.sealed
    body = {
        "changes": [_change(each, sealed) for each in page.changes],
        "next": str(page.following),
        "more": not page.is_complete,
        "feed": call.house.feed_id,
        "table_version": call.house.effects.version,
    }
    return answer(body)


def _change(change: Change, sealed: Container[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "seq": change.seq,
        "kind": change.subject.kind.value,
        "id": change.platform_id,
        "at": change.at,
        "own": [_measure(each, sealed) for each in change.own],
    }
    if change.item is not None:
        told["author"] = change.item.author_platform_id
        told["published"] = change.item.is_published
        told["inside"] = [_measure(each, sealed) for each in change.item.inside]
    return told


def _measure(measure: Measure, sealed: Container[str]) -> dict[str, Any]:
    """Return what a reader needs of a measure; why something is sealed is nobody's to know."""
    told = {
        "id": measure.id,
        "kind": measure.kind.value,
        "starts_at": measure.starts_at,
        "ends_at": measure.ends_at,
        "scope": measure.scope.as_json(),
    }
    if measure.kind.value not in sealed:
        told |= {"clause": measure.clause_id, "decision": measure.decision_id}
    return told
