"""`tutela decision`: shown, refused in a sentence, made, read and reversed, beside no server."""

import pytest

from cli.place import Place
from make import at_home, submission
from tutela.bootstrap import build
from tutela.config import Settings

LESSER = (
    "limit_reach", "de_emphasise", "cover", "age_gate", "withhold", "disable_actions", "warn", "block_posting",
    "read_only", "lock_until_verified",
)  # fmt: skip
ON_ITEMS = {"limit_reach", "de_emphasise", "cover", "age_gate", "withhold", "disable_actions"}
NEEDED = {
    "withhold": ("--country", "FR", "--legal-basis", "an order"),
    "disable_actions": ("--action", "reply"),
    "lock_until_verified": ("--verification", "phone"),
}


@pytest.fixture(autouse=True)
def posted(place: Place) -> None:
    """Make an installation with one item."""
    house = build(Settings(var=place.folder / "var"))
    house.feed_indexes()
    at_home(house).submit_all(submission("post-1", author="u1"))
    house.close()


def made(clause: str, *words: str) -> tuple[str, ...]:
    """Return the command that decides."""
    return ("decision", "make", "--clause", clause, "--code", "found", "--by", "ada", "--json", *words)


@pytest.mark.parametrize("lesser", LESSER)
def test_each_lesser_measure_is_refused_with_its_sentence(place: Place, lesser: str) -> None:
    """The command line decides by the same rules as the API."""
    on = "item:post-1" if lesser in ON_ITEMS else "account:u1"
    needed = NEEDED.get(lesser, ())
    done = place.call(*made("cse.depiction", "--account", "u1=actor", "--measure", f"{lesser}:{on}", *needed))

    assert done.status == 1
    assert lesser in done.err
    assert "cse.depiction" in done.err


def test_a_decision_is_shown_made_read_and_reversed(place: Place) -> None:
    """A dry run writes nothing; a reversal ends what was granted."""
    words = made("house.spam", "--account", "u1=actor", "--measure", "limit_reach:item:post-1")
    shown = place.call(*words, "--dry-run")
    assert (shown.status, shown.json["decision"]) == (0, None), shown.err
    assert "would be granted: limit_reach on item post-1" in shown.err

    done = place.call(*words)
    assert done.status == 0, done.err
    decision = done.json["decision"]
    assert place.call("decision", "show", decision, "--json").json["id"] == decision

    undone = place.call("decision", "reverse", decision, "--code", "mistaken", "--by", "bo", "--json")
    assert undone.status == 0, undone.err
    assert "limit_reach" in {each["kind"] for each in undone.json["ends"]}
    again = place.call("decision", "reverse", decision, "--code", "mistaken", "--by", "bo", "--json")
    assert again.status == 1
    assert "reversed" in again.err


@pytest.mark.parametrize(
    "words",
    [
        ("--account", "u1"),
        ("--account", "u1=villain"),
        ("--measure", "limit_reach:item"),
        ("--measure", "frown:item:post-1"),
        ("--measure", "limit_reach:item:never-posted"),
        ("--measure", "suspend:account:u1", "--until", "soon"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(place: Place, words: tuple[str, ...]) -> None:
    """With what would."""
    done = place.call(*made("house.spam", *words))

    assert done.status == 1
    assert len(done.messages) <= 2


def test_one_person_is_one_however_the_name_is_written(place: Place) -> None:
    """P3: what takes two is not done by the same one in other letters."""
    words = made("cse.commentary", "--account", "u1=actor", "--measure", "quarantine:item:post-1")
    done = place.call(*words, "--measure", "suspend:account:u1")
    assert done.status == 0, done.err
    reverse = ("decision", "reverse", done.json["decision"], "--code", "mistaken", "--json", "--by")
    tries = [place.call(*reverse, name) for name in ("Ada", " ADA ", "ada", "bo")]

    assert [each.status for each in tries] == [0] * 4
    assert [each.json["reversal"] is None for each in tries] == [True, True, True, False]
    assert tries[0].json["proposal"] == tries[2].json["proposal"]
    assert place.call(*reverse[:-1], "--by", " ").status == 1
