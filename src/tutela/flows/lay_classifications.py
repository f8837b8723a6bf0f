"""Record what a classifier said, and lay it before the rules as an event: both in one transaction.

What is unknown is no event: of a classifier that failed no rule learns anything. What only orders what people look at
is none either. The event is bounded: whatever rules make of it, nothing is done before a person has looked (P11).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from tutela.core.classifying.figures import Outcome
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.event_facts import Person, Told, technique_asked
from tutela.core.events import Event
from tutela.core.ids import AccountId, EventId
from tutela.core.measures import Standing, Subject
from tutela.core.operator import OperatorProfile, Technique, techniques_in
from tutela.core.quotas import Limits
from tutela.core.rules.facts import ASKED_ABOUT, CLASSIFICATION
from tutela.core.rules.types import Value
from tutela.errors import Conflict
from tutela.flows import act_on_rules
from tutela.flows import quotas as over_quota
from tutela.flows.enact import Ledger
from tutela.flows.look_with_rules import Noticed
from tutela.flows.plan_rules import PlanRules, RuleWork, people
from tutela.flows.quotas import QuotaTally
from tutela.ports.classifiers import Answered, Classifications, Settled
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.events import Observed
from tutela.ports.store import Reader, Store

MAX_REPLANS = 20
"""Times an answer is planned again, as events are; the last time without insisting on any counter."""

_SAID = frozenset({"classifier.score", "classifier.labels", "classifier.clauses"})
"""Facts that are a source's own: kept only where its licence lets them be."""


@dataclass(frozen=True, slots=True)
class LayClassifications:
    """Take in what came of tries; see `ports.classifiers.Records`."""

    stored: Classifications
    store: Store
    committer: Committer
    work: RuleWork
    specs: Mapping[str, ClassifierSpec]
    profile: Callable[[], OperatorProfile]
    limits: Callable[[], Limits]
    clock: Clock
    entropy: Entropy

    def record(self, answered: Answered, kept: Answered) -> None:
        """Store what came of a try, and what rules make of it."""
        spec = self.specs.get(answered.request.classifier_id)
        is_known = spec is not None and any(each.score is not None for each in answered.signals)
        if spec is None or not is_known or not self._may_be_read(answered):
            self.stored.settle(Settled(kept))
            return
        for attempt in range(MAX_REPLANS + 1):
            if not self.stored.is_open(answered.request):
                break
            laying = _Laying(self, spec, answered, kept, is_last=attempt == MAX_REPLANS)
            with self.store.read() as reader:
                changeset = laying.plan(reader)
            try:
                self.committer.commit(changeset)
            except Conflict:
                continue
            over_quota.alarm(changeset.quotas)
            act_on_rules.alarm(laying.exceeded)
            return
        raise Conflict("another process has recorded this try", place=answered.request.id)

    def outcomes(self, since: datetime) -> Iterable[Outcome]:
        """Return, counted, how answers stood beside what people found since then."""
        return self.stored.outcomes(since)

    def techniques(self, answered: Answered) -> frozenset[Technique]:
        """Return by what the original may be looked at now."""
        origin = answered.request.origin
        return techniques_in(origin.channel, origin.regions, self.profile().bases, self.clock.now())

    def _may_be_read(self, answered: Answered) -> bool:
        """Return whether there is a basis still: one may have lapsed while the question was under way (P12)."""
        needed = {Technique.BEHAVIOUR, technique_asked(answered.request.about.value)}
        return needed <= self.techniques(answered)


class _Laying:
    """One answer on its way before the rules."""

    def __init__(
        self, flow: LayClassifications, spec: ClassifierSpec, answered: Answered, kept: Answered, *, is_last: bool
    ) -> None:
        self._flow, self._spec, self._answered, self._kept, self._is_last = flow, spec, answered, kept, is_last
        self._now = flow.clock.now()
        self.exceeded: frozenset[str] = frozenset()

    def plan(self, reader: Reader) -> Changeset:
        """Return everything that is written about it."""
        flow, origin = self._flow, self._answered.request.origin
        ids = [each for each in (origin.author_id, origin.recipient_id) if each is not None]
        accounts = reader.accounts_by_id(ids)
        subjects = [*map(Subject.account, ids), *([Subject.item(origin.item_id)] if origin.item_id else [])]
        standings = reader.standings(subjects)
        ledger = Ledger(flow.entropy, self._now, {})
        quotas = QuotaTally(self._now, flow.limits(), is_exhausted=self._is_last)
        rules = PlanRules(flow.work, reader, ledger, quotas)
        noticed = self._noticed(people(reader, accounts.values(), standings, self._now))
        rules([noticed], partial(_standing, standings))  # nobody waits to be answered: what is done is in the ledger
        self.exceeded = rules.exceeded
        settled = Settled(self._kept, noticed.event.id)
        uses = quotas.uses(ledger.measures, ())
        ledger.audit.extend((*quotas.events(uses), settled.entry))
        changes = dict(rules.changes(is_last=self._is_last))
        observed = changes["observed"]
        assert isinstance(observed, Observed)  # noqa: S101  # of the event that was looked at
        changes["observed"] = replace(observed, settled=(settled,))
        return ledger.changeset(quotas=uses, **changes)  # type: ignore[arg-type]  # `changes` names no media

    def _noticed(self, known: Mapping[AccountId, Person]) -> Noticed:
        origin = self._answered.request.origin
        event = Event(
            id=EventId(self._flow.entropy.new_id("event")),
            kind=CLASSIFICATION,
            at=self._now,
            received_at=self._now,
            author_id=origin.author_id,
            recipient_id=origin.recipient_id,
            channel=origin.channel,
            item_id=origin.item_id,
        )
        told = Told(
            CLASSIFICATION, self._now, origin.channel, origin.regions, known[origin.author_id],
            None if origin.recipient_id is None else known[origin.recipient_id],
            attributes=facts_of_answer(self._spec, self._answered),
        )  # fmt: skip
        unkept = frozenset() if self._spec.terms.may_retain else _SAID
        return Noticed(event, told, self._flow.techniques(self._answered), is_classification=True, unkept=unkept)


def facts_of_answer(spec: ClassifierSpec, answered: Answered) -> dict[str, Value]:
    """Return what rules see of an answer."""
    over = [each for each in answered.signals if each.is_over]
    return {
        "classifier.id": spec.id,
        ASKED_ABOUT: answered.request.about.value,
        "classifier.score": max(each.score for each in answered.signals if each.score is not None),
        "classifier.labels": tuple(each.label for each in over),
        "classifier.clauses": tuple(dict.fromkeys(each.clause for each in over)),
    }


def _standing(standings: Mapping[Subject, Standing], subject: Subject) -> Standing:
    return standings.get(subject) or Standing(subject, 0)
