"""What goes wrong on request: each fault for some requests, then never again."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

ANY = "*"
STEPS = ("/status", "/xsd", "/submit", "/upload", "/fileinfo", "/finish", "/retract")
LONGEST_DELAY_SECONDS = 600.0


class Does(StrEnum):
    """What a fault does to a request."""

    DROP_REQUEST = "drop_request"  #: the connection ends and nothing was done
    DROP_ANSWER = "drop_answer"  #: it is done, and the connection ends without an answer
    DELAY = "delay"  #: it is done, and answered later
    STATUS = "status"  #: nothing is done; a status as of a proxy, without a body of the authority
    CODE = "code"  #: nothing is done; an answer of the authority with this code
    GARBAGE = "garbage"  #: it is done, and answered with a page that is no answer
    CORRUPT = "corrupt"  #: of an upload other bytes arrive than were sent, and their digest is answered


class NoFault(ValueError):  # noqa: N818  # what was sent describes no fault
    """What was sent describes no fault; the message says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, and for which requests."""

    does: Does
    on: str = ANY
    times: int = 1
    skip: int = 0  #: requests that pass before
    seconds: float = 0.0
    status: int = 503
    code: int = 1000

    def told(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


def read_fault(told: Mapping[str, Any], *, steps: Sequence[str] = STEPS, does: Sequence[Does] = tuple(Does)) -> Fault:
    """Return the fault that somebody asks for.

    Args:
        told: What was sent.
        steps: The requests that there are.
        does: What can be done to one.

    Raises:
        NoFault: A key or value is unknown, with the place.
    """
    unknown = set(told) - set(Fault.__dataclass_fields__)
    if unknown:
        raise NoFault(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(Fault.__dataclass_fields__)}")
    if told.get("does") not in set(does):
        raise NoFault(f"does: must be one of {', '.join(does)}")
    if told.get("on", ANY) not in {ANY, *steps}:
        raise NoFault(f"on: must be {ANY} or one of {', '.join(steps)}")
    for name, lowest, highest in (("times", 1, 10_000), ("skip", 0, 10_000), ("status", 300, 599), ("code", 1, 9999)):
        value = told.get(name, lowest)
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise NoFault(f"{name}: must be a whole number from {lowest} to {highest}")
    seconds = told.get("seconds", 0)
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds <= LONGEST_DELAY_SECONDS:
        raise NoFault(f"seconds: must be a number from 0 to {LONGEST_DELAY_SECONDS:g}")
    return Fault(**{**told, "does": Does(told["does"])})


class Faults:
    """The faults that are still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        """Begin without any."""
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Have it happen."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Have nothing go wrong any more."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> tuple[Fault, ...]:
        """Return what is still to come."""
        with self._lock:
            return tuple(self._waiting)

    def take(self, step: str) -> Fault | None:
        """Return what happens to this request, and count it."""
        with self._lock:
            for at, fault in enumerate(self._waiting):
                if fault.on not in {ANY, step}:
                    continue
                if fault.skip:
                    self._waiting[at] = replace(fault, skip=fault.skip - 1)
                    return None
                if fault.times > 1:
                    self._waiting[at] = replace(fault, times=fault.times - 1)
                else:
                    del self._waiting[at]
                return fault
        return None
