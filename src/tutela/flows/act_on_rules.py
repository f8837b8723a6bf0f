"""Turn rules that fired into what is committed: each once, within quotas and ceilings, and always before a person."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from tutela.core import charter
from tutela.core.audit import JSON, AuditEvent
from tutela.core.cases import Case, CaseDraft
from tutela.core.conduct import (
    REPEATED_WITHIN,
    Conduct,
    ConductPlan,
    Fired,
    WantedCase,
    WantedLabel,
    WantedMeasure,
    plan_conduct,
)
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, FireId
from tutela.core.measures import Standing, Subject
from tutela.core.plans import Answer
from tutela.core.policy import CeilingRow, Policy
from tutela.core.quotas import Want
from tutela.core.rules.book import Place
from tutela.core.rules.facts import MINORS
from tutela.core.rules.interpret import Part, explain
from tutela.core.rules.literals import read_duration, time_text
from tutela.core.rules.rule import AddLabel, AddToList, GrantMeasure, OpenCase, RuleState, Target
from tutela.core.rules.saying import filled
from tutela.core.rules.types import Type, Value
from tutela.errors import CharterBreach
from tutela.flows.ask_classifiers import AskClassifiers
from tutela.flows.enact import Ledger, as_granted
from tutela.flows.look_with_rules import Seen
from tutela.flows.quotas import QuotaTally
from tutela.ports.decisions import Decision
from tutela.ports.entropy import Entropy
from tutela.ports.events import Fire, FireOutcome, Label
from tutela.ports.store import Reader

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RuleLimits:
    """What bounds every rule."""

    policy: Policy
    row: CeilingRow  #: of a machine's guess
    cases_a_day: int  #: that one rule opens; what exceeds it is laid before a person later


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of one event."""

    answer: Answer
    decision_id: DecisionId | None


Standings = Callable[[Subject], Standing]
NOTHING_DONE = Acted(Answer.PUBLISH, None)


@dataclass(slots=True)
class ActOnRules:
    """Decide about what rules saw, in one planning; what is decided goes into its ledger."""

    reader: Reader
    ledger: Ledger
    bounds: RuleLimits
    entropy: Entropy
    now: datetime
    quotas: QuotaTally
    ask: AskClassifiers
    fires: list[Fire] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    urged: dict[CaseId, Case] = field(default_factory=dict)
    exceeded: set[str] = field(default_factory=set)  #: rules that are at their quota
    _acted: set[tuple[str, AccountId]] = field(default_factory=set)
    _waiting: set[tuple[str, AccountId]] = field(default_factory=set)  #: for its quota
    _labelled: set[tuple[AccountId, str, bool]] = field(default_factory=set)  #: in this planning
    _cases: Counter[str] = field(default_factory=Counter)  #: by rule, today

    def __call__(self, seen: Sequence[Seen], standing: Standings) -> list[Acted]:
        """Return what came of each event, in order.

        Args:
            seen: What the rules made of them.
            standing: What is in force on a subject, as the planning read it.
        """
        events = [each.noticed.event for each in seen if each.fired]
        if not events:
            return [NOTHING_DONE] * len(seen)
        accounts = {who for event in events for who in (event.author_id, event.recipient_id) if who is not None}
        self._acted = self.reader.acted_since(accounts, self.now - REPEATED_WITHIN.delta)
        self._waiting = self.reader.waiting_for(accounts)
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        fired = {rule.name for each in seen for rule in each.fired if rule.state is RuleState.LIVE}
        self._cases.update(self.reader.cases_by_rule(fired, midnight))
        asking = (rule for each in seen for rule in each.fired if rule.state is RuleState.LIVE)
        self.quotas.read_rules(self.reader, {rule.name for rule in asking if _asks_for_measures(rule)})
        self.ask.read(rule for each in seen for rule in each.fired if rule.state is RuleState.LIVE)
        self.ledger.open_cases.update(self.reader.open_cases(accounts))
        return [self._one(each, standing) if each.fired else NOTHING_DONE for each in seen]

    def _one(self, seen: Seen, standing: Standings) -> Acted:
        live = [rule for rule in seen.fired if rule.state is RuleState.LIVE]
        came = {rule.name: self._fired(rule, seen, standing) for rule in live}
        conduct = self._conduct(seen, tuple(fired for fired, _ in came.values()), standing)
        planned = plan_conduct(conduct, self.bounds.policy, self.bounds.row)
        # What the banks answered more strictly stays so.
        before = seen.noticed.answer
        planned = replace(planned, answer=planned.plan.answer if before is Answer.PUBLISH else before)
        decision_id = self._enact(planned, conduct)
        for rule in seen.fired:
            is_live = rule.state is RuleState.LIVE
            outcome = came[rule.name][1] if is_live else FireOutcome.SHADOW
            self.fires.append(self._fire(rule, seen, outcome, decision_id))
        return Acted(planned.answer, decision_id)

    def _conduct(self, seen: Seen, fired: tuple[Fired, ...], standing: Standings) -> Conduct:
        event = seen.noticed.event
        return Conduct(
            event_id=event.id,
            author_id=event.author_id,
            author=standing(Subject.account(event.author_id)),
            at=self.now,
            fired=fired,
            item_id=event.item_id,
            item=standing(Subject.item(event.item_id)) if event.item_id is not None else None,
            is_new_public_item=seen.noticed.is_new_public_item,
            is_author_minor=seen.noticed.told.author.account.age.band in MINORS,
            is_classification=seen.noticed.is_classification,
        )

    # ---------------------------------------------------------------------------------------- what a rule asks for

    def _fired(self, rule: Place, seen: Seen, standing: Standings) -> tuple[Fired, FireOutcome]:
        """Return what comes of a live rule. What is open, in force or said already is not asked for again."""
        asked = _Asked(rule, seen, self.now)
        about = rule.name, asked.about()
        is_open = (about[1], rule.clause) in self.ledger.open_cases
        is_laid = about in self._waiting or (about in self._acted and is_open)
        cases = () if is_laid else tuple(asked.cases())
        measures = tuple(each for each in asked.measures() if self._is_new(each, rule.clause, standing))
        is_asking = self.ask(rule, seen)
        labels = tuple(each for each in asked.labels() if not self._is_labelled(each, asked))
        if (cases or measures) and self._cases[rule.name] >= self.bounds.cases_a_day:
            self.exceeded.add(rule.name)
            outcome = FireOutcome.OVER_QUOTA if cases else FireOutcome.REPEATED
            self._waiting.add(about)
            return Fired(rule.name, rule.version, rule.clause, labels=labels), outcome
        self._cases[rule.name] += bool(cases or measures)
        if not self._has_room(rule, measures):
            measures = ()  # the case is opened all the same: a person decides
        self._acted.add(about)
        is_new = bool(cases or measures or labels)
        fired = Fired(rule.name, rule.version, rule.clause, cases, measures, labels)
        if is_new:
            return fired, FireOutcome.ACTED
        return fired, FireOutcome.ASKED if is_asking else FireOutcome.REPEATED

    def _is_new(self, wanted: WantedMeasure, clause: ClauseId, standing: Standings) -> bool:
        """Return whether no machine holds it already: one that ends is set anew when it has ended."""
        known = standing(wanted.subject)
        self.ledger.expect(known)
        return not self.ledger.has_granted(wanted.kind, wanted.subject, clause) and not any(
            measure.kind is wanted.kind and measure.clause_id == clause and measure.is_automated
            for measure in known.measures
            if measure.holds_at(self.now)
        )

    def _is_labelled(self, wanted: WantedLabel, asked: "_Asked") -> bool:
        key = wanted.account_id, wanted.label, wanted.is_list
        return key in self._labelled or asked.is_labelled(wanted)

    def _has_room(self, rule: Place, measures: Sequence[WantedMeasure]) -> bool:
        wants = {Want(each.kind, each.subject, rule.clause) for each in measures}
        if not wants or self.quotas.has_room(rule.name, wants):
            return True
        self.exceeded.add(rule.name)
        return False

    def _fire(self, rule: Place, seen: Seen, outcome: FireOutcome, decision_id: DecisionId | None) -> Fire:
        asked = _Asked(rule, seen, self.now)
        case, about = next(iter(asked.cases()), None), asked.about()
        is_untold = outcome is FireOutcome.REPEATED or bool(seen.noticed.unkept)
        parts = () if is_untold else explain(rule.checked.when, seen.facts, asked.counts)
        opened = self.ledger.open_cases.get((about, rule.clause))
        return Fire(
            id=FireId(self.entropy.new_id("fire")),
            rule=rule.name,
            version=rule.version,
            clause_id=rule.clause,
            event_id=seen.noticed.event.id,
            account_id=about,
            at=self.now,
            outcome=outcome,
            because=case.because if case else "",
            queue=case.queue if case else "",
            severity=int(case.severity) if case else 0,
            trace=tuple((part.text, _shown(part)) for part in parts),
            case_id=opened.id if opened and outcome in {FireOutcome.ACTED, FireOutcome.REPEATED} else None,
            decision_id=decision_id if outcome is FireOutcome.ACTED else None,
        )

    # ------------------------------------------------------------------------------------------------- what is done

    def _enact(self, planned: ConductPlan, conduct: Conduct) -> DecisionId | None:
        if breaches := charter.of_conduct(planned.plan, conduct):
            raise CharterBreach(f"{breaches[0].promise}: {breaches[0].detail}", place=breaches[0].subject)
        setters = {label: fired.rule for fired in conduct.fired for label in fired.labels}
        for label in planned.labels:
            self._label(label, setters[label])
        plan = planned.plan
        if not plan.cases:
            return None
        decision = self._decide(planned, conduct)
        measures = [self.ledger.grant(grant, decision) for grant in plan.grants]
        for statement in plan.statements:
            self.ledger.tell(statement, decision)
        for case in plan.cases:
            self._lay(case)
        payload = {
            "item": conduct.item_id,
            "account": conduct.author_id,
            "event": conduct.event_id,
            "answer": planned.answer.value,
            "clause": plan.clause_id,
            "policy_version": plan.policy_version,
            "automated": True,
            "rules": [[each.rule, each.version] for each in conduct.fired if each.cases or each.measures],
            "granted": [as_granted(measure) for measure in measures],
        }
        self.ledger.audit.append(AuditEvent("rule:event:decided", decision.id, payload))
        return decision.id

    def _decide(self, planned: ConductPlan, conduct: Conduct) -> Decision:
        decision = Decision(
            id=DecisionId(self.entropy.new_id("decision")),
            item_id=conduct.item_id,
            account_id=conduct.author_id,
            source=planned.plan.source,
            clause_id=planned.plan.clause_id,
            policy_version=planned.plan.policy_version,
            is_automated=True,
            at=self.now,
        )
        self.ledger.decisions.append(decision)
        return decision

    def _lay(self, draft: CaseDraft) -> None:
        """Lay somebody before a person: into the open case, which may become more urgent by it, or a new one."""
        known = self.ledger.open_cases.get((draft.account_id, draft.clause_id))
        self.ledger.open(draft)
        if known is not None and draft.due_at < known.due_at and known.id not in {c.id for c in self.ledger.cases}:
            more_urgent = replace(known, due_at=draft.due_at)
            self.urged[known.id] = more_urgent
            self.ledger.open_cases[draft.account_id, draft.clause_id] = more_urgent

    def _label(self, wanted: WantedLabel, rule: str) -> None:
        by = f"rule:{rule}"
        label = Label(wanted.account_id, wanted.label, wanted.is_list, by, wanted.because, self.now, wanted.ends_at)
        self.labels.append(label)
        self._labelled.add((label.account_id, label.label, label.is_list))
        told: dict[str, JSON] = {"label": label.label, "list": label.is_list, "set_by": by}
        self.ledger.audit.append(AuditEvent("rule:label:set", label.account_id, told))


def _shown(part: Part) -> Value:
    """Return what a part of a condition came to as people read it, and as JSON takes it: no longer whole number."""
    value = part.value
    if part.type in _READ and isinstance(value, int):
        return _READ[part.type](value)
    if isinstance(value, float) and value.is_integer() and abs(value) <= _LONGEST_INTEGER:
        return int(value)
    return float(value) if isinstance(value, int) and abs(value) > _LONGEST_INTEGER else value


_READ = {Type.DURATION: read_duration, Type.TIME: time_text}


_LONGEST_INTEGER = 2**53
"""Beyond it a whole number is no longer the same in every reader of JSON. Source: RFC 8259, 6."""


def _asks_for_measures(rule: Place) -> bool:
    return any(isinstance(effect, GrantMeasure) for effect in rule.then)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a rule asks for about one event."""

    rule: Place
    seen: Seen
    now: datetime

    @property
    def counts(self) -> Sequence[float | None]:
        """Return what the counters of this rule came to, in its own order."""
        return [self.seen.counts[place] for place in self.rule.counters]

    def _on(self, target: Target) -> AccountId | None:
        event = self.seen.noticed.event
        return event.recipient_id if target is Target.RECIPIENT else event.author_id

    def about(self) -> AccountId:
        """Return the account that it is about."""
        return self.rule.about(self.seen.facts) or self.seen.noticed.event.author_id

    def _say(self, template: str) -> str:
        count = next(iter(self.counts), None)
        return filled(template, self.seen.kept, count)

    def cases(self) -> Iterable[WantedCase]:
        """Yield the cases that it asks for."""
        for effect in self.rule.then:
            if isinstance(effect, OpenCase) and (account := self._on(effect.on)) is not None:
                queue = self.rule.checked.queue_of(effect, self.seen.facts)
                yield WantedCase(account, queue, effect.severity, self._say(effect.because))

    def is_labelled(self, wanted: WantedLabel) -> bool:
        """Return whether the account has the label, or is on the list, as the planning read it."""
        told = self.seen.noticed.told
        people = (each for each in (told.author, told.recipient) if each is not None)
        person = next(each for each in people if each.account.id == wanted.account_id)
        return wanted.label in (person.lists if wanted.is_list else person.labels)

    def measures(self) -> Iterable[WantedMeasure]:
        """Yield the measures that it asks for."""
        event = self.seen.noticed.event
        for effect in () if self.seen.noticed.is_classification else self.rule.then:
            if not isinstance(effect, GrantMeasure):
                continue
            if effect.on is Target.ITEM and event.item_id is not None:
                yield WantedMeasure(effect.kind, Subject.item(event.item_id), effect.lasts)
            elif effect.on is Target.AUTHOR:
                yield WantedMeasure(effect.kind, Subject.account(event.author_id), effect.lasts)

    def labels(self) -> Iterable[WantedLabel]:
        """Yield the labels that it asks for, and the lists."""
        for effect in self.rule.then:
            if isinstance(effect, AddLabel | AddToList) and (account := self._on(effect.on)) is not None:
                ends_at = None if effect.lasts is None else self.now + effect.lasts.delta
                is_list = isinstance(effect, AddToList)
                name = effect.name if isinstance(effect, AddToList) else effect.label
                yield WantedLabel(account, name, is_list, self._say(effect.because), ends_at)


def alarm(rules: Iterable[str]) -> None:
    """Log each rule that is at its quota, once that is committed."""
    for rule in sorted(rules):
        _log.error("rule_over_quota", rule=rule)
