"""Carry a destruction out and die, by SIGKILL, before one step or after it. Arguments: folder, id, step, place."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from tutela.bootstrap import build
from tutela.config import load
from tutela.core.ids import DestructionId


def main(folder: str, destruction_id: str, step: str, place: str) -> None:
    """Die at the step."""
    house = build(load({"TUTELA_WRITER": "driver"}, var=Path(folder)))
    keep = house.destructions
    owners: dict[str, Any] = {"commit": house.committer, "destroy_period": house.keys, "destroy": house.vault}
    owner = owners.get(step, keep.book)
    plain = getattr(owner, step)

    def dies(*given: Any, **named: Any) -> None:
        if place == "after":
            plain(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    target = type(owner)
    setattr(target, step, lambda _self, *given, **named: dies(*given, **named))
    keep.destroy(DestructionId(destruction_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
