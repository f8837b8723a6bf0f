"""Carry out what the answers to a case came to: a finding, the end of a suspicion, or first the one and then the other.

What is settled is in the tables; what is left of it to do is read from them each time, so that whoever finds it half
done, after a kill between two commits, goes on (decision 0002). Nothing reappears in between: what goes under another
clause is removed before the suspicion that hid it ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.answer_asks import asks_of
from tutela.core.audit import JSON, AuditEvent
from tutela.core.case_answers import CaseAnswer, CaseFacts, Settlement
from tutela.core.case_states import CaseState
from tutela.core.cases import Case, Purpose
from tutela.core.conclusions import HELPED, REMOVES_ONLY, Conclusion
from tutela.core.findings import Decider, Delay, Finding, FindingPlan
from tutela.core.ids import DecisionId
from tutela.core.plans import ZERO_TOLERANCE, Source
from tutela.core.policy import Policy
from tutela.core.reversals import ReversalPlan, plan_reversal
from tutela.core.statements import StatementCode, StatementDraft
from tutela.errors import HoldsAlready
from tutela.flows.decide import Decide, Foreseen
from tutela.flows.enact_finding import HandLedger
from tutela.flows.name_finding import Things
from tutela.flows.trace import Traced, trace
from tutela.flows.undo import Undoer, undo
from tutela.ports.case_answers import StoredSettlement
from tutela.ports.cases import CaseMove
from tutela.ports.committer import CaseFinding, Changeset, MediaUpdate
from tutela.ports.decisions import UNFINISHED_REVERSAL, Decision, FindingRecord
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be carried out, for which case."""

    case: Case
    things: Things
    facts: CaseFacts
    settlement: Settlement
    meanwhile: tuple[DecisionId, ...] = ()  #: what held until it was settled
    delay: Delay | None = None
    found: DecisionId | None = None  #: the finding, where it is made already and a suspicion is left to end

    @property
    def answer(self) -> CaseAnswer:
        """Return the answer that stands."""
        if self.settlement.answer is None:
            raise ValueError(self.settlement.stage)
        return self.settlement.answer

    @property
    def finds(self) -> bool:
        """Return whether something is found or removed."""
        return self.answer.conclusion is Conclusion.VIOLATION or self.answer.conclusion in REMOVES_ONLY

    @property
    def ends_suspicion(self) -> bool:
        """Return whether what was decided under the case's own clause ends."""
        return self.answer.conclusion is not Conclusion.VIOLATION or self.answer.clause_id != self.case.clause_id

    @property
    def is_found(self) -> bool:
        """Return whether what the case is about is found to be so, under one of the twelve."""
        return self.answer.clause_id in ZERO_TOLERANCE and self.finds and not self.ends_suspicion

    def is_left(self, plan: FindingPlan | None) -> bool:
        """Return whether something lies in the case that only a later decision ends, as whether to report (P4)."""
        if self.case.purpose is not Purpose.WORK:
            return False  # what is left of it is laid into a case of its own, or is in one already
        own = self.case.account_id, self.case.clause_id
        drafts = () if plan is None else plan.cases
        return self.is_found or any((draft.account_id, draft.clause_id) == own for draft in drafts)


@dataclass(frozen=True, slots=True)
class Step:
    """One commit on the way, and whether it is the last."""

    changeset: Changeset
    is_last: bool
    foreseen: Foreseen | None = None
    reversal: ReversalPlan | None = None


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Make the next commit of what is settled."""

    decide: Decide
    policy: Policy
    entropy: Entropy

    def next_step(self, reader: Reader, settled: Settled, now: datetime) -> Step:
        """Return the next commit; it raises what deciding raises."""
        if settled.finds and settled.found is None:
            step = self._find(reader, settled, now)
            if step is not None:
                return step
        return self._end(reader, settled, now)

    # ---------------------------------------------------------------------------------------------------- a finding

    def finding(self, settled: Settled) -> Finding:
        """Return what is found."""
        answer = settled.answer
        others = tuple(each for each in settled.settlement.behind if each is not answer)
        replaced = settled.meanwhile[0] if settled.meanwhile and self._replaces(settled) else None
        return Finding(
            clause_id=answer.clause_id,
            facts=answer.facts,
            decider=Decider(answer.by, answer.is_senior),
            roles=answer.roles if answer.conclusion is Conclusion.VIOLATION else {},
            asks=asks_of(answer, settled.facts.items, self.policy),
            replaces=replaced,
            delay=settled.delay,
            agreed_by=tuple(each.by for each in others),
            agreed_on=tuple(each.clause_id for each in others),
            is_single_operator=settled.settlement.is_single_operator,
        )

    @staticmethod
    def _replaces(settled: Settled) -> bool:
        return settled.answer.is_grave and not settled.facts.is_in_danger

    def _find(self, reader: Reader, settled: Settled, now: datetime) -> Step | None:
        finding = self.finding(settled)
        things = _named(reader, settled.things, finding)
        try:
            drawn = self.decide.draw(reader, finding, things, lambda _: None)
        except HoldsAlready:
            if settled.ends_suspicion:
                return None  # done before, and the suspicion is left to end
            if not settled.is_found:
                return self._nothing_left(settled, now)
            return self._found_before(settled, self.decide.foresee_finding(reader, finding, things).plan, now)
        ledger = drawn.ledger
        ledger.closures[:] = [each for each in ledger.closures if each.case_id != settled.case.id]
        if settled.ends_suspicion:
            return Step(ledger.written(drawn.updates), is_last=False, foreseen=drawn.foreseen)
        stays_open = settled.is_left(drawn.foreseen.plan)
        closing = _closing(settled, drawn.decision.id, ledger, drawn.updates, stays_open=stays_open)
        return Step(closing, is_last=True, foreseen=drawn.foreseen)

    def _found_before(self, settled: Settled, plan: FindingPlan, now: datetime) -> Step:
        """Return the end of a case whose answer changes nothing: it is about what others found, and owes the same."""
        ids = tuple(dict.fromkeys(measure.decision_id for measure in plan.holds_already))
        closing = _closing(settled, ids[0], HandLedger(self.entropy, now, {}), stays_open=settled.is_left(None))
        links = tuple(CaseFinding(settled.case.id, each, now) for each in ids)
        return Step(replace(closing, case_findings=links), is_last=True)

    # ---------------------------------------------------------------------------------------- the end of a suspicion

    def _end(self, reader: Reader, settled: Settled, now: datetime) -> Step:
        traced, plan = self.reversal(reader, settled, now)
        if plan is None or traced is None:
            return self._nothing_left(settled, now)
        answer, people = settled.answer, settled.settlement.behind
        first = next((each.by for each in people if each is not answer), None)
        who = Undoer(
            Decider(answer.by, answer.is_senior), answer.facts, self.policy.version, first,
            is_single_operator=settled.settlement.is_single_operator,
        )  # fmt: skip
        changeset = undo(plan, traced, who, self.entropy)
        root = plan.overturned[0]
        if not traced.known.is_whole:
            changeset = replace(changeset, checkpoints={f"{UNFINISHED_REVERSAL}{root}": 0})
        closures = tuple(each for each in changeset.case_closures if each.case_id != settled.case.id)
        main = changeset.decisions[0]
        extra = HandLedger(self.entropy, now, {})
        self._help(settled, extra, main)
        changeset = replace(
            changeset, case_closures=closures, statements=(*changeset.statements, *extra.statements)
        )  # fmt: skip
        return Step(_closed(settled, main.id, now, changeset), is_last=True, reversal=plan)

    def reversal(self, reader: Reader, settled: Settled, now: datetime) -> tuple[Traced | None, ReversalPlan | None]:
        """Return what ends with the suspicion; nothing where nothing was decided."""
        ids = reader.decided_about(settled.things.items, settled.case.account_id, settled.case.clause_id)
        ids = list(dict.fromkeys((*ids, *settled.meanwhile)))
        gone = reader.reversed(ids)
        decisions = reader.decisions(each for each in ids if each not in gone)
        if not decisions:
            return None, None
        traced = trace(reader, decisions.values(), now)
        return traced, plan_reversal(traced.known)

    def _nothing_left(self, settled: Settled, now: datetime) -> Step:
        """Return the end of a case about which nothing was ever decided: somebody has looked, and that is recorded."""
        answer, ledger = settled.answer, HandLedger(self.entropy, now, {})
        items = [*settled.things.items]
        decision = Decision(
            id=DecisionId(self.entropy.new_id("decision")),
            item_id=items[0] if len(items) == 1 else None,
            account_id=settled.case.account_id,
            source=Source.PERSON,
            clause_id=settled.case.clause_id,
            policy_version=self.policy.version,
            is_automated=False,
            at=now,
            decided_by=answer.by,
        )
        ledger.decisions.append(decision)
        ledger.findings.append(FindingRecord(decision.id, answer.facts, answer.is_senior, is_reversal=True))
        before = {item_id: stored.answer for item_id, stored in settled.things.items.items()}
        ledger.answer(before, before, decision)
        ledger.audit.append(_looked(decision, answer, [*before]))
        self._help(settled, ledger, decision)
        return Step(_closing(settled, decision.id, ledger), is_last=True)

    @staticmethod
    def _help(settled: Settled, ledger: HandLedger, decision: Decision) -> None:
        """Tell whoever asked for help, or told what was done to them, where help is; it accuses nobody."""
        if settled.answer.context in HELPED:
            code, clause = StatementCode.HELP_OFFERED, settled.case.clause_id
            ledger.tell(StatementDraft(settled.case.account_id, clause, code, ledger.now), decision)


def _named(reader: Reader, things: Things, finding: Finding) -> Things:
    """Return *things* with whoever has a part and posted nothing that lies here."""
    missing = finding.roles.keys() - things.accounts.keys()
    return replace(things, accounts={**things.accounts, **reader.accounts_by_id(missing)}) if missing else things


def _looked(decision: Decision, answer: CaseAnswer, items: Sequence[str]) -> AuditEvent:
    payload: dict[str, JSON] = {
        "by": answer.by,
        "senior": answer.is_senior,
        "clause": decision.clause_id,
        "policy_version": decision.policy_version,
        "automated": False,
        "roles": {},
        "granted": [],
        "lifted": [],
        "reverses": None,
        "strikes": {},
        "bulk": None,
        "items": list(items),
    }
    return AuditEvent("person:finding:decided", decision.id, payload)


def _closing(
    settled: Settled, by: DecisionId, ledger: HandLedger, updates: Sequence[MediaUpdate] = (), *,
    stays_open: bool = False,
) -> Changeset:  # fmt: skip
    return _closed(settled, by, ledger.now, ledger.written(updates), stays_open=stays_open)


def _closed(
    settled: Settled, by: DecisionId, now: datetime, changeset: Changeset, *, stays_open: bool = False
) -> Changeset:
    """Return *changeset* with the case at its end, or open again where something is left in it."""
    case = settled.case
    after = replace(case, holder=None, until=None, version=case.version + 1)
    if stays_open:
        after = replace(after, state=CaseState.OPEN, answered_by=())
    else:
        after = replace(after, state=CaseState.DECIDED, closed_by=by)
    answer, settlement = settled.answer, settled.settlement
    done = StoredSettlement(
        answer.id, case.id, answer.series, now, len(settlement.people), settlement.is_single_operator,
        settled.found or by, now,
    )  # fmt: skip
    return replace(
        changeset,
        case_moves=(*changeset.case_moves, CaseMove(case, after)),
        enacted=(done,),
        audit=(*map(_ending(by, case, after), changeset.audit), _settled_event(settled, by, after)),
    )


def _ending(by: DecisionId, case: Case, after: Case) -> Callable[[AuditEvent], AuditEvent]:
    """Return what has the entry of the decision that ends a case say so (P4)."""

    def named(event: AuditEvent) -> AuditEvent:
        if after.closed_by is None or event.subject != by:
            return event
        said = event.payload.get("closed")
        closed = [*(said if isinstance(said, list) else ()), case.id]
        return replace(event, payload={**event.payload, "closed": list(dict.fromkeys(map(str, closed)))})

    return named


def _settled_event(settled: Settled, by: DecisionId, after: Case) -> AuditEvent:
    """Return the entry that opens what was committed to: what each of them came to."""
    behind = settled.settlement.behind
    payload: dict[str, JSON] = {
        "decision": by,
        "conclusion": settled.answer.conclusion.value,
        "people": list(settled.settlement.people),
        "single_operator": settled.settlement.is_single_operator,
        "answers": [each.id for each in behind],
        "to": after.state.value,
        "version": after.version,
    }
    return AuditEvent("person:case:settled", settled.case.id, payload)
