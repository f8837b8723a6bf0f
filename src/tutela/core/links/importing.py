"""Read a list of links that somebody sends: a line each, a table with a header, or lines of a hosts file.

Links may be written in disguise, as careful people send them (`hxxps://bad[.]example[.]org`). What is broken is told by
its line and why, never by its words; the rest is read all the same. A line is read whole, or not at all.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from tutela.core.links.extraction import extract
from tutela.core.links.hashing import EntryKind
from tutela.core.links.reading import CanonicalLink, is_bare, read
from tutela.core.links.shorteners import is_shortener
from tutela.core.links.suffixes import is_public_suffix

MAX_LINES: Final = 2_000_000
MAX_LINE_CHARACTERS: Final = 8_000
MAX_PROBLEMS: Final = 1_000
MAX_CATEGORY_CHARACTERS: Final = 100

_LINE = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"\s*(?:[#!;]|//|$)")
_COMMENT_OF_TABLE = re.compile(r"\s*(?:#|$)")
_HOSTS_LINE = re.compile(r"\s*(?:0\.0\.0\.0|127\.0\.0\.1|255\.255\.255\.255|::1?|fe80::1%lo0)[ \t]+([^#]*)")
_UNDISGUISED = re.compile(r"(?:https?://)?[0-9A-Za-z._~:/?#@!$&'*+,;=%-]+", re.IGNORECASE)
_DISGUISED_SCHEME = re.compile(r"h.{1,4}ps?\s*\W{0,2}:", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_LINK_COLUMNS: Final[Mapping[str, EntryKind | None]] = {
    "url": None, "link": None, "host": EntryKind.HOST, "hostname": EntryKind.HOST, "domain": EntryKind.DOMAIN,
}  # fmt: skip
_END_COLUMNS = ("ends", "ends_at", "expires", "expires_at")
_KINDS = {kind.name.casefold(): kind for kind in EntryKind}


class Broken(StrEnum):
    """Why a line was not read."""

    NO_LINK = "no_link"  #: neither a domain nor an address
    NO_HOST = "no_host"  #: a host is asked for, and there is more or less
    TOO_WIDE = "too_wide"  #: everything under a public suffix, or of a shortener
    UNKNOWN_TYPE = "unknown_type"  #: not url, host or domain
    BAD_DATE = "bad_date"
    ENDED = "ended"  #: before now
    BAD_CATEGORY = "bad_category"
    BROKEN_ROW = "broken_row"  #: no row of the table
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that was not read."""

    line: int  #: from 1
    reason: Broken


@dataclass(frozen=True, slots=True)
class ListedLink:
    """A line that was read."""

    line: int
    link: CanonicalLink
    kind: EntryKind
    ends_at: datetime | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class LinkList:
    """What a list says."""

    links: tuple[ListedLink, ...]
    problems: tuple[Problem, ...]  #: the first `MAX_PROBLEMS`
    broken: int  #: lines that were not read, all of them
    is_complete: bool = True  #: false where it has more than `MAX_LINES`


class _BrokenError(Exception):
    def __init__(self, reason: Broken) -> None:
        super().__init__(reason.value)
        self.reason = reason


def read_list(content: str | bytes, at: datetime) -> LinkList:
    """Return what a list says.

    A date without a time ends with that day in UTC, and so is a time without a zone.

    Args:
        content: Bytes are UTF-8; what is none breaks its line only.
        at: The present: what has ended is not taken.
    """
    text = content.decode("utf-8", "surrogateescape") if isinstance(content, bytes) else content
    lines = _LINE.split(text.removeprefix("\ufeff"), MAX_LINES)
    is_complete = len(lines) <= MAX_LINES
    table = _table_of(lines)
    links: list[ListedLink] = []
    problems: list[Problem] = []
    broken = 0
    for number, line in enumerate(lines[:MAX_LINES], start=1):
        if _says_nothing(number, line, table):
            continue
        try:
            links += _row(table, number, line, at) if table else _line(number, line)
        except _BrokenError as error:
            broken += 1
            if len(problems) < MAX_PROBLEMS:
                problems.append(Problem(number, error.reason))
    return LinkList(tuple(links), tuple(problems), broken, is_complete)


def _says_nothing(number: int, line: str, table: "_Table | None") -> bool:
    if table is None:
        return _COMMENT.match(line) is not None
    return number <= table.header or _COMMENT_OF_TABLE.match(line) is not None


def revealed(text: str) -> tuple[CanonicalLink, bool]:
    """Return the one link that *text* is, disguised or not, and whether it is a host and nothing else.

    Raises:
        ValueError: It is none, or more than one.
    """
    text = text.strip()
    if _UNDISGUISED.fullmatch(text) and not _DISGUISED_SCHEME.match(text.removeprefix("http")):
        return read(text), is_bare(text)
    found = extract(text, most=2)
    for each in (*found.links, *found.doubtful):
        if (each.start, each.end) == (0, len(text)):
            is_host = each.link.path == "/" and not each.link.query and not each.link.port and "/" not in text
            return each.link, is_host
    if _DISGUISED_SCHEME.match(text):
        raise ValueError("this is no link")
    return read(text), is_bare(text)


# ------------------------------------------------------------------------------------------------------ without a table


def _line(number: int, line: str) -> list[ListedLink]:
    if len(line) > MAX_LINE_CHARACTERS:
        raise _BrokenError(Broken.TOO_LONG)
    hosts = _HOSTS_LINE.match(line)
    if hosts is None:
        return [_listed(number, line, None)]
    # A name without a dot is one of this machine.
    return [_listed(number, name, EntryKind.HOST) for name in hosts[1].split() if "." in name]


def _listed(number: int, text: str, kind: EntryKind | None) -> ListedLink:
    try:
        link, is_host = revealed(text)
    except ValueError:
        raise _BrokenError(Broken.NO_LINK) from None
    kind = kind or (EntryKind.DOMAIN if is_host else EntryKind.URL)
    if kind is not EntryKind.URL:
        if not link.host or link.port or link.path != "/" or link.query:
            raise _BrokenError(Broken.NO_HOST)
        if is_public_suffix(link.host) or is_shortener(link.host):
            raise _BrokenError(Broken.TOO_WIDE)
    return ListedLink(number, link, kind)


# --------------------------------------------------------------------------------------------------------- with a table


@dataclass(frozen=True, slots=True)
class _Table:
    header: int  #: the line of its header
    delimiter: str
    columns: tuple[str, ...]


def _table_of(lines: list[str]) -> _Table | None:
    """Return the table that a list is, if its first line that is no comment names a column of links."""
    for number, line in enumerate(lines, start=1):
        if _COMMENT.match(line):
            continue
        for delimiter in ",;\t":
            columns = tuple(name.strip().strip('"').casefold() for name in line[:MAX_LINE_CHARACTERS].split(delimiter))
            if not _LINK_COLUMNS.keys().isdisjoint(columns):
                return _Table(number, delimiter, columns)
        return None
    return None


def _row(table: _Table, number: int, line: str, at: datetime) -> list[ListedLink]:
    if len(line) > MAX_LINE_CHARACTERS:
        raise _BrokenError(Broken.TOO_LONG)
    try:
        [values] = csv.reader([line], delimiter=table.delimiter, strict=True)
    except (csv.Error, ValueError):
        raise _BrokenError(Broken.BROKEN_ROW) from None
    if len(values) != len(table.columns):
        raise _BrokenError(Broken.BROKEN_ROW)
    row = {name: value.strip() for name, value in zip(table.columns, values, strict=True) if value.strip()}
    named = [(row[name], kind) for name, kind in _LINK_COLUMNS.items() if name in row]
    if not named:
        raise _BrokenError(Broken.NO_LINK)
    told, ends_at, category = _kind(row), _end(row, at), _category(row)
    found = [_listed(number, text, told or kind) for text, kind in named]
    return [replace(each, ends_at=ends_at, category=category) for each in found]


def _kind(row: Mapping[str, str]) -> EntryKind | None:
    told = row.get("type")
    if told is None:
        return None
    if told.casefold() not in _KINDS:
        raise _BrokenError(Broken.UNKNOWN_TYPE)
    return _KINDS[told.casefold()]


def _end(row: Mapping[str, str], at: datetime) -> datetime | None:
    told = next((row[name] for name in _END_COLUMNS if name in row), None)
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told)
        ends_at = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        ends_at += timedelta(days=1) if _DATE.fullmatch(told) else timedelta()
    except (ValueError, OverflowError):
        raise _BrokenError(Broken.BAD_DATE) from None
    if ends_at <= at:
        raise _BrokenError(Broken.ENDED)
    return ends_at


def _category(row: Mapping[str, str]) -> str | None:
    told = row.get("category")
    if told is not None and (len(told) > MAX_CATEGORY_CHARACTERS or not told.isprintable()):
        raise _BrokenError(Broken.BAD_CATEGORY)
    return told
