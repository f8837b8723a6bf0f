"""Numbers about classifiers for Prometheus, by the operator's own names of them."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge

from tutela.flows.read_classifiers import ClassifierState

_BY_NAME = {
    "asked": "Calls that may have left us",
    "known": "Questions answered",
    "cost_micro": "Millionths of a unit of money, ever",
    "calls_today": "Calls of the budget of this day",
    "waiting": "Questions that wait for an answer",
    "out": "1 where one has not answered for long, or bills too much; an alarm",
}


class ClassifierMetrics:
    """What is counted about classifiers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Tell it in *registry*."""
        self._gauges = {
            name: Gauge(f"classifier_{name}", says, ("classifier",), namespace="tutela", registry=registry)
            for name, says in _BY_NAME.items()
        }
        self._unknown = Gauge(
            "classifier_unknown", "Tries by which nothing was known", ("classifier", "reason"),
            namespace="tutela", registry=registry,
        )  # fmt: skip

    def set(self, states: Iterable[ClassifierState]) -> None:
        """Take over how each stands."""
        self._unknown.clear()
        for each in states:
            counts = each.usage.counts
            numbers = {
                "asked": counts.asked, "known": counts.known, "cost_micro": counts.cost_micro,
                "calls_today": each.today.calls, "waiting": each.stock.waiting, "out": int(each.is_out),
            }  # fmt: skip
            for name, number in numbers.items():
                self._gauges[name].labels(each.spec.id).set(number)
            for reason, count in counts.unknown.items():
                self._unknown.labels(each.spec.id, reason.value).set(count)
