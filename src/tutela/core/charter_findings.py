"""The promises, asked of a person's finding before it is committed: P1, P2, P3, P5, P6, P8 and P11.

What answers a violation, what is lesser and what helps is said here again, and not taken from `core.finding_rules` or
`core.finding_plan`: a mistake there must not excuse itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from tutela.core.cases import CaseReason
from tutela.core.charter import Breach
from tutela.core.charter_banks import entered
from tutela.core.content import AgeBand
from tutela.core.findings import FindingPlan, FoundItem, Known
from tutela.core.ids import AccountId, ItemId
from tutela.core.measures import MeasureKind, Subject, SubjectKind
from tutela.core.plans import PRESERVED, SUSPICION_MEASURES, ZERO_TOLERANCE, Answer, Grant
from tutela.core.policy import ANSWERS_ON_ACCOUNT, LESSER_KINDS, ClauseKind, Policy, PropagationCeiling
from tutela.core.remedies import Evidence
from tutela.core.roles import Role

_GONE = frozenset({MeasureKind.QUARANTINE, MeasureKind.REMOVE})
_HIDDEN = _GONE | {MeasureKind.HOLD}
_HIDDEN_MEDIA = frozenset({MeasureKind.QUARANTINE, MeasureKind.HOLD})
_NEVER_ALONE = frozenset({MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})
_CHILDREN = frozenset({AgeBand.UNDER_13, AgeBand.FROM_13_TO_15, AgeBand.FROM_16_TO_17})
_SECOND_LOOK_WITHIN = timedelta(days=1)
_TOLD_WITHIN = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A plan beside what it was made from."""

    plan: FindingPlan
    known: Known
    policy: Policy

    @property
    def is_grave(self) -> bool:
        return self.plan.finding.clause_id in ZERO_TOLERANCE

    def author(self, subject: Subject) -> AccountId | None:
        if subject.kind is SubjectKind.ACCOUNT:
            return AccountId(subject.id)
        item = self.known.items.get(ItemId(subject.id)) if subject.kind is SubjectKind.ITEM else None
        return None if item is None else item.account_id

    def items(self) -> Iterator[FoundItem]:
        """Yield the items that something is asked for on."""
        named = {ask.subject for ask in self.plan.finding.asks}
        return (item for item in self.known.items.values() if Subject.item(item.item_id) in named)

    def stands(self, subject: Subject) -> set[MeasureKind]:
        """Return what a person has in force on *subject* under this clause when the plan is done, without an end."""
        now, ended = self.known.at, {measure.id for measure in self.plan.ends}
        kinds = {g.kind for g in self.plan.grants if g.subject == subject and _is_lasting(g, self.known)}
        for measure in self.known.standing(subject).measures:
            is_ours = not measure.is_automated and measure.clause_id == self.plan.finding.clause_id
            if is_ours and measure.holds_at(now) and measure.ends_at is None and measure.id not in ended:
                kinds.add(measure.kind)
        return kinds

    def is_preserved(self, item: FoundItem) -> bool:
        return all(media.evidence in PRESERVED for media in item.media)


def _is_lasting(grant: Grant, known: Known) -> bool:
    return grant.ends_at is None and (grant.starts_at is None or grant.starts_at <= known.at)


def of_finding(plan: FindingPlan, known: Known, policy: Policy) -> tuple[Breach, ...]:
    """Return every breach in *plan*; a plan with one is never committed."""
    asked = _Asked(plan, known, policy)
    return (*(breach for check in _CHECKS for breach in check(asked)), *entered(plan, known, policy))


def hidden_at_once(asked: _Asked) -> Iterable[Breach]:
    """P1: what a content clause of the twelve forbids is absent, with its media; what is hidden is not published."""
    clause = asked.policy.clause(asked.plan.finding.clause_id)
    for item in asked.items():
        subject = Subject.item(item.item_id)
        hidden = not _HIDDEN.isdisjoint(asked.stands(subject))
        if hidden and asked.plan.answers.get(item.item_id) is Answer.PUBLISH:
            yield Breach("P1", item.item_id, "an item that is hidden would be published")
        if not asked.is_grave or clause.kind is not ClauseKind.CONTENT:
            continue
        if not hidden:
            yield Breach("P1", item.item_id, "what the clause forbids would stay visible")
        spreads = clause.automation.propagation is not PropagationCeiling.NONE
        is_gone = not _GONE.isdisjoint(ask.kind for ask in asked.plan.finding.asks_on(subject))
        if (
            spreads
            and is_gone
            and item.media
            and not any(_is_media_hidden(asked, each.media_id) for each in item.media)
        ):
            yield Breach("P1", item.item_id, "its media would stay visible wherever else it is carried")


def _is_media_hidden(asked: _Asked, media_id: str) -> bool:
    return not _HIDDEN_MEDIA.isdisjoint(asked.stands(Subject(SubjectKind.MEDIA, media_id)))


def no_lesser_answer(asked: _Asked) -> Iterable[Breach]:
    """P2: the actor's content goes and the actor is out until a decision; nothing lesser stands in for it."""
    for grant in asked.plan.grants:
        if grant.kind is MeasureKind.LOCK_PENDING_DECISION and grant.ends_at is not None:
            yield Breach("P2", grant.subject.id, "a lock would end without a decision")
    if not asked.is_grave:
        return
    for account_id, role in asked.plan.finding.roles.items():
        if role is Role.ACTOR:
            yield from _of_actor(asked, account_id)
    for grant in asked.plan.grants:
        author = asked.author(grant.subject)
        role = Role.ACTOR if author is None else asked.plan.finding.role(author)
        is_lesser = grant.kind.value in LESSER_KINDS
        if is_lesser and (role is Role.ACTOR or grant.subject.kind is not SubjectKind.ACCOUNT):
            yield Breach("P2", grant.subject.id, f"{grant.kind} as an answer under a zero-tolerance clause")


def _of_actor(asked: _Asked, account_id: AccountId) -> Iterable[Breach]:
    if asked.stands(Subject.account(account_id)).isdisjoint(ANSWERS_ON_ACCOUNT):
        yield Breach("P2", account_id, "an actor whose account only a lesser measure meets, or none")
    if asked.known.accounts[account_id].age in _CHILDREN and not asked.plan.finding.decider.is_senior:
        yield Breach("P2", account_id, "a child would be found an actor without a senior decision")
    for item in asked.items():
        if item.account_id == account_id:
            enough = _GONE if asked.is_preserved(item) else _HIDDEN
            if asked.stands(Subject.item(item.item_id)).isdisjoint(enough):
                yield Breach("P2", item.item_id, "an actor's item that is neither removed nor quarantined")


def only_help_for_others(asked: _Asked) -> Iterable[Breach]:
    """P2: whoever is no suspect loses nothing, and only an actor gets a strike."""
    for grant in asked.plan.grants:
        if grant.subject.kind is SubjectKind.ACCOUNT:
            role = asked.plan.finding.role(AccountId(grant.subject.id))
            if role not in {Role.ACTOR, Role.NONE} and not _is_help(grant.kind, role):
                yield Breach("P2", grant.subject.id, f"{grant.kind} for an account that is {role}")
    for strike in asked.plan.strikes:
        if asked.plan.finding.role(strike.strike.account_id) is not Role.ACTOR or asked.is_grave:
            yield Breach(
                "P2", strike.strike.account_id, "a strike for somebody who is not its actor, or under the twelve"
            )


def nobody_left_out(asked: _Asked) -> Iterable[Breach]:
    """P2: whoever is no suspect is protected, and under the twelve no account is without a part."""
    for account_id, role in asked.plan.finding.roles.items():
        is_safe = MeasureKind.PROTECT in {
            m.kind for m in asked.known.standing(Subject.account(account_id)).measures if m.holds_at(asked.known.at)
        } | {g.kind for g in asked.plan.grants if g.subject == Subject.account(account_id)}
        if role not in {Role.ACTOR, Role.NONE} and not is_safe:
            yield Breach("P2", account_id, f"an account that is {role} would not be protected")
    if asked.is_grave:
        subjects = [*(grant.subject for grant in asked.plan.grants), *(measure.subject for measure in asked.plan.ends)]
        concerned = {author for subject in subjects if (author := asked.author(subject)) is not None}
        for account_id in sorted(concerned):
            if asked.plan.finding.role(account_id) is Role.NONE:
                yield Breach("P2", account_id, "the part of an account is left out")


def nothing_seen_again(asked: _Asked) -> Iterable[Breach]:
    """P1, P2: under the twelve, what a replaced decision hid is hidden again."""
    is_content = asked.policy.clause(asked.plan.finding.clause_id).kind is ClauseKind.CONTENT
    for measure in asked.plan.ends if asked.is_grave else ():
        author = asked.author(measure.subject)
        if measure.subject.kind is not SubjectKind.ITEM or measure.kind not in _HIDDEN or author is None:
            continue
        is_actors = asked.plan.finding.role(author) is Role.ACTOR
        if (is_actors or is_content) and _HIDDEN.isdisjoint(asked.stands(measure.subject)):
            yield Breach("P2" if is_actors else "P1", measure.subject.id, "what a decision hid would be seen again")


def _is_help(kind: MeasureKind, role: Role) -> bool:
    return kind is MeasureKind.PROTECT or (kind is MeasureKind.LOCK_UNTIL_VERIFIED and role is Role.COMPROMISED)


def two_people_where_grave(asked: _Asked) -> Iterable[Breach]:
    """P3: nobody is suspended for good by one person where no verified list knows why, or without a second look.

    Nor does one person lift a quarantine by replacing it.
    """
    finding = asked.plan.finding
    is_by_two = any(each != finding.decider.id for each in finding.agreed_by)
    is_by_two |= bool(finding.agreed_by) and finding.is_single_operator
    for grant in () if is_by_two else asked.plan.grants:
        if grant.kind is not MeasureKind.SUSPEND or grant.ends_at is not None:
            continue
        if asked.is_grave and not _is_listed(asked, grant.subject.id):
            yield Breach("P3", grant.subject.id, "one person would suspend for good over what no verified list knows")
        elif not _is_looked_at_again(asked, grant):
            yield Breach("P3", grant.subject.id, "suspended for good, and nobody looks a second time")
    for measure in () if is_by_two else asked.plan.ends:
        if measure.kind in _NEVER_ALONE:
            yield Breach("P3", measure.id, "one person would lift what takes two")


def _is_listed(asked: _Asked, account_id: str) -> bool:
    return any(i.account_id == account_id and i.evidence is Evidence.VERIFIED_LIST for i in asked.items())


def _is_looked_at_again(asked: _Asked, grant: Grant) -> bool:
    return any(
        case.account_id == grant.subject.id
        and case.reason is CaseReason.SECOND_LOOK
        and case.due_at <= asked.known.at + _SECOND_LOOK_WITHIN
        for case in asked.plan.cases
    )


def evidence_first(asked: _Asked) -> Iterable[Breach]:
    """P5: removal and quarantine only of what is preserved; what is hidden instead is asked for."""
    for grant in asked.plan.grants:
        if grant.kind not in _GONE:
            continue
        if grant.subject.kind is SubjectKind.MEDIA:
            media = next((m for m in asked.known.media.values() if m.media_id == grant.subject.id), None)
            if media is None or media.evidence not in PRESERVED:
                yield Breach("P5", grant.subject.id, "media would be quarantined before its bytes are preserved")
        elif not asked.is_preserved(asked.known.items[ItemId(grant.subject.id)]):
            yield Breach("P5", grant.subject.id, "an item would be removed before its bytes are preserved")
    for item in asked.items():
        is_removal = not _GONE.isdisjoint(ask.kind for ask in asked.plan.finding.asks_on(Subject.item(item.item_id)))
        missing = {m.media_id for m in item.media if m.evidence not in PRESERVED} if is_removal else set()
        for media_id in sorted(missing - set(asked.plan.evidence_wanted)):
            yield Breach("P5", media_id, "hidden, not preserved, and nobody is asked for the bytes")


def no_promotion(asked: _Asked) -> Iterable[Breach]:
    """P6: what was found under one of the twelve is not promoted and earns nothing."""
    if not asked.is_grave:
        return
    for item in asked.items():
        for kind in set(SUSPICION_MEASURES) - asked.stands(Subject.item(item.item_id)):
            yield Breach("P6", item.item_id, f"a finding leaves {kind} out")


def every_measure_has_a_reason(asked: _Asked) -> Iterable[Breach]:
    """P8: clause, policy version, who decided, and a statement or a recorded delay for whoever is concerned."""
    plan = asked.plan
    if not plan.policy_version or not plan.finding.decider.id or not plan.finding.facts.code:
        yield Breach("P8", plan.finding.clause_id, "a finding without policy version, facts or a person")
    told = {statement.account_id for statement in plan.statements}
    for grant in plan.grants:
        author = asked.author(grant.subject)
        if grant.clause_id != plan.finding.clause_id:
            yield Breach("P8", grant.subject.id, f"{grant.kind} under another clause than the finding's")
        if author is not None and author not in told:
            yield Breach("P8", grant.subject.id, f"{grant.kind} with neither a statement nor a recorded delay")
    for measure in plan.ends:
        author = asked.author(measure.subject)
        if author is not None and author not in told:
            yield Breach("P8", measure.id, "a measure ends and nobody is told")
    for statement in plan.statements:
        if statement.tell_at > asked.known.at and statement.delay_basis is None:
            yield Breach("P8", statement.account_id, "telling waits without a basis")
        if statement.tell_at > asked.known.at + _TOLD_WITHIN:
            yield Breach("P8", statement.account_id, "telling waits so long that nobody would be told")


def nothing_closed_quietly(asked: _Asked) -> Iterable[Breach]:
    """P3, P4: under the twelve no case is closed by one finding, and no other before each of its items was decided."""
    for case in asked.plan.closes:
        work = asked.known.work.get(case.account_id)
        if asked.is_grave:
            yield Breach("P4", case.id, "a case under a zero-tolerance clause would be closed")
        elif case.reason is CaseReason.SECOND_LOOK:
            yield Breach("P3", case.id, "one person would close what a second one has to look at")
        elif work is None or not work.is_whole or not work.undecided <= {item.item_id for item in asked.items()}:
            yield Breach("P3", case.id, "a case would be closed with items that nobody has looked at")


_CHECKS = (
    hidden_at_once,
    no_lesser_answer,
    only_help_for_others,
    nobody_left_out,
    nothing_seen_again,
    two_people_where_grave,
    evidence_first,
    no_promotion,
    every_measure_has_a_reason,
    nothing_closed_quietly,
)
