"""What follows from rules that fired: a plan within the ceiling of a machine's guess. Pure.

A rule only asks. Here its effects are put together, each once; bounded by the table of ceilings, by the clause and by
quotas; and laid before a person, always (P11).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.cases import CaseDraft, CaseReason
from tutela.core.ids import AccountId, ClauseId, EventId, ItemId
from tutela.core.measures import MeasureKind, Standing, Subject
from tutela.core.plans import Answer, Grant, Plan, Source
from tutela.core.policy import AccountCeiling, CeilingRow, Policy, Severity, VisibilityCeiling
from tutela.core.statements import DelayBasis, StatementCode, StatementDraft
from tutela.core.units import Duration
from tutela_client.scope import Scope

DUE_WITHIN: Mapping[Severity, Duration] = {
    Severity.CRITICAL: Duration(hours=4),
    Severity.HIGH: Duration(hours=24),
    Severity.MEDIUM: Duration(hours=48),
    Severity.LOW: Duration(days=7),
}
"""By when a person looks at what a rule found."""

REPEATED_WITHIN = Duration(hours=24)
"""Within this a rule that fires again for the same account asks for nothing: the person who looks sees all of it."""

MINORS_ONLY = "minors"
LONGEST_BLOCK_HOURS = 72
"""For how long at most a machine keeps an account from writing to minors. Source: measures.md, Ceilings."""


@dataclass(frozen=True, slots=True)
class WantedCase:
    """A case that a rule asks for, with everything that it says filled in."""

    account_id: AccountId
    queue: str
    severity: Severity
    because: str


@dataclass(frozen=True, slots=True)
class WantedMeasure:
    """A measure that a rule asks for."""

    kind: MeasureKind
    subject: Subject
    lasts: Duration | None = None


@dataclass(frozen=True, slots=True)
class WantedLabel:
    """A label that a rule asks for, or a list that it puts an account on."""

    account_id: AccountId
    label: str
    is_list: bool
    because: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fired:
    """One live rule that fired, and what it asks for that is not there already."""

    rule: str
    version: str
    clause_id: ClauseId
    cases: tuple[WantedCase, ...] = ()
    measures: tuple[WantedMeasure, ...] = ()
    labels: tuple[WantedLabel, ...] = ()


@dataclass(frozen=True, slots=True)
class Conduct:
    """One event as the decision about it sees it."""

    event_id: EventId
    author_id: AccountId
    author: Standing
    at: datetime
    fired: tuple[Fired, ...]
    item_id: ItemId | None = None
    item: Standing | None = None
    is_new_public_item: bool = False  #: only such a one may be held by a rule
    is_author_minor: bool = False  #: whom no machine restricts: a senior person decides (P2)
    is_classification: bool = False  #: what a classifier said has no more than that a person looks


@dataclass(frozen=True, slots=True)
class ConductPlan:
    """What is done about one event."""

    plan: Plan
    labels: tuple[WantedLabel, ...] = ()
    answer: Answer = Answer.PUBLISH  #: about the item as a whole, what the banks said of it included


def plan_conduct(conduct: Conduct, policy: Policy, row: CeilingRow) -> ConductPlan:
    """Return what is done. The order of the rules never matters: everything is a set or a maximum.

    Args:
        conduct: The event.
        policy: Its clauses bound each what may be done in their name.
        row: The ceiling of a machine's guess.
    """
    draft = _Draft(conduct)
    for fired in conduct.fired:
        ceiling = row.ceiling.meet(policy.clause(fired.clause_id).automation)
        for case in fired.cases:
            draft.open_case(fired.clause_id, case)
        for measure in () if conduct.is_classification else fired.measures:
            if measure.kind is MeasureKind.HOLD and _may_hold(conduct, policy, fired.clause_id, row):
                draft.hold(fired.clause_id)
            elif measure.kind is MeasureKind.BLOCK_MESSAGING and ceiling.account >= AccountCeiling.BLOCK_MESSAGING:
                draft.block_messaging(fired.clause_id, measure, row.account_max_hours or LONGEST_BLOCK_HOURS)
    labels = dict.fromkeys(label for fired in conduct.fired for label in fired.labels)
    return ConductPlan(draft.plan(policy.version), tuple(labels))


def _may_hold(conduct: Conduct, policy: Policy, clause_id: ClauseId, row: CeilingRow) -> bool:
    automation = policy.clause(clause_id).automation
    highest = min(row.new_public_items or row.ceiling.visibility, automation.visibility)
    return conduct.is_new_public_item and conduct.item_id is not None and highest >= VisibilityCeiling.HOLD


@dataclass(slots=True)
class _Draft:
    """A plan in the making."""

    conduct: Conduct
    cases: dict[tuple[AccountId, ClauseId], WantedCase] = field(default_factory=dict)
    grants: dict[tuple[MeasureKind, Subject, ClauseId], Grant] = field(default_factory=dict)
    statements: dict[tuple[StatementCode, ClauseId], StatementDraft] = field(default_factory=dict)

    def open_case(self, clause: ClauseId, wanted: WantedCase) -> None:
        """Lay somebody before a person; the gravest of several reasons stands."""
        key = (wanted.account_id, clause)
        known = self.cases.get(key)
        if known is None or (wanted.severity, known.queue) > (known.severity, wanted.queue):
            self.cases[key] = wanted

    def hold(self, clause: ClauseId) -> None:
        """Hold the item until a person has looked."""
        assert self.conduct.item_id is not None  # noqa: S101  # asked before
        item = Subject.item(self.conduct.item_id)
        self.grants[MeasureKind.HOLD, item, clause] = Grant(MeasureKind.HOLD, item, clause)
        self._must_look(clause)
        self._tell(StatementCode.ITEM_UNDER_REVIEW, clause)

    def block_messaging(self, clause: ClauseId, wanted: WantedMeasure, most_hours: int) -> None:
        """Keep the author from writing to minors for a while. No machine does that to a minor."""
        if self.conduct.is_author_minor:
            return
        lasts = min((wanted.lasts or Duration(hours=most_hours)).seconds, most_hours * 3600)
        ends_at = self.conduct.at + Duration(seconds=lasts).delta
        account = Subject.account(self.conduct.author_id)
        grant = Grant(
            MeasureKind.BLOCK_MESSAGING, account, clause, ends_at=ends_at, scope=Scope(audience=MINORS_ONLY)
        )  # fmt: skip
        known = self.grants.get((grant.kind, account, clause))
        if known is None or (known.ends_at is not None and known.ends_at < ends_at):
            self.grants[grant.kind, account, clause] = grant
        self._must_look(clause)
        self._tell(StatementCode.ACCOUNT_RESTRICTED, clause)

    def _must_look(self, clause: ClauseId) -> None:
        """Open a case also where the rule asks for none: nothing that a machine does stays unseen (P11)."""
        key = (self.conduct.author_id, clause)
        if key not in self.cases:
            self.cases[key] = WantedCase(self.conduct.author_id, "", Severity.HIGH, "")

    def _tell(self, code: StatementCode, clause: ClauseId) -> None:
        draft = StatementDraft(self.conduct.author_id, clause, code, self.conduct.at, DelayBasis.REVIEW_PENDING)
        self.statements.setdefault((code, clause), draft)

    def _due(self, clause: ClauseId) -> datetime:
        wanted = self.cases[self.conduct.author_id, clause]
        return self.conduct.at + DUE_WITHIN[wanted.severity].delta

    def plan(self, policy_version: str) -> Plan:
        """Return the plan, everything in one order whatever the order of the rules."""
        grants = [replace(each, review_by=self._due(each.clause_id)) for each in self.grants.values()]
        statements = [replace(each, tell_at=self._due(each.clause_id)) for each in self.statements.values()]
        cases = tuple(self._case(account, clause) for account, clause in sorted(self.cases))
        clauses = sorted(self.cases, key=lambda key: (-self.cases[key].severity, key[1]))
        return Plan(
            answer=Answer.HOLD if any(each.kind is MeasureKind.HOLD for each in grants) else Answer.PUBLISH,
            source=Source.RULE,
            policy_version=policy_version,
            is_automated=True,
            clause_id=clauses[0][1] if clauses else None,
            grants=tuple(sorted(grants, key=lambda each: (each.subject.kind.value, each.clause_id, each.kind.value))),
            cases=cases,
            statements=tuple(sorted(statements, key=lambda each: (each.code, each.clause_id))),
        )

    def _case(self, account: AccountId, clause: ClauseId) -> CaseDraft:
        wanted = self.cases[account, clause]
        due_at = self.conduct.at + DUE_WITHIN[wanted.severity].delta
        item = self.conduct.item_id if account == self.conduct.author_id else None
        return CaseDraft(account, clause, CaseReason.RULE, item, due_at, wanted.queue or None)
