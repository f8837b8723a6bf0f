"""What strikes are stored as, on both databases."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

import make
from make import AT, Desk
from tutela.core.ids import AccountId, ClauseId
from tutela.core.strikes import Decay, DecayKind, Strike, count
from tutela.errors import Conflict
from tutela.ports.decisions import Decision

HOUSE = ClauseId("house.rule")


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def strike(of: AccountId, by: Decision, points: int = 2, clause: ClauseId = HOUSE) -> Strike:
    """Return a strike of a decision."""
    return Strike(by.id, of, clause, "house", points, AT, Decay(DecayKind.HALVES, 90))


def test_a_strike_comes_back_as_it_was_frozen(desk: Desk) -> None:
    """All of an account's and none of another's; an account without one is answered for as well."""
    one, other, none = make.account(), make.account(), make.account()
    first, second = make.decision(), make.decision()
    made = [strike(one.id, first), strike(one.id, second, 0), strike(other.id, first, 7)]
    desk.commit(accounts=(one, other, none), decisions=(first, second), strikes=tuple(made))

    with desk.store.read() as reader:
        found = reader.strikes([one.id, other.id, none.id])
    assert set(found[one.id]) == set(made[:2])
    assert found[other.id] == (made[2],)
    assert found[none.id] == ()


def test_reversing_the_decision_takes_its_strike_out_of_the_count(desk: Desk) -> None:
    """The strike stays as it is; who reads it sees which decision reversed its own."""
    account, kept, undone = make.account(), make.decision(), make.decision()
    desk.commit(
        accounts=(account,), decisions=(kept, undone), strikes=(strike(account.id, kept), strike(account.id, undone, 5))
    )
    reversal = make.decision(reverses=undone.id)
    desk.commit(decisions=(reversal,))

    with desk.store.read() as reader:
        found = reader.strikes([account.id])[account.id]
    assert count(found, AT) == 2
    assert {each.decision_id: each.reversed_by for each in found} == {kept.id: None, undone.id: reversal.id}


def test_the_database_itself_refuses_a_strike_under_one_of_the_twelve(desk: Desk) -> None:
    """Whatever code asks for it: under these the first finding already demands the account measure (P2)."""
    account, by = make.account(), make.decision()
    made = strike(account.id, by, clause=make.CLAUSE)

    with pytest.raises(Conflict):
        desk.commit(accounts=(account,), decisions=(by,), strikes=(made,))
    desk.commit(accounts=(account,), decisions=(by,), strikes=(replace(made, clause_id=HOUSE),))
