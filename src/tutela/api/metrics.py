"""Numbers for Prometheus. No content, no hashes, no names: routes by template, banks by their random id."""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from tutela.api.classifier_metrics import ClassifierMetrics
from tutela.api.rooms import HouseLike
from tutela.core.rota import ahead
from tutela.flows.messaging import Messaging
from tutela.flows.on_call import OnCallStock
from tutela.flows.take_stock import Stock
from tutela.ports.index import IndexState
from tutela.ports.webhooks import WebhookStock

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30)


class Metrics:
    """Everything that is counted, in a registry of its own."""

    def __init__(self) -> None:
        """Start at zero."""
        self.registry = CollectorRegistry(auto_describe=True)
        named = {"namespace": "tutela", "registry": self.registry}
        labels = ("method", "route")
        self.requests = Counter("requests", "Requests answered", (*labels, "status"), **named)  # type: ignore[arg-type]  # a shared dict of keywords
        self.seconds = Histogram("request_seconds", "Time to answer", labels, buckets=_BUCKETS, **named)  # type: ignore[arg-type]  # as above
        self.items = Counter("items", "Items answered", ("answer",), **named)  # type: ignore[arg-type]  # as above
        self.refused = Counter("refused", "Items refused for a measure in force", ("kind",), **named)  # type: ignore[arg-type]  # as above
        self.events = Counter("events", "Events told", ("outcome",), **named)  # type: ignore[arg-type]  # as above
        self.words_unasked = Gauge("word_banks_unasked", "Banks of words that could not be opened", **named)  # type: ignore[arg-type]  # as above
        self.fires_waiting = Gauge("rule_fires_waiting", "Fires over a quota that nobody laid down yet", **named)  # type: ignore[arg-type]  # as above
        counter = ("counter",)
        self.counter_keys = Gauge("counter_keys", "Windows that a counter keeps", counter, **named)  # type: ignore[arg-type]  # as above
        self.counter_bytes = Gauge("counter_bytes", "Bytes of these windows", counter, **named)  # type: ignore[arg-type]  # as above
        self.counter_lost = Gauge("counter_not_counted", "Events not counted: it is full", counter, **named)  # type: ignore[arg-type]  # as above
        self.upload_bytes = Counter("upload_bytes", "Bytes of media received", **named)  # type: ignore[arg-type]  # as above
        self.detections = Gauge("detections", "Detections stored", ("bank",), **named)  # type: ignore[arg-type]  # as above
        self.braked = Gauge("members_braked", "Members that only hold items until released", ("bank",), **named)  # type: ignore[arg-type]  # as above
        self.owed = Gauge("feedback_owed", "Opinions that the source was not told", ("bank",), **named)  # type: ignore[arg-type]  # as above
        self.licence_ends = Gauge("licence_ends_seconds", "When a licence ends, since 1970", ("bank",), **named)  # type: ignore[arg-type]  # as above
        self.lapsed = Gauge("banks_lapsed", "Banks not asked any more: the licence is over", **named)  # type: ignore[arg-type]  # as above
        self.index_entries = Gauge("index_entries", "Live entries of an index", ("index",), **named)  # type: ignore[arg-type]  # as above
        self.index_version = Gauge("index_version", "Last change an index answers for", ("index",), **named)  # type: ignore[arg-type]  # as above
        self.index_lag = Gauge("index_lag", "Committed changes an index does not know", ("index",), **named)  # type: ignore[arg-type]  # as above
        self.index_segments = Gauge("index_segments", "Segments of an index", ("index",), **named)  # type: ignore[arg-type]  # as above
        self.index_tail = Gauge("index_tail_entries", "Live entries in no segment yet", ("index",), **named)  # type: ignore[arg-type]  # as above
        self.index_changed = Gauge("index_changed_seconds", "When a change last became live", ("index",), **named)  # type: ignore[arg-type]  # as above
        self.index_scrubbed = Gauge("index_scrubbed_seconds", "When all files had been compared", ("index",), **named)  # type: ignore[arg-type]  # as above
        self.index_damaged = Gauge("index_damaged_files", "Files found damaged since the start", ("index",), **named)  # type: ignore[arg-type]  # as above
        self.job_failures = Gauge("job_failures", "Failures in a row of a background job", ("job",), **named)  # type: ignore[arg-type]  # as above
        quota = ("bank", "kind")
        self.quota_used = Gauge("quota_used", "Measures that a machine set today", quota, **named)  # type: ignore[arg-type]  # as above
        self.quota_held = Gauge("quota_held", "Matches only held today: a quota is used up", quota, **named)  # type: ignore[arg-type]  # as above
        self.overdue = Gauge("measures_overdue", "Measures of a machine that nobody looked at in time", **named)  # type: ignore[arg-type]  # as above
        self.media_faults = Gauge("media_faults", "Media that cannot be opened or shown", ("state",), **named)  # type: ignore[arg-type]  # as above
        self.open_cases = Gauge("open_cases", "Cases that wait for a person", **named)  # type: ignore[arg-type]  # as above
        self.late_cases = Gauge("cases_late", "Open cases that are late, by what is late", ("what",), **named)  # type: ignore[arg-type]  # as above
        self.on_call = Gauge("on_call", "People on call; 0 is an alarm", **named)  # type: ignore[arg-type]  # as above
        self.pages = Gauge("danger_pages", "Pages whose danger is not over", ("state",), **named)  # type: ignore[arg-type]  # as above
        self.on_call_until = Gauge("on_call_until_seconds", "When nobody is on call, in 7 days at most", **named)  # type: ignore[arg-type]  # as above
        self.unreachable = Gauge("on_call_unreachable", "People no page leads to", **named)  # type: ignore[arg-type]  # as above
        self.change_seq = Gauge("change_seq", "Last number of the change feed", **named)  # type: ignore[arg-type]  # as above
        self.waiting_polls = Gauge("waiting_polls", "Long polls that wait", **named)  # type: ignore[arg-type]  # as above
        self.webhooks = Gauge("webhooks", "Registered webhooks", ("state",), **named)  # type: ignore[arg-type]  # as above
        self.deliveries = Gauge("webhook_deliveries", "Deliveries not delivered", ("state",), **named)  # type: ignore[arg-type]  # as above
        self.webhook_lag = Gauge("webhook_oldest_waiting_seconds", "Age of the oldest that waits", **named)  # type: ignore[arg-type]  # as above
        self.clocks = Gauge("clocks", "Clocks of notices, appeals and orders that run", ("state",), **named)  # type: ignore[arg-type]  # as above
        self.messages = Gauge("messages", "Messages to people who asked", ("state",), **named)  # type: ignore[arg-type]  # as above
        self.classifiers = ClassifierMetrics(self.registry)
        self.storage_free = Gauge("storage_free_bytes", "Free space beside database and vault", **named)  # type: ignore[arg-type]  # as above

    def text(self, house: HouseLike, stock: Stock) -> bytes:
        """Return everything in Prometheus' text format, the gauges as of *stock*."""
        self.open_cases.set(stock.open_cases)
        _set(self.media_faults, {state.value: count for state, count in house.evidence.faults().items()})
        self.overdue.set(stock.overdue.measures)
        for what in ("overdue", "unclaimed", "in_danger", "reminders"):
            self.late_cases.labels(what).set(getattr(stock.case_alarms, what))
        self._set_on_call(house.on_call.stock(), house.clock.now())
        for gauge in (self.quota_used, self.quota_held):
            gauge.clear()
        for each in stock.quotas_used:
            self.quota_used.labels(each.source, each.kind.value).set(each.used)
            self.quota_held.labels(each.source, each.kind.value).set(each.held)
        self.words_unasked.set(len(house.word_engine.not_opened))
        self.fires_waiting.set(stock.fires_waiting)
        for counter in (self.counter_keys, self.counter_bytes, self.counter_lost):
            counter.clear()
        for size in stock.counters:
            self.counter_keys.labels(size.row.id).set(size.keys)
            self.counter_bytes.labels(size.row.id).set(size.size_bytes)
            self.counter_lost.labels(size.row.id).set(size.not_counted)
        self.change_seq.set(stock.change_seq)
        _set(self.detections, stock.detections_by_bank)
        _set(self.braked, stock.braked_by_bank)
        _set(self.owed, stock.owed_by_bank)
        _set(self.licence_ends, {bank: at.timestamp() for bank, at in stock.licence_ends_by_bank.items()})
        self.lapsed.set(stock.lapsed)
        for index in stock.indexes:
            self.index_entries.labels(index.name.value).set(index.entries)
            self.index_version.labels(index.name.value).set(index.version)
            self.index_lag.labels(index.name.value).set(index.lag)
            self._set_state(index.name.value, index.state)
        for job in house.jobs:
            self.job_failures.labels(job.name).set(job.failures)
        self._set_webhooks(house.webhooks.stock(), house.clock.now())
        self._set_asked(house.messaging)
        self.classifiers.set(house.read_classifiers.all())
        self.storage_free.set(_free_bytes(house.settings.var))
        return generate_latest(self.registry)

    def _set_on_call(self, stock: OnCallStock, now: datetime) -> None:
        self.on_call.set(stock.on_call)
        self.on_call_until.set((stock.nobody_from or ahead(now).end).timestamp())
        self.unreachable.set(stock.unreachable)
        for state, count in (("open", stock.pages), ("loud", stock.unacknowledged), ("unsent", stock.unsent)):
            self.pages.labels(state).set(count)

    def _set_asked(self, messaging: Messaging) -> None:
        clocks, messages = messaging.clocks.counts(), messaging.messages.counts()
        for state in ("running", "due_today", "late", "breached"):
            self.clocks.labels(state).set(getattr(clocks, state))
        for state in ("waiting", "late", "bounced", "expired"):
            self.messages.labels(state).set(getattr(messages, state))

    def _set_webhooks(self, stock: WebhookStock, now: datetime) -> None:
        for state, count in (("active", stock.active), ("off", stock.off)):
            self.webhooks.labels(state).set(count)
        for state, count in (("waiting", stock.waiting), ("dead", stock.dead)):
            self.deliveries.labels(state).set(count)
        oldest = stock.oldest_waiting_at
        self.webhook_lag.set(0.0 if oldest is None else (now - oldest).total_seconds())

    def _set_state(self, name: str, state: IndexState) -> None:
        self.index_segments.labels(name).set(state.segments)
        self.index_tail.labels(name).set(state.tail)
        self.index_damaged.labels(name).set(state.damaged)
        for gauge, moment in ((self.index_changed, state.changed_at), (self.index_scrubbed, state.scrubbed_at)):
            if moment is not None:
                gauge.labels(name).set(moment)


def _set(gauge: Gauge, numbers: Mapping[str, float]) -> None:
    """Tell one number for each bank, and none of banks that have none any more."""
    gauge.clear()
    for bank_id, number in numbers.items():
        gauge.labels(bank_id).set(number)


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
