"""Help by country: the table that ships, what an operator lays over it, and rows that are none."""

import tomllib
from datetime import date
from importlib import resources

import pytest

from tutela.core.help_lines import KINDS, WORLD, parse_help
from tutela.errors import Misconfigured
from tutela.public.words import languages, texts

SHIPPED = tomllib.loads(resources.files("tutela.policy").joinpath("help.toml").read_text(encoding="utf-8"))
TABLE = parse_help(SHIPPED, place="help.toml")
LINE = {
    "name": "A",
    "kind": "child",
    "url": "https://a.example/",
    "source": "https://a.example/",
    "as_of": date(2026, 1, 1),
}


def test_each_country_has_a_number_for_danger_and_somebody_for_children() -> None:
    """Also those that a browser may name in small letters; the world has lines, and no number that holds everywhere."""
    assert set(TABLE.named) == {"AT", "AU", "CA", "CH", "DE", "FR", "GB", "IE", "NL", "US"}
    for country in TABLE.named:
        found = TABLE.of(country.lower())
        assert found.country == country
        assert found.emergency
        assert {"child", "crisis"} <= {each.kind for each in found.lines}
        assert all(each.source.startswith("https://") for each in found.lines)
        assert all(each.dialled.isdecimal() for each in found.lines if each.phone)
    for unknown in ("", "XX", "no country at all"):
        assert TABLE.of(unknown).country == WORLD
        assert TABLE.of(unknown).lines


@pytest.mark.parametrize("language", languages())
def test_each_country_and_each_kind_has_its_words(language: str) -> None:
    """A country of an operator's own is named by its code where no word is there."""
    told = texts(language)
    assert set(told["countries"]) == set(TABLE.named)
    assert {f"kinds.{each}" for each in KINDS} <= set(told["help"])


def test_an_operator_lays_countries_of_their_own_over_it() -> None:
    """A row replaces that of the same country, and no other."""
    own = parse_help({"NO": {"emergency": ["112"], "lines": [LINE]}, "DE": {"lines": [LINE]}}, place="mine")
    laid = TABLE.overlaid(own)
    assert laid.of("NO").lines[0].name == "A"
    assert laid.of("DE").emergency == ()
    assert laid.of("FR") == TABLE.of("FR")


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"Norway": {"lines": [LINE]}}, "Norway"),
        ({"NO": []}, "NO"),
        ({"NO": {"lines": []}}, "NO"),
        ({"NO": {"lines": [LINE], "more": 1}}, "NO"),
        ({"NO": {"emergency": 112, "lines": [LINE]}}, "NO"),
        ({"NO": {"emergency": [112], "lines": [LINE]}}, "NO"),
        ({"NO": {"lines": [{**LINE, "kind": "other"}]}}, "NO.lines.0.kind"),
        ({"NO": {"lines": [{**LINE, "as_of": "today"}]}}, "NO.lines.0.as_of"),
        ({"NO": {"lines": [LINE, {**LINE, "url": "http://a.example"}]}}, "NO.lines.1.url"),
        ({"NO": {"lines": [{**LINE, "phone": 112}]}}, "NO.lines.0"),
        ({"NO": {"lines": [{name: value for name, value in LINE.items() if name != "url"}]}}, "NO.lines.0"),
        ({"NO": {"lines": ["x"]}}, "NO.lines.0"),
    ],
)
def test_a_row_that_is_none_is_named(row: dict[str, object], place: str) -> None:
    """Refused at start: a number that is wrong is found by the operator, not by a child."""
    with pytest.raises(Misconfigured) as told:
        parse_help(row, place="mine")
    assert told.value.place == f"mine: {place}"
