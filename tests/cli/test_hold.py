"""`tutela hold`: placed, extended, looked at, released, and told."""

from acceptance.served import Installation
from cli.place import Place
from evidence import beside

LETTER = ("--source", "police", "--reference", "14 Js 7/26", "--reason", "letter of today")


def test_a_hold_is_placed_extended_and_released_from_the_command_line(place: Place) -> None:
    """Each step with its reason; the year of the law aside, it ends when somebody says so."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    assert place.call("hold", "list").out.strip() == "nothing is held"
    with beside(Installation(place)) as house, house.receive_media.open() as reception:
        reception.write(b"\0\0\0\x20ftypisom" + bytes(5000))
        media = reception.finish().id

    placed = place.call("hold", "place", *LETTER, "--media", media, "--until", "2999-01-01", "--json").json
    assert (placed["state"], placed["contents"], placed["until"]) == ("active", 1, "2999-01-01T00:00:00+00:00")
    assert "2999-06-01" in place.call("hold", "extend", placed["id"], "2999-06-01", "--reason", "letter 8").out
    assert "never shortened" in place.call("hold", "extend", placed["id"], "2999-05-01", "--reason", "no").err
    assert (
        place.call("hold", "review", placed["id"], "2998-01-01", "--reason", "still wanted", "--as", "Ann").status == 0
    )
    assert "keeps nothing" in place.call("hold", "release", placed["id"], "--reason", "letter 9").out
    shown = place.call("hold", "show", placed["id"], "--json").json

    assert [each["step"] for each in shown["history"]] == ["placed", "extended", "reviewed", "released"]
    assert shown["keeps"] == [{"id": media, "part": "named"}]
    assert (shown["state"], place.call("hold", "list").out.strip()) == ("released", "nothing is held")
    assert placed["id"] in place.call("hold", "list", "--all").out
    assert place.call("audit", "verify").status == 0


def test_what_a_hold_lacks_is_said(place: Place) -> None:
    """Each in one line."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    nothing = place.call("hold", "place", *LETTER, "--until", "2999-01-01")
    unknown = place.call("hold", "place", *LETTER, "--until", "2999-01-01", "--media", "med_none")

    assert (nothing.status, unknown.status) == (1, 1)
    assert "names nothing" in nothing.err
    assert "med_none" in unknown.err
    assert place.call("hold", "show", "hld_none").status == 1
