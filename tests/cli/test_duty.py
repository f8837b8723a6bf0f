"""`tutela duty`: what is owed, from the finding to the reference of who took it, beside no server."""

import pytest

from cli.place import Place
from make import at_home, submission
from tutela.bootstrap import build
from tutela.config import Settings


@pytest.fixture
def case_id(place: Place) -> str:
    """Return a case that somebody has found, of an operator in the United States."""
    place.environment["TUTELA_UNDO_SECONDS"] = "0"  # what may still be taken back ends no case
    house = build(Settings(var=place.folder / "var"))
    house.feed_indexes()
    at_home(house).submit_all(submission("post-1", author="u1"))
    house.close()
    set_up = place.call("profile", "set", "--country", "US", "--user-regions", "US", "--services", "public")
    assert set_up.status == 0, set_up.err
    done = place.call(
        "decision", "make", "--clause", "cse.depiction", "--code", "found", "--by", "ada", "--json",
        "--account", "u1=actor", "--measure", "remove:item:post-1", "--measure", "lock_pending_decision:account:u1",
    )  # fmt: skip
    assert done.status == 0, done.err
    [owed] = place.call("duty", "list", "--json").json
    assert owed["must"] == "ncmec"
    return str(owed["case"])


def test_an_incident_is_described_taken_in_hand_and_filed(place: Place, case_id: str) -> None:
    """What must be told is not declined; a reference ends it."""
    shown = place.call("duty", "show", case_id)
    assert "ncmec" in shown.out
    assert "It must be told, and nobody has it." in shown.out

    refused = place.call("duty", "decline", case_id, "ncmec", "--by", "ada", "--reason", "late")
    assert refused.status == 1
    assert "must be told" in refused.err

    sheet = place.call("duty", "sheet", case_id, "--by", "ada", "--imagery", "real", "--child-in", "XX")
    assert (sheet.status, "places.children" in sheet.err) == (1, True)
    taken = place.call("duty", "take", case_id, "ncmec", "--by", "ada")
    assert "name:ada has it" in taken.out

    filed = place.call("duty", "filed", case_id, "ncmec", "--by", "ada", "--reference", "K-42")
    assert filed.status == 0, filed.err
    assert "filed: K-42" in filed.out
    assert "nothing is owed any more" in filed.out
    assert "nothing is owed" in place.call("duty", "list").out
    assert place.call("audit", "verify").status == 0


def test_counsel_confirms_the_table_that_is_used(place: Place, case_id: str) -> None:
    """The status is 1 until somebody has; another version is refused with the one to read."""
    assert case_id
    told = place.call("duty", "table", "--json")
    assert (told.status, told.json["confirmed"]) == (1, False)
    assert place.call("duty", "confirm", "1999", "--by", "ada").status == 1

    assert place.call("duty", "confirm", told.json["version"], "--by", "ada").status == 0

    assert place.call("duty", "table").status == 0
    assert "[x] duties_confirmed" in place.call("checklist").out
