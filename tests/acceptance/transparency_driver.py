"""Send records as the server does, and die at a point: `claimed`, `sent` or `settled`.

Arguments after it: the folder, the database, and the moment that the clock shows.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from tutela.adapters.twins.clock import SetClock
from tutela.bootstrap import build
from tutela.config import Settings


class Dying:
    """What dies around a call."""

    def __init__(self, inner: Any, method: str, *, is_before: bool) -> None:
        """Die before or after *method* of *inner*."""
        self._inner, self._method, self._is_before = inner, method, is_before

    def __getattr__(self, name: str) -> Any:
        """Return what is called, and die around it."""
        found = getattr(self._inner, name)
        if name != self._method:
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            if self._is_before:
                os.kill(os.getpid(), signal.SIGKILL)
            found(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)

        return call


def main() -> None:
    """Send until death."""
    point, folder, url, shown = sys.argv[1:]
    clock = SetClock(datetime.fromisoformat(shown))
    house = build(Settings(var=Path(folder), database_url=url, undo_seconds=0), clock=clock)
    submit: Any = house.statements.submit
    records, service = submit.records, submit.service
    if point == "claimed":
        service = Dying(service, "many", is_before=True)
    elif point == "sent":
        records = Dying(records, "settle", is_before=True)
    else:
        records = Dying(records, "settle", is_before=False)
    type(submit)(
        records, submit.channels, submit.door, service, clock, submit.entropy, "driver", submit.lease
    )(lambda: False)  # fmt: skip


if __name__ == "__main__":
    main()
