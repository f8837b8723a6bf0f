"""`tutela golden` and `tutela agreement`: marked, listed, withdrawn and counted, beside no server."""

from cli.place import Place
from cli.test_case import opened as opened  # noqa: PLC0414  # a fixture

ANSWER = ("--conclusion", "no_violation")


def test_a_case_is_marked_listed_and_withdrawn(place: Place, opened: str) -> None:
    """Only once it is decided; and whoever keeps them sees what is held to be right."""
    mark = ("golden", "mark", opened, *ANSWER, "--reason", "as the agency confirmed", "--by", "Ada")
    refused = place.call(*mark)
    assert (refused.status, "only a case that is decided" in refused.err) == (1, True)
    place.call("case", "claim", opened, "--by", "Bo")
    answered = place.call("case", "answer", opened, *ANSWER, "--code", "seen", "--by", "Bo", "--json")
    assert answered.status == 0, answered.err
    golden = place.call(*mark, "--json").json
    assert (golden["case"], golden["by"]) == (opened, "name:ada")
    assert [each["id"] for each in place.call("golden", "list", "--json").json] == [golden["id"]]
    assert "no_violation" in place.call("golden", "list").out
    gone = place.call("golden", "withdraw", golden["id"], "--reason", "it was wrong", "--by", "Cy")
    assert gone.out == f"{golden['id']} is withdrawn\n"
    assert place.call("golden", "list").out == "there is none\n"
    assert len(place.call("golden", "list", "--withdrawn", "--json").json) == 1


def test_figures_are_told_as_they_are(place: Place, opened: str) -> None:
    """None yet; and of which time, and what became of what was drawn."""
    assert opened
    shown = place.call("agreement")
    assert shown.out == (
        "nobody has answered beside anybody\nsamples: 0 drawn, 0 waiting, 0 agreed, 0 differed, 0 unseen\n"
    )
    told = place.call(
        "agreement", "--count", "reviewer", "--since", "2026-01-01", "--until", "2026-03-01", "--json"
    ).json
    assert (told["figures"], told["since"][:10]) == ([], "2026-01-01")
