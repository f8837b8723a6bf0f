"""The language of conditions: any text ends in a shape or in an error with a place; what is printed is read back."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.rule_strategies import shapes
from laws import examples
from tutela.core.rules import syntax as s
from tutela.core.rules.literals import duration_of, duration_text, read_duration, time_of, time_text
from tutela.core.rules.parse import parse
from tutela.core.rules.printing import text_of
from tutela.core.rules.problems import render
from tutela.core.rules.rule import MAX_CONDITION_CHARACTERS, MAX_DEPTH
from tutela.errors import RuleProblem

# ------------------------------------------------------------------------------------------------------------ any text

pieces = st.sampled_from(
    [
        *"()[],=<>!+-*/%&|.'\"\\#:;{}@\n",
        "and",
        "or",
        "not",
        "in",
        "true",
        "a.b",
        "f(",
        "f(x=",
        "1",
        "2.5",
        '"t"',
        " ",
        "==",
    ]
)
likely = st.lists(pieces, max_size=30).map(" ".join) | st.lists(pieces, max_size=30).map("".join)


def read(source: str) -> s.Node | None:
    """Return the shape of *source*, or nothing after seeing that its error has a place and can be shown."""
    try:
        return parse(source)
    except RuleProblem as raised:
        error = raised
    (problem,) = error.problems
    assert 0 <= problem.start <= len(source)
    assert problem.start <= problem.end
    assert problem.message
    assert error.place
    assert len(render(problem, source, "a.yaml")) < 2000
    return None


@given(st.text(st.characters()))
@example("\ud800")
@example('"\x00"')
@example("\N{MUSICAL SYMBOL G CLEF}")
@example("9" * 5000)
@example("1e9999")
@example('"\\')
@example("not")
@example("a not")
@example("f(a=")
def test_any_text_ends_in_a_shape_or_an_error_with_a_place(source: str) -> None:
    """Characters of every plane, halves of some, and none."""
    read(source)


@settings(max_examples=examples(100))
@given(likely)
def test_what_almost_is_a_condition_ends_in_a_shape_or_an_error_with_a_place(source: str) -> None:
    """Pieces of conditions in any order; and what is one is printed so that it stays the same."""
    found = read(source)

    if found is not None:
        assert parse(text_of(found)) == found


@pytest.mark.parametrize(
    "nested",
    ["(", "[", "f(", "f(x=", "not ", "-", "a + ", "a in [", "a and (b or ", "not (", "1, ", "((", "a == (b == "],
)
@pytest.mark.parametrize("characters", [400, MAX_CONDITION_CHARACTERS, 1_000_000])
def test_no_nesting_is_too_deep_to_be_told(nested: str, characters: int) -> None:
    """Whatever is nested, and however much: an error, and no exhausted stack."""
    assert read((nested * characters)[:characters]) is None


def test_a_condition_of_a_megabyte_is_refused_unread() -> None:
    """Its length alone says enough."""
    with pytest.raises(RuleProblem, match="at most 8,000 characters"):
        parse("\ud800" * 1_000_000)


def test_the_deepest_and_longest_conditions_are_read() -> None:
    """The bounds themselves are inside."""
    assert read("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == s.Name("a")
    assert read("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1)) is None
    assert read("-" * (MAX_DEPTH - 1) + "a") is not None
    assert read("-" * MAX_DEPTH + "a") is None
    assert read(" + ".join(["a"] * MAX_DEPTH)) is not None
    assert read(" + ".join(["a"] * (MAX_DEPTH + 1))) is None
    assert read("a" + " or a" * ((MAX_CONDITION_CHARACTERS - 1) // 5)) is not None


# ------------------------------------------------------------------------------------------------------------ printing


@given(shapes)
def test_what_is_printed_is_read_back(shape: s.Node) -> None:
    """Any expression at all; and there is one way to write it."""
    text = text_of(shape)

    assert parse(text) == shape
    assert text_of(parse(text)) == text


@pytest.mark.parametrize(
    ("source", "canonical"),
    [
        ("a==1", "a == 1"),
        ("(a) and ((b))", "a and b"),
        ("(a and b) and c", "a and b and c"),
        ("a and (b and c)", "a and b and c"),
        ("a and (b or c)", "a and (b or c)"),
        ("(a and b) or c", "a and b or c"),
        ("not (a == b)", "not a == b"),
        ("not (a and b)", "not (a and b)"),
        ("(not a) == b", "(not a) == b"),
        ("not not a", "not not a"),
        ("(a == b) == c", "(a == b) == c"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("(a + b) * -c", "(a + b) * -c"),
        ("-(a * b)", "-(a * b)"),
        ("- a * b", "-a * b"),
        ("a not  in ( 'x' , )", 'a not in ["x"]'),
        ("a in()", "a in []"),
        ("True and false", "true and false"),
        (r"""f('it\'s', "say \"hi\"", '\u00e9\n')""", 'f("it\'s", "say \\"hi\\"", "é\\n")'),
        ("f('\N{ZERO WIDTH SPACE}')", r'f("\u200b")'),
        ("f( a , x = 1 , )", "f(a, x=1)"),
        ("a # why\n and b", "a and b"),
        ("1.50 < 1e3", "1.5 < 1000.0"),
        ('a in"b"', 'a in "b"'),
    ],
)
def test_there_is_one_way_to_write_a_condition(source: str, canonical: str) -> None:
    """The fewest parentheses, double quotes, and nothing invisible."""
    assert text_of(parse(source)) == canonical


def test_where_it_stood_makes_no_difference() -> None:
    """Two conditions are equal where they say the same."""
    assert parse("a   and  b") == parse("a and b")
    assert parse("a and  b").span == s.Span(0, 8)


# ------------------------------------------------------------------------------------------------- durations and times


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90), ("15m", 900), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600), ("0s", 0),
        ("", None), ("h", None), ("24 h", None), ("-1h", None), ("1.5h", None), ("1H", None), ("1h30m", None),
        ("\N{ARABIC-INDIC DIGIT ONE}h", None), ("9999999999s", None), ("999999999w", None),
    ],
)  # fmt: skip
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: int | None) -> None:
    """One form, in digits of ASCII, up to a hundred years."""
    assert duration_of(text) == (None if seconds is None else seconds * 1_000_000)


@given(st.integers(0, 10**9 - 1))
def test_a_duration_is_written_as_it_is_read(seconds: int) -> None:
    """In the largest unit in which it is whole."""
    assert duration_of(duration_text(seconds * 1_000_000)) == seconds * 1_000_000


@pytest.mark.parametrize(
    ("text", "time_us"),
    [
        ("1970-01-01T00:00:01Z", 1_000_000),
        ("1970-01-01 01:00:00.5+01:00", 500_000),
        ("2026-11-26T12:00:00Z", 1_795_694_400_000_000),
        ("0001-01-01T00:00:00+23:59", -62_135_683_140_000_000),
        ("2026-11-26T12:00:00", None),
        ("2026-11-26", None),
        ("2026-13-26T12:00:00Z", None),
        ("2026-11-26T12:00:00+99:00", None),
        ("20261126T120000Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_time_has_its_zone(text: str, time_us: int | None) -> None:
    """As in ISO 8601: without a zone nobody knows when it was."""
    assert time_of(text) == time_us


@pytest.mark.parametrize(
    ("seconds", "read"),
    [
        (0, "0s"), (0.4, "0s"), (-0.4, "0s"), (59, "59s"), (3600, "1h"), (-3600, "-1h"), (3661, "1h 1m"),
        (187_200, "2d 4h"), (9 * 86_400 + 1, "1w 2d"), (86_401, "1d 1s"),
    ],
)  # fmt: skip
def test_a_duration_is_read_in_its_two_largest_units(seconds: float, read: str) -> None:
    """As in a rule, so that whoever reads both compares them at a glance."""
    assert read_duration(int(seconds * 1_000_000)) == read


@given(st.integers(0, 250_000_000_000))
def test_a_time_is_written_as_rules_read_it(seconds: int) -> None:
    """Whatever is below a second is left out."""
    assert time_of(time_text(seconds * 1_000_000 + 999_999)) == seconds * 1_000_000
