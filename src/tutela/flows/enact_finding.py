"""Turn a person's decision into what is written: what it grants, what it ends, and its one audit entry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tutela.core.audit import JSON, AuditEvent
from tutela.core.cases import Case, CaseDraft, CaseReason
from tutela.core.charter_findings import of_finding
from tutela.core.findings import FindingPlan
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId
from tutela.core.measures import Measure, Subject
from tutela.core.plans import Answer, Source
from tutela.core.policy import Policy
from tutela.core.strikes import Strike
from tutela.errors import CharterBreach
from tutela.flows.bank_ledger import BankLedger
from tutela.flows.enact import Ledger, as_granted, microseconds
from tutela.flows.gather import Gathered
from tutela.ports.cases import CaseMove
from tutela.ports.committer import Changeset, FiledReportDraft, MediaUpdate, Revocation
from tutela.ports.decisions import CaseClosure, Decision, FindingRecord, ItemAnswer

_URGENCY = {reason: position for position, reason in enumerate(CaseReason)}


@dataclass(slots=True)
class HandLedger(Ledger):
    """What decisions of people write beside what every decision does."""

    findings: list[FindingRecord] = field(default_factory=list)
    answers: list[ItemAnswer] = field(default_factory=list)
    strikes: list[Strike] = field(default_factory=list)
    case_updates: dict[CaseId, Case] = field(default_factory=dict)
    closures: list[CaseClosure] = field(default_factory=list)
    case_moves: list[CaseMove] = field(default_factory=list)
    expects_dependents: dict[DecisionId, int] = field(default_factory=dict)
    relies_on: set[Subject] = field(default_factory=set)
    own: BankLedger = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing entered into a bank."""
        self.own = BankLedger(self.entropy)

    def enact_finding(self, plan: FindingPlan, of: Gathered, policy: Policy, *, bulk_id: str | None = None) -> Decision:
        """Take *plan* in and return its decision.

        Raises:
            tutela.errors.CharterBreach: The plan breaks a promise; nothing of it was taken in.
        """
        if breaches := of_finding(plan, of.known, policy):
            first = breaches[0]
            raise CharterBreach(f"{first.promise}: {first.detail}", place=first.subject)
        self.expect(*of.standings)
        self.expects_dependents.update(of.dependents)
        self.relies_on.update(measure.subject for measure in plan.holds_already)
        decision = self.decide(plan, of)
        finding = plan.finding
        self.findings.append(
            FindingRecord(decision.id, finding.facts, finding.decider.is_senior, dict(finding.roles), bulk_id)
        )
        granted = [self.grant(grant, decision) for grant in plan.grants]
        self.end(plan.ends, decision)
        self.strikes.extend(replace(each.strike, decision_id=decision.id) for each in plan.strikes)
        for case in plan.cases:
            self.open(case)
            self.urge(case)
        self.close(plan.closes, of.case_counts, decision)
        for statement in plan.statements:
            self.tell(statement, decision)
        reports = [self.draft(report, decision) for report in plan.reports]
        before = {item_id: item.answer for item_id, item in of.known.items.items()}
        self.answer(plan.answers, before, decision)
        event = _entry(plan, decision, granted, reports, bulk_id)
        banked = self.own.enter(plan.banking, decision)
        self.audit.append(replace(event, payload={**event.payload, **banked}))
        return decision

    def decide(self, plan: FindingPlan, of: Gathered) -> Decision:
        """Take in the decision that *plan* is."""
        finding = plan.finding
        items, accounts = [*of.known.items], [*of.known.accounts]
        decision = Decision(
            id=DecisionId(self.entropy.new_id("decision")),
            item_id=items[0] if len(items) == 1 else None,
            account_id=accounts[0] if len(accounts) == 1 else None,
            source=Source.PERSON,
            clause_id=finding.clause_id,
            policy_version=plan.policy_version,
            is_automated=False,
            at=self.now,
            decided_by=finding.decider.id,
            reverses=finding.replaces,
        )
        self.decisions.append(decision)
        return decision

    def end(self, measures: Iterable[Measure], decision: Decision) -> None:
        """End measures by *decision*."""
        self.revocations.extend(Revocation(each.id, each.subject, decision.id) for each in measures)

    def urge(self, draft: CaseDraft) -> None:
        """Let an open case that took *draft* in be as urgent as that: a second look is due within its own day."""
        key = (draft.account_id, draft.clause_id)
        case = self.open_cases[key]
        reason = min(case.reason, draft.reason, key=_URGENCY.__getitem__)
        more_urgent = replace(case, reason=reason, due_at=min(case.due_at, draft.due_at))
        if more_urgent == case:
            return
        self.open_cases[key] = more_urgent
        if any(each.id == case.id for each in self.cases):
            self.cases[:] = [more_urgent if each.id == case.id else each for each in self.cases]
        else:
            self.case_updates[case.id] = more_urgent

    def close(self, cases: Iterable[Case], counts: Mapping[CaseId, int], decision: Decision) -> None:
        """Close cases of which nothing is left to look at."""
        self.closures.extend(CaseClosure(case.id, decision.id, counts.get(case.id, 0)) for case in cases)

    def answer(self, answers: Mapping[ItemId, Answer], before: Mapping[ItemId, Answer], decision: Decision) -> None:
        """Take in what the platform is told about each item."""
        self.answers.extend(
            ItemAnswer(decision.id, item_id, answer, before[item_id]) for item_id, answer in answers.items()
        )

    def written(self, media_updates: Sequence[MediaUpdate] = (), **more: object) -> Changeset:
        """Return everything gathered, with what the flow adds."""
        parts: Mapping[str, object] = {
            "findings": tuple(self.findings),
            "decision_answers": tuple(self.answers),
            "strikes": tuple(self.strikes),
            "item_answers": {each.item_id: each.answer for each in self.answers if each.answer is not each.before},
            "case_updates": tuple(self.case_updates.values()),
            "case_closures": tuple(self.closures),
            "case_moves": tuple(self.case_moves),
            "expects_dependents": self.expects_dependents,
            "relies_on": frozenset(self.relies_on),
            **self.own.parts,
        }
        changeset = self.changeset(media_updates=media_updates)
        parts = {**parts, "audit": (*changeset.audit, *self.own.audit)}
        return replace(changeset, **{**parts, **more})  # type: ignore[arg-type]  # names and types are those of Changeset


def _entry(
    plan: FindingPlan, decision: Decision, granted: Iterable[Measure], reports: Iterable[FiledReportDraft],
    bulk_id: str | None,
) -> AuditEvent:  # fmt: skip
    finding = plan.finding
    payload: dict[str, JSON] = {
        "by": finding.decider.id,
        "senior": finding.decider.is_senior,
        "clause": finding.clause_id,
        "policy_version": plan.policy_version,
        "automated": False,
        "roles": {account_id: role.value for account_id, role in finding.roles.items()},
        "answers": {item_id: answer.value for item_id, answer in plan.answers.items()},
        "granted": [as_granted(measure) for measure in granted],
        "lifted": [measure.id for measure in plan.ends],
        "reports": [report.id for report in reports],
        "strikes": {each.strike.account_id: each.strike.points for each in plan.strikes},
        "struck": {each.strike.account_id: as_struck(each.strike) for each in plan.strikes},
        "closed": [case.id for case in plan.closes],
        "reverses": finding.replaces,
        "bulk": bulk_id,
    }
    return AuditEvent("person:finding:decided", decision.id, payload)


def as_struck(strike: Strike) -> list[JSON]:
    """Return a strike as its audit entry tells it: one that weighs otherwise, or for less long, shows."""
    decay = strike.decay
    return [strike.clause_id, strike.ladder, strike.points, microseconds(strike.at), decay.kind.value, decay.days]


def open_cases_of(of: Iterable[Gathered]) -> dict[tuple[AccountId, ClauseId], Case]:
    """Return the open cases that a ledger joins."""
    return {(work.case.account_id, work.case.clause_id): work.case for each in of for work in each.known.work.values()}
