"""The table of remedies: clause by part by evidence by how many work here, and the laws that it cannot break."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.found import policy
from tutela.core.measures import MeasureKind as K
from tutela.core.remedies import (
    ROWS,
    TABLE,
    Cell,
    Crew,
    Duty,
    Evidence,
    Remedy,
    Row,
    Second,
    Weight,
    WhyTwo,
    broken_laws,
    cell_of,
    cells,
    combinations,
    load,
    weight_of,
)
from tutela.core.roles import Role
from tutela.errors import Misconfigured

A, CONTENT, BEHAVIOUR, ORDINARY = Role.ACTOR, Weight.GRAVE_CONTENT, Weight.GRAVE_BEHAVIOUR, Weight.ORDINARY
E, DRAFT, DECIDE = Evidence, Duty.DRAFT, Duty.DECIDE
SUSPENDS, BANKS, FILES = WhyTwo.SUSPENDS, WhyTwo.BANKS, WhyTwo.FILES
SEALED, GONE, OUT, SAFE = (K.QUARANTINE,), (K.REMOVE,), (K.SUSPEND,), (K.PROTECT,)
BOTH, ALL = (SUSPENDS, FILES), (SUSPENDS, BANKS, FILES)

CASES = [
    ((CONTENT, A, E.VERIFIED_LIST), Remedy(SEALED, OUT, duty=DRAFT)),
    ((CONTENT, A, E.REVIEWED_HERE), Remedy(SEALED, OUT, duty=DRAFT, why_two=BOTH)),
    ((CONTENT, A, E.NOVEL), Remedy(SEALED, OUT, is_banked=True, duty=DRAFT, why_two=ALL)),
    ((CONTENT, A, E.NONE), Remedy(SEALED, OUT, duty=DRAFT, why_two=BOTH)),
    ((CONTENT, Role.DEPICTED, E.NOVEL), Remedy(SEALED, SAFE, is_banked=True, duty=DECIDE, why_two=(BANKS,))),
    ((CONTENT, Role.COERCED, E.VERIFIED_LIST), Remedy(SEALED, SAFE, duty=DECIDE)),
    ((CONTENT, Role.UNWITTING_CARRIER, E.REVIEWED_HERE), Remedy(SEALED, SAFE, duty=DECIDE)),
    ((CONTENT, Role.COMPROMISED, E.NONE), Remedy(SEALED, (K.PROTECT, K.LOCK_UNTIL_VERIFIED), duty=DECIDE)),
    ((BEHAVIOUR, A, E.VERIFIED_LIST), Remedy(SEALED, OUT, duty=DRAFT)),
    ((BEHAVIOUR, A, E.REVIEWED_HERE), Remedy(SEALED, OUT, duty=DRAFT, why_two=BOTH)),
    ((BEHAVIOUR, A, E.NOVEL), Remedy(GONE, OUT, duty=DRAFT, why_two=BOTH)),
    ((BEHAVIOUR, A, E.NONE), Remedy(GONE, OUT, duty=DRAFT, why_two=BOTH)),
    ((BEHAVIOUR, Role.MINOR_PEER, E.NONE), Remedy(GONE, SAFE, duty=DECIDE)),
    ((BEHAVIOUR, Role.REPORTER, E.REVIEWED_HERE), Remedy(SEALED, SAFE, duty=DECIDE)),
    ((ORDINARY, A, E.NOVEL), Remedy(GONE, has_strike=True)),
    ((ORDINARY, Role.DEPICTED, E.NONE), Remedy(GONE, SAFE)),
    ((ORDINARY, Role.NONE, E.VERIFIED_LIST), Remedy(GONE)),
]  # fmt: skip


@pytest.mark.parametrize(("key", "remedy"), CASES)
def test_each_combination_has_its_remedy(key: tuple[Weight, Role, Evidence], remedy: Remedy) -> None:
    """Named one by one, so that a change of the table is a change of this list."""
    assert TABLE[key] == remedy


def test_every_combination_is_answered_and_no_other() -> None:
    """Under the twelve an account without a part cannot be: nobody is left out."""
    assert set(TABLE) == set(combinations())
    assert len(TABLE) == 2 * 7 * 4 + 8 * 4
    assert not [key for key in TABLE if key[0].is_grave and key[1] is Role.NONE]


def test_what_the_table_asks_for_is_what_the_policy_allows() -> None:
    """For each clause of the twelve: nothing in a plan is refused because the table is wrong."""
    for clause in policy().zero_tolerance:
        for cell in (each for each in cells() if each.weight is weight_of(clause)):
            offered = {*clause.allowed, *clause.for_others}
            assert {kind.value for kind in (*cell.remedy.on_item, *cell.remedy.on_account)} <= offered, clause.id


@pytest.mark.parametrize("crew", Crew)
def test_who_gives_the_second_answer_depends_on_who_works_here(crew: Crew) -> None:
    """Somebody who works alone looks again a day later; a second person does wherever there is one."""
    two, one = (Cell(*key, TABLE[key]) for key in ((CONTENT, A, E.NOVEL), (CONTENT, A, E.VERIFIED_LIST)))

    assert two.second(crew) is (Second.LATER_OR_OUTSIDER if crew is Crew.SOLO else Second.COLLEAGUE)
    assert one.second(crew) is Second.NOBODY


def broken() -> Iterator[tuple[str, Cell]]:
    """Yield cells that break one law each."""
    actor = Cell(CONTENT, A, E.NOVEL, TABLE[CONTENT, A, E.NOVEL])
    helped = Cell(CONTENT, Role.COERCED, E.NONE, TABLE[CONTENT, Role.COERCED, E.NONE])
    yield "P2: what one", replace(actor, remedy=replace(actor.remedy, on_item=(K.COVER,)))
    yield "P2: an actor", replace(actor, remedy=replace(actor.remedy, on_account=(K.WARN,), why_two=(BANKS, FILES)))
    yield (
        "P2: whoever is no suspect loses",
        replace(helped, remedy=replace(helped.remedy, on_account=(K.PROTECT, K.READ_ONLY))),
    )
    yield "P2: whoever is no suspect is", replace(helped, remedy=replace(helped.remedy, on_account=()))
    yield "P2: a strike", replace(actor, remedy=replace(actor.remedy, has_strike=True))
    yield "P4", replace(helped, remedy=replace(helped.remedy, duty=Duty.NONE))
    yield "P11: only what an actor", replace(helped, remedy=replace(helped.remedy, duty=Duty.DRAFT, why_two=(FILES,)))
    yield "P11: only new material", replace(helped, remedy=replace(helped.remedy, is_banked=True, why_two=(BANKS,)))
    yield "P3: `suspends`", replace(actor, remedy=replace(actor.remedy, why_two=(BANKS, FILES)))
    yield "P3: `banks`", replace(actor, remedy=replace(actor.remedy, why_two=(SUSPENDS, FILES)))
    yield "P3: `files`", replace(actor, remedy=replace(actor.remedy, why_two=(SUSPENDS, BANKS)))
    listed = TABLE[CONTENT, A, E.VERIFIED_LIST]
    yield "P3: `suspends`", Cell(CONTENT, A, E.VERIFIED_LIST, replace(listed, why_two=(SUSPENDS,)))


@pytest.mark.parametrize(("law", "cell"), list(broken()))
def test_a_cell_that_breaks_a_law_is_found(law: str, cell: Cell) -> None:
    """Each law by a cell that breaks it, and only it."""
    found = list(broken_laws(cell))

    assert len(found) == 1
    assert found[0].startswith(law)


def test_a_table_that_breaks_a_law_does_not_load() -> None:
    """Nor one with a hole, or with two answers."""
    wrong = Row(ROWS[0].weights, ROWS[0].roles, ROWS[0].evidence, Remedy((K.QUARANTINE,), (K.WARN,), duty=Duty.DRAFT))
    for rows in ((wrong, *ROWS[1:]), ROWS[1:], (*ROWS, ROWS[0])):
        with pytest.raises(Misconfigured):
            load(rows)


def test_a_clause_finds_its_cell() -> None:
    """By its kind, and whether it is one of the twelve."""
    clauses = policy().clauses

    found = {name: cell_of(clauses[name], A, E.NONE) for name in ("cse.commentary", "cse.seeking", "house.spam")}  # type: ignore[index]  # names of clauses
    assert [cell.weight for cell in found.values() if cell] == [CONTENT, BEHAVIOUR, ORDINARY]
    assert cell_of(clauses["cse.seeking"], Role.NONE, E.NONE) is None  # type: ignore[index]  # names of clauses
