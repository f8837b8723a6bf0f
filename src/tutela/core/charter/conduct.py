"""The promises, asked of what follows from rules before it is committed.

What a machine's guess may do is said here once more, and not taken from `core.conduct`: a mistake there must not excuse
itself.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from tutela.core.charter.breach import Breach
from tutela.core.conduct import Conduct
from tutela.core.measures import MeasureKind, Subject
from tutela.core.plans import Answer, Grant, Plan, Source

_LONGEST = timedelta(hours=72)


def of_conduct(plan: Plan, conduct: Conduct) -> tuple[Breach, ...]:
    """Return every breach in *plan*; one with a breach is never committed."""
    return tuple(breach for check in _CHECKS for breach in check(plan, conduct))


def _guess_stays_small(plan: Plan, conduct: Conduct) -> Iterator[Breach]:
    """P11: a rule holds what is new and public, keeps an adult from writing to minors for a while, and no more.

    Because of what a classifier said nothing is done before a person has looked.
    """
    if conduct.is_classification and (plan.grants or plan.answer is not Answer.PUBLISH):
        yield Breach("P11", conduct.event_id, "a classifier's answer would be a measure")
    for grant in plan.grants:
        if not (_is_hold(grant, conduct) or _is_short_block(grant, conduct)):
            yield Breach("P11", grant.subject.id, f"{grant.kind} beyond the ceiling of a rule")
        if grant.review_by is None:
            yield Breach("P11", grant.subject.id, f"an automatic {grant.kind} without a review clock")
    if plan.reports or plan.lifts or plan.detections:
        yield Breach("P11", conduct.event_id, "a rule would report, lift or detect")
    if not plan.is_automated or plan.source is not Source.RULE:
        yield Breach("P8", conduct.event_id, "a rule's decision would pass for another's")


def _is_hold(grant: Grant, conduct: Conduct) -> bool:
    is_item = conduct.item_id is not None and grant.subject == Subject.item(conduct.item_id)
    return grant.kind is MeasureKind.HOLD and is_item and conduct.is_new_public_item


def _is_short_block(grant: Grant, conduct: Conduct) -> bool:
    is_author = grant.subject == Subject.account(conduct.author_id) and not conduct.is_author_minor
    is_short = grant.ends_at is not None and grant.ends_at - conduct.at <= _LONGEST
    is_for_minors = grant.scope.audience == "minors"
    return grant.kind is MeasureKind.BLOCK_MESSAGING and is_author and is_short and is_for_minors


def _somebody_looks(plan: Plan, conduct: Conduct) -> Iterator[Breach]:
    """P11: every measure lies before a person; P8: and the account is told of it, or why that waits."""
    cases = {case.clause_id for case in plan.cases if case.account_id == conduct.author_id}
    told = {statement.clause_id for statement in plan.statements}
    for grant in plan.grants:
        if grant.clause_id not in cases:
            yield Breach("P11", grant.subject.id, f"a {grant.kind} that no case lays before a person")
        if grant.clause_id not in told or not plan.policy_version:
            yield Breach("P8", grant.subject.id, f"a {grant.kind} without a statement or a policy version")
    for statement in plan.statements:
        if statement.tell_at > conduct.at and statement.delay_basis is None:
            yield Breach("P8", conduct.author_id, "telling waits without a basis")


def _held_is_not_published(plan: Plan, conduct: Conduct) -> Iterator[Breach]:
    """P1: an item that is held is absent at once."""
    if plan.answer is Answer.PUBLISH and any(grant.kind is MeasureKind.HOLD for grant in plan.grants):
        yield Breach("P1", conduct.item_id or conduct.event_id, "an item that is held would be published")


def _every_rule_is_heard(plan: Plan, conduct: Conduct) -> Iterable[Breach]:
    """P11, never silence: a case that a rule asks for is opened."""
    opened = {(case.account_id, case.clause_id) for case in plan.cases}
    for fired in conduct.fired:
        for case in fired.cases:
            if (case.account_id, fired.clause_id) not in opened:
                yield Breach("P11", case.account_id, "a rule asked for a case, and none is opened")


_CHECKS = (_guess_stays_small, _somebody_looks, _held_is_not_published, _every_rule_is_heard)
