"""The promises, asked of what a notice lets a machine do before it is committed.

The ceilings are said here once more, and not taken from `core.notices.provisional`: a mistake there must not excuse
itself.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from tutela.core.charter.breach import Breach
from tutela.core.measures import MeasureKind, Subject, SubjectKind
from tutela.core.notices.provisional import NoticedItem, NoticeSight
from tutela.core.plans import SUSPICION_MEASURES, Answer, Plan, Source

_LONGEST_HOLD = timedelta(hours=24)
_ENDS = frozenset({Answer.PUBLISH, Answer.HOLD})

Planned = Sequence[tuple[NoticedItem, Plan]]


def of_notice(planned: Planned, sight: NoticeSight) -> tuple[Breach, ...]:
    """Return every breach in what a notice leads to; one with a breach is never committed."""
    return tuple(breach for check in _CHECKS for breach in check(planned, sight))


def _nobody_is_restricted(planned: Planned, sight: NoticeSight) -> Iterator[Breach]:
    """P11: no account is touched, nothing is sealed, banked, reported or lifted because somebody says so."""
    allowed = {MeasureKind.HOLD, *SUSPICION_MEASURES}
    for each, plan in planned:
        for grant in plan.grants:
            if grant.kind not in allowed or grant.subject.kind not in {SubjectKind.ITEM, SubjectKind.MEDIA}:
                yield Breach("P11", grant.subject.id, f"{grant.kind} because of a notice alone")
            if grant.subject.kind is SubjectKind.MEDIA and not sight.is_enrolled:
                yield Breach("P11", grant.subject.id, "other items would be held because somebody unknown says so")
            if grant.review_by is None or grant.review_by - sight.at > _LONGEST_HOLD:
                yield Breach("P11", grant.subject.id, "held without a person who decides within a day")
        if plan.reports or plan.lifts or plan.detections or plan.answer not in _ENDS:
            yield Breach("P11", each.item_id, "a notice would report, lift, detect or refuse")
    if not sight.is_enrolled and sight.has_held + sum(_holds(each, plan) for each, plan in planned) > 1:
        yield Breach("P11", planned[0][0].item_id, "somebody unknown would hold more than one item")


def _holds(each: NoticedItem, plan: Plan) -> bool:
    return any(grant.kind is MeasureKind.HOLD and grant.subject == Subject.item(each.item_id) for grant in plan.grants)


def _supported_is_not_promoted(planned: Planned, sight: NoticeSight) -> Iterator[Breach]:
    """P6: what is held on a supported suspicion is neither promoted nor paid for."""
    for each, plan in planned:
        kinds = {grant.kind for grant in plan.grants if grant.subject == Subject.item(each.item_id)}
        if sight.is_claim and kinds and not kinds >= set(SUSPICION_MEASURES):
            yield Breach("P6", each.item_id, "a supported suspicion that would still be promoted or paid for")


def _everything_is_heard(planned: Planned, sight: NoticeSight) -> Iterator[Breach]:
    """P7: what is named lies before a person; P8: what is done is told, or why that waits."""
    if {each.item_id for each, _ in planned} != {each.item_id for each in sight.items}:
        yield Breach("P7", "", "an item that a notice names would not be looked at")
    for each, plan in planned:
        if not any(case.item_id == each.item_id and case.clause_id == sight.clause_id for case in plan.cases):
            yield Breach("P7", each.item_id, "an item that a notice names lies before nobody")
        if plan.grants and not any(told.account_id == each.account_id for told in plan.statements):
            yield Breach("P8", each.item_id, "held without a statement, or a recorded delay of one")
        if not plan.policy_version or not plan.is_automated or plan.source not in {Source.NOTICE, Source.CLAIM}:
            yield Breach("P8", each.item_id, "a notice's decision would pass for another's")
        if (plan.source is Source.CLAIM) is not sight.is_claim:
            yield Breach("P3", each.item_id, "whether it is supported would be told wrongly")


_CHECKS = (_nobody_is_restricted, _supported_is_not_promoted, _everything_is_heard)
