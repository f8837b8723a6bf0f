"""The process that draws what a person is shown, and may die: `python -m tutela.adapters.media.drawing_child`.

It is confined as the one that scans: no files, no core dump, bounded memory and time.
"""

import json
import os
import sys
from typing import Any, BinaryIO

from tutela.adapters.media.child import allow_cpu, confine
from tutela.adapters.media.drawing import draw, read_metadata
from tutela.adapters.media.film import load_decoder
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.wire import LENGTH, READY, framed

MODULE = "tutela.adapters.media.drawing_child"
MAX_ASKED_BYTES = 4096


def main() -> None:
    """Answer until the parent closes the pipe."""
    settings: dict[str, Any] = json.loads(sys.argv[1])
    settings.pop("exact")
    limits = Limits(**settings)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    load_decoder()
    confine(limits)
    _say(answers, READY)
    while asked := _next(sys.stdin.buffer, MAX_ASKED_BYTES):
        content = _next(sys.stdin.buffer, limits.max_bytes)
        allow_cpu(limits.cpu_seconds)
        _say(answers, _answer(json.loads(asked), content, limits))


def _answer(asked: dict[str, str], content: bytes, limits: Limits) -> bytes:
    """Return a line of JSON, and behind it the picture where there is one."""
    if asked["what"] == "metadata":
        return json.dumps(read_metadata(content, limits)).encode() + b"\n"
    drawn = draw(content, asked["what"], asked["mark"], limits)
    if drawn is None:
        return b"null\n"
    told = {"width": drawn.width, "height": drawn.height, "frames": drawn.frames}
    return json.dumps(told).encode() + b"\n" + drawn.jpeg


def _next(requests: BinaryIO, most_bytes: int) -> bytes:
    head = requests.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    (length,) = LENGTH.unpack(head)
    if length > most_bytes:
        sys.exit("the parent sent more than its own limit")
    content = requests.read(length)
    return content if len(content) == length else b""


def _say(answers: BinaryIO, message: bytes) -> None:
    answers.write(framed(message))
    answers.flush()


if __name__ == "__main__":
    main()
