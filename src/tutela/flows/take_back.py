"""Take a decision of one's own back within its window: what was before it is put back, and nothing else is touched.

It is not a reversal. It lifts nothing that held before the decision, so that it takes one person where a reversal takes
two (P3); nothing is cleared by it, and what nobody was told is never told. What others decided meanwhile stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.audit import JSON, AuditEvent
from tutela.core.banks import Member
from tutela.core.case_moves import SkipReason
from tutela.core.case_states import TAKEN_FROM
from tutela.core.cases import Case
from tutela.core.finding_outcome import stricter
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId, DecisionId, ItemId
from tutela.core.plans import Answer
from tutela.core.policy import Policy
from tutela.core.reversals import ReversalPlan, plan_reversal
from tutela.core.undo_windows import is_as_left
from tutela.errors import AlreadyReversed, Conflict, NotForYou, TooLateToUndo, TutelaError, UnknownDecision
from tutela.flows.enact_finding import HandLedger
from tutela.flows.trace import Traced, trace
from tutela.flows.undo import Undoer, carry_over, said, undoing_of
from tutela.ports.cases import CaseMove, CaseSkip
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.decisions import UNFINISHED_REVERSAL, Decision, FindingRecord
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store
from tutela.ports.undo import StoredWindow, Undoing

MAX_REPLANS = 20
FACTS = Facts("undone")
"""Nobody is asked why: it is taken back before anybody was told."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back, and what that wrote."""

    window: StoredWindow
    changeset: Changeset
    plan: ReversalPlan | None = None

    @property
    def decision(self) -> Decision | None:
        """Return the decision that took it back; none where nothing had been decided."""
        return self.changeset.decisions[0] if self.changeset.decisions else None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take decisions back."""

    store: Store
    committer: Committer
    policy: Policy
    clock: Clock
    entropy: Entropy

    def __call__(self, decider: Decider, known_by: str) -> TakenBack:
        """Put back what was before a decision, or before an answer to a case.

        Raises:
            tutela.errors.UnknownDecision: There is none.
            tutela.errors.NotForYou: Somebody else made it.
            tutela.errors.TooLateToUndo: Its window has ended, or it never had one; a reversal is left.
            tutela.errors.AlreadyReversed: It was taken back, reversed or replaced; told by what.
            tutela.errors.Conflict: Others have gone on from it; told with what changed.
        """
        for _ in range(MAX_REPLANS):
            now = self.clock.now()
            with self.store.read() as reader:
                window = _window(reader, decider, known_by, now)
                done = self._planned(reader, window, decider, now)
            try:
                self.committer.commit(done.changeset)
            except Conflict:
                continue
            return done
        raise Conflict("others are deciding about the same without end", remedy="Try again.")

    def _planned(self, reader: Reader, window: StoredWindow, decider: Decider, now: datetime) -> TakenBack:
        restores, closes = _cases(reader, window)
        skips = _skips(window, decider, now)
        offers = tuple(each for each in window.skips if each not in {(skip.case_id, skip.by) for skip in skips})
        if not window.decisions:
            undoing = Undoing(window, now, None, restores, closes, offers)
            event = AuditEvent("person:answer:undone", window.id, {"by": decider.id})
            return TakenBack(window, Changeset(undoing=undoing, case_skips=skips, audit=(event,)))
        decisions = reader.decisions(window.decisions)
        traced = trace(reader, [decisions[each] for each in window.decisions], now)
        if not traced.known.is_whole:
            raise Conflict("more rests on it by now than is undone at once", remedy=_REVERSE.format(window.id))
        plan = plan_reversal(traced.known)
        who = Undoer(decider, FACTS, self.policy.version)
        ledger, main = _drawn(reader, window, plan, traced, who, self.entropy)
        ledger.audit[0] = replace(ledger.audit[0], payload={**ledger.audit[0].payload, **_told(window, closes)})
        changeset = ledger.written(
            undoing=Undoing(window, now, main.id, restores, closes, offers),
            checkpoint_removals=tuple(f"{UNFINISHED_REVERSAL}{each}" for each in window.reverses.values()),
        )
        return TakenBack(window, replace(changeset, case_skips=skips), plan)


_REVERSE = "Reverse it with POST /v1/decisions/{}/reversal."


def _window(reader: Reader, decider: Decider, known_by: str, now: datetime) -> StoredWindow:
    window = reader.undo_window(known_by)
    if window is None:
        raise _without_window(reader, known_by)
    if window.by != decider.id:
        raise NotForYou("only whoever decided takes it back", place="id", remedy=_REVERSE.format(known_by))
    if window.undone_by is not None:
        is_decision = window.undone_by != window.id
        told = f"GET /v1/decisions/{window.undone_by} tells when." if is_decision else "Nothing is left to do."
        raise AlreadyReversed("it was taken back already", place="id", remedy=told)
    # Whatever the clocks say: what a webhook has told is told.
    is_told = window.first_seq is not None and reader.told_to(window.at) >= window.first_seq
    if is_told or not window.is_open(now):
        raise TooLateToUndo(place="id", remedy=_REVERSE.format(known_by))
    for by in reader.reversed(window.decisions).values():
        raise AlreadyReversed(place="id", remedy=f"GET /v1/decisions/{by} tells by whom and when.")
    return window


def _without_window(reader: Reader, known_by: str) -> TutelaError:
    found = reader.decisions([DecisionId(known_by)])
    if not found:
        return TooLateToUndo(place="id") if reader.has_answer(known_by) else UnknownDecision(place="id")
    finding = reader.findings(found).get(DecisionId(known_by))
    if finding is not None and finding.bulk_id is not None:
        cancel = f"Cancel it with POST /v1/decisions/bulk/{finding.bulk_id}/cancel. "
        return TooLateToUndo(
            "what is decided in bulk has no window", place="id", remedy=cancel + _REVERSE.format(known_by)
        )
    return TooLateToUndo(
        "it has no window any more, or never had one, as what a machine decides", place="id",
        remedy=_REVERSE.format(known_by),
    )  # fmt: skip


def _cases(reader: Reader, window: StoredWindow) -> tuple[tuple[CaseMove, ...], tuple[CaseId, ...]]:
    """Return the cases as they are put back, and those that are closed because they were opened by it alone.

    Raises:
        tutela.errors.Conflict: Somebody works on one by now, or another one was opened in its place.
    """
    restores = []
    for move in window.cases:
        stored = reader.case_of(move.before.id)
        if stored is None or not is_as_left(stored, move.after):
            raise Conflict("somebody has gone on with the case", place="case", remedy=_LOOK.format(move.before.id))
        others = reader.open_cases([stored.account_id])
        other = others.get((stored.account_id, stored.clause_id))
        if stored.closed_by is not None and other is not None and move.before.closed_by is None:
            raise Conflict("another case was opened in its place", place="case", remedy=_LOOK.format(other.id))
        restores.append(CaseMove(stored, replace(_before(window, move), version=stored.version + 1)))
    lying = reader.case_items(window.opened, 1)
    closes = []
    for case_id, laid in window.opened.items():
        case = reader.case_of(case_id)
        # With more in it than was laid into it, or with somebody at work on it, it is not this decision's alone.
        is_its_own = case is not None and case.version == 1 and case.closed_by is None
        if is_its_own and (case_id not in lying or lying[case_id].count == laid):
            closes.append(case_id)
    return tuple(restores), tuple(closes)


def _before(window: StoredWindow, move: CaseMove) -> Case:
    """Return how a case is put back: given up by whoever has learnt from it what others answered (P3)."""
    before = move.before
    if before.id != window.case_id or not window.saw_others or before.state not in TAKEN_FROM:
        return before
    return replace(before, state=TAKEN_FROM[before.state], holder=None, until=None)


def _skips(window: StoredWindow, decider: Decider, now: datetime) -> tuple[CaseSkip, ...]:
    """Return that whoever may not answer a case again is not offered it; `core.case_answers` keeps them from it."""
    if window.case_id is None or not window.saw_others:
        return ()
    return (CaseSkip(window.case_id, decider.id, SkipReason.OTHER, now),)


_LOOK = "GET /v1/cases/{} tells how it stands. Reverse what you decided."


def _drawn(  # one argument for each thing that it is made of
    reader: Reader, window: StoredWindow, plan: ReversalPlan, traced: Traced, who: Undoer, entropy: Entropy
) -> tuple[HandLedger, Decision]:  # fmt: skip
    known = traced.known
    ledger = HandLedger(entropy, known.at, {key: work.case for key, work in known.work.items()})
    ledger.expect(*known.standings.values())
    ledger.expect(*reader.standings(window.ended.values()).values())
    ledger.expects_dependents.update({each: traced.dependents[each] for each in plan.overturned})
    answers = _answers(reader, window, plan, traced)
    undoing = {each: undoing_of(each, traced, who, entropy) for each in plan.overturned}
    ledger.own.take_out(plan, known, undoing)
    ledger.own.put_back(_returning(reader, window), undoing[plan.overturned[0]])
    for decision_id, decision in undoing.items():
        ledger.decisions.append(decision)
        ledger.findings.append(FindingRecord(decision.id, who.facts, who.decider.is_senior, is_reversal=True))
        ends = [measure for measure in plan.ends if measure.decision_id == decision_id]
        ledger.end(ends, decision)
        own = [each for each in known.decided[decision_id].item_ids if each in answers]
        told = {each: answers.pop(each) for each in own}
        ledger.answer(told, {each: known.items[each].answer for each in told}, decision)
        payload: dict[str, JSON] = {
            **said(decision, who),
            "lifted": [measure.id for measure in ends],
            "answers": {item_id: answer.value for item_id, answer in told.items()},
            **ledger.own.unbanked_by(decision),
        }
        ledger.audit.append(AuditEvent("person:decision:reversed", decision.id, payload))
    carry_over(plan, who, ledger)
    _tell_of_others(reader, window, plan, ledger)
    return ledger, ledger.decisions[0]


def _returning(reader: Reader, window: StoredWindow) -> list[Member]:
    """Return the entries that it took out of banks and that nobody has put there anew since."""
    gone = [each for each in reader.members_by_id(window.taken_out).values() if not each.is_active]
    return [
        member
        for member in gone
        if not reader.members_by_value(member.signal_type, [member.value], bank_id=member.bank_id)
    ]


def _answers(reader: Reader, window: StoredWindow, plan: ReversalPlan, traced: Traced) -> dict[ItemId, Answer]:
    """Return what each item is answered now: as before, or as what others found meanwhile demands."""
    before = {each.item_id: each.before for each in reader.answers_by(window.decisions)}
    own, answers = set(window.decisions), dict(plan.answers)
    since = reader.answers_about(answers)
    for item_id, left in plan.answers.items():
        told = since.get(item_id, ())
        is_last = not told or told[-1].decision_id in own
        if item_id in before and (is_last or window.ended):
            answers[item_id] = stricter(before[item_id], left)
    return {each: answer for each, answer in answers.items() if each in traced.known.items}


def _tell_of_others(reader: Reader, window: StoredWindow, plan: ReversalPlan, ledger: HandLedger) -> None:
    """Tell those who were told of what a machine derived from it meanwhile; nobody was told of it itself."""
    others = [each for each in plan.overturned if each not in window.decisions]
    if not others or not reader.told_by(others, ledger.now):
        return
    accounts = {decided for each in reader.decisions(others).values() if (decided := each.account_id) is not None}
    for statement in plan.statements:
        if statement.account_id in accounts:
            ledger.tell(statement, ledger.decisions[0])


def _told(window: StoredWindow, closes: tuple[CaseId, ...]) -> Mapping[str, JSON]:
    return {"undo": window.id, "undoes": [*window.decisions], "restored": [*window.ended], "closed": [*closes]}
