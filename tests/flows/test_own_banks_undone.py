"""Entries of the operator's own banks around a decision that is taken back, and changed by hand in the database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

import make
from answering import ADA, BEA, CYD, Office
from flows.test_own_banks import OWN, C, alone, copy, found, grounds, inside, noticed, reverse, signals, twice
from make import Home, photo
from tutela.adapters.db.banked_records import entries_of_banks
from tutela.adapters.db.banked_tables import entry_grounds
from tutela.adapters.db.copies import DatabaseCopies
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.banks import SignalType
from tutela.core.findings import Decider
from tutela.core.ids import DecisionId
from tutela.core.plans import Answer
from tutela.core.roles import Role
from tutela.flows.keep_banks import NewMember
from tutela.flows.tell_plan import undone_told

WINDOW = 10


@pytest.fixture
def office(database_url: str, tmp_path: Path, scanner: ChildScanner) -> Iterator[Office]:
    """Yield a house with a window of ten seconds; what is stored agrees with its audit at the end."""
    with make.house(tmp_path, scanner, url=database_url, undo_seconds=WINDOW) as built:
        yield Office(built)
        assert built.house.verify().breaches == ()


def settled(office: Office) -> None:
    """Let the windows of what was done before end."""
    office.home.clock.advance(seconds=WINDOW + 1)


def answered_twice(office: Office) -> str:
    """Have two people find it, and return the second answer."""
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION)
    settled(office)
    return office.decide(BEA, case.id, C.VIOLATION).stored.answer.id


def test_taking_an_answer_back_takes_its_entries_out(office: Office) -> None:
    """With what a machine has made of them meanwhile; and answered so by somebody else, they are there again."""
    answer = answered_twice(office)
    assert len(inside(office)) == 4
    alone(office)
    assert copy(office) is Answer.HOLD
    told = undone_told(office.home.house.take_back(Decider("per_bea"), answer))

    assert told["bank_entries"] == {"out": 4, "back": 0}
    assert (inside(office), office.home.is_absent("copy")) == (set(), False)
    assert all(ended for *_, ended in grounds(office))
    office.decide(CYD, office.case().id, C.VIOLATION)
    assert len(inside(office)) == 4


def test_taking_a_reversal_back_puts_its_entries_back(office: Office) -> None:
    """Under their own ids, resting on the decision that stands again, and looked up anew."""
    office.post(near=True)
    decision = found(office)
    alone(office)
    settled(office)
    before = grounds(office)
    done = reverse(office, decision)
    assert inside(office) == set()
    told = undone_told(office.home.house.take_back(Decider("per_dan"), done.changeset.decisions[0].id))

    assert told["bank_entries"] == {"out": 0, "back": 4}
    assert (len(inside(office)), sorted(grounds(office))) == (4, sorted(before))
    assert copy(office) is Answer.HOLD
    assert noticed(office)[OWN] == "near"
    settled(office)
    reverse(office, decision)
    assert (inside(office), office.home.answer("copy")) == (set(), Answer.PUBLISH)


@pytest.mark.both_databases
def test_what_the_operator_put_there_meanwhile_is_left_alone(office: Office) -> None:
    """It is there already; the others come back beside it."""
    office.post(near=True)
    decision = found(office)
    settled(office)
    done = reverse(office, decision)
    [value] = [value for kind, value in signals(office) if kind == "md5"]
    office.home.house.keep_banks.add(OWN, [NewMember(SignalType.MD5, value)])
    told = undone_told(office.home.house.take_back(Decider("per_dan"), done.changeset.decisions[0].id))

    assert told["bank_entries"] == {"out": 0, "back": 3}
    assert len(inside(office)) == 4
    settled(office)
    reverse(office, decision)
    assert inside(office) == {("md5", value)}


@pytest.mark.both_databases
def test_what_another_decision_supports_meanwhile_stays_when_one_is_taken_back(office: Office) -> None:
    """P11: the second answer of another case came in between."""
    office.post(near=True)
    office.home.submit("second", office.home.upload(photo("china", quality=60)), author="bob")
    parts = (("bob", Role.ACTOR),)
    office.decide(ADA, office.case("bob").id, C.VIOLATION, parts=parts)
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION)
    settled(office)
    answer = office.decide(BEA, case.id, C.VIOLATION).stored.answer.id
    office.decide(BEA, office.case("bob").id, C.VIOLATION, parts=parts)
    told = undone_told(office.home.house.take_back(Decider("per_bea"), answer))
    assert (told["bank_entries"], len(inside(office))) == ({"out": 0, "back": 0}, 4)


TAMPERED = {
    "ground gone": "DELETE FROM entry_grounds WHERE ended_by IS NULL",
    "ground of another decision": "UPDATE entry_grounds SET decision_id = (SELECT min(id) FROM decisions)",
    "ground that nobody gave": (
        "INSERT INTO entry_grounds SELECT id, (SELECT min(id) FROM decisions), NULL FROM members "
        "WHERE id NOT IN (SELECT member_id FROM entry_grounds)"
    ),
    "ended by nobody": "UPDATE entry_grounds SET ended_by = (SELECT max(id) FROM decisions) WHERE ended_by IS NULL",
    "stands again by hand": "UPDATE entry_grounds SET ended_by = NULL",
    "in the bank again by hand": "UPDATE members SET is_active = TRUE, value = id WHERE NOT is_active",
    "one person behind it": "UPDATE settlements SET people = 1",
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_what_entries_rest_on_changed_by_hand_shows(home_anywhere: Home, name: str) -> None:
    """P3, P9, P11: one decision stands, another one is overturned; on each database."""
    office = Office(home_anywhere)
    office.post(near=True)
    overturned = found(office)
    office.home.list((SignalType.MD5, "ab" * 16), name="hotline")
    reverse(office, DecisionId(overturned))
    office.home.submit("other", office.home.upload(photo("china", quality=60)), author="bob")
    if office.home.answer("other") is Answer.PUBLISH:  # cleared: it is no news until another list says so
        office.home.list(make.pdq(office.home.upload(photo("china"))), name="second")
        office.home.house.match_late()
    found(office, "bob")
    assert office.home.house.verify().breaches == ()
    with office.home.house.engine.begin() as connection:
        assert connection.execute(text(TAMPERED[name])).rowcount

    assert {"P3", "P9", "P11"} & {breach.promise for breach in office.home.house.verify().breaches}


@pytest.mark.both_databases
def test_a_copy_of_rows_holds_what_entries_rest_on(
    new_database: Callable[[], str], tmp_path: Path, scanner: ChildScanner
) -> None:
    """Of what stands and of what is overturned; and the audit agrees with it there as well."""
    saved = tmp_path / "saved"
    saved.mkdir()
    with make.house(tmp_path / "here", scanner, url=new_database()) as built:
        office = Office(built)
        first, _ = twice(office)
        reverse(office, first)
        told = grounds(office)
        copied = DatabaseCopies(built.house.engine, tmp_path / "heads.jsonl").copy_out(saved, as_rows=True)
    with make.database(new_database()) as other:
        DatabaseCopies(other.engine, tmp_path / "other.jsonl").copy_in(saved, copied)
        with other.engine.connect() as connection:
            assert sorted(tuple(row) for row in connection.execute(select(entry_grounds))) == sorted(told)
        assert [breach for page in entries_of_banks(other.engine) for breach in page] == []
    assert len({ended is None for *_, ended in told}) == 2
