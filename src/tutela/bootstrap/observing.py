"""Wire what looks at events: rules, counters, labels, and what is kept of them."""

import json
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from tutela.adapters.db.event_forgetting import DatabaseEventKeeper
from tutela.bootstrap.classifying import Classifying
from tutela.bootstrap.wording import Wording
from tutela.core.event_facts import kept_facts
from tutela.core.ids import EventId
from tutela.core.rules.book import Book
from tutela.core.rules.types import FactValues, Value
from tutela.core.units import Duration
from tutela.flows.act_on_rules import RuleLimits
from tutela.flows.ask_classifiers import Asking
from tutela.flows.expand_links import LINK_SECONDS, ExpandLinks
from tutela.flows.forget_events import PERIOD, ForgetEvents
from tutela.flows.keep_event_kinds import KeepEventKinds
from tutela.flows.keep_labels import KeepLabels
from tutela.flows.lay_waiting import LayWaiting
from tutela.flows.observe import Observe
from tutela.flows.opaque import Opaque
from tutela.flows.plan_rules import RuleWork
from tutela.flows.read_classifiers import ReadClassifiers
from tutela.flows.read_coverage import ReadCoverage

if TYPE_CHECKING:
    from tutela.flows.rules import Rules


class Observing(Wording):
    """Events and rules."""

    @cached_property
    def rules(self) -> "Rules":
        """Everything about rules."""
        from tutela.bootstrap.ruling import open_rules  # noqa: PLC0415  # most commands need no rules

        return open_rules(self)

    @cached_property
    def classifying(self) -> Classifying:
        """Everything about classifiers."""
        return Classifying(self, self.classifier_specs)

    @property
    def read_classifiers(self) -> ReadClassifiers:
        """Say how classifiers stand."""
        return self.classifying.read

    @cached_property
    def expand_links(self) -> ExpandLinks:
        """Say where shortened links lead, where the operator lets anybody ask."""
        from tutela.adapters.links.expander import HttpExpander  # noqa: PLC0415  # few houses ask anybody
        from tutela.adapters.links.nobody import NoExpander  # noqa: PLC0415  # as above

        if not self.settings.links_expand:
            return ExpandLinks(NoExpander())
        return ExpandLinks(HttpExpander(LINK_SECONDS))

    @cached_property
    def rule_work(self) -> RuleWork:
        """What every planning with rules needs."""
        row = self.ceilings.row("machine_guess")
        return RuleWork(
            book=lambda: self.rules.engine.book,
            opaque=Opaque(self.keys.derive("events/1")),
            bounds=RuleLimits(self.policy, row, self.settings.rule_cases_per_day),
            entropy=self.entropy,
            spot=self.spot_words,
            seal=self._seal_written if self.settings.events_keep_text else None,
            asking=Asking(self.classifier_specs, self.classifying.seal, self.settings.rule_questions_per_day),
        )

    def _seal_written(self, written: FactValues, event_id: EventId, at: datetime) -> bytes:
        told = json.dumps(written, separators=(",", ":")).encode()
        return self.keys.wrap(f"{PERIOD}{at:%Y-%m-%d}", told, context=event_id.encode())

    def unseal_written(self, event_id: EventId, sealed: bytes, at: datetime) -> dict[str, Value]:
        """Return what was written in an event, where that is kept."""
        return kept_facts(json.loads(self.keys.unwrap(f"{PERIOD}{at:%Y-%m-%d}", sealed, context=event_id.encode())))

    @cached_property
    def event_kinds(self) -> KeepEventKinds:
        """Keep which kinds of events there are."""
        return KeepEventKinds(self.desk, lambda words: Book.of(self.rules.engine.book.in_force, words).left_out)

    @cached_property
    def observe(self) -> Observe:
        """Take events in."""
        return Observe(
            self.store, self.committer, self.rule_work, self.event_kinds.all, self.profile.read, self.quotas.limits,
            self.clock, self.entropy, self.fresh_accounts,
        )  # fmt: skip

    @cached_property
    def labels(self) -> KeepLabels:
        """Keep labels and lists."""
        return KeepLabels(self.store, self.committer, self.clock)

    @cached_property
    def forget_events(self) -> ForgetEvents:
        """Forget events that were kept long enough."""
        keep = Duration(days=self.settings.events_keep_days)
        return ForgetEvents(DatabaseEventKeeper(self.engine), self.keys, self.clock, keep)

    @cached_property
    def lay_waiting(self) -> LayWaiting:
        """Lay before people what waits for its quota."""
        return LayWaiting(self.store, self.committer, self.clock, self.entropy, self.settings.rule_cases_per_day)

    @cached_property
    def read_coverage(self) -> ReadCoverage:
        """Say which clauses nothing looks for."""
        return ReadCoverage(
            self.store, self.word_banks, lambda: self.word_engine.not_opened,
            lambda: self.rules.engine.book, self.classifier_specs.values, self.policy,
            self.clock,
        )  # fmt: skip
