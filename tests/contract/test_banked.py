"""Entries that decisions made, on both databases: what they rest on, what ends that, and who comes too late."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

import make
from make import Desk
from tutela.core.banks import Bank, Member
from tutela.core.plans import Source
from tutela.errors import Conflict
from tutela.ports.banking import EntryGround, GroundEnd, Reground
from tutela.ports.decisions import Decision
from tutela.ports.index import IndexName


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def by_hand() -> Decision:
    """Return a decision of a person."""
    return make.decision(source=Source.PERSON, is_automated=False, decided_by="per_ada")


def entered(desk: Desk, *decisions: Decision) -> tuple[Bank, Member]:
    """Enter one signal that rests on *decisions*."""
    bank = make.bank()
    member = make.member(bank)
    grounds = tuple(EntryGround(member.id, each.id) for each in decisions)
    desk.commit(banks=(bank,), members=(member,), decisions=decisions, entry_grounds=grounds)
    return bank, member


def resting(desk: Desk, member: Member) -> set[str]:
    """Return what an entry rests on by now."""
    with desk.store.read() as reader:
        return {str(each) for each in reader.banked([member.id])[member.id].rests_on}


def test_an_entry_is_read_by_its_id_and_by_what_it_rests_on(desk: Desk) -> None:
    """Whatever else there is; one that nobody's decision made is none."""
    one, two = by_hand(), by_hand()
    bank, member = entered(desk, one, two)
    other = make.member(bank)
    desk.commit(members=(other,))
    with desk.store.read() as reader:
        found = reader.banked_by([one.id])
        assert (found, reader.banked_by([make.decision().id])) == (reader.banked([member.id, other.id]), {})
        assert found[member.id].member == member
        assert (found[member.id].bank_name, found[member.id].rests_on) == (bank.name, {one.id, two.id})
        assert reader.members_by_id([other.id, member.id]).keys() == {other.id, member.id}


def test_what_it_rests_on_ends_once(desk: Desk) -> None:
    """Of two who end the same, the second plans again, and nothing of theirs is written."""
    one, two, undoing = by_hand(), by_hand(), by_hand()
    _, member = entered(desk, one, two)
    end = GroundEnd(member.id, one.id, undoing.id)
    desk.commit(decisions=(undoing,), ground_ends=(end,))
    assert resting(desk, member) == {two.id}
    again = by_hand()
    with pytest.raises(Conflict):
        desk.commit(decisions=(again,), ground_ends=(replace(end, by=again.id),))
    with desk.store.read() as reader:
        assert reader.decisions([again.id]) == {}
        assert reader.banked_by([one.id]) == {}


@pytest.mark.parametrize("what", ["rests on more", "rests on less", "is taken out"])
def test_whoever_relies_on_an_entry_as_it_was_plans_again(desk: Desk, what: str) -> None:
    """How many decisions it rests on, and that it is there, is compared when it is written."""
    one, two, more = by_hand(), by_hand(), by_hand()
    _, member = entered(desk, one, two)
    desk.commit(expects_entries={member.id: 2}, checkpoints={"x": 1})
    if what == "rests on more":
        desk.commit(decisions=(more,), entry_grounds=(EntryGround(member.id, more.id),))
    elif what == "rests on less":
        desk.commit(decisions=(more,), ground_ends=(GroundEnd(member.id, one.id, more.id),))
    else:
        desk.commit(member_removals=(member,))
    with pytest.raises(Conflict):
        desk.commit(expects_entries={member.id: 2}, checkpoints={"x": 2})
    with desk.store.read() as reader:
        assert reader.checkpoint("x") == 1


def test_an_operators_entry_rests_on_nothing(desk: Desk) -> None:
    """It is expected to: one that is gone by then is entered anew."""
    bank = make.bank()
    member = make.member(bank)
    desk.commit(banks=(bank,), members=(member,))
    desk.commit(expects_entries={member.id: 0}, checkpoints={"x": 1})
    desk.commit(member_removals=(member,))
    with pytest.raises(Conflict):
        desk.commit(expects_entries={member.id: 0}, checkpoints={"x": 2})


def test_what_comes_back_is_there_under_its_own_id_and_is_fed_again(desk: Desk) -> None:
    """And whoever planned before that plans again; where the same is there already, nothing is put back."""
    bank, member = entered(desk, by_hand())
    desk.commit(member_removals=(member,))
    with desk.store.read() as reader:
        seq = reader.feed_seq(IndexName.KNOWN)
        assert reader.members(bank.id) == []
    desk.commit(member_returns=(member,))
    with desk.store.read() as reader:
        assert [hit.member.id for _, hit in reader.members_since(seq, 10)] == [member.id]
    with pytest.raises(Conflict):
        desk.commit(expects_known_seq=seq, checkpoints={"x": 1})
    desk.commit(member_removals=(member,))
    desk.commit(members=(make.member(bank, member.value),))
    with pytest.raises(Conflict):
        desk.commit(member_returns=(member,))


def test_a_decision_rests_on_one_more_and_on_each_once(desk: Desk) -> None:
    """Whoever overturns that one meanwhile plans again: more rests on it."""
    ground, more = by_hand(), by_hand()
    derived = make.decision(rests_on=(ground.id,))
    desk.commit(decisions=(ground, more))
    desk.commit(decisions=(derived,))
    for _ in range(2):
        desk.commit(regrounds=(Reground(derived.id, more.id),))
    with desk.store.read() as reader:
        assert set(reader.decisions([derived.id])[derived.id].rests_on) == {ground.id, more.id}
    with pytest.raises(Conflict):
        desk.commit(expects_dependents={more.id: 0}, checkpoints={"x": 1})
