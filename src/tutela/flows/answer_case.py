"""Answer a case: show what an answer leads to, then give it; what two must agree on waits for the second (P3).

While another answer is awaited, what hides holds at once and nothing final happens. Nobody who may yet answer reads
what was answered before: neither here, nor in the case, its notes or the audit.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tutela.core.audit import JSON, SALT_BYTES, AuditEvent, commit_to
from tutela.core.case_answers import CaseAnswer, Settlement, Stage, reasons_for_two, settle
from tutela.core.case_moves import Actor, SkipReason
from tutela.core.case_states import CaseState, Move
from tutela.core.cases import REVIEW_WITHIN, Case, CaseReason, Purpose
from tutela.core.conclusions import SHIPPED_CLAUSE, Conclusion, Context, misfit
from tutela.core.findings import Delay, Facts
from tutela.core.ids import CaseAnswerId, CaseId, ClauseId
from tutela.core.looks import LookEnd
from tutela.core.permissions import Principal
from tutela.core.plans import ZERO_TOLERANCE, Grant
from tutela.core.remedies import WhyTwo
from tutela.core.reversals import ReversalPlan
from tutela.core.roles import Role
from tutela.core.sampling import Sampling
from tutela.errors import BadInput, Conflict, Refused, UnknownClause
from tutela.flows.carry_out import CarryOut, Settled, Step
from tutela.flows.decide import Foreseen
from tutela.flows.enact_finding import HandLedger
from tutela.flows.end_look import EndingLook, end_look, with_pair
from tutela.flows.hold_meanwhile import held_at_once, hold_meanwhile
from tutela.flows.move_case import move_event
from tutela.flows.name_finding import Things, roles_of
from tutela.flows.open_window import OpenWindow
from tutela.flows.read_bench import Bench, ReadBench, answers_of, refuse_changed
from tutela.flows.repeat import Answered, Repeatable, RepeatedError
from tutela.flows.trace import held_elsewhere
from tutela.ports.case_answers import QualitySample, StoredAnswer, StoredSettlement
from tutela.ports.cases import CaseMove, CaseSkip
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer, MediaUpdate
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

MAX_REPLANS = 20
_WAITS = {Stage.AWAITS_SECOND: CaseState.AWAITING_SECOND, Stage.AWAITS_THIRD: CaseState.AWAITING_THIRD}
_ASKS = {Stage.AWAITS_SECOND: Move.ASK_SECOND, Stage.AWAITS_THIRD: Move.ASK_THIRD}


@dataclass(frozen=True, slots=True)
class AskedAnswer:
    """An answer as somebody puts it."""

    case_id: CaseId
    conclusion: Conclusion
    facts: Facts
    context: Context | None = None
    clause: str | None = None  #: the case's own, or what ships for the conclusion, where none is named
    parts: tuple[tuple[str, Role], ...] = ()  #: of accounts, by the platform's names
    version: int | None = None  #: of the case, as it was shown
    outsider: str | None = None  #: who looked for somebody who works alone
    delay: Delay | None = None


@dataclass(frozen=True, slots=True)
class ForeseenAnswer:
    """What an answer would lead to if it stands, and how many people that takes. Earlier answers have no part in it."""

    bench: Bench
    why_two: tuple[WhyTwo, ...]
    finding: Foreseen | None = None
    reversal: ReversalPlan | None = None
    elsewhere: int = 0  #: items of others with the same media that stay hidden by decisions of their own
    at_once: tuple[Grant, ...] = ()  #: what a first answer holds until another person has answered
    notices: int = 0  #: of people outside, that are answered by it


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer that was given, and what became of the case."""

    stored: StoredAnswer
    settlement: Settlement
    state: CaseState
    changeset: Changeset
    foreseen: ForeseenAnswer
    look: LookEnd | None = None  #: how a look for quality ended by it: whoever answered is told


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """Answer a case."""

    store: Store
    committer: Committer
    read_bench: ReadBench
    carry_out: CarryOut
    sampling: Sampling
    clock: Clock
    entropy: Entropy
    after: Callable[[], object]  #: goes on with what is settled and not carried out
    open_window: OpenWindow

    def foresee(self, principal: Principal, asked: AskedAnswer) -> ForeseenAnswer:
        """Return what an answer would lead to. Nothing is written, and nothing told of what others answered.

        Raises:
            tutela.errors.Refused: Policy or charter do not allow it; each place says why.
            tutela.errors.TutelaError: Whatever keeps them from answering, as `ReadBench` names it.
        """
        with self.store.read() as reader:
            bench = self._bench(reader, principal, asked)
            return self._foreseen(reader, bench, self._answer(reader, bench, principal, asked), asked)

    def __call__(self, principal: Principal, asked: AskedAnswer) -> GivenAnswer:
        """Give an answer, and carry it out where it settles the case.

        Raises:
            tutela.errors.Refused: Policy or charter do not allow it; each place says why.
            tutela.errors.CaseMoved: The case is not theirs any more, or has changed; told with what did.
            tutela.errors.NotForYou: It is about an account of theirs, or they have answered.
            tutela.errors.BadInput: A third answer that sides with neither of the two.
            tutela.errors.CharterBreach: It breaks a promise, and nothing was written.
        """
        return self._give(principal, asked, None)[0]

    def once(self, principal: Principal, asked: AskedAnswer, request: Repeatable[GivenAnswer]) -> Answered:
        """Give an answer, or answer as the same request was answered before; it raises what answering raises.

        Raises:
            tutela.errors.IdempotencyMismatch: The request's key was used for another request.
        """
        try:
            return Answered(self._give(principal, asked, request)[1])
        except RepeatedError as repeated:
            return Answered(repeated.body, is_replay=True)

    def _give(
        self, principal: Principal, asked: AskedAnswer, request: Repeatable[GivenAnswer] | None
    ) -> tuple[GivenAnswer, bytes]:
        for _ in range(MAX_REPLANS):
            with self.store.read() as reader:
                if request is not None:
                    request.check(reader)
                bench = self._bench(reader, principal, asked)
                given = self._planned(reader, bench, self._answer(reader, bench, principal, asked), asked)
                if bench.case.purpose is Purpose.WORK:
                    given = _with_window(reader, given, principal.id, self.open_window)
            body, changeset = b"", given.changeset
            if request is not None:
                body = request.encode(given)
                changeset = replace(changeset, idempotency=request.remembered(body, self.clock.now()))
            try:
                self.committer.commit(changeset)
            except Conflict:
                continue
            self.after()
            return given, body
        raise Conflict("others are working on the same case without end", remedy="Try again.")

    def _bench(self, reader: Reader, principal: Principal, asked: AskedAnswer) -> Bench:
        bench = self.read_bench(reader, principal, asked.case_id, self.clock.now(), asked.outsider)
        refuse_changed(reader, bench, asked.version)
        return bench

    # ------------------------------------------------------------------------------------------------------- answer

    def _answer(self, reader: Reader, bench: Bench, principal: Principal, asked: AskedAnswer) -> CaseAnswer:
        clause = self._clause(bench, asked)
        if (sentence := misfit(asked.conclusion, asked.context)) is not None:
            raise Refused([("context", sentence)])
        return CaseAnswer(
            id=CaseAnswerId(self.entropy.new_id("case_answer")),
            case_id=bench.case.id,
            series=bench.crew.series,
            place=len(bench.current) + 1,
            by=principal.id,
            at=bench.at,
            conclusion=asked.conclusion,
            clause_id=clause,
            facts=asked.facts,
            roles=roles_of(reader, asked.parts),
            context=asked.context,
            is_senior=principal.may("decide_senior"),
            outsider=asked.outsider,
        )

    def _clause(self, bench: Bench, asked: AskedAnswer) -> ClauseId:
        shipped = SHIPPED_CLAUSE.get(asked.conclusion)
        clause = ClauseId(asked.clause or shipped or bench.case.clause_id)
        if clause not in self.carry_out.policy.clauses:
            raise UnknownClause(place="clause", remedy="GET /v1/policy lists them.")
        if shipped is not None and clause in ZERO_TOLERANCE:
            raise Refused([("clause", "What accuses nobody goes under an ordinary clause.")])
        return clause

    def _settled(self, bench: Bench, settlement: Settlement, asked: AskedAnswer) -> Settled:
        return Settled(bench.case, bench.things, bench.facts, settlement, bench.meanwhile, asked.delay)

    def _foreseen(self, reader: Reader, bench: Bench, answer: CaseAnswer, asked: AskedAnswer) -> ForeseenAnswer:
        alone = replace(self._settled(bench, Settlement(Stage.SETTLED, answer, (answer,)), asked), meanwhile=())
        why, finding, reversal, elsewhere = (
            set(reasons_for_two(answer, bench.facts, self.carry_out.policy)),
            None,
            None,
            0,
        )
        if alone.ends_suspicion:
            traced, reversal = self.carry_out.reversal(reader, alone, bench.at)
            elsewhere = 0 if traced is None or reversal is None else held_elsewhere(reader, traced, reversal)
            why |= {WhyTwo.LIFTS} if reversal is not None and reversal.needs_two_people else set()
        if alone.finds:
            both = (answer, replace(answer, by=f"{answer.by}/second")) if why else (answer,)
            found = self.carry_out.finding(replace(alone, settlement=Settlement(Stage.SETTLED, answer, both)))
            finding = self.carry_out.decide.foresee_finding(reader, found, _with_parts(reader, bench, answer))
        at_once = self._foreseen_at_once(reader, bench, answer) if why and answer.place == 1 else ()
        return ForeseenAnswer(
            bench, tuple(each for each in WhyTwo if each in why), finding, reversal, elsewhere, at_once,
            reader.notices_answered_with(bench.case.id),
        )  # fmt: skip

    def _foreseen_at_once(self, reader: Reader, bench: Bench, answer: CaseAnswer) -> tuple[Grant, ...]:
        if not (answer.is_grave and bench.case.is_in_danger):
            return held_at_once(bench, answer)
        alone = Settled(bench.case, bench.things, bench.facts, Settlement(Stage.SETTLED, answer, (answer,)))
        things = _with_parts(reader, bench, answer)
        return self.carry_out.decide.foresee_finding(reader, self.carry_out.finding(alone), things).plan.grants

    # --------------------------------------------------------------------------------------------------------- plan

    def _planned(self, reader: Reader, bench: Bench, answer: CaseAnswer, asked: AskedAnswer) -> GivenAnswer:
        given = self._given(reader, bench, answer, asked)
        return replace(given, changeset=with_pair(reader, bench, answer, given.changeset))

    def _given(self, reader: Reader, bench: Bench, answer: CaseAnswer, asked: AskedAnswer) -> GivenAnswer:
        foreseen = self._foreseen(reader, bench, answer, asked)
        if foreseen.finding is not None and foreseen.finding.plan.refusals:
            raise Refused([(each.place, each.sentence) for each in foreseen.finding.plan.refusals])
        known = {each for stored in bench.current for each in stored.why_two}
        why = tuple(each for each in WhyTwo if each in known | set(foreseen.why_two))
        settlement = settle([*answers_of(bench), answer], why)
        if settlement.stage is Stage.SIDES_WITH_NOBODY:
            raise BadInput(
                "two people have answered otherwise, each in their own way: a third says which of the two stands",
                place="conclusion",
                remedy="Read both with GET /v1/cases/{id}/answers, and answer as one of them, or release the case.",
            )
        stored = StoredAnswer(answer, why, self.entropy.token(SALT_BYTES))
        ended = end_look(reader, bench, stored, settlement)
        if ended is not None and ended.is_all:
            changeset = replace(ended.changeset, audit=(_answered(stored, bench.actor), *ended.changeset.audit))
            return GivenAnswer(stored, ended.settlement, CaseState.DECIDED, changeset, foreseen, ended.end)
        if settlement.stage is Stage.SETTLED:
            given = self._ending(reader, bench, stored, settlement, foreseen, asked)
            return given if ended is None else _overturning(given, ended)
        return self._waiting(reader, bench, stored, settlement, foreseen)

    def _waiting(
        self, reader: Reader, bench: Bench, stored: StoredAnswer, settlement: Settlement, foreseen: ForeseenAnswer
    ) -> GivenAnswer:
        ledger, updates = HandLedger(self.entropy, bench.at, {}), tuple[MediaUpdate, ...]()
        if stored.answer.place == 1:
            ledger, updates, stored = self._at_once(reader, bench, stored)
        state = _WAITS[settlement.stage]
        after = replace(
            bench.case, state=state, holder=None, until=None, version=bench.case.version + 1,
            answered_by=(*bench.case.answered_by, stored.answer.by),
        )  # fmt: skip
        move = CaseMove(bench.case, after)
        changeset = ledger.written(updates)
        told = (_answered(stored, bench.actor), move_event(move, _ASKS[settlement.stage], bench.actor.id))
        changeset = replace(
            changeset, case_answers=(stored,), case_moves=(move,), audit=(*changeset.audit, *told)
        )  # fmt: skip
        return GivenAnswer(stored, settlement, state, changeset, foreseen)

    def _at_once(
        self, reader: Reader, bench: Bench, stored: StoredAnswer
    ) -> tuple[HandLedger, tuple[MediaUpdate, ...], StoredAnswer]:
        """Return what happens before anybody else has answered: a hold; where somebody is in danger, the finding."""
        answer = stored.answer
        # Whatever was answered: that it is due sooner must not say that something was found (P3).
        due_at = min(bench.case.due_at, bench.at + REVIEW_WITHIN[CaseReason.SECOND_LOOK].delta)
        urged = replace(bench.case, due_at=due_at) if bench.case.is_in_danger else bench.case
        if answer.is_grave and bench.case.is_in_danger:
            alone = Settlement(Stage.SETTLED, answer, (answer,))
            settled = Settled(bench.case, bench.things, bench.facts, alone)
            things = _with_parts(reader, bench, answer)
            drawn = self.carry_out.decide.draw(reader, self.carry_out.finding(settled), things, lambda _: None)
            ledger = drawn.ledger
            ledger.closures[:] = [each for each in ledger.closures if each.case_id != bench.case.id]
            _urge(ledger, bench, urged)
            return ledger, drawn.updates, replace(stored, meanwhile=drawn.decision.id)
        ledger = HandLedger(self.entropy, bench.at, {})
        held = hold_meanwhile(reader, ledger, bench, answer, self.carry_out.policy.version)
        _urge(ledger, bench, urged)
        return ledger, (), stored if held is None else replace(stored, meanwhile=held.id)

    def _ending(  # one argument for each thing that the end is made of
        self, reader: Reader, bench: Bench, stored: StoredAnswer, settlement: Settlement, foreseen: ForeseenAnswer,
        asked: AskedAnswer,
    ) -> GivenAnswer:  # fmt: skip
        settled = self._settled(bench, settlement, asked)
        step = self.carry_out.next_step(reader, settled, bench.at)
        answer = stored.answer
        people = len(settlement.people)
        found = None if step.is_last else step.changeset.decisions[0].id
        row = StoredSettlement(
            answer.id, bench.case.id, answer.series, bench.at, people, settlement.is_single_operator, found
        )
        changeset = step.changeset
        moves = tuple(map(_with_answer(answer.by), changeset.case_moves)) if step.is_last else _noting(bench, answer.by)
        samples = self._samples(stored, settlement)
        changeset = replace(
            changeset, case_answers=(stored,), settlements=(row,), case_moves=moves, quality_samples=samples,
            audit=(*changeset.audit, _answered(stored, bench.actor)), case_skips=_not_again(bench, answer.by, moves),
        )  # fmt: skip
        return GivenAnswer(stored, settlement, _state_after(step, moves), changeset, foreseen)

    def _samples(self, stored: StoredAnswer, settlement: Settlement) -> tuple[QualitySample, ...]:
        answer = stored.answer
        clause = self.carry_out.policy.clauses.get(answer.clause_id)
        if len(settlement.behind) > 1 or clause is None or not self.sampling.draws(answer.id, clause):
            return ()
        return (QualitySample(answer.id, clause.id, answer.at),)


def _overturning(given: GivenAnswer, ended: EndingLook) -> GivenAnswer:
    """Return an answer that overturns what a sample looked at, with the end of the look in the same commit."""
    more = ended.changeset
    changeset = replace(given.changeset, quality=more.quality, audit=(*given.changeset.audit, *more.audit))
    return replace(given, changeset=changeset, look=ended.end)


def _with_window(reader: Reader, given: GivenAnswer, by: str, open_window: OpenWindow) -> GivenAnswer:
    answer = given.stored.answer
    return replace(given, changeset=open_window(reader, given.changeset, by, answer.at, answer=answer))


def _not_again(bench: Bench, by: str, moves: Iterable[CaseMove]) -> tuple[CaseSkip, ...]:
    """Return that a case of which only the report is left is not offered to those who decided it: they may not again.

    Whoever works alone is the one who does the rest.
    """
    is_left = any(move.after.id == bench.case.id and move.after.state is CaseState.OPEN for move in moves)
    if not is_left or bench.crew.is_alone:
        return ()
    people = dict.fromkeys((*bench.case.answered_by, by))
    return tuple(CaseSkip(bench.case.id, each, SkipReason.OTHER, bench.at) for each in people)


def _state_after(step: Step, moves: Iterable[CaseMove]) -> CaseState:
    return next((move.after.state for move in moves), CaseState.DECIDED) if step.is_last else CaseState.DECIDED


def _with_answer(by: str) -> Callable[[CaseMove], CaseMove]:
    def add(move: CaseMove) -> CaseMove:
        if move.after.state is not CaseState.DECIDED:
            return move  # it begins anew, until it is decided whether to report
        return replace(move, after=replace(move.after, answered_by=(*move.after.answered_by, by)))

    return add


def _noting(bench: Bench, by: str) -> tuple[CaseMove, ...]:
    """Return the move of a case of which more is left to carry out: whoever looks at it sees another version."""
    case = bench.case
    after = replace(case, version=case.version + 1, answered_by=(*case.answered_by, by))
    return (CaseMove(case, after),)


def _with_parts(reader: Reader, bench: Bench, answer: CaseAnswer) -> Things:
    missing = answer.roles.keys() - bench.things.accounts.keys()
    if not missing:
        return bench.things
    return replace(bench.things, accounts={**bench.things.accounts, **reader.accounts_by_id(missing)})


def _answered(stored: StoredAnswer, actor: Actor) -> AuditEvent:
    """Return the entry of an answer: who, and a commitment to what; the words and the conclusion are in no entry."""
    answer = stored.answer
    said: dict[str, JSON] = {
        "conclusion": answer.conclusion.value,
        "context": answer.context.value if answer.context else None,
        "clause": answer.clause_id,
        "roles": {str(account_id): role.value for account_id, role in sorted(answer.roles.items())},
        "code": answer.facts.code,
    }
    payload: dict[str, JSON] = {
        "by": actor.id,
        "answer": answer.id,
        "place": answer.place,
        "outsider": answer.outsider is not None,
        "commitment": commit_to(said, stored.salt).hex(),
    }
    return AuditEvent("person:case:answered", answer.case_id, payload)


def _urge(ledger: HandLedger, bench: Bench, urged: Case) -> None:
    """Have the case be due as *urged* is, and stay here for the reason for which it is: what was answered is kept."""
    ledger.case_updates.pop(bench.case.id, None)
    if urged != bench.case:
        ledger.case_updates[bench.case.id] = urged
