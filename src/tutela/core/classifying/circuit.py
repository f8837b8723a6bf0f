"""A breaker: whoever fails several times in a row is left alone for a while, then asked once, to see.

Source: M. Nygard, Release It!, 2nd edition 2018, chapter 5 (Circuit Breaker).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class CircuitState(StrEnum):
    """How the breaker stands."""

    CLOSED = "closed"  #: everybody may ask
    OPEN = "open"  #: nobody may
    HALF_OPEN = "half_open"  #: one may, and the others wait for what comes of it


@dataclass(frozen=True, slots=True)
class CircuitPolicy:
    """When it opens, and for how long."""

    failures_to_open: int = 5  #: in a row
    open_seconds: float = 30.0  #: the first time; twice as long whenever the probe fails
    longest_seconds: float = 1800.0
    probes_to_close: int = 1  #: in a row


@dataclass(frozen=True, slots=True)
class Circuit:
    """One breaker."""

    state: CircuitState = CircuitState.CLOSED
    failures: int = 0  #: in a row, while closed
    openings: int = 0  #: in a row, without having closed between them
    probes: int = 0  #: that went well in a row, while half open
    until: datetime | None = None  #: open: when a probe may go; half open: when the one that goes counts as lost
    generation: int = 0  #: grows whenever it opens, and with every probe; answers of an earlier one change nothing


@dataclass(frozen=True, slots=True)
class Pass:
    """Leave to ask once."""

    generation: int
    is_probe: bool


def let_through(
    circuit: Circuit, policy: CircuitPolicy, now: datetime, lease_seconds: float
) -> tuple[Circuit, Pass | None]:
    """Return the breaker, and a pass or none.

    Args:
        circuit: As it stands.
        policy: Of the operator.
        now: The moment.
        lease_seconds: After which a probe that nobody told of counts as lost, and another one may go.
    """
    del policy
    if circuit.state is CircuitState.CLOSED:
        return circuit, Pass(circuit.generation, is_probe=False)
    if circuit.until is not None and now < circuit.until:
        return circuit, None
    until, generation = now + timedelta(seconds=lease_seconds), circuit.generation + 1
    probing = replace(circuit, state=CircuitState.HALF_OPEN, until=until, generation=generation)
    return probing, Pass(generation, is_probe=True)


def succeeded(circuit: Circuit, policy: CircuitPolicy, leave: Pass) -> Circuit:
    """Return the breaker after an answer that counts."""
    if leave.generation != circuit.generation:
        return circuit
    if circuit.state is CircuitState.CLOSED:
        return replace(circuit, failures=0)
    probes = circuit.probes + 1
    if probes >= policy.probes_to_close:
        return Circuit(generation=circuit.generation + 1)
    return replace(circuit, probes=probes, until=None)  # the next probe may go at once


def failed(
    circuit: Circuit, policy: CircuitPolicy, leave: Pass, now: datetime, *, rest_seconds: float | None = None
) -> Circuit:
    """Return the breaker after a failure.

    Args:
        circuit: As it stands.
        policy: Of the operator.
        leave: With which was asked.
        now: Behind the failure.
        rest_seconds: For how long the other side wants to be left alone: it opens at once, whatever was before.
    """
    if leave.generation != circuit.generation:
        return circuit
    if circuit.state is CircuitState.CLOSED and rest_seconds is None and circuit.failures + 1 < policy.failures_to_open:
        return replace(circuit, failures=circuit.failures + 1)
    seconds = _pause(circuit, policy)
    if rest_seconds is not None:
        seconds = max(seconds, min(rest_seconds, policy.longest_seconds))
    until, openings = now + timedelta(seconds=seconds), circuit.openings + 1
    return Circuit(CircuitState.OPEN, 0, openings, 0, until, circuit.generation + 1)


def unused(circuit: Circuit, leave: Pass) -> Circuit:
    """Return the breaker when a pass was not used, or told nothing about the other side: a probe may go again."""
    if leave.generation != circuit.generation or circuit.state is not CircuitState.HALF_OPEN:
        return circuit
    return replace(circuit, until=None)


def _pause(circuit: Circuit, policy: CircuitPolicy) -> float:
    # Beyond thirty doublings every pause is the longest one; a float must not overflow on the way.
    return min(policy.longest_seconds, policy.open_seconds * 2.0 ** min(circuit.openings, 30))
