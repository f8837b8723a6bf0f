"""One read for a page of anything, and none for what is always allowed."""

from contextlib import AbstractContextManager

import pytest

from make import Home, submission
from tutela.core.choices import ChoiceKind
from tutela.core.onlookers import Onlooker
from tutela.errors import DatabaseBusy
from tutela.flows.keep_choices import Wish
from tutela.flows.permit import Permit, Towards, Wanted
from tutela.flows.show import Look
from tutela.ports.store import Reader


class Unreadable:
    """A database that cannot be read."""

    def read(self) -> AbstractContextManager[Reader]:
        """Say so."""
        raise DatabaseBusy


def test_a_page_of_any_size_takes_the_same_number_of_statements(home_anywhere: Home, statements: list[str]) -> None:
    """For whoever looks without an account, and for a viewer with choices of every kind."""
    home, counts = home_anywhere, []
    home.submit("page-0", text="first", tags=("lake",))
    batch = [submission(f"page-{n}", author=f"writer-{n}", text="x", contains=("page-0",)) for n in range(1, 400)]
    home.submit_all(*batch)
    wishes = [Wish(ChoiceKind.MUTE_WORD, "noise"), Wish(ChoiceKind.MUTE_ACCOUNT, "writer-9")]
    home.house.keep_choices.put("viewer", wishes)
    for size in (1, 399):
        items, accounts = (tuple(f"{noun}-{n}" for n in range(1, size + 1)) for noun in ("page", "writer"))
        looks = [Look(Onlooker(), "home", items), Look(Onlooker("viewer"), "home", items, accounts)]
        for look in looks:
            statements.clear()
            shown = home.house.show(look)
            counts.append(len(statements))
            assert (len(shown.items), shown.unknown) == (size, ())

    assert counts[:2] == counts[2:]
    assert counts[0] <= 3
    assert counts[1] <= 7


def test_a_deed_takes_few_statements_whatever_it_uses(home_anywhere: Home, statements: list[str]) -> None:
    """Both accounts, the item, and all that is used."""
    home = home_anywhere
    home.submit("done-to", text="x")
    statements.clear()

    assert home.house.permit(Wanted(Onlooker("doer"), "reply", item="done-to", towards=Towards("alice"))).is_allowed
    assert len(statements) <= 5


def test_the_ways_to_be_heard_are_open_while_the_database_cannot_be_read(home: Home) -> None:
    """Nothing in force could take them away, so nothing is read; everything else is not known, and never guessed."""
    permit = Permit(Unreadable(), home.clock, home.house.effects)

    for verb in ("appeal", "report", "get_help", "read_statements"):
        assert permit(Wanted(Onlooker("doer"), verb)).is_allowed
    with pytest.raises(DatabaseBusy):
        permit(Wanted(Onlooker("doer"), "post"))
