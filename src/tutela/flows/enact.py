"""Turn plans into what is written: every grant gets its decision, every decision its audit entry."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core import charter
from tutela.core.audit import JSON, AuditEvent
from tutela.core.banks import Detection
from tutela.core.cases import ACCOUNT_KIND, Case, CaseDraft
from tutela.core.content import Media
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, MeasureId, ReportId, StatementId
from tutela.core.measures import Measure, MeasureKind, Standing, Subject
from tutela.core.plans import PRESERVED, PRESERVING, Grant, Plan, ReportDraft, Sighting
from tutela.core.statements import Statement, StatementDraft
from tutela.core.subjects import mark
from tutela.core.units import microseconds_of
from tutela.errors import CharterBreach
from tutela.ports.committer import CaseItem, Changeset, FiledReportDraft, MediaUpdate, Revocation
from tutela.ports.decisions import Decision
from tutela.ports.entropy import Entropy


@dataclass(slots=True)
class Ledger:
    """What one changeset gathers from several plans; cases are merged around account and clause as they come."""

    entropy: Entropy
    now: datetime
    open_cases: dict[tuple[AccountId, ClauseId], Case]
    decisions: list[Decision] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    revocations: list[Revocation] = field(default_factory=list)
    detections: list[Detection] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    case_items: dict[CaseItem, None] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    reports: list[FiledReportDraft] = field(default_factory=list)
    audit: list[AuditEvent] = field(default_factory=list)
    expects: dict[Subject, int] = field(default_factory=dict)
    _granted: set[tuple[str, Subject, ClauseId]] = field(default_factory=set)

    def enact(self, plan: Plan, sighting: Sighting) -> DecisionId | None:
        """Take *plan* in and return its decision, or none when it does nothing.

        Raises:
            tutela.errors.CharterBreach: The plan breaks a promise; nothing of it was taken in.
        """
        if breaches := charter.of_plan(plan, sighting):
            first = breaches[0]
            raise CharterBreach(f"{first.promise}: {first.detail}", place=first.subject)
        self.expect(sighting.item, sighting.account, *sighting.contained, *(seen.standing for seen in sighting.media))
        if plan.does_nothing:
            return None
        decided = [self._enact(part, sighting) for part in parts(plan)]
        return decided[0]

    def _enact(self, plan: Plan, sighting: Sighting) -> DecisionId:
        decision = self._decide(plan, sighting)
        measures = [self.grant(grant, decision) for grant in self._new(plan, sighting)]
        for measure_id in plan.lifts:
            self.revocations.append(Revocation(measure_id, Subject.item(sighting.item_id), decision.id))
        self.detections.extend(plan.detections)
        for draft in plan.cases:
            self.open(draft)
        for statement in plan.statements:
            self.tell(statement, decision)
        reports = [self.draft(report, decision) for report in plan.reports]
        self.audit.append(_entry(plan, sighting, decision, measures, reports))
        return decision.id

    def expect(self, *standings: Standing) -> None:
        """Have the committer refuse the changeset when one of *standings* has changed."""
        for standing in standings:
            self.expects.setdefault(standing.subject, standing.version)

    def _decide(self, plan: Plan, sighting: Sighting) -> Decision:
        decision = Decision(
            id=DecisionId(self.entropy.new_id("decision")),
            item_id=sighting.item_id,
            account_id=sighting.account_id,
            source=plan.source,
            clause_id=plan.clause_id,
            policy_version=plan.policy_version,
            is_automated=plan.is_automated,
            at=self.now,
            rests_on=plan.grounds.get(plan.clause_id, ()) if plan.clause_id else (),
        )
        self.decisions.append(decision)
        return decision

    def _new(self, plan: Plan, sighting: Sighting) -> Iterable[Grant]:
        for grant in new_grants(plan, sighting):
            key = (grant.kind, grant.subject, grant.clause_id)
            if key not in self._granted:
                self._granted.add(key)
                yield grant

    def has_granted(self, kind: MeasureKind, subject: Subject, clause: ClauseId) -> bool:
        """Return whether a machine's measure of this kind was taken in before."""
        return (kind.value, subject, clause) in self._granted

    def grant(self, grant: Grant, decision: Decision) -> Measure:
        """Take in a measure of *decision*."""
        self._granted.add((grant.kind, grant.subject, grant.clause_id))
        measure = Measure(
            id=MeasureId(self.entropy.new_id("measure")),
            kind=grant.kind,
            subject=grant.subject,
            decision_id=decision.id,
            clause_id=grant.clause_id,
            policy_version=decision.policy_version,
            starts_at=grant.starts_at or self.now,
            is_automated=decision.is_automated,
            ends_at=grant.ends_at,
            review_by=grant.review_by,
            near_bits=grant.near_bits,
            scope=grant.scope,
        )
        self.measures.append(measure)
        return measure

    def open(self, draft: CaseDraft) -> None:
        """Lay something before a person: into the open case of its account and clause, or a new one."""
        key = (draft.account_id, draft.clause_id)
        if key not in self.open_cases:
            case_id = CaseId(self.entropy.new_id("case"))
            case = Case(
                case_id, draft.account_id, draft.clause_id, draft.reason, self.now, draft.due_at,
                kind=draft.queue or ACCOUNT_KIND,
            )  # fmt: skip
            self.open_cases[key] = case
            self.cases.append(case)
            self.audit.append(AuditEvent("system:case:opened", case_id, {"clause": draft.clause_id}))
        if draft.item_id is not None:
            self.case_items[CaseItem(self.open_cases[key].id, draft.item_id)] = None

    def tell(self, draft: StatementDraft, decision: Decision) -> None:
        """Take in what somebody is told of *decision*."""
        statement = Statement(
            id=StatementId(self.entropy.new_id("statement")),
            decision_id=decision.id,
            account_id=draft.account_id,
            clause_id=draft.clause_id,
            code=draft.code,
            policy_version=decision.policy_version,
            is_automated=decision.is_automated,
            tell_at=draft.tell_at,
            delay_basis=draft.delay_basis,
        )
        self.statements.append(statement)

    def draft(self, report: ReportDraft, decision: Decision) -> FiledReportDraft:
        """Take in the draft of a report."""
        filed = FiledReportDraft(ReportId(self.entropy.new_id("report")), decision.id, report, self.now)
        self.reports.append(filed)
        return filed

    def changeset(
        self, *, media: Sequence[Media] = (), media_updates: Sequence[MediaUpdate] = (), **more: object
    ) -> Changeset:
        """Return everything gathered, with what the flow adds; bytes that are preserved now get their entry (P5)."""
        preserved = [each for each in media if each.evidence in PRESERVED]
        preserved += [update.media for update in media_updates if _is_preserved_now(update)]
        entries = [AuditEvent(f"{PRESERVING}{each.evidence.value}", each.id, {}) for each in preserved]
        parts: Mapping[str, object] = {
            "decisions": tuple(self.decisions),
            "measures": tuple(self.measures),
            "revocations": tuple(self.revocations),
            "detections": tuple(self.detections),
            "cases": tuple(self.cases),
            "case_items": tuple(self.case_items),
            "statements": tuple(self.statements),
            "reports": tuple(self.reports),
            "audit": (*self.audit, *entries),
            "media": tuple(media),
            "media_updates": tuple(media_updates),
            "expects": self.expects,
        }
        return Changeset(**{**parts, **more})  # type: ignore[arg-type]  # names and types are those of Changeset


def parts(plan: Plan) -> list[Plan]:
    """Return *plan* as one part for each set of decisions that it rests on, the part that names the whole first.

    What rests on other decisions ends with them (P11); what was found here does not, so the two are decided apart.
    """
    clauses = {grant.clause_id for grant in plan.grants} | {case.clause_id for case in plan.cases}
    by_ground: dict[tuple[DecisionId, ...], set[ClauseId]] = defaultdict(set)
    for clause in sorted(clauses):
        by_ground[plan.grounds.get(clause, ())].add(clause)
    if len(by_ground) < 2:  # noqa: PLR2004  # one ground, or none
        return [plan]
    groups = sorted(by_ground.values(), key=lambda group: (plan.clause_id not in group, sorted(group)))
    rest = {detection.match.clause_id for detection in plan.detections} - clauses
    return [_part(plan, group | (set() if number else rest), is_main=not number) for number, group in enumerate(groups)]


def _part(plan: Plan, clauses: set[ClauseId], *, is_main: bool) -> Plan:
    return replace(
        plan,
        clause_id=plan.clause_id if is_main else min(clauses),
        grants=tuple(each for each in plan.grants if each.clause_id in clauses),
        cases=tuple(each for each in plan.cases if each.clause_id in clauses),
        statements=tuple(each for each in plan.statements if each.clause_id in clauses),
        reports=tuple(each for each in plan.reports if each.clause_id in clauses),
        detections=tuple(each for each in plan.detections if each.match.clause_id in clauses),
        lifts=plan.lifts if is_main else (),
    )


def _is_preserved_now(update: MediaUpdate) -> bool:
    was = None if update.before is None else update.before.evidence
    return update.media.evidence in PRESERVED and update.media.evidence is not was


def new_grants(plan: Plan, sighting: Sighting) -> Iterable[Grant]:
    """Yield the grants that no automatic decision under the same clause holds already: repeating adds nothing."""
    standings = (sighting.item, sighting.account, *(seen.standing for seen in sighting.media))
    held = {
        (measure.kind, measure.subject, measure.clause_id)
        for standing in standings
        for measure in standing.measures
        if measure.is_automated and measure.holds_at(sighting.at)
    }
    return (grant for grant in plan.grants if (grant.kind, grant.subject, grant.clause_id) not in held)


def _entry(
    plan: Plan, sighting: Sighting, decision: Decision, measures: Iterable[Measure], reports: Iterable[FiledReportDraft]
) -> AuditEvent:
    payload = {
        "item": sighting.item_id,
        "account": sighting.account_id,
        "answer": plan.answer.value,
        "clause": plan.clause_id,
        "policy_version": plan.policy_version,
        "automated": plan.is_automated,
        "granted": [as_granted(measure) for measure in measures],
        "lifted": list(plan.lifts),
        "detections": [detection.id for detection in plan.detections],
        "reports": [report.id for report in reports],
    }
    return AuditEvent(f"{plan.source.value}:item:decided", decision.id, payload)


def as_granted(measure: Measure) -> list[JSON]:
    """Return a measure as its audit entry tells it, so that one that was changed by hand shows."""
    times = microseconds(measure.ends_at), microseconds(measure.starts_at)
    return [measure.id, measure.kind.value, mark(measure.id, measure.subject), *times, measure.scope.as_json()]


def microseconds(moment: datetime | None) -> int | None:
    """Return a moment as it is stored, exactly: a measure that ends otherwise than it was granted shows."""
    return None if moment is None else microseconds_of(moment)
