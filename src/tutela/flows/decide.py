"""Decide by hand: show what a finding would do, then do it, whole and once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tutela.core.finding_plan import plan_finding
from tutela.core.findings import Finding, FindingPlan, Vocabulary
from tutela.core.ids import AccountId, ItemId, MediaId
from tutela.core.measures import SubjectKind
from tutela.core.operator import OperatorProfile
from tutela.core.plans import Answer
from tutela.core.policy import Policy
from tutela.errors import CaseMoved, Conflict, HoldsAlready, Refused, UnknownClause
from tutela.flows.decide_case import Seat, refuse_elsewhere, refuse_own, sit
from tutela.flows.enact_finding import HandLedger, open_cases_of
from tutela.flows.gather import Gathered, Keep, gather
from tutela.flows.move_case import A_LOOK
from tutela.flows.name_finding import Asked, OnCase, Things, resolve
from tutela.flows.open_window import OpenWindow
from tutela.flows.preserve import foreseen, keep_bytes
from tutela.flows.read_own_bank import ReadOwnBank
from tutela.flows.repeat import Answered, Repeatable, RepeatedError
from tutela.flows.spoil_look import spoil_look
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer, MediaUpdate
from tutela.ports.decisions import Decision
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store
from tutela.ports.vault import Vault

MAX_REPLANS = 20
"""A person waits, and another one may be deciding about the same account: rather again than not at all."""

CARRIERS_COUNTED = 1000
"""Items that are counted as hidden with their media; beyond it the plan says: more."""


@dataclass(frozen=True, slots=True)
class Names:
    """The platform's own names of what a plan is about."""

    items: Mapping[ItemId, str]
    accounts: Mapping[AccountId, str]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a finding would do, or did."""

    plan: FindingPlan
    names: Names
    before: Mapping[ItemId, Answer]  #: what the platform was told about each item
    also_hides: int = 0  #: other items that carry media which is hidden, up to `CARRIERS_COUNTED`


@dataclass(frozen=True, slots=True)
class Made:
    """A decision that was made: what was written, and the plan it was written from."""

    written: Changeset
    foreseen: Foreseen

    @property
    def decision(self) -> Decision:
        """Return the decision."""
        return self.written.decisions[0]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finding whose plan is in a ledger: what it writes, and more that may be written with it."""

    ledger: HandLedger
    decision: Decision
    foreseen: Foreseen
    updates: tuple[MediaUpdate, ...]


@dataclass(frozen=True, slots=True)
class Decide:
    """Decide by hand. What is shown and what is committed are made by the same function from the same facts."""

    store: Store
    committer: Committer
    vault: Vault
    policy: Policy
    words: Vocabulary
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy
    own_bank: ReadOwnBank
    open_window: OpenWindow

    def foresee(self, asked: Asked) -> Foreseen:
        """Return what a finding would do. Nothing is decided, sealed or told.

        Raises:
            tutela.errors.CaseMoved: It is about a case that is not theirs any more; or one that is a look for quality,
                which counts for nothing from now on, since they know it by this.
            tutela.errors.BadInput: What it is about is not there.
        """
        self._known_clause(asked.clause)
        with self.store.read() as reader:
            if asked.on_case is not None:
                self._sit(reader, asked.on_case)
            finding, things = resolve(reader, asked)
            return self.foresee_finding(reader, finding, things)

    def __call__(self, asked: Asked) -> Made:
        """Decide, and return what was written and the plan it was written from.

        Raises:
            tutela.errors.Refused: Policy or charter do not allow it; each place says why.
            tutela.errors.HoldsAlready: There is nothing in it that does not hold already.
            tutela.errors.CaseMoved: It is about a case that is not theirs any more, or has changed; told with what did.
            tutela.errors.NotForYou: It is about an account of whoever decides.
            tutela.errors.BadInput: What it is about is not there.
            tutela.errors.CharterBreach: The plan breaks a promise, and nothing was written.
        """
        return self._make(asked, None)[0]

    def once(self, asked: Asked, request: Repeatable[Made]) -> Answered:
        """Decide, or answer as the same request was answered before; it raises what deciding raises.

        Raises:
            tutela.errors.IdempotencyMismatch: The request's key was used for another request.
        """
        try:
            return Answered(self._make(asked, request)[1])
        except RepeatedError as repeated:
            return Answered(repeated.body, is_replay=True)

    def _make(self, asked: Asked, request: Repeatable[Made] | None) -> tuple[Made, bytes]:
        self._known_clause(asked.clause)
        for _ in range(MAX_REPLANS):
            with self.store.read() as reader:
                if request is not None:
                    request.check(reader)
                made = self._planned(reader, asked)
            body, changeset = b"", made.written
            if request is not None:
                body = request.encode(made)
                changeset = replace(changeset, idempotency=request.remembered(body, self.clock.now()))
            try:
                self.committer.commit(changeset)
            except Conflict:
                continue
            return made, body
        raise Conflict("others are deciding about the same without end", remedy="Try again.")

    def _known_clause(self, clause: str) -> None:
        if clause not in self.policy.clauses:
            raise UnknownClause(place="clause", remedy="GET /v1/policy lists them.")

    def _sit(self, reader: Reader, on: OnCase) -> Seat:
        try:
            return sit(reader, on, self.clock.now())
        except CaseMoved as moved:
            if moved.why == A_LOOK:
                spoil_look(reader, self.committer, on.case_id, on.principal.id, self.clock.now())
            raise

    def _planned(self, reader: Reader, asked: Asked) -> Made:
        seat = None if asked.on_case is None else self._sit(reader, asked.on_case)
        finding, things = resolve(reader, asked)

        def is_theirs(concerned: frozenset[AccountId]) -> None:
            refuse_own(reader, asked.decider.id, concerned)
            if seat is not None:
                refuse_elsewhere(seat, concerned)

        drawn = self.draw(reader, finding, things, is_theirs)
        if seat is not None:
            seat.take(drawn.ledger, drawn.decision)
        written = drawn.ledger.written(drawn.updates)
        written = self.open_window(reader, written, asked.decider.id, drawn.decision.at)
        return Made(written, drawn.foreseen)

    def draw(
        self, reader: Reader, finding: Finding, things: Things, may_decide: Callable[[frozenset[AccountId]], None]
    ) -> "Drawn":
        """Return what a finding writes, in a ledger that more may be written into; it raises what deciding raises."""
        profile, now = self.profile(), self.clock.now()
        gathered = self._gather(reader, finding, things, lambda media: foreseen(media, profile))
        may_decide(frozenset(gathered.known.accounts))
        plan = self._foreseen(reader, gathered, things)
        refuse_what_does_nothing(plan.plan)
        # Nothing is sealed for what is refused; where the vault could not seal, the plan holds and asks for the bytes.
        kept = keep_bytes(self.vault, gathered.known.media.values(), things.media, profile)
        if kept.has_failed:
            gathered = self._gather(reader, finding, things, lambda media: kept.states.get(media.id, media.evidence))
            plan = self._foreseen(reader, gathered, things)
        ledger = HandLedger(self.entropy, now, open_cases_of([gathered]))
        decision = ledger.enact_finding(plan.plan, gathered, self.policy)
        return Drawn(ledger, decision, plan, tuple(kept.updates))

    def foresee_finding(self, reader: Reader, finding: Finding, things: Things) -> Foreseen:
        """Return what a finding would do. Nothing is written, sealed or told."""
        profile = self.profile()
        gathered = self._gather(reader, finding, things, lambda media: foreseen(media, profile))
        return self._foreseen(reader, gathered, things)

    def _gather(self, reader: Reader, finding: Finding, things: Things, keep: Keep) -> Gathered:
        gathered = gather(reader, finding, things, self.clock.now(), keep)
        return replace(gathered, known=self.own_bank(reader, finding, gathered.known, things.media))

    def _foreseen(self, reader: Reader, gathered: Gathered, things: Things) -> Foreseen:
        plan = plan_finding(gathered.finding, gathered.known, self.policy, self.words)
        hidden = [MediaId(g.subject.id) for g in plan.grants if g.subject.kind is SubjectKind.MEDIA]
        carried = reader.carried(hidden, CARRIERS_COUNTED + len(things.items)) if hidden else []
        others = {carrier.item_id for carrier in carried} - gathered.known.items.keys()
        before = {item_id: item.answer for item_id, item in gathered.known.items.items()}
        return Foreseen(plan, names_of(reader, gathered, things), before, min(len(others), CARRIERS_COUNTED))


def names_of(reader: Reader, gathered: Gathered, things: Things) -> Names:
    """Return the platform's own names, also of what a decision that is replaced was about."""
    items = {item_id: stored.item.platform_id for item_id, stored in things.items.items()}
    accounts = {account_id: account.platform_id for account_id, account in things.accounts.items()}
    more = reader.items_by_id(gathered.known.items.keys() - items.keys())
    people = reader.accounts_by_id(gathered.known.accounts.keys() - accounts.keys())
    return Names(
        {**items, **{each.item.id: each.item.platform_id for each in more.values()}},
        {**accounts, **{each.id: each.platform_id for each in people.values()}},
    )


def refuse_what_does_nothing(plan: FindingPlan) -> None:
    """Refuse a plan that is not allowed, or that nothing would come of.

    Raises:
        tutela.errors.Refused: Policy or charter do not allow it.
        tutela.errors.HoldsAlready: All of it holds already.
    """
    if plan.refusals:
        raise Refused([(each.place, each.sentence) for each in plan.refusals])
    if plan.does_nothing:
        by = sorted({measure.decision_id for measure in plan.holds_already})
        remedy = f"See GET /v1/decisions/{by[0]}." if by else None
        raise HoldsAlready(remedy=remedy)
