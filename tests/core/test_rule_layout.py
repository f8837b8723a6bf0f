"""What stands in the wrong column, or is never closed, is told where it stands and with what to do about it."""

import sys
from collections.abc import Callable
from importlib import resources
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from rulebook import BOUNDS
from tutela.core.rules.book import check_rules
from tutela.core.rules.problems import place_of
from tutela.core.rules.rule_file import read_rules
from tutela.core.rules.rule_layout import misplaced
from tutela.errors import RuleProblem

SOUND = """\
- rule: writes-to-many
  clause: house.spam
  explains: >
    An account wrote to many.
    Most write to few.
  when: >
    event.kind == "message"
    and count(by=author.id, within="24h") > 20
  then:
    - open_case:
        queue: spam
        severity: medium
        because: "wrote to {count} people"
        elsewhere:
          - {when: '"club" in author.labels', queue: clubs}
  tests:
    - name: many
      after:
        - {times: 20, ago: 1h, given: {event.kind: message, author: {id: a}, recipient.id: "r{n}"}}
      given: {event.kind: message, author.id: a}
      expect: fires
    - name: nobody knows
      given: {event.kind: message}
      expect: unknown
"""
BLOCKS = """\
- rule: in-blocks
  clause: house.spam
  when: text.has_link
  then:
  - open_case:
      queue: spam
      severity: low
      because: a link
      elsewhere:
      - when: '"club" in author.labels'
        queue: clubs
  tests:
  - name: a link
    after:
    - given:
        author:
          id: a
      times: 2
    given:
      text.has_link: true
      author.id: a
    expect: fires
  explains: |
    # A heading, and no comment.
    queue: what a list of it would be
"""


def shifted(text: str, lines: range, by: int) -> str:
    """Return a file with some of its lines, from 1, moved to the right or to the left."""
    rows = text.split("\n")
    return "\n".join(
        row if number not in lines else " " * by + row if by > 0 else row[-by:] for number, row in enumerate(rows, 1)
    )


def without(text: str, line: int, what: str, instead: str = "") -> str:
    """Return a file in one line of which something else stands."""
    rows = text.split("\n")
    assert what in rows[line - 1]
    rows[line - 1] = rows[line - 1].replace(what, instead, 1)
    return "\n".join(rows)


CASE = "belong to `open_case`: four more blanks than its `-`"
BESIDE = "`queue`, `severity`, `because` and `elsewhere`"
MISTAKES = {
    "tests in column 1": (
        shifted(SOUND, range(16, 17), -2),
        ("16:1", "`tests` stands in column 1", "it stands in the same column as `when:` and `then:` (column 3)"),
    ),
    "tests too far in, with all that belongs to it": (
        shifted(SOUND, range(16, 25), 2),
        ("16:5", "`tests` stands in column 5", "it stands in the same column as `when:` and `then:` (column 3)"),
    ),
    "a key of a rule that became part of the text above it": (
        shifted(SOUND, range(9, 10), 2),
        (
            "9:5",
            "`then` stands in column 5, and so is part of the text above it",
            "it stands in the same column as `rule:` (column 3)",
        ),
    ),
    "the first key after the name": (
        shifted(SOUND, range(2, 3), 1),
        ("2:4", "`clause` stands in column 4", "it stands in the same column as `rule:` (column 3)"),
    ),
    "given under the dash of name": (
        shifted(SOUND, range(23, 24), -2),
        ("23:5", "`given` stands under the `-` of `- name:`", "it stands under `name` (column 7): two more blanks"),
    ),
    "expect too far in": (
        shifted(SOUND, range(24, 25), 2),
        ("24:9", "`expect` stands in column 9", "it stands in the same column as `name` (column 7)"),
    ),
    "a key too far left, noticed a line later": (
        shifted(SOUND, range(12, 13), -2),
        ("12:7", "`severity` stands in column 7", "it stands in the same column as `queue` (column 9)"),
    ),
    "a key too far right": (
        shifted(SOUND, range(13, 14), 2),
        ("13:11", "`because` stands in column 11", "it stands in the same column as `queue` (column 9)"),
    ),
    "all keys beside open_case": (
        shifted(SOUND, range(11, 16), -2),
        ("11:7", f"{BESIDE} stand no further in than `open_case`", f"{BESIDE} {CASE}"),
    ),
    "all keys under its dash": (
        shifted(SOUND, range(11, 16), -4),
        ("11:5", f"{BESIDE} stand no further in than `open_case`", f"{BESIDE} {CASE}"),
    ),
    "the first key beside it": (
        shifted(SOUND, range(11, 12), -2),
        (
            "11:7",
            "`queue` stands no further in than `open_case`",
            "`queue` belongs to `open_case`: four more blanks than its `-`",
        ),
    ),
    "the second line of a condition": (
        shifted(SOUND, range(8, 9), -2),
        ("8:3", "this line belongs to `when`, and stands too far left", "begin it in column 5"),
    ),
    "the second line of a paragraph, in column 1": (
        shifted(SOUND, range(5, 6), -4),
        ("5:1", "this line belongs to `explains`, and stands too far left", "begin it in column 5"),
    ),
    "a brace that is not closed": (
        without(SOUND, 20, "a}", "a"),
        ("20:14", "a `{` in line 20 is not closed", "put the `}` where it ends"),
    ),
    "one of several braces": (
        without(SOUND, 19, "id: a}", "id: a"),
        ("19:11", "a `{` in line 19 is not closed", "put the `}` where it ends"),
    ),
    "a brace at the end of the file": (
        without(SOUND, 23, "message}", "message").partition("      expect: unknown")[0],
        ("23:14", "a `{` in line 23 is not closed", "put the `}` where it ends"),
    ),
    "a bracket inside a brace": (
        without(SOUND, 20, "author.id: a", "author.labels: [a"),
        ("20:51", "a `[` in line 20 is not closed", "put the `]` where it ends"),
    ),
    "a brace too many": (
        without(SOUND, 15, "clubs}", "clubs}}"),
        ("15:60", "this `}` closes nothing", "leave it out"),
    ),
    "no dash before the first rule": (
        without(SOUND, 1, "- rule", "rule"),
        (
            "1:1",
            "there is no `- ` before `rule`",
            "begin with `- rule: name-of-the-rule`, and put two blanks before all its other lines",
        ),
    ),
    "blanks in its place": (
        without(SOUND, 1, "- rule", "  rule"),
        ("1:3", "there is no `- ` before `rule`", "put `- ` in the place of the last two blanks before it"),
    ),
    "no dash before a test": (
        without(SOUND, 22, "- name", "  name"),
        (
            "22:7",
            "there is no `- ` before this `name`",
            "begin the next test with `- name:`, its `-` in column 5",
        ),
    ),
    "no dash before the first test": (
        without(SOUND, 17, "- name", "  name"),
        ("17:7", "there is no `- ` before `name`", "write `- name:`, and put the other keys of the test under `name`"),
    ),
    "a dash in another column": (
        shifted(SOUND, range(22, 25), -2),
        ("22:3", "this `-` stands in column 3", "each `- ` of `tests` stands in the same column (column 5)"),
    ),
    "no blank after a dash": (
        without(SOUND, 1, "- rule", "-rule"),
        ("1:1", "there is no blank after this `-`", "write `- ` before what it begins"),
    ),
    "no blank after a colon": (
        without(SOUND, 2, "clause: ", "clause:"),
        ("2:3", "there is no blank after `clause:`", "write `clause: ` and what it is"),
    ),
    "no colon": (
        without(SOUND, 9, "then:", "then"),
        ("9:3", "there is no `:` after `then`", "write `then: ` and what it is"),
    ),
    "a colon in a text": (
        without(SOUND, 13, '"wrote to {count} people"', "wrote: {count}"),
        ("13:23", 'there is a ": " in this text', "put double quotes around it, or write it as a block after >"),
    ),
    "a brace in front of a text": (
        without(SOUND, 13, '"wrote to {count} people"', "{count} people"),
        (
            "13:18",
            "a text that begins with `{` is quoted as a whole",
            "put single quotes around it, or write it as a block after >",
        ),
    ),
    "a quote in front of a condition": (
        without(BLOCKS, 3, "text.has_link", '"club" in author.labels'),
        (
            "3:9",
            'a text that begins with `"` is quoted as a whole',
            "put single quotes around it, or write it as a block after >",
        ),
    ),
    "a quote that is not closed": (
        without(SOUND, 13, 'people"', "people"),
        ("13:18", "this text is never closed", "put the closing quote where it ends"),
    ),
    "a tab": (
        without(SOUND, 12, "        severity", "\tseverity"),
        ("12:1", "there is a tab before this line", "a line begins with blanks, never with a tab"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_line_that_stands_wrong_is_told_where_it_stands_and_where_it_belongs(
    source: str, told: tuple[str, str, str]
) -> None:
    """As whoever writes the file sees it, and not where a parser gave up; the whole text of each message."""
    with pytest.raises(RuleProblem) as caught:
        read_rules(source, BOUNDS)
    [found] = caught.value.problems
    line, column = place_of(found.start, source)
    assert (f"{line}:{column}", found.message, found.hint) == told


def test_nothing_of_a_sound_file_stands_wrong() -> None:
    """In any way of writing it that is taken; of every rule that ships as well."""
    shipped = [each.read_text() for each in (resources.files("tutela") / "policy" / "rules").iterdir()]
    flow = (
        "[{rule: abc, clause: house.spam, when: text.has_link, then: [{label: {label: abc, on: author, because: b}}]}]"
    )
    for source in (SOUND, BLOCKS, flow):
        check_rules(read_rules(source, BOUNDS), BOUNDS.vocabulary)
    assert len(shipped) > 30
    assert [misplaced(each) for each in (SOUND, BLOCKS, flow, *shipped)] == [None] * (len(shipped) + 3)


_LINES = st.sampled_from([*SOUND.splitlines(), *BLOCKS.splitlines()])
_MOVED = st.tuples(_LINES, st.integers(-4, 4)).map(lambda each: shifted(each[0], range(1, 2), each[1]))


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(_MOVED | st.text(max_size=20), max_size=30).map("\n".join))
def test_any_lines_end_in_a_place_in_them_or_in_none(text: str) -> None:
    """Nothing is ever raised, and no place is beyond the text."""
    found = misplaced(text)
    assert found is None or 0 <= found.start < found.end <= len(text) + 1


TraceFunction = Callable[[FrameType, str, Any], Any]


def _steps(text: str) -> int:
    """Return how many lines of our own code looking at *text* takes."""
    taken = 0

    def step(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        nonlocal taken
        if not frame.f_code.co_filename.endswith(("layout_rows.py", "rule_layout.py")):
            return None
        taken += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        misplaced(text)
    finally:
        sys.settrace(before)
    return taken


def _stairs(filler: str, length: int) -> str:
    """Return items that each stand further in than the one above, and below them *length* times *filler*."""
    return "\n".join([*(f"{' ' * depth}- 'a'" for depth in range(length // 10)), *([filler] * length)])


GROWING: dict[str, Callable[[int], str]] = {
    "texts in quotes that stand alone": lambda length: '"a"\n' * length,
    "quotes that go over two lines": lambda length: "'a\nb'\n" * length,
    "quotes below each other, and what belongs to none": lambda length: _stairs("x", length),
    "quotes below each other, and more quotes": lambda length: _stairs('"a"', length),
    "keys further in than the one above": lambda length: "\n".join(
        f"{' ' * (number % 100)}key: [a]\nx" for number in range(length)
    ),
    "a bracket that is never closed": lambda length: "- [\n" + "  a\n" * length,
    "a quote that is never closed": lambda length: '"\n' + "  a\n" * length,
    "blocks": lambda length: "- a: >\n    b\n" * length,
}


@pytest.mark.parametrize("grown", GROWING.values(), ids=GROWING)
def test_twice_as_long_a_file_takes_twice_as_many_steps(grown: Callable[[int], str]) -> None:
    """However it is made: whoever may write rules could otherwise keep a server busy with one file."""
    assert _steps(grown(600)) < 2.5 * _steps(grown(300))
