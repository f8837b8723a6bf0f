"""Send a view of evidence: piece by piece, noting what was sent after it was, and no further than is still allowed.

What counts as sent was handed to the connection, and the group behind it as well, while whoever asked was still there.
A fall of the process loses what was not noted yet: at most `NOTED_BYTES` and two groups. What was not handed over is
never noted.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import anyio
import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tutela.api.calls import Call
from tutela.core.view_log import Span
from tutela.errors import GrantUsed, TutelaError
from tutela.flows.open_view import Opened, OpenView

GROUP_BYTES = 1024 * 1024
"""How much is sent between two questions whether it still may be. It is also all that is held in memory."""

NOTED_BYTES = 4 * 1024 * 1024
"""How much is sent between two notes."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Progress:
    """How far a view has come."""

    at: int  #: the next byte to send
    noted: int  #: everything before it is noted
    behind: int  #: everything before it was followed by another group
    is_gone: bool = False  #: nobody is there any more


class ViewResponse(Response):
    """An answer whose body is a view."""

    def __init__(self, call: Call, opened: Opened, headers: Mapping[str, str], status: int) -> None:
        """Answer *call* by what was *opened*."""
        super().__init__(status_code=status, headers=headers)
        self._call, self._opened = call, opened
        start = opened.span.start if opened.span else 0
        self._progress = _Progress(start, start, start)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del scope
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch, receive, tasks.cancel_scope)
            await self._answer(send)
            tasks.cancel_scope.cancel()
        with anyio.CancelScope(shield=True), suppress(TutelaError):
            await self._note(self._progress.behind)

    async def _watch(self, receive: Receive, cancel: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._progress.is_gone = True
        cancel.cancel()

    async def _answer(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            with anyio.move_on_after(self._seconds_left()) as limit:
                await self._send_groups(send)
            if limit.cancelled_caught:
                raise GrantUsed
        except TutelaError as error:
            await self._cut(error)
            return
        await anyio.lowlevel.checkpoint()
        # Asked before the end: behind it the server says of everybody that they are gone.
        if not self._progress.is_gone:
            self._progress.behind = self._progress.at
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _seconds_left(self) -> float:
        """Return how long its use lasts: whoever reads so slowly that it ends meanwhile gets no more."""
        ends_at = self._opened.grant.ends_at
        return 0.0 if ends_at is None else (ends_at - self._call.house.clock.now()).total_seconds()

    async def _send_groups(self, send: Send) -> None:
        group = await self._next_group()
        while group:
            await self._send_group(send, group)
            group = await self._next_group()
            if group:
                await self._ask_again()

    async def _send_group(self, send: Send, group: list[bytes]) -> None:
        before = self._progress.at
        for piece in group:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            self._progress.at += len(piece)
        await anyio.lowlevel.checkpoint()
        self._progress.behind = max(self._progress.behind, before)
        if self._progress.behind - self._progress.noted >= NOTED_BYTES:
            await self._note(self._progress.behind)

    async def _next_group(self) -> list[bytes]:
        return await self._call.shared.in_thread(self._fetch)

    def _fetch(self) -> list[bytes]:
        group, size_bytes = [], 0
        while size_bytes < GROUP_BYTES and (piece := next(self._opened.pieces, b"")):
            group.append(piece)
            size_bytes += len(piece)
        return group

    async def _ask_again(self) -> None:
        """Read anew who asks and what they may: a session, a role or a grant may be gone since the last group."""
        shared = self._call.shared
        principal = await shared.callers.principal(self._call.request, shared.in_thread)
        await shared.in_thread(self._verbs.check, principal, self._opened)

    async def _cut(self, error: TutelaError) -> None:
        """End without the promised length, so that nobody takes it for the whole."""
        _log.warning("view_cut", view=self._opened.grant.id, because=type(error).__name__)
        with anyio.CancelScope(shield=True), suppress(TutelaError):
            await self._call.shared.in_thread(self._verbs.cut, self._opened, error)

    async def _note(self, up_to: int) -> None:
        if up_to > self._progress.noted:
            span = Span(self._progress.noted, up_to)
            await self._call.shared.in_thread(self._verbs.sent, self._opened, span)
            self._progress.noted = up_to

    @property
    def _verbs(self) -> OpenView:
        return self._call.house.evidence.open
