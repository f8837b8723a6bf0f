"""How a classifier stands: its breaker, its ledger of the day, and how often it was asked. One value, changed whole.

Whoever stores it reads, lets a step of here make the next one, and writes that only if nobody wrote between: so that
two processes never spend the same money, and only one of them probes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.classifying import budget as budgets
from tutela.core.classifying import circuit as circuits
from tutela.core.classifying.budget import Ledger, Reservation
from tutela.core.classifying.circuit import Circuit, Pass
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import (
    Asked,
    Classification,
    Reason,
    Unknown,
    Verdict,
    has_left,
    input_of,
    is_fault,
)
from tutela.core.content import ChannelKind

_LEASE_SLACK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Counts:
    """How often, of all time: what metrics show."""

    asked: int = 0  #: calls that may have left us, each try for itself
    known: int = 0
    unknown: Mapping[Reason, int] = field(default_factory=dict)  #: also those for which nothing left us
    milliseconds: int = 0  #: of all calls together
    cost_micro: int = 0

    def told(self, verdict: Verdict, cost_micro: int) -> "Counts":
        """Return the counts with one more answer."""
        is_known = isinstance(verdict, Classification)
        unknown = dict(self.unknown)
        if isinstance(verdict, Unknown):
            unknown[verdict.reason] = unknown.get(verdict.reason, 0) + 1
        has_gone = isinstance(verdict, Classification) or has_left(verdict.reason)
        return Counts(
            self.asked + has_gone,
            self.known + is_known,
            unknown,
            self.milliseconds + verdict.milliseconds,
            self.cost_micro + (cost_micro if has_gone else 0),
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """How one classifier stands."""

    circuit: Circuit = field(default_factory=Circuit)
    ledger: Ledger = field(default_factory=Ledger)
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave to ask once: a pass of the breaker, and what was set aside."""

    passed: Pass
    reserved: Reservation


def refusal(spec: ClassifierSpec, asked: Asked, now: datetime) -> Reason | None:
    """Return why *asked* may not be put to *spec* at all, whatever its state; none when it may."""
    if not spec.sending.is_allowed:
        return Reason.NO_CONSENT
    is_beyond = asked.channel is not ChannelKind.PUBLIC and not asked.has_basis
    if asked.is_encrypted or asked.channel not in spec.channels or is_beyond:
        return Reason.NO_BASIS
    if spec.terms.ends_at is not None and spec.terms.ends_at <= now:
        return Reason.LICENCE_ENDED
    if input_of(asked.content) not in spec.takes:
        return Reason.WRONG_INPUT
    return Reason.TOO_LARGE if asked.content.size_bytes > spec.limits.content_bytes else None


def begin(usage: Usage, spec: ClassifierSpec, now: datetime) -> tuple[Usage, Leave | Reason]:
    """Return the usage with one call under way, or why there can be none now.

    The ledger is asked first: a probe that nobody can pay must not be let through.
    """
    ledger, reserved = budgets.reserve(usage.ledger, spec.budget, now)
    if isinstance(reserved, Reason):
        return replace(usage, ledger=ledger), reserved
    lease = spec.limits.timeout_seconds + _LEASE_SLACK_SECONDS
    circuit, passed = circuits.let_through(usage.circuit, spec.circuit, now, lease)
    if passed is None:
        return replace(usage, ledger=budgets.opened(usage.ledger, now)), Reason.CIRCUIT_OPEN
    return replace(usage, ledger=ledger, circuit=circuit), Leave(passed, reserved)


def end(usage: Usage, spec: ClassifierSpec, leave: Leave, verdict: Verdict, now: datetime) -> Usage:
    """Return the usage when a call is over."""
    has_gone = isinstance(verdict, Classification) or has_left(verdict.reason)
    if has_gone:
        ledger = budgets.settle(usage.ledger, leave.reserved, verdict.cost_micro)
    else:
        ledger = budgets.give_back(usage.ledger, leave.reserved)
    cost = leave.reserved.cost_micro if verdict.cost_micro is None else verdict.cost_micro
    return Usage(_circuit(usage.circuit, spec, leave.passed, verdict, now), ledger, usage.counts.told(verdict, cost))


def count_refusal(usage: Usage, reason: Reason) -> Usage:
    """Return the usage with one more question that went nowhere."""
    return replace(usage, counts=usage.counts.told(Unknown(reason), 0))


def _circuit(circuit: Circuit, spec: ClassifierSpec, passed: Pass, verdict: Verdict, now: datetime) -> Circuit:
    if isinstance(verdict, Classification) or verdict.reason in {Reason.DECLINED, Reason.REFUSED}:
        return circuits.succeeded(circuit, spec.circuit, passed)  # it answers, whatever it thinks of this content
    if not is_fault(verdict.reason):
        return circuits.unused(circuit, passed)
    rest = verdict.retry_after_seconds
    if verdict.reason is Reason.DENIED:
        rest = spec.circuit.longest_seconds  # a wrong key is not right a moment later, and accounts get locked
    elif verdict.reason is Reason.BUSY:
        rest = rest or 0.0
    return circuits.failed(circuit, spec.circuit, passed, now, rest_seconds=rest)
