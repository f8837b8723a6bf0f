"""The rota and pages from the command line."""

from datetime import UTC, datetime, timedelta

from cli.place import Place


def test_somebody_is_put_on_call_and_taken_off(place: Place) -> None:
    """What is wrong is one line with what to do; the exit status says whether anybody is on call."""
    grace = place.call("person", "create", "grace", "--role", "reviewer", "--json").json["id"]
    begun = datetime.now(UTC) + timedelta(hours=1)
    times = [each.strftime("%Y-%m-%dT%H:%M") for each in (begun, begun + timedelta(hours=8))]
    added = place.call("rota", "add", grace, *times, "--zone", "Europe/Berlin", "--json").json
    shown = place.call("rota", "list", "--json").json
    now = place.call("rota", "now")
    wrong = place.call("rota", "add", grace, *reversed(times))
    reached = place.call("rota", "reach", grace, "--email", "grace@tutela.example")
    removed = place.call("rota", "remove", added["id"])

    assert (added["person"], added["zone"]) == (grace, "Europe/Berlin")
    assert shown["shifts"] == [], "who has never come in could not acknowledge anything"
    assert shown["gaps"]
    assert (now.status, now.out) == (1, "on call: nobody\n")
    assert (wrong.status, "a shift ends after it starts" in wrong.err) == (1, True)
    assert (reached.status, "grace@" in reached.out) == (0, False)
    assert removed.status == 0
    assert place.call("rota", "remove", added["id"]).status == 1
    assert place.call("rota", "reach", grace).status == 2
    assert not place.call("checklist", "--json").json["somebody_on_call"]
    assert place.call("audit", "verify").status == 0


def test_pages_are_listed_and_acknowledged_and_a_channel_is_missed(place: Place) -> None:
    """Without a channel no page gets out, and the test says so."""
    place.call("person", "create", "ada", "--administrator")
    tested = place.call("page", "test")
    none = place.call("page", "acknowledge", "pag_none")

    assert place.call("page", "list").out == "nobody is in danger that we know of\n"
    assert (tested.status, tested.out) == (1, "no channel is set up: no page gets out\n")
    assert (none.status, "There is no page of that identifier" in none.err) == (1, True)
