"""How a classifier stands, and how it agrees with people, as it is told at every face."""

from datetime import datetime
from typing import Any

from tutela.core.classifying.figures import Figures
from tutela.flows.read_classifiers import ClassifierState, breaker_of


def state_body(state: ClassifierState, now: datetime) -> dict[str, Any]:
    """Return how a classifier stands: nothing of where it is, or of its secret."""
    spec, counts, budget = state.spec, state.usage.counts, state.spec.budget
    circuit = state.usage.circuit
    return {
        "id": spec.id,
        "kind": spec.kind.value,
        "version": spec.version,
        "takes": sorted(spec.takes),
        "labels": [{"name": each.name, "clause": each.clause, "threshold": each.threshold} for each in spec.labels],
        "use": spec.use.value,
        "switched_on": spec.sending.is_allowed,
        "inside": spec.sending.is_inside,
        "may_send_out": spec.sending.may_send_out,
        "basis": spec.sending.basis,
        "channels": sorted(spec.channels),
        "licence_ends_at": spec.terms.ends_at,
        "out": state.is_out,
        "breaker": {"state": breaker_of(state, now).value, "until": circuit.until, "failures": circuit.failures},
        "today": {
            "calls": state.today.calls,
            "calls_most": budget.calls_per_day,
            "cost_micro": state.today.cost_micro,
            "cost_most_micro": budget.cost_per_day_micro,
            "overcharged": state.today.is_overcharged,
        },
        "asked": counts.asked,
        "known": counts.known,
        "unknown": {reason.value: count for reason, count in sorted(counts.unknown.items())},
        "cost_micro": counts.cost_micro,
        "median_milliseconds": state.stock.median_milliseconds,
        "waiting": state.stock.waiting,
        "oldest_waiting_at": state.stock.oldest_waiting_at,
        "given_up": state.stock.given_up,
    }


def figures_body(figures: Figures) -> dict[str, Any]:
    """Return how a label agrees with what people found."""
    return {
        "version": figures.version,
        "label": figures.label,
        **{
            name: {"agreed": each.agreed, "of": each.of}
            for name, each in (
                ("precision", figures.precision), ("recall", figures.recall), ("agreed", figures.agreed),
            )
        },
        "kappa": figures.kappa,
        "unknown": figures.unknown,
    }  # fmt: skip
