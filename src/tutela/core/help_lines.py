"""Where somebody finds help, by country: what is told first, wherever a child may be shown. Pure.

`policy/help.toml` is the table; an operator lays countries of their own over it. A country that has no row gets that of
the whole world.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from tutela.errors import Misconfigured

WORLD = "ZZ"
"""For whoever says no country, or one that has no row."""

KINDS = ("child", "crisis", "abuse", "online")
"""What a line is for; the desk says it in its own words."""

_COUNTRY = re.compile(r"[A-Z]{2}")
_ROW = {"name", "kind", "source", "as_of"}
_MAY = {"phone", "url"}


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One place where somebody listens."""

    name: str
    kind: str
    phone: str  #: as it is written in that country; may be empty where there is an address
    url: str
    source: str  #: where it was read
    as_of: date  #: when it was written down here

    @property
    def dialled(self) -> str:
        """Return the number as a telephone takes it."""
        return re.sub(r"[^0-9+]", "", self.phone)


@dataclass(frozen=True, slots=True)
class CountryHelp:
    """What there is in one country."""

    country: str
    emergency: tuple[str, ...]  #: numbers for somebody in danger now
    lines: tuple[HelpLine, ...]


@dataclass(frozen=True, slots=True)
class HelpTable:
    """The help of every country that has a row."""

    countries: Mapping[str, CountryHelp]

    def of(self, country: str) -> CountryHelp:
        """Return the help of *country*, or of the world."""
        return self.countries.get(country.upper(), self.countries[WORLD])

    @property
    def named(self) -> tuple[str, ...]:
        """Return the countries that have a row."""
        return tuple(sorted(each for each in self.countries if each != WORLD))

    def overlaid(self, other: "HelpTable") -> "HelpTable":
        """Return this table with the rows of *other* over it."""
        return HelpTable(MappingProxyType({**self.countries, **other.countries}))


def parse_help(parsed: Mapping[str, object], *, place: str) -> HelpTable:
    """Return the table of a file: a table a country, with `emergency` and `[[COUNTRY.lines]]`.

    Raises:
        tutela.errors.Misconfigured: A row is no such row; the place names it.
    """
    found = {}
    for country, row in parsed.items():
        where = f"{place}: {country}"
        if not _COUNTRY.fullmatch(country) or not isinstance(row, dict) or not set(row) <= {"emergency", "lines"}:
            raise Misconfigured("a country is two capital letters, with emergency and lines", place=where)
        emergency, lines = row.get("emergency", []), row.get("lines", [])
        if not isinstance(emergency, list) or not all(isinstance(each, str) for each in emergency):
            raise Misconfigured("emergency is a list of numbers, each in quotes", place=where)
        if not isinstance(lines, list) or not lines:
            raise Misconfigured("a country has at least one line", place=where)
        parsed_lines = tuple(_line(each, f"{where}.lines.{number}") for number, each in enumerate(lines))
        found[country] = CountryHelp(country, tuple(emergency), parsed_lines)
    return HelpTable(MappingProxyType(found))


def _line(row: object, where: str) -> HelpLine:
    if not isinstance(row, dict) or not _ROW <= set(row) <= _ROW | _MAY or not {"phone", "url"} & set(row):
        raise Misconfigured("a line has name, kind, source, as_of, and phone or url", place=where)
    if row["kind"] not in KINDS:
        raise Misconfigured(f"kind is one of {', '.join(KINDS)}", place=f"{where}.kind")
    if not isinstance(row["as_of"], date):
        raise Misconfigured("as_of is a date, as 2026-11-27", place=f"{where}.as_of")
    words = [row["name"], row["kind"], row.get("phone", ""), row.get("url", ""), row["source"]]
    if not all(isinstance(each, str) for each in words):
        raise Misconfigured("name, phone, url and source are text", place=where)
    if words[3] and not words[3].startswith("https://"):
        raise Misconfigured("an address begins with https://", place=f"{where}.url")
    name, kind, phone, url, source = words
    return HelpLine(name, kind, phone, url, source, row["as_of"])
