"""The process that decodes, and may die: `python -m tutela.adapters.media.child`.

It reads contents and writes scans, and can do little else: no files, no core dump, bounded memory and time.
"""

import json
import os
import resource
import sys
from typing import Any, BinaryIO

from tutela.adapters.media.limits import Limits
from tutela.adapters.media.looking import look
from tutela.adapters.media.wire import LENGTH, READY, framed, scan_to_bytes


def main() -> None:
    """Answer until the parent closes the pipe."""
    settings: dict[str, Any] = json.loads(sys.argv[1])
    exact = bool(settings.pop("exact"))
    limits = Limits(**settings)
    # Decoders written in C print; what they print must not reach the parent as an answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    confine(limits)
    _say(answers, READY)
    while content := _next(sys.stdin.buffer, limits):
        allow_cpu(limits.cpu_seconds)
        _say(answers, scan_to_bytes(look(content, limits, exact=exact)))


def _next(requests: BinaryIO, limits: Limits) -> bytes:
    """Return the next content; nothing at the end."""
    head = requests.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    (length,) = LENGTH.unpack(head)
    if length > limits.max_bytes:
        sys.exit("the parent sent more than its own limit")
    content = requests.read(length)
    return content if len(content) == length else b""


def _say(answers: BinaryIO, message: bytes) -> None:
    answers.write(framed(message))
    answers.flush()


def confine(limits: Limits) -> None:
    """Give up what decoding does not need."""
    _lower(resource.RLIMIT_CORE, 0)  # a core dump would hold content
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_AS, limits.memory_bytes)


def allow_cpu(seconds: int) -> None:
    """Allow that much more processor time: the parent keeps the clock, this holds when the parent is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds + 1)


def _lower(kind: int, wanted: int) -> None:
    _, hard = resource.getrlimit(kind)
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (OSError, ValueError):  # macOS does not limit address space; the parent's clock still holds
        return


if __name__ == "__main__":
    main()
