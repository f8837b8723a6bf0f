"""What a notice lets a machine do: the table of ceilings, and laws over any notice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.bootstrap.loading import load_ceilings, load_policy
from tutela.config import Settings
from tutela.core import charter
from tutela.core.cases import CaseReason
from tutela.core.ids import AccountId, ClauseId, ItemId, MeasureId, MediaId
from tutela.core.measures import MeasureKind, Standing, Subject
from tutela.core.notices.branches import ENROLLABLE, NoticeKind
from tutela.core.notices.provisional import BURST_ITEMS, NoticedItem, NoticeSight, plan_notice
from tutela.core.notices.weights import Record
from tutela.core.plans import SUSPICION_MEASURES, Grant, Plan, Source
from tutela.core.units import Duration

NOW = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
POLICY, CEILINGS = load_policy(Settings()), load_ceilings()
DEPICTION, INTIMATE, COERCION = ClauseId("cse.depiction"), ClauseId("adults.intimate"), ClauseId("cse.coercion")


def noticed(number: int, account: str = "a", *, is_visual: bool = True, is_cleared: bool = False) -> NoticedItem:
    """Return an item that a notice names."""
    item, author = ItemId(f"i{number}"), AccountId(account)
    media = (MediaId(f"m{number}"),) if is_visual else ()
    return NoticedItem(
        item, author, Standing(Subject.item(item), 0), Standing(Subject.account(author), 0), media,
        is_cleared=is_cleared,
    )  # fmt: skip


def sight(*items: NoticedItem, kind: NoticeKind = NoticeKind.DEPICTED_PERSON, **fields: object) -> NoticeSight:
    """Return a notice about *items*."""
    made = NoticeSight(NOW, kind, kind in ENROLLABLE, DEPICTION, items)
    return replace(made, **fields)  # type: ignore[arg-type]  # fields of it


def planned(of: NoticeSight) -> dict[ItemId, Plan]:
    """Return the plan of each item."""
    return {each.item_id: plan for each, plan in plan_notice(of, POLICY, CEILINGS)}


def held(of: NoticeSight) -> set[str]:
    """Return what is held."""
    plans = planned(of).values()
    return {g.subject.id for plan in plans for g in plan.grants if g.kind is MeasureKind.HOLD}


OPEN_TABLE = [
    ("one picture is held at once", sight(noticed(1)), {"i1"}),
    ("of several one is held", sight(noticed(1), noticed(2), noticed(3)), {"i1"}),
    ("a text is not held: there is nothing to see in it", sight(noticed(1, is_visual=False)), set()),
    ("the first picture is held, after any text", sight(noticed(1, is_visual=False), noticed(2)), {"i2"}),
    ("what people kept is not held again", sight(noticed(1, is_cleared=True)), set()),
    ("and the next one is", sight(noticed(1, is_cleared=True), noticed(2)), {"i2"}),
    ("a witness counts as much here", sight(noticed(1), kind=NoticeKind.USER), {"i1"}),
    ("what somebody threatens with is held", sight(noticed(1), clause_id=COERCION), {"i1"}),
    ("a whole request about an adult holds", sight(noticed(1), clause_id=INTIMATE), {"i1"}),
    ("one that lacks something is read first", sight(noticed(1), clause_id=INTIMATE, is_whole=False), set()),
    ("a burst against one account becomes a case", sight(noticed(1), held_before={"a": BURST_ITEMS}), set()),
    ("and leaves the others alone", sight(noticed(1), noticed(2, "b"), held_before={"a": BURST_ITEMS}), {"i2"}),
    ("a hotline holds what it names, with what carries it", sight(noticed(1), noticed(2, "b"), kind=NoticeKind.HOTLINE),
     {"i1", "m1", "i2", "m2"}),
    ("a hotline says something new only once", sight(noticed(1, is_cleared=True), kind=NoticeKind.HOTLINE), set()),
]  # fmt: skip


@pytest.mark.parametrize(("of", "expected"), [row[1:] for row in OPEN_TABLE], ids=[row[0] for row in OPEN_TABLE])
def test_what_is_held(of: NoticeSight, expected: set[str]) -> None:
    """The table of measures.md, row by row."""
    assert held(of) == expected


def test_whoever_is_shown_ends_promotion_and_pay_and_takes_two_people_to_be_told_no() -> None:
    """P6 and P3: the claim of whom it shows supports the suspicion; that of a witness does not."""
    claim, witness = (
        planned(sight(noticed(1)))[ItemId("i1")],
        planned(sight(noticed(1), kind=NoticeKind.USER))[ItemId("i1")],
    )
    assert {g.kind for g in claim.grants} == {MeasureKind.HOLD, *SUSPICION_MEASURES}
    assert {g.kind for g in witness.grants} == {MeasureKind.HOLD}
    assert (claim.source, claim.cases[0].reason) == (Source.CLAIM, CaseReason.CLAIM)
    assert (witness.source, witness.cases[0].reason) == (Source.NOTICE, CaseReason.NOTICE)


def test_what_is_held_is_decided_within_a_day_and_what_is_urgent_within_two_hours() -> None:
    """The clock of a provisional measure, from receipt."""
    assert planned(sight(noticed(1)))[ItemId("i1")].grants[0].review_by == NOW + timedelta(hours=16)
    witness = planned(sight(noticed(1), kind=NoticeKind.USER))[ItemId("i1")]
    assert witness.grants[0].review_by == NOW + timedelta(hours=24)
    urgent = planned(sight(noticed(1), is_danger=True))[ItemId("i1")]
    assert urgent.cases[0].due_at == NOW + timedelta(hours=2)


KINDS = st.sampled_from(list(NoticeKind))
CLAUSES = st.sampled_from(sorted(POLICY.clauses))
ITEMS = st.lists(
    st.builds(
        noticed, st.integers(1, 40), st.sampled_from("abc"), is_visual=st.booleans(), is_cleared=st.booleans()
    ),
    max_size=12, unique_by=lambda each: each.item_id,
)  # fmt: skip
SIGHTS = st.builds(
    lambda kind, clause, items, before, enrolled, whole, urgent: sight(
        *items, kind=kind, clause_id=ClauseId(clause), held_before=before, is_whole=whole, is_urgent=urgent,
        is_enrolled=enrolled and kind in ENROLLABLE, record=Record(3, 1),
    ),
    KINDS, CLAUSES, ITEMS, st.dictionaries(st.sampled_from("abc"), st.integers(0, 6)), st.booleans(), st.booleans(),
    st.booleans(),
)  # fmt: skip


@given(SIGHTS)
def test_no_notice_ever_breaks_a_promise(of: NoticeSight) -> None:
    """P3, P6, P7, P8 and P11 over any notice; and nobody unknown ever holds two items."""
    plans = plan_notice(of, POLICY, CEILINGS)
    assert charter.of_notice(plans, of) == ()
    if not of.is_enrolled:
        assert len(held(of)) <= 1


@given(SIGHTS, st.data())
def test_a_plan_that_does_more_is_refused(of: NoticeSight, data: st.DataObject) -> None:
    """The charter does not rest on the planner: each way to go too far is named."""
    plans = [(each, plan) for each, plan in plan_notice(of, POLICY, CEILINGS)]
    if not plans:
        return
    at = data.draw(st.integers(0, len(plans) - 1))
    each, plan = plans[at]
    hold = plan.grants[0] if plan.grants else None
    account, item = Subject.account(each.account_id), Subject.item(each.item_id)
    timeless = replace(_grant(MeasureKind.HOLD, item), review_by=None)
    wrongs = {
        "locks": replace(plan, grants=(*plan.grants, _grant(MeasureKind.LOCK_PENDING_DECISION, account))),
        "seals": replace(plan, grants=(*plan.grants, _grant(MeasureKind.QUARANTINE, item))),
        "no clock": replace(plan, grants=(*plan.grants, timeless)),
        "no case": replace(plan, cases=()),
        "lifts": replace(plan, lifts=(MeasureId("msr_1"),)),
        "by hand": replace(plan, is_automated=False),
    }
    if hold is not None:
        wrongs["untold"] = replace(plan, statements=())
    name = data.draw(st.sampled_from(sorted(wrongs)))
    plans[at] = (each, wrongs[name])
    assert charter.of_notice(plans, of), name


def _grant(kind: MeasureKind, subject: Subject) -> Grant:
    """Return a grant that is reviewed within the hour."""
    return Grant(kind, subject, DEPICTION, review_by=NOW + Duration(hours=1).delta)
