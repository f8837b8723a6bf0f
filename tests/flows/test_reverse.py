"""Reverse decisions over real databases: the rest stays as it was, two people where it is grave, and what followed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from flows.test_decide import ACTOR, ADA, BEN, K, account_of, answer, asked, decisions, item_of, measures, on
from make import Home, md5, pdq, photo
from tutela.core.banks import SignalType
from tutela.core.cases import CaseReason
from tutela.core.findings import Decider, Facts
from tutela.core.ids import AccountId, ClauseId, DecisionId
from tutela.core.measures import Subject
from tutela.core.plans import Answer
from tutela.core.policy import Material, Verification
from tutela.core.reversals import Reversal
from tutela.core.statements import StatementCode
from tutela.errors import AlreadyReversed, BadInput, UnknownDecision
from tutela.flows import trace
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.flows.reverse import Reversed

DAY = timedelta(days=1)
WRONG = Facts("mistaken", "It is a landscape")


def reverse(home: Home, decision_id: DecisionId, by: Decider = ADA) -> Reversed:
    """Have somebody reverse a decision."""
    return home.house.reverse(Reversal(decision_id, WRONG, by))


def by_two(home: Home, decision_id: DecisionId) -> Reversed:
    """Have two people reverse a decision."""
    reverse(home, decision_id)
    return reverse(home, decision_id, BEN)


def found(home: Home, name: str = "post", account: str = "alice") -> DecisionId:
    """Have a person find that an item is what a clause of the twelve forbids, and its author the actor."""
    parts = ((account, ACTOR[0][1]),)
    made = home.house.decide(asked(*answer(name, account), clause="cse.depiction", parts=parts))
    return made.decision.id


def test_reversing_restores_exactly_the_rest(home_anywhere: Home) -> None:
    """Two decisions hold the same kinds on the same account: undoing one leaves the other whole."""
    home = home_anywhere
    home.submit("post", author="alice", text="buy now")
    first = home.house.decide(asked(on("item", "post", K.REMOVE), on("account", "alice", K.READ_ONLY), parts=ACTOR))
    before = {m.id for m in measures(home, account_of(home, "alice"))}
    second = home.house.decide(
        asked(on("account", "alice", K.READ_ONLY), on("item", "post", K.HOLD), clause="house.conduct", parts=ACTOR)
    )
    seen = home.house.reverse.foresee(second.decision.id)
    done = reverse(home, second.decision.id)

    assert done.foreseen.plan == seen.plan
    assert not seen.plan.needs_two
    assert {m.id for m in seen.plan.stays} >= {m.id for m in first.written.measures if m.kind is K.READ_ONLY}
    assert {m.id for m in measures(home, account_of(home, "alice"))} == before
    assert home.kinds(item_of(home, "post")) == {"remove"}
    assert home.answer("post") is Answer.REFUSE
    assert [s.decision_id for s in seen.plan.strikes] == [second.decision.id]
    reverse(home, first.decision.id)
    assert home.kinds(account_of(home, "alice")) == home.kinds(item_of(home, "post")) == set()
    assert home.answer("post") is Answer.PUBLISH
    assert home.house.verify().breaches == ()


def test_a_decision_is_reversed_once_and_a_reversal_never(home: Home) -> None:
    """The second time it is told by which decision; what does not exist is not there."""
    home.submit("post", author="alice", text="buy now")
    made = home.house.decide(asked(on("item", "post", K.LIMIT_REACH)))
    done = reverse(home, made.decision.id)
    for again in (home.house.reverse.foresee, lambda decision_id: reverse(home, decision_id)):
        with pytest.raises(AlreadyReversed) as caught:
            again(made.decision.id)
        assert done.changeset.decisions[0].id in (caught.value.remedy or "")
    with pytest.raises(BadInput, match="reversal itself"):
        reverse(home, done.changeset.decisions[0].id)
    with pytest.raises(UnknownDecision):
        reverse(home, DecisionId("dec_none"))


def test_a_quarantine_takes_two_different_people(home_anywhere: Home) -> None:
    """P3: the first call is a proposal, the same person's second one as well; another's does it."""
    home = home_anywhere
    home.submit("post", home.upload(photo()), author="alice")
    decision_id = found(home)
    first, again = reverse(home, decision_id), reverse(home, decision_id)

    assert first.proposal is not None
    assert first.proposal == again.proposal
    assert (first.proposal.by, first.proposal.at) == (ADA.id, home.clock.now())
    assert "quarantine" in home.kinds(item_of(home, "post"))
    home.clock.advance(hours=1)
    done = reverse(home, decision_id, BEN)
    assert done.proposal is None
    assert home.kinds(item_of(home, "post")) == home.kinds(account_of(home, "alice")) == set()
    assert home.answer("post") is Answer.PUBLISH
    assert home.house.verify().breaches == ()


@pytest.mark.parametrize("listed", [md5, pdq])
def test_what_a_match_supports_takes_two_and_is_not_raised_again_by_the_same_facts(
    home: Home, listed: Callable[..., tuple[SignalType, str | None]]
) -> None:
    """The account is free, the case closed, the item published; what the same list says of it is no news."""
    picture = home.upload(photo())
    home.list(listed(picture), verification=Verification.SEVERAL_ANALYSTS)
    sealed = home.submit("post", picture, author="alice")
    assert sealed.decision_id is not None
    seen = home.house.reverse.foresee(sealed.decision_id)
    by_two(home, sealed.decision_id)
    home.house.match_late()
    home.house.reconsider([picture.id])

    assert "a match supports the suspicion" in seen.plan.needs_two
    assert home.kinds(account_of(home, "alice")) == home.kinds(Subject.media(picture.id)) == set()
    assert (home.answer("post"), home.is_absent("post")) == (Answer.PUBLISH, False)
    with home.house.store.read() as reader:
        assert reader.open_case_count() == 0
    assert home.submit("again", picture, author="bob").answer is Answer.PUBLISH
    assert home.house.verify().breaches == ()


def test_what_rested_on_a_finding_ends_with_it(home_anywhere: Home) -> None:
    """P11: identical and near copies, of others, are published again; each by a decision of its own."""
    home = home_anywhere
    home.submit("post", home.upload(photo()), author="alice")
    decision_id = found(home)
    home.house.feed_indexes()
    home.submit("same", home.upload(photo()), author="bob")
    home.submit("near", home.upload(photo(quality=60)), author="carol")
    seen = home.house.reverse.foresee(decision_id)
    done = by_two(home, decision_id)
    home.house.feed_indexes()

    assert len(seen.plan.overturned) == 3
    assert {home.answer(name) for name in ("post", "same", "near")} == {Answer.PUBLISH}
    assert not any(home.is_absent(name) for name in ("post", "same", "near"))
    assert {each.reverses for each in done.changeset.decisions} == set(seen.plan.overturned)
    assert home.submit("later", home.upload(photo()), author="dora").answer is Answer.PUBLISH
    assert home.house.verify().breaches == ()


def test_what_stands_on_something_else_stays(home: Home) -> None:
    """Another finding about the same media, or a list that knows the item itself."""
    picture = home.upload(photo())
    for name, author in (("one", "alice"), ("two", "bob")):
        home.submit(name, picture, author=author)
    first, second = found(home, "one", "alice"), found(home, "two", "bob")
    home.submit("carried", picture, author="carol")
    [item] = decisions(home, *_decided(home, "carried"))
    seen = home.house.reverse.foresee(first)
    by_two(home, first)

    assert set(item.rests_on) == {first, second}
    assert seen.plan.kept == (item.id,)
    assert home.is_absent("carried")
    assert home.answer("one") is Answer.REFUSE  # its media is sealed by the other finding
    home.list(md5(picture), verification=Verification.OWN)
    home.house.match_late()
    by_two(home, second)
    assert home.is_absent("carried")
    assert home.house.verify().breaches == ()


def _decided(home: Home, name: str) -> set[DecisionId]:
    return {measure.decision_id for measure in measures(home, item_of(home, name))}


def test_more_than_one_transaction_holds_is_undone_in_the_background(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what came of it is the same."""
    monkeypatch.setattr("tutela.flows.follow_reversals.CHUNK_DECISIONS", 3)
    monkeypatch.setattr(trace.trace, "__kwdefaults__", {"at_once": 2})
    picture = home.upload(photo())
    home.submit("post", picture, author="alice")
    decision_id = found(home)
    for number in range(9):
        home.submit(f"carried-{number}", picture, author=f"user-{number}")
    seen = home.house.reverse.foresee(decision_id)
    by_two(home, decision_id)

    assert any("in the background" in each for each in seen.plan.cannot_undo)
    assert home.house.follow_reversals() == 7
    assert home.house.follow_reversals() == 0
    assert not any(home.is_absent(f"carried-{number}") for number in range(9))
    assert {home.answer(f"carried-{number}") for number in range(9)} == {Answer.PUBLISH}
    assert home.house.verify().breaches == ()


def test_one_person_undoes_what_one_person_held_with_its_carriers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """No match and nothing sealed: at once, and in the background."""
    monkeypatch.setattr(trace.trace, "__kwdefaults__", {"at_once": 1})
    picture = home.upload(photo())
    home.submit("post", picture, author="alice")
    made = home.house.decide(asked(on("media", picture.id, K.HOLD)))
    for number in range(3):
        home.submit(f"carried-{number}", picture, author=f"user-{number}")
    assert home.is_absent("carried-2")
    done = reverse(home, made.decision.id)
    home.house.follow_reversals()

    assert done.proposal is None
    assert not any(home.is_absent(name) for name in ("post", "carried-0", "carried-1", "carried-2"))
    assert {home.answer(f"carried-{number}") for number in range(3)} == {Answer.PUBLISH}
    assert home.house.verify().breaches == ()


def test_whoever_it_was_about_is_told_that_it_was_undone(home: Home) -> None:
    """P8; and what was told before is said not to be undone."""
    home.submit("post", author="alice", text="buy now")
    made = home.house.decide(asked(on("item", "post", K.REMOVE), parts=ACTOR))
    home.clock.advance(hours=1)
    seen = home.house.reverse.foresee(made.decision.id)
    reverse(home, made.decision.id)
    with home.house.store.read() as reader:
        account = reader.accounts_by_platform_id(["alice"])["alice"].id
        told = [each.code for each in reader.statements_told(account, home.clock.now(), 10)]

    assert told[0] is StatementCode.DECISION_REVERSED
    assert any("told already" in each for each in seen.plan.cannot_undo)
    assert any("that time is not given back" in each for each in seen.plan.cannot_undo)


def test_what_nobody_could_look_at_is_published_by_one_person(home: Home) -> None:
    """It is no suspicion."""
    picture = home.upload(b"not a picture at all" * 50)
    held = home.submit("post", picture, author="alice")
    assert held.answer is Answer.HOLD
    assert held.decision_id is not None
    done = reverse(home, held.decision_id)

    assert done.proposal is None
    assert home.answer("post") is Answer.PUBLISH


def test_what_a_machine_holds_beneath_what_is_undone_lies_before_a_person_again(home_anywhere: Home) -> None:
    """P11: its own case ended with the finding; when that is reversed nobody would be asked about the hold any more."""
    home = home_anywhere
    listed = home.upload(photo("china"))
    home.house.keep_banks.create(
        NewBank("intimate", ClauseId("adults.intimate"), Material.ADULT_INTIMATE, Verification.ONE_ANALYST, "test")
    )
    home.house.keep_banks.add("intimate", [NewMember(*md5(listed))])
    home.submit("post", listed, author="alice")
    assert home.kinds(item_of(home, "post")) >= {"hold"}
    made = home.house.decide(asked(on("item", "post", K.REMOVE), clause="adults.intimate"))
    alice = AccountId(account_of(home, "alice").id)
    with home.house.store.read() as reader:
        assert reader.open_cases([alice]) == {}
    for who in (ADA, BEN):
        with suppress(AlreadyReversed):  # by the first alone, where nothing was sealed
            reverse(home, made.decision.id, who)
    assert home.is_absent("post")
    with home.house.store.read() as reader:
        [case] = reader.open_cases([alice]).values()
        assert case.reason is CaseReason.DECISION_PENDING
        assert len(reader.all_case_items(case.id, 2)) == 1
    assert home.house.verify().breaches == ()
