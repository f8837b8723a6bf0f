"""Decide an appeal: shown before, by people who had no part in the decision, blind to each other where it takes two.

What overturning ends is planned as every reversal is: that decision's own measures and strikes, what rested on it, and
nothing that others hold. An outcome is not taken back: it was shown as a plan, and whoever appealed is told at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tutela.core.appeals.appeal import Appeal, AppealAnswer, Ended, moved
from tutela.core.appeals.easing import EasingPlan, plan_easing
from tutela.core.appeals.settling import Settled, settled
from tutela.core.appeals.states import AppealMove, Outcome
from tutela.core.audit import JSON, SALT_BYTES, AuditEvent, commit_to
from tutela.core.charter import AppealDecided, of_appeal
from tutela.core.decisions import counts
from tutela.core.findings import Decider, Facts
from tutela.core.ids import AppealId, MeasureId
from tutela.core.measures import Measure
from tutela.core.opinions import Opinion, Said, entry, is_owed
from tutela.core.permissions import Principal
from tutela.core.policy import Policy
from tutela.errors import AppealMoved as Moved
from tutela.errors import BadInput, CharterBreach, Conflict
from tutela.flows.appeal_bench import AppealBench, ReadAppealBench
from tutela.flows.appeal_messages import message_of
from tutela.flows.ease import ease
from tutela.flows.repeat import Answered, Repeatable, RepeatedError
from tutela.flows.reverse import refuse_while_answered
from tutela.flows.trace import Traced
from tutela.flows.undo import Undoer, undo
from tutela.ports.appeals import AppealChanges, AppealMoved
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.decisions import UNFINISHED_REVERSAL, Proposal
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

MAX_REPLANS = 20
MOST_LINE = 2000
CODE = "appeal"
"""Why a decision is undone, in the words of reversals."""


@dataclass(frozen=True, slots=True)
class AskedOutcome:
    """What somebody came to."""

    appeal_id: AppealId
    outcome: Outcome
    facts: Facts
    ends: tuple[MeasureId, ...] = ()
    is_unfounded: bool = False
    version: int | None = None  #: as they were shown it


@dataclass(frozen=True, slots=True)
class ForeseenOutcome:
    """What an answer would do, if it stands."""

    bench: AppealBench
    outcome: Outcome
    easing: EasingPlan | None = None

    @property
    def ends(self) -> tuple[Measure, ...]:
        """Return the measures that would end."""
        if self.easing is not None:
            return self.easing.ends
        return () if self.outcome is Outcome.UPHELD or self.bench.plan is None else self.bench.plan.ends


@dataclass(frozen=True, slots=True)
class GivenOutcome:
    """An answer that was given, and how the appeal stands by it."""

    foreseen: ForeseenOutcome
    appeal: Appeal
    changeset: Changeset

    @property
    def is_decided(self) -> bool:
        """Return whether it is decided by it; another person answers else."""
        return self.appeal.ended is not None


@dataclass(frozen=True, slots=True)
class DecideAppeal:
    """Decide appeals."""

    store: Store
    committer: Committer
    bench: ReadAppealBench
    policy: Policy
    clock: Clock
    entropy: Entropy

    def foresee(self, principal: Principal, asked: AskedOutcome) -> ForeseenOutcome:
        """Return what an answer would do. Nothing in it depends on what others answered.

        Raises:
            tutela.errors.UnknownAppeal: There is none of that identifier.
            tutela.errors.Forbidden: They lack the scope, or are no person.
            tutela.errors.NotForYou: They had a part in what it is against, or it is about an account of theirs.
            tutela.errors.BadInput: It is no answer, or names measures that may not end.
            tutela.errors.AppealMoved: It has ended, or the decision stands no more.
        """
        with self.store.read() as reader:
            return self._foreseen(reader, principal, asked)

    def __call__(self, principal: Principal, asked: AskedOutcome) -> GivenOutcome:
        """Give an answer: it decides the appeal, or waits for another person's.

        Raises:
            tutela.errors.AppealMoved: They have not claimed it, it has changed since they looked, or it has ended.
            tutela.errors.CharterBreach: It breaks a promise, and nothing was written.
        """
        return self._do(principal, asked, None)[0]

    def once(self, principal: Principal, asked: AskedOutcome, request: Repeatable[GivenOutcome]) -> Answered:
        """Give an answer, or answer as the same request was answered before; it raises what answering raises.

        Raises:
            tutela.errors.IdempotencyMismatch: The request's key was used for another request.
        """
        try:
            return Answered(self._do(principal, asked, request)[1])
        except RepeatedError as repeated:
            return Answered(repeated.body, is_replay=True)

    def _do(
        self, principal: Principal, asked: AskedOutcome, request: Repeatable[GivenOutcome] | None
    ) -> tuple[GivenOutcome, bytes]:
        for _ in range(MAX_REPLANS):
            with self.store.read() as reader:
                if request is not None:
                    request.check(reader)
                given = self._planned(reader, principal, asked)
            body, changeset = b"", given.changeset
            if request is not None:
                body = request.encode(given)
                changeset = replace(changeset, idempotency=request.remembered(body, self.clock.now()))
            try:
                self.committer.commit(changeset)
            except Conflict:
                continue
            return given, body
        raise Conflict("others are deciding about the same without end", remedy="Try again.")

    def _foreseen(self, reader: Reader, principal: Principal, asked: AskedOutcome) -> ForeseenOutcome:
        bench = self.bench.fit(reader, principal, asked.appeal_id)
        _check(asked)
        if bench.traced is None:
            raise Moved("nothing is left to decide", place="appeal", remedy="Read it again.")
        refuse_while_answered(reader, bench.decision.id)
        easing = plan_easing(bench.traced.known, asked.ends) if asked.outcome is Outcome.PARTLY else None
        return ForeseenOutcome(bench, asked.outcome, easing)

    def _planned(self, reader: Reader, principal: Principal, asked: AskedOutcome) -> GivenOutcome:
        foreseen = self._foreseen(reader, principal, asked)
        bench = foreseen.bench
        appeal = bench.appeal
        if asked.version is not None and asked.version != appeal.version:
            raise Moved("this appeal has changed since it was shown", place="version", remedy="Read it again.")
        # Before anything is settled: whoever has not claimed it learns nothing by trying.
        moved(appeal, AppealMove.RELEASE, principal.id, bench.at)
        answer = self._answer(principal, asked, appeal.place)
        stands = settled((*bench.answers, answer), grave=bench.is_grave or bool(bench.answers), is_alone=bench.is_alone)
        if stands is None:
            after = moved(appeal, AppealMove.ANSWER, principal.id, bench.at)
            return GivenOutcome(foreseen, after, self._waiting(appeal, after, answer))
        return self._decided(reader, principal, foreseen, answer, stands)

    def _answer(self, principal: Principal, asked: AskedOutcome, place: int) -> AppealAnswer:
        return AppealAnswer(
            asked.appeal_id, place, principal.id, self.clock.now(), asked.outcome, asked.facts,
            asked.ends if asked.outcome is Outcome.PARTLY else (), principal.may("decide_senior"), asked.is_unfounded,
            self.entropy.token(SALT_BYTES),
        )  # fmt: skip

    def _waiting(self, before: Appeal, after: Appeal, answer: AppealAnswer) -> Changeset:
        move = AppealMoved(before, after, answer.at)
        return Changeset(appeals=AppealChanges(moves=(move,), answers=(answer,)), audit=(_answered(answer),))

    def _decided(
        self, reader: Reader, principal: Principal, foreseen: ForeseenOutcome, answer: AppealAnswer, stands: Settled
    ) -> GivenOutcome:
        bench = foreseen.bench
        changeset = self._enacted(reader, foreseen, answer, stands)
        root = changeset.decisions[0].id if changeset.decisions else None
        ended = Ended(
            stands.answer.outcome, bench.at, stands.by, stands.with_whom, stands.is_single_operator, root,
            is_unfounded=stands.answer.is_unfounded and stands.answer.outcome is Outcome.UPHELD,
        )  # fmt: skip
        after = moved(bench.appeal, AppealMove.DECIDE, principal.id, bench.at, ended=ended)
        _check_charter(bench, after, foreseen, stands)
        changes = AppealChanges(moves=(AppealMoved(bench.appeal, after, bench.at),), answers=(answer,))
        told = (message_of(after, self.entropy),)
        audit = (*changeset.audit, _answered(answer), _opened(after, (*bench.answers, answer)))
        return GivenOutcome(foreseen, after, replace(changeset, appeals=changes, messages=told, audit=audit))

    def _enacted(
        self, reader: Reader, foreseen: ForeseenOutcome, answer: AppealAnswer, stands: Settled
    ) -> Changeset:  # fmt: skip
        bench = foreseen.bench
        if foreseen.outcome is Outcome.UPHELD or bench.traced is None or bench.plan is None:
            return Changeset()
        facts = Facts(CODE, answer.facts.line)
        decider = Decider(answer.by, is_senior=answer.is_senior)
        who = Undoer(
            decider, facts, self.policy.version, stands.with_whom, is_single_operator=stands.is_single_operator
        )  # fmt: skip
        if foreseen.easing is not None:
            return ease(foreseen.easing, bench.traced, who, self.entropy)
        changeset = undo(bench.plan, bench.traced, who, self.entropy)
        doubts = tuple(_doubts(reader, bench, answer.by))
        changeset = replace(
            changeset,
            opinions=(*changeset.opinions, *doubts),
            audit=(*changeset.audit, *(entry(each) for each in doubts)),
        )
        if stands.with_whom is not None and reader.proposal(bench.decision.id) is None:
            # What rests on it and is undone in the background has the same two people behind it.
            proposal = Proposal(bench.decision.id, stands.with_whom, bench.at, facts)
            event = AuditEvent("person:reversal:proposed", bench.decision.id, {"by": proposal.by})
            changeset = replace(changeset, proposals=(proposal,), audit=(*changeset.audit, event))
        if not bench.traced.known.is_whole:
            return replace(changeset, checkpoints={f"{UNFINISHED_REVERSAL}{bench.decision.id}": 0})
        return changeset


def _check(asked: AskedOutcome) -> None:
    if asked.outcome is Outcome.OVERTAKEN:
        raise BadInput("nobody answers so", place="outcome", remedy="Uphold it, overturn it, or say which part ends.")
    if asked.ends and asked.outcome is not Outcome.PARTLY:
        raise BadInput("only who is partly right is told which measures end", place="ends", remedy="Leave it out.")
    if not asked.facts.code.strip():
        raise BadInput("say why", place="reason", remedy="Choose a reason.")
    if len(asked.facts.line) > MOST_LINE:
        raise BadInput(f"a line has {MOST_LINE} characters at most", place="line", remedy="Write less.")
    if asked.is_unfounded and asked.outcome is not Outcome.UPHELD:
        raise BadInput("who is right was not unfounded", place="unfounded", remedy="Leave it out.")


def _check_charter(bench: AppealBench, after: Appeal, foreseen: ForeseenOutcome, stands: Settled) -> None:
    people = (stands.by, *([stands.with_whom] if stands.with_whom else []))
    held = () if bench.traced is None else bench.traced.known.decided[bench.decision.id].measures
    ended = {measure.id for measure in foreseen.ends}
    decided = AppealDecided(
        after, bench.decision.clause_id, stands.answer.facts.code, people, frozenset(), bench.involved.people.keys(),
        takes_two=bench.is_grave, ends=foreseen.ends,
        stays=tuple(m for m in held if m.revoked_by is None and m.id not in ended and m.holds_at(bench.at)),
        is_single_operator=stands.is_single_operator,
    )  # fmt: skip
    if breaches := of_appeal(decided):
        raise CharterBreach(f"{breaches[0].promise}: {breaches[0].detail}", place=breaches[0].subject)


def _answered(answer: AppealAnswer) -> AuditEvent:
    """Return the entry of an answer: who, and a commitment to what; it is opened when the appeal is decided."""
    payload: dict[str, JSON] = {
        "by": answer.by, "place": answer.place, "commitment": commit_to(_said(answer), answer.salt).hex(),
    }  # fmt: skip
    return AuditEvent("person:appeal:answered", answer.appeal_id, payload)


def _opened(after: Appeal, answers: tuple[AppealAnswer, ...]) -> AuditEvent:
    ended = after.ended
    payload: dict[str, JSON] = {
        "decision": after.decision_id,
        "outcome": ended.outcome.value if ended else None,
        "by": ended.by if ended else None,
        "with_whom": ended.with_whom if ended else None,
        "single_operator": ended is not None and ended.is_single_operator,
        "reversal": ended.reversal_id if ended else None,
        "unfounded": ended is not None and ended.is_unfounded,
        "answers": [{"place": each.place, "salt": each.salt.hex(), **_said(each)} for each in answers],
    }
    return AuditEvent("person:appeal:decided", after.id, payload)


def _said(answer: AppealAnswer) -> dict[str, JSON]:
    return {
        "outcome": answer.outcome.value,
        "ends": sorted(answer.ends),
        "code": answer.facts.code,
        "unfounded": answer.is_unfounded,
    }


def _doubts(reader: Reader, bench: AppealBench, by: str) -> Iterator[Said]:
    """Yield a doubt about each entry of a bank that pointed at what was overturned, in the name of who decided; once.

    Of entries that the decision made itself none is left to doubt.
    """
    traced: Traced | None = bench.traced
    if traced is None or bench.plan is None:
        return
    own = {member_id for member_id, _ in bench.plan.unbanks.ends}
    items = traced.known.decided[bench.decision.id].item_ids
    found = tuple(
        each for item_id in items if item_id in traced.known.items for each in traced.known.items[item_id].detections
    )
    members = {
        each.match.member_id
        for each in found
        if each.match.member_id is not None and each.match.clause_id == bench.decision.clause_id and counts(each)
    } - own
    said, owed = reader.opinions(members), {bank.id for bank in reader.banks() if is_owed(bank)}
    banks = {each.match.member_id: each.match.bank_id for each in found}
    for member_id in sorted(members):
        if all(each.by != by for each in said.get(member_id, ())):
            yield Said(member_id, by, Opinion.DISPUTED, bench.at, is_owed=banks[member_id] in owed)
