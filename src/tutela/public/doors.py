"""Which door leads where: a desk that listens at an address of its own answers nothing else there, and nowhere else."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_OF_DESK = "/desk"


class Doors:
    """Let the desk's own port lead to the desk alone, and every other port to all but the desk."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        """Stand before *app*; *port* is the desk's own."""
        self._app, self._port = app, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on where it came in by the right door."""
        if scope["type"] == "http" and not self._is_right(scope):
            await PlainTextResponse("There is nothing here.\n", 404)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_right(self, scope: Scope) -> bool:
        path = str(scope["path"])
        is_desk = path == _OF_DESK or path.startswith(f"{_OF_DESK}/")
        came_by_desk = (scope.get("server") or ("", 0))[1] == self._port
        return is_desk == came_by_desk
