"""People from the machine itself: the first administrator, and the way back in for the last."""

import json

from click.testing import CliRunner

from cli.place import Place
from tutela.cli import tutela
from tutela.core.permissions import StaffRole


def test_the_first_administrator_is_made_listed_and_may_begin_anew(place: Place) -> None:
    """The link is told once and stored nowhere; another one takes its place."""
    made = place.call("person", "create", "Ada", "--administrator", "--json").json
    shown = place.call("person", "list").out
    anew = place.call("person", "start-over", made["id"], "--json").json

    assert (made["login"], made["roles"]) == ("ada", ["administrator"])
    assert made["link"].startswith("http://localhost:8420/console/invitation/")
    assert made["link"] not in shown
    assert (made["id"] in shown, "invited" in shown) == (True, True)
    assert anew["link"] != made["link"]
    assert place.call("audit", "verify").status == 0


def test_roles_are_given_and_people_let_go_but_not_the_last_who_gives_roles(place: Place) -> None:
    """Each slip is one line, with what to do."""
    boss = place.call("person", "create", "boss", "--administrator", "--json").json["id"]
    grace = place.call("person", "create", "grace", "--role", "reviewer", "--role", "auditor", "--json").json["id"]
    other = place.call("person", "roles", grace, "--role", "senior_reviewer", "--json").json
    ended = place.call("person", "revoke", grace, "--sessions-only", "--json").json
    gone = place.call("person", "revoke", grace)
    again = place.call("person", "revoke", grace)
    last = place.call("person", "revoke", boss)

    assert other["roles"] == ["senior_reviewer"]
    assert ended == {"id": grace, "sessions_ended": 0}
    assert (gone.status, again.status, last.status) == (0, 1, 1)
    assert "nobody would be left who gives roles" in last.err
    assert [each["state"] for each in place.call("person", "list", "--json").json] == ["invited", "left"]


def test_a_person_without_a_role_is_asked_what_for(place: Place) -> None:
    """An account that may do nothing would be noticed too late."""
    done = place.call("person", "create", "ada")
    taken = [place.call("person", "create", "ada", "--role", "auditor").status for _ in range(2)]
    assert (done.status, "--administrator or --role" in done.err) == (2, True)
    assert taken == [0, 1]


def test_every_role_can_be_given() -> None:
    """The choices of the command are the table's."""
    told = CliRunner().invoke(tutela, ["person", "create", "--help"]).output.replace("\n", "")
    assert [role for role in StaffRole if role.value not in told.replace(" ", "")] == []


def test_no_key_is_given_what_is_for_people(place: Place) -> None:
    """Neither by the command, nor by what it is made of."""
    for scope in ("evidence", "metadata", "people"):
        assert place.call("key", "create", "forum", "--scope", scope).status == 2
    made = place.call("key", "create", "forum", "--scope", "audit", "--json")
    assert json.loads(made.out)["scopes"] == ["audit"]
