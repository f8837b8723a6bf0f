"""What a finding enters into the operator's own bank, who must stand behind it, and what leaves it again (P3, P11)."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import found
from core import strategies as make
from core.found import ADA, ALICE, ANSWER, DEPICTION, ITEM, PICTURE, POST, K, ask
from core.strategies import NOW
from core.test_reversals import carried, decided, held, item, known, touched
from tutela.core.banks import QUALITY_FLOOR, Bank, Member, SignalType
from tutela.core.charter_findings import of_finding
from tutela.core.charter_reversals import of_reversal
from tutela.core.content import Digests, EvidenceState, Media, PdqHash, ScanState
from tutela.core.findings import FindingPlan
from tutela.core.ids import BankId, ClauseId, DecisionId, MemberId
from tutela.core.own_banks import (
    Banking,
    Held,
    Obstacle,
    OwnBank,
    Signal,
    clause_of,
    is_ours,
    make_bank,
    material_of,
    name_of,
    signals_of,
)
from tutela.core.policy import ZERO_TOLERANCE_IDS, Ceiling, ClauseKind, Material, Verification
from tutela.core.remedies import Evidence, cell_of
from tutela.core.reversals import ReversalKnown, lost, plan_reversal
from tutela.core.roles import Role
from tutela.core.unbanking import Banked, plan_unbanking

SHA, SHA_OTHER = (SignalType.SHA256, "aa" * 32), (SignalType.MD5, "bb" * 16)
PDQ = (SignalType.PDQ, "cc" * 32)
SIGNALS = (SHA, PDQ)
BEN = "key_ben"
HERE = MemberId("mem_here")
SENDING = ClauseId("cse.sending")
GRAVE = [ClauseId(each) for each in ZERO_TOLERANCE_IDS]


def own(clause: ClauseId = DEPICTION, **more: Any) -> OwnBank:
    """Return what is known of the own bank of a clause: nothing is in it."""
    return replace(OwnBank(clause, Ceiling(), None, {PICTURE: SIGNALS}), **more)


def bank(clause: ClauseId = DEPICTION, **more: Any) -> Bank:
    """Return the own bank of a clause."""
    return replace(make_bank(BankId("bnk_own"), clause, Ceiling(), NOW), **more)


def plan(
    *agreed: str, clause: ClauseId = DEPICTION, role: Role = Role.ACTOR, seen: Evidence = Evidence.NOVEL,
    beside: OwnBank | None = None, **more: Any,
) -> tuple[FindingPlan, Any]:  # fmt: skip
    """Return the plan of what Ada found about a picture, others agreeing, and what it was made from."""
    wanted = ANSWER if role is Role.ACTOR else (ask(K.QUARANTINE, ITEM),)
    said = {"agreed_by": agreed, "agreed_on": (clause,) * len(agreed), **more}
    made = replace(found.finding(*wanted, clause=clause), roles={ALICE: role}, **said)
    facts = found.known(seen=seen, only={POST}, own=own(clause) if beside is None else beside)
    return found.plan(made, facts), facts


PEOPLE = {
    "one": ((), False),
    "the same twice": (("key_ada",), False),
    "two": ((BEN,), False),
    "three": ((BEN, "key_cyd"), False),
    "one, a day later": (("key_ada",), True),
    "one who only says so": ((), True),
}
ENOUGH = {"two", "three", "one, a day later"}


@pytest.mark.parametrize("clause", GRAVE)
def test_something_is_entered_where_the_table_and_the_people_say_so(clause: ClauseId) -> None:
    """P3, P11: every clause of the twelve, part, evidence and number of people; and the charter agrees."""
    is_content = found.policy().clause(clause).kind is ClauseKind.CONTENT
    for role, seen, people in product(set(Role) - {Role.NONE}, Evidence, PEOPLE):
        agreed, is_single = PEOPLE[people]
        made, facts = plan(*agreed, clause=clause, role=role, seen=seen, is_single_operator=is_single)
        cell = cell_of(found.policy().clause(clause), role, seen)
        assert cell is not None
        expected = SIGNALS if cell.remedy.is_banked and people in ENOUGH else ()

        assert made.refusals == ()
        assert (made.banking.entries if made.banking else ()) == expected
        assert not expected or (is_content and seen is Evidence.NOVEL)
        assert [each for each in of_finding(made, facts, found.policy()) if "enter" in each.detail] == []


@pytest.mark.parametrize("clause", ["minors.exploitative", "house.spam", "adults.intimate"])
def test_nothing_is_entered_under_an_ordinary_clause(clause: str) -> None:
    """Whoever agrees."""
    said = {"agreed_by": (BEN,), "agreed_on": (ClauseId(clause),)}
    made = replace(found.finding(ask(K.REMOVE, ITEM), clause=ClauseId(clause)), **said)
    assert found.plan(made, found.known(seen=Evidence.NOVEL, only={POST}, own=own(ClauseId(clause)))).banking is None


@pytest.mark.parametrize("other", GRAVE)
def test_two_say_that_what_is_shown_is_forbidden(other: ClauseId) -> None:
    """P3: they agree whichever of the twelve they name; who names what somebody did says nothing of the picture."""
    made, _ = plan(BEN, agreed_on=(other,))
    is_content = found.policy().clause(other).kind is ClauseKind.CONTENT
    assert (made.banking is not None) is is_content


def banking(**more: Any) -> Banking:
    """Return what two people's finding enters."""
    made, facts = plan(BEN, **more)
    assert of_finding(made, facts, found.policy()) == ()
    assert made.banking is not None
    return made.banking


def test_what_is_there_already_is_left_as_it_is() -> None:
    """The operator's own word stays; what another decision entered rests on both from then on."""
    by_hand = banking(beside=own(bank=bank(), held={SHA: Held(HERE)}))
    by_decision = banking(beside=own(bank=bank(), held={SHA: Held(HERE, (DecisionId("dec_9"),))}))

    assert (by_hand.entries, by_hand.supports, by_hand.known) == ((PDQ,), (), 1)
    assert (by_decision.entries, by_decision.supports, by_decision.known) == ((PDQ,), (HERE,), 0)
    assert (by_hand.relies_on, by_decision.relies_on) == ({HERE: 0}, {HERE: 1})


def test_what_two_people_find_again_is_supported_and_never_entered() -> None:
    """Reviewed here already: the table has no bank for it, and what is entered then rests on both."""
    there = own(bank=bank(), held={SHA: Held(HERE, (DecisionId("dec_9"),))})
    again = banking(beside=there, seen=Evidence.REVIEWED_HERE)
    assert (again.entries, again.supports) == ((), (HERE,))
    nothing, _ = plan(BEN, beside=own(bank=bank(), held={SHA: Held(HERE)}), seen=Evidence.REVIEWED_HERE)
    alone, _ = plan(beside=there, seen=Evidence.REVIEWED_HERE)
    assert (nothing.banking, alone.banking) == (None, None)


@pytest.mark.parametrize("more", [
    {"clause_id": ClauseId("cse.generated")}, {"material": Material.OTHER}, {"may_keep": False},
    {"verification": Verification.USERS}, {"verification": Verification.SEVERAL_ANALYSTS},
])  # fmt: skip
def test_a_bank_of_that_name_for_something_else_takes_nothing_in(more: dict[str, Any]) -> None:
    """The plan says so, and the rest of the finding is carried out."""
    made, _ = plan(BEN, beside=own(bank=bank(**more)))
    assert made.banking is not None
    assert (made.banking.obstacle, made.banking.entries) == (Obstacle.NOT_OURS, ())
    assert made.grants


def test_a_bank_that_is_switched_off_takes_entries_in_that_wait() -> None:
    """And an operator's threshold, ceiling and sharing are the operator's."""
    off = banking(beside=own(bank=bank(is_active=False, threshold_bits=10, may_share=True)))
    assert (off.entries, off.is_asked, off.obstacle) == (SIGNALS, False, None)


def test_what_is_known_to_be_harmless_is_left_out() -> None:
    """The plan says of how many media."""
    made = banking(beside=own(harmless={PICTURE}))
    assert (made.entries, made.left_out) == ((), 1)


def test_what_is_to_be_entered_is_news_where_all_else_holds_already() -> None:
    """One person alone hid it before: two who find the same enter it, with a decision of theirs."""
    beside = found.known(seen=Evidence.NOVEL, only={POST}, own=own())
    made = replace(found.finding(*ANSWER), agreed_by=(BEN,), agreed_on=(DEPICTION,))
    granted = found.plan(made, beside).grants
    standing: dict[Any, Any] = {}
    for each in granted:
        before = standing.get(each.subject, ())
        measure = found.measure(each.kind, each.subject, near_bits=each.near_bits, starts_at=NOW)
        standing[each.subject] = (*before, measure)
    holds = replace(beside, standings={s: found.Standing(s, 1, held) for s, held in standing.items()})
    again, idle = found.plan(made, holds), found.plan(made, replace(holds, own=None))

    assert (idle.does_nothing, again.does_nothing) == (True, False)
    assert again.banking is not None
    assert again.banking.entries == SIGNALS


TAMPERED: list[tuple[str, str, Callable[[FindingPlan], FindingPlan]]] = [
    ("P3", "one person would enter", lambda made: replace(made, finding=replace(made.finding, agreed_by=()))),
    ("P3", "one person would enter", lambda made: replace(made, finding=replace(made.finding, agreed_by=(ADA.id,)))),
    ("P3", "alone would say", lambda made: replace(made, finding=replace(made.finding, agreed_on=(SENDING,)))),
    ("P3", "alone would say", lambda made: replace(made, finding=replace(made.finding, agreed_on=()))),
    ("P11", "not shown to be forbidden", lambda made: replace(made, finding=replace(made.finding, clause_id=SENDING))),
    ("P11", "no novel material", lambda made: with_banking(made, entries=(SHA_OTHER,))),
    ("P11", "of another kind", lambda made: with_banking(made, bank=bank(ClauseId("cse.links")))),
    ("P11", "the operator put there", lambda made: with_banking(made, supports=(HERE,))),
]


def with_banking(made: FindingPlan, **more: Any) -> FindingPlan:
    """Return a plan that enters something else."""
    assert made.banking is not None
    return replace(made, banking=replace(made.banking, **more))


@pytest.mark.parametrize(("promise", "detail", "tamper"), TAMPERED)
def test_the_charter_refuses_what_the_plan_should_never_say(
    promise: str, detail: str, tamper: Callable[[FindingPlan], FindingPlan]
) -> None:
    """Each of its sentences, by a plan that is not what it was."""
    made, facts = plan(BEN, beside=own(bank=bank(), held={SHA: Held(HERE)}))
    broken = of_finding(tamper(made), facts, found.policy())
    assert [breach.promise for breach in broken if detail in breach.detail] == [promise]


def test_the_name_and_material_of_a_bank_follow_its_clause() -> None:
    """No list of what is generated shares a ceiling with apparent CSAM."""
    assert {clause_of(name_of(each)) for each in GRAVE} == set(GRAVE)
    assert clause_of("owned") == clause_of("hotline") == ""
    assert material_of(DEPICTION) is Material.APPARENT_CSAM
    assert material_of(ClauseId("cse.generated")) is Material.GENERATED
    assert {material_of(ClauseId(f"cse.{each}")) for each in ("commentary", "links")} == {Material.OTHER}
    assert all(is_ours(bank(each), each) for each in GRAVE)


@pytest.mark.parametrize(("quality", "is_in"), [(QUALITY_FLOOR - 1, False), (QUALITY_FLOOR, True), (100, True)])
def test_a_picture_that_says_little_is_entered_by_its_digests_alone(quality: int, is_in: bool) -> None:  # noqa: FBT001  # a parameter of a test
    """And a digest that is not known is not made up."""
    media = Media(
        PICTURE, Digests(md5="bb" * 16), (PdqHash(bytes(32), quality), PdqHash(bytes(32), quality, "frame:1")),
        ScanState.SCANNED, EvidenceState.NONE, NOW,
    )  # fmt: skip
    pictures: list[Signal] = [(SignalType.PDQ, "00" * 32)] if is_in else []
    assert signals_of(media) == ((SignalType.MD5, "bb" * 16), *pictures)


# --------------------------------------------------------------------------------------------------------- taken out


def entry(name: str, *grounds: int, is_active: bool = True) -> Banked:
    """Return an entry that rests on some decisions."""
    member = Member(MemberId(name), BankId("bnk_1"), SignalType.MD5, "bb" * 16, NOW, is_active=is_active)
    return Banked(member, "own.cse.depiction", frozenset(DecisionId(f"dec_{each}") for each in grounds))


def entries(*found: Banked) -> dict[MemberId, Banked]:
    """Return entries by their id."""
    return {each.member.id: each for each in found}


banked = st.builds(
    entry, st.integers(0, 99).map("mem_{}".format), st.integers(0, 4), st.integers(0, 4), is_active=st.booleans()
)


@given(st.lists(banked, unique_by=lambda each: each.member.id), st.frozensets(st.integers(0, 4)))
def test_an_entry_is_there_as_long_as_one_decision_stands(found_here: list[Banked], overturned: frozenset[int]) -> None:
    """P11: and what was taken out by hand is not touched, but rests on what is gone no more."""
    gone = {DecisionId(f"dec_{each}") for each in overturned}
    unbanks = plan_unbanking(found_here, gone)
    out, stays = ({each.member.id for each in part} for part in (unbanks.out, unbanks.stays))
    for each in found_here:
        left = each.rests_on - gone
        assert (each.member.id in out) is (each.member.is_active and not left)
        assert (each.member.id in stays) is (each.member.is_active and bool(left) and left != each.rests_on)
        assert {ground for member_id, ground in unbanks.ends if member_id == each.member.id} == each.rests_on & gone


def noticed(number: int, name: str, **more: Any) -> Any:
    """Return an item in which a member of a bank has noticed something."""
    match = replace(make.match(clause=DEPICTION, media=f"med_{number}"), member_id=MemberId(name))
    return touched(number, make.detection(match), **more)


def beside(*items: Any, others: tuple[Any, ...] = (), **more: Any) -> ReversalKnown:
    """Return a decision about a picture, with what a machine derived from it."""
    one = decided(0, held(K.QUARANTINE, item(0), DecisionId("dec_0")))
    return known(one, carried(0), *others, items=(touched(0), *items), **more)


def test_what_an_entry_found_goes_with_the_entry() -> None:
    """P11: what its own bank said of the item is no ground of its own, and clears nothing."""
    facts = beside(noticed(1, "mem_1"), banked=entries(entry("mem_1", 0)))
    made = plan_reversal(facts)

    assert made.overturned == ("dec_0", "dec_1")
    assert [each.member.id for each in made.unbanks.out] == ["mem_1"]
    assert made.clears == ()
    assert of_reversal(made, facts, ("ada", "ben")) == ()
    assert any("exported" in sentence for sentence in made.cannot_undo)


def test_what_a_list_found_as_well_stays() -> None:
    """And needs no other ground."""
    facts = beside(noticed(1, "mem_list"), banked=entries(entry("mem_1", 0)))
    made = plan_reversal(facts)
    assert (made.overturned, made.kept, made.regrounds) == (("dec_0",), ("dec_1",), ())
    assert of_reversal(made, facts, ("ada", "ben")) == ()


def test_what_another_decision_supports_stays_and_what_came_of_it_rests_on_that_one() -> None:
    """P11: it ends with the last of them, and not before."""
    facts = beside(noticed(1, "mem_1"), banked=entries(entry("mem_1", 0, 9)))
    made = plan_reversal(facts)

    assert (made.overturned, made.unbanks.out) == (("dec_0",), ())
    assert [each.member.id for each in made.unbanks.stays] == ["mem_1"]
    assert made.regrounds == (("dec_1", "dec_9"),)
    assert of_reversal(made, facts, ("ada", "ben")) == ()


def test_what_lost_its_entry_before_has_lost_its_ground() -> None:
    """P11: for those that follow in the background; an entry that stands keeps them."""
    gone = frozenset({DecisionId("dec_0")})
    for left, expected in (((), ("dec_1",)), ((9,), ())):
        facts = known(carried(0), items=(noticed(1, "mem_1"),), banked=entries(entry("mem_1", *left)))
        assert lost(replace(facts, roots=(), reversed_before=gone)) == expected


@pytest.mark.parametrize("change", [
    lambda made: replace(made, unbanks=replace(made.unbanks, out=())),
    lambda made: replace(made, unbanks=replace(made.unbanks, ends=())),
    lambda made: replace(made, unbanks=replace(made.unbanks, out=(*made.unbanks.out, entry("mem_2", 9)))),
    lambda made: replace(made, overturned=("dec_0",)),
])  # fmt: skip
def test_the_charter_refuses_to_leave_an_entry_behind(change: Any) -> None:
    """Each way in which a reversal could forget one, or take one too many."""
    facts = beside(noticed(1, "mem_1"), banked=entries(entry("mem_1", 0), entry("mem_2", 9)))
    broken = of_reversal(change(plan_reversal(facts)), facts, ("ada", "ben"))
    assert "P11" in {breach.promise for breach in broken}
