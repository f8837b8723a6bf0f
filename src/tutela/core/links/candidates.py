"""Where in a folded text links may be. Linear: no character is looked at more than a few times.

Dots are joined in three ways: close (`example.org`, also by a dot of another script), in brackets (`example[.]org`,
`example (dot) org`), and loosely (`example . org`, `example dot org`). What was joined loosely is looked at again by
`extraction`, since so are two sentences.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tutela.core.links.reading import MAX_LINK_CHARACTERS
from tutela.core.links.suffixes import is_ending

DOTS = ".\u3002\uff61\u06d4\u00b7\u2022\u2219\u22c5\u2027\u30fb"
"""The plain one first; then those of other scripts, and those in the middle of a line."""

_DOT = f"[{DOTS}]"
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
    "\u0e30-\u0e4e\u0eb0-\u0ece\u0f71-\u0f84\u102b-\u103e\u17b6-\u17d3"
)
"""Signs above, below and beside letters, which `\\w` leaves out."""
_LABEL = rf"[\w\-{_MARKS}]"
_SPOKEN = (
    "[dD][oO0][tT]|[pP][uU][nN][kK][tT]|[pP][uU][nN][tT][oO]|[pP][oO][iI][nN][tT]|[pP][oO][nN][tT][oO]"
    "|[\u0442\u0422][\u043e\u041e][\u0447\u0427][\u043a\u041a][\u0430\u0410]"
)
_OFTEN = "com|org|net|info|biz|edu|gov|co|io|xyz"
_ENDING = f"(?:{_OFTEN}|{_OFTEN.upper()})(?!{_LABEL})"
_GAP = r"[ \t]"
_OPENED, _CLOSED = rf"{_GAP}{{0,2}}[\[({{<|]{{1,2}}{_GAP}{{0,2}}", rf"{_GAP}{{0,2}}[\])}}>|]{{1,2}}{_GAP}{{0,2}}"
_BRACKETED = rf"{_OPENED}(?:{_DOT}|{_SPOKEN}){_CLOSED}(?={_LABEL})"
_LOOSE = (
    rf"{_GAP}{{1,2}}{_DOT}{_GAP}{{0,2}}(?={_LABEL})|{_DOT}{_GAP}{{1,2}}(?={_ENDING})"
    rf"|{_GAP}{{1,3}}[dD][oO0][tT]{_GAP}{{1,3}}(?={_LABEL})"
)
_QUOTES = "\u300c\u300d\u300e\u300f\u3010\u3011\u300a\u300b\u201c\u201d\u00ab\u00bb"
_ENDS = f'\\s<>"`\uff0c\uff01\uff1f\uff1b\uff08\uff09\uff02\uff07\u3001\u3002{_QUOTES}'
_PORT = r"(?::[0-9]{1,5}(?![0-9]))?"
_REST = rf"(?:[/\\?#][^{_ENDS}]*+)?"
_IN_HOST = rf"[^\x00-\x24\x26-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f{_ENDS}{DOTS[1:]}]"

_SCHEMED = re.compile(
    rf"(?P<scheme>[hH](?:[tT]{{2}}|[xX]{{2}}|[xX][tT]|[tT][xX]|[*_+#~.\-]{{1,2}})[pP][sS]?"
    rf"{_GAP}{{0,2}}[\[({{<]?{_GAP}?:[\])}}>]?{_GAP}{{0,2}}[\[({{<]?[/\\]{{1,8}}[\])}}>]?{_GAP}{{0,2}})"
    rf"(?P<userinfo>(?:[^\s<>\"`/\\?#@]*+@)*+)"
    rf"(?P<host>\[[0-9a-fA-F:.]{{2,60}}\]|(?:{_LABEL}++|{_BRACKETED}|{_LOOSE}|{_DOT}(?={_LABEL})|{_IN_HOST})++)"
    rf"(?P<port>{_PORT})(?P<rest>{_REST})"
)
_BARE = re.compile(
    rf"(?<![\w\-{_MARKS}@%])(?<![^/]/)(?<!{_LABEL}{_DOT})"
    rf"(?P<host>(?:{_LABEL}++(?:{_DOT}(?={_LABEL})|{_BRACKETED}|{_LOOSE}))++(?P<ending>{_LABEL}++))"
    rf"(?P<mail>@?)(?P<port>{_PORT})(?P<rest>{_REST})"
)
_JOINT_LOOSE = re.compile(_LOOSE)
JOINT_BRACKETED = re.compile(_BRACKETED)
"""A dot in brackets, between two labels."""

_JOINT = re.compile(
    rf"{_DOT}(?:(?={_LABEL})|{_GAP}{{1,2}}(?={_ENDING})|(?<={_GAP}.){_GAP}{{1,2}}(?={_LABEL})|{_GAP}{{0,2}}[\])}}>|])"
    rf"|(?<=[ \t\[({{<|])(?:{_SPOKEN})(?=[ \t\])}}>|])"
)
"""What is between two labels if anything is: quick, and true more often than a host is there."""

_BEFORE_JOINT = 6
"""Spaces and brackets that may stand between a label and the sign or word for a dot."""

_ORDINARY_SCHEME = re.compile(r"[hH][tT]{2}[pP][sS]?://")

_NO_END = frozenset(f"-_{DOTS}")
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_ENDS_A_SENTENCE = ".,;:!?'\")]}>*_~|"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part of a folded text that may be a link."""

    start: int
    end: int
    scheme: str  #: as it is written; empty where there is none
    userinfo: str  #: with its @
    pieces: tuple[tuple[int, int], ...]  #: of its host: the parts between loose dots
    port: str
    rest: str

    @property
    def has_ordinary_scheme(self) -> bool:
        """Return whether its scheme is written as usual."""
        return _ORDINARY_SCHEME.fullmatch(self.scheme) is not None


def candidates(text: str) -> Iterator[Candidate]:
    """Yield what may be a link in a folded *text*, in order."""
    at = 0
    if ":" in text:
        for match in _SCHEMED.finditer(text):
            yield from _bare(text, at, match.start())
            yield _candidate(text, match, match["scheme"], match["userinfo"])
            at = match.end()
    yield from _bare(text, at, len(text))


def _bare(text: str, start: int, end: int) -> Iterator[Candidate]:
    at = start
    while (joint := _JOINT.search(text, at, end)) is not None:
        before = text.rfind(" ", at, max(at, joint.start() - _BEFORE_JOINT))
        match = _BARE.search(text, max(at, before), end)
        if match is None:
            return
        if not match["mail"] and (_has_gap(match["host"]) or _may_end(match["ending"])):
            yield _candidate(text, match, "", "")
        at = match.end()


def _has_gap(host: str) -> bool:
    return " " in host or "\t" in host


def _may_end(label: str) -> bool:
    """Return whether a host may end so; words of another script may have grown together with it."""
    return not label.isascii() or is_ending(label.rstrip("-_"))


def _candidate(text: str, match: re.Match[str], scheme: str, userinfo: str) -> Candidate:
    rest = without_ending(match["rest"][:MAX_LINK_CHARACTERS])
    first, last = match.span("host")
    if not rest and not match["port"]:
        while last > first and text[last - 1] in _NO_END:
            last -= 1
    pieces, at = [], first
    for joint in _JOINT_LOOSE.finditer(text, first, last):
        pieces.append((at, joint.start()))
        at = joint.end()
    pieces.append((at, last))
    return Candidate(
        match.start(), last + len(match["port"]) + len(rest), scheme, userinfo, tuple(pieces), match["port"], rest
    )


def without_ending(rest: str) -> str:
    """Return what comes after a host without what ends a sentence or closes what was opened before the link."""
    end = len(rest)
    if not end or rest[-1] not in _ENDS_A_SENTENCE:
        return rest
    surplus = {closer: rest.count(closer) - rest.count(opener) for closer, opener in _CLOSERS.items()}
    while end and rest[end - 1] in _ENDS_A_SENTENCE:
        sign = rest[end - 1]
        if sign in surplus and surplus[sign] <= 0:
            break
        if sign in surplus:
            surplus[sign] -= 1
        end -= 1
    return rest[:end]
