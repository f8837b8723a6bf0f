"""What is said of a condition with mistakes, word for word: the place, what was expected, and what to write instead.

`tests/golden/rule_messages.txt` holds the answers; running this file prints them anew, to be read before they are kept.
"""

from pathlib import Path

import pytest

from core.rule_strategies import VOCABULARY
from tutela.core.rules.check import check
from tutela.core.rules.problems import MAX_PROBLEMS, render
from tutela.errors import BadInput, RuleProblem

GOLDEN = Path(__file__).parents[1] / "golden" / "rule_messages.txt"

WRONG = [
    # how it is written
    "",
    "author.is_minor and",
    "author.is_minor recipient.is_minor",
    'event.kind = "message"',
    "1 < contact.sent < 5",
    'event.kind == "message" && author.is_minor',
    "author.is_minor AND recipient.is_minor",
    "author.is_minor if recipient.is_minor else false",
    "author.age_band is None",
    "contact.received == null",
    "contact.sent ** 2 > 4",
    "event.kind == “message”",
    'event.kind == "message',
    'event.kind == "a\\q"',
    'event.kind == f"message"',
    "contact.age > 24h",
    "contact.sent > 1_000",
    "contact.sent > 1234567890123456789",
    "text.links[0] == author.id",
    "(author.is_minor or recipient.is_minor",
    'event.kind in ["a" "b"]',
    "author.is_minor == not recipient.is_minor",
    'event.note == "\u202eabc"',
    "größe > 5",
    "count(by=author.id, by=recipient.id) > 1",
    # what it asks for
    "author.is_minr",
    "something and author.is_minor",
    "hours(event.at) > 22",
    "hour > 22",
    'text.body.lower() == "a"',
    "author.is_minor()",
    'author.age_band == "adlt"',
    'author.age_band in ["adult", "13-15"]',
    'author.age_band > "13_15"',
    'author.is_minor == "true"',
    'contact.sent > "5"',
    "author.id == 5",
    "contact.age > 5",
    'contact.age > "5 days"',
    'event.at > "2026-11-26"',
    "contact.sent",
    "not contact.sent",
    "contact.sent / 0 > 1",
    'author.id + "x" == "y"',
    'author.labels == ["a"]',
    '"sun" in text.body',
    "author.labels in item.tags",
    "contact.sent in []",
    "hour(event.at, 1) > 2",
    'contains(text=text.body, prt="a")',
    'matches(text.body, "(sun")',
    "matches(text.body, author.id)",
    # counters
    "count(by=author.id) > 5",
    'count(author.id, by=author.id, within="24h") > 5',
    'count_distinct(by=author.id, within="24h") > 5',
    'sum(author.id, by=author.id, within="24h") > 5',
    'count(by=author.id, within="24 hours") > 5',
    'count(by=author.id, within="60d") > 5',
    'count(by=contact.sent, within="24h") > 5',
    'count(by=[], within="24h") > 5',
    'count(by=author.id, within="24h", were=author.is_minor) > 5',
    'count(by=author.id, within="24h", where=count(by=author.id, within="24h") > 5) > 5',
    # several at once, over lines, with wide characters before
    'event.note == "漢字" and author.is_minr\n  and contact.sent > "5" # both are wrong\n  and hours(event.at) == 3',
    "(" + " or ".join(f'author.id == "somebody with a long name {n}"' for n in range(9)) + ") and author.is_minr",
]


def told(source: str) -> str:
    """Return all that is said of *source*."""
    with pytest.raises(RuleProblem) as caught:
        check(source, VOCABULARY)
    return "\n".join(render(problem, source, "contact.yaml") for problem in caught.value.problems)


def _printed() -> str:
    return "\n\n".join(told(source) for source in WRONG) + "\n"


@pytest.mark.parametrize("number", range(len(WRONG)), ids=[repr(source)[:60] for source in WRONG])
def test_a_mistake_is_told_in_these_words(number: int) -> None:
    """Where it is, what was expected, and the nearest thing that there is."""
    kept = GOLDEN.read_text(encoding="utf-8").removesuffix("\n").split("\n\n")

    assert len(kept) == len(WRONG)
    assert told(WRONG[number]) == kept[number]


def test_an_error_says_its_place_and_what_to_write() -> None:
    """Where only one line is shown: the first of all mistakes, which it carries."""
    with pytest.raises(
        BadInput, match=r"^line 2, column 7: there is no fact `author\.is_minr`\. did you mean"
    ) as caught:
        check("true\n  and author.is_minr and hours(event.at) == 3", VOCABULARY)

    assert isinstance(caught.value, RuleProblem)
    assert [problem.message for problem in caught.value.problems] == [
        "there is no fact `author.is_minr`",
        "there is no function `hours`",
    ]


def test_no_more_is_told_than_anybody_reads() -> None:
    """The rest follows from the first, or is told next time."""
    with pytest.raises(RuleProblem) as caught:
        check(" or ".join(f"a{number}" for number in range(100)), VOCABULARY)

    assert len(caught.value.problems) == MAX_PROBLEMS


if __name__ == "__main__":
    print(_printed(), end="")  # noqa: T201  # it is what running this file is for


def test_a_long_mistake_does_not_hide_what_stands_after_it() -> None:
    """What is underlined is cut, and never the rest of the line."""
    source = f"{'x' * 90} > 20"

    assert "x > 20\n" in told(source)
