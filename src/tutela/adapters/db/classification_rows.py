"""Questions, answers and usage as rows, and back."""

from datetime import date, datetime
from typing import Any

import orjson

from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.core.classifying.budget import Ledger
from tutela.core.classifying.circuit import Circuit, CircuitState
from tutela.core.classifying.spec import Signal
from tutela.core.classifying.usage import Counts, Usage
from tutela.core.classifying.verdicts import Classification, Input, Reason
from tutela.core.content import Channel, ChannelKind
from tutela.core.ids import AccountId, EventId, ItemId
from tutela.ports.classifiers import Origin, Request, Settled

WAITING, ANSWERED, GIVEN_UP = "waiting", "answered", "given_up"
"""States of a question."""


def question_row(request: Request) -> dict[str, Any]:
    """Return the row of a new question."""
    origin = request.origin
    return {
        "id": request.id,
        "classifier_id": request.classifier_id,
        "content_ref": request.content_ref,
        "about": request.about.value,
        "rule": request.rule,
        "event_id": origin.event_id,
        "author_id": origin.author_id,
        "recipient_id": origin.recipient_id,
        "item_id": origin.item_id,
        "channel_kind": origin.channel.kind.value,
        "conversation": origin.channel.conversation,
        "regions": " ".join(origin.regions),
        "sealed": request.sealed,
        "state": WAITING,
        "tries": request.tries,
        "created_us": to_us(request.created_at),
        "next_us": to_us(request.next_at or request.created_at),
        "lease_us": None,
    }


def question_of(row: Row) -> Request:
    """Return the question of a row. Whether a channel was encrypted is not asked: of those nothing is (P12)."""
    origin = Origin(
        EventId(row["event_id"]),
        AccountId(row["author_id"]),
        AccountId(row["recipient_id"]) if row["recipient_id"] else None,
        ItemId(row["item_id"]) if row["item_id"] else None,
        Channel(ChannelKind(row["channel_kind"]), conversation=row["conversation"]),
        tuple(row["regions"].split()),
    )
    return Request(
        row["id"], row["classifier_id"], row["content_ref"], Input(row["about"]), row["rule"], origin,
        from_us(row["created_us"]), row["sealed"], row["tries"], from_us(row["next_us"]),
    )  # fmt: skip


def answer_row(settled: Settled) -> dict[str, Any]:
    """Return the row of a last word."""
    answered = settled.answered
    request, verdict = answered.request, answered.verdict
    is_known = isinstance(verdict, Classification)
    return {
        "question_id": request.id,
        "classifier_id": request.classifier_id,
        "version": verdict.version if isinstance(verdict, Classification) else "",
        "content_ref": request.content_ref,
        "event_id": request.origin.event_id,
        "laid_as": settled.event_id,
        "author_id": request.origin.author_id,
        "item_id": request.origin.item_id,
        "at_us": to_us(answered.at),
        "reason": None if isinstance(verdict, Classification) else verdict.reason.value,
        "body": _body(answered.signals, answered.priority if is_known else None),
        "cost_micro": verdict.cost_micro,
        "milliseconds": verdict.milliseconds,
    }


def _body(signals: tuple[Signal, ...], priority: float | None) -> str:
    labels = [[each.label, each.clause, each.score, each.is_over] for each in signals]
    return orjson.dumps({"labels": labels, "priority": priority}).decode()


def signals_in(body: str) -> list[Signal]:
    """Return what was kept of the labels of an answer."""
    return [Signal(*each) for each in orjson.loads(body)["labels"]]


def usage_body(usage: Usage) -> str:
    """Return a usage as it is stored."""
    circuit, ledger, counts = usage.circuit, usage.ledger, usage.counts
    until = None if circuit.until is None else to_us(circuit.until)
    told = {
        "circuit": [
            circuit.state.value, circuit.failures, circuit.openings, circuit.probes, until, circuit.generation,
        ],
        "ledger": [ledger.day.isoformat(), ledger.calls, ledger.cost_micro, ledger.is_overcharged],
        "counts": [counts.asked, counts.known, counts.milliseconds, counts.cost_micro],
        "unknown": {reason.value: count for reason, count in sorted(counts.unknown.items())},
    }  # fmt: skip
    return orjson.dumps(told).decode()


def usage_of(body: str) -> Usage:
    """Return a stored usage. A reason that an older version counted, and this one does not know, is left out."""
    told = orjson.loads(body)
    state, failures, openings, probes, until_us, generation = told["circuit"]
    until: datetime | None = None if until_us is None else from_us(until_us)
    day, calls, cost_micro, is_overcharged = told["ledger"]
    asked, known, milliseconds, cost_of_all = told["counts"]
    unknown = {Reason(name): count for name, count in told["unknown"].items() if name in _REASONS}
    return Usage(
        Circuit(CircuitState(state), failures, openings, probes, until, generation),
        Ledger(date.fromisoformat(day), calls, cost_micro, is_overcharged),
        Counts(asked, known, unknown, milliseconds, cost_of_all),
    )


_REASONS = frozenset(each.value for each in Reason)
