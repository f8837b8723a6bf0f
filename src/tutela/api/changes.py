"""Follow what changes: a page at once when there is one, else a wait that holds no thread."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.problems import InvalidRequest, TooManyRequests
from tutela.core.measures import Measure
from tutela.errors import BadInput
from tutela.ports.changes import Change, ChangePage, FeedPlace
from tutela_client.table import EffectTable

MAX_POLLS = 2000
"""Long polls that may wait at once; each costs a connection and a few kilobytes."""

MAX_PASSED_PAGES = 20
"""Pages in a row that tell nobody anything, read for one answer once its time is over."""


async def read_changes(call: Call) -> Response:
    """Tell what changed after a place, or wait for it."""
    asked = call.query(bodies.ChangesQuery)
    after = _place(asked.after)
    until, passed = time.monotonic() + asked.wait_seconds, 0
    while True:
        page, newest = await call.shared.in_thread(_read, call, after, asked.limit)
        if after.seq > newest:
            raise BadInput(
                "this cursor is ahead of everything that was ever numbered here",
                place="after",
                remedy="The database was restored from an older copy: read again from 0.",
            )
        # A change of media that nothing carries is told to nobody, and passed.
        after, passed = page.following, passed + 1
        left = until - time.monotonic()
        is_over = left <= 0 or call.shared.watch.is_closing
        if page.changes or (is_over and (page.is_complete or passed >= MAX_PASSED_PAGES)):
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
    table = call.house.effects
    body = {
        "changes": [_change(each, table) for each in page.changes],
        "next": str(page.following),
        "more": not page.is_complete,
        "feed": call.house.feed_id,
        "table_version": table.version,
    }
    return answer(body)


def _change(change: Change, table: EffectTable) -> dict[str, Any]:
    inside = () if change.item is None else change.item.inside
    # Beside what is sealed any clause would tell why it is: the whole subject stays unsaid.
    is_open = all(table.is_open(each.kind.value) for each in (*change.own, *inside))
    told: dict[str, Any] = {
        "seq": change.seq,
        "kind": change.subject.kind.value,
        "id": change.platform_id,
        "at": change.at,
        "own": _measures(change.own, table, is_open=is_open),
    }
    if change.item is not None:
        told["author"] = change.item.author_platform_id
        told["published"] = change.item.is_published
        told["inside"] = _measures(inside, table, is_open=is_open)
    return told


def _measures(measures: Iterable[Measure], table: EffectTable, *, is_open: bool) -> list[dict[str, Any]]:
    """Return what a reader needs; why something is sealed, or was set on suspicion, is nobody's to know."""
    return [_measure(each, is_told=is_open and each.kind.value not in table.quiet) for each in measures]


def _measure(measure: Measure, *, is_told: bool) -> dict[str, Any]:
    told = {
        "id": measure.id,
        "kind": measure.kind.value,
        "starts_at": measure.starts_at,
        "ends_at": measure.ends_at,
        "scope": measure.scope.as_json(),
    }
    if is_told:
        told |= {"clause": measure.clause_id, "decision": measure.decision_id}
    return told
