"""From text to words, numbers, texts and signs. Written by hand: the first thing that does not belong here is named."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.rules import foreign
from tutela.core.rules.problems import Problem, quoted, refusal
from tutela.core.rules.syntax import Span

MAX_DIGITS = 18
"""Of one number, from the first that is not zero: so many fit into 64 bits."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_NUMBER = re.compile(r"(?P<digits>[0-9]+(?:\.[0-9]+)?)(?:[eE][+-]?[0-9]{1,4})?")
_SIGN = re.compile(r"[=!<>]=|[<>()\[\],=+\-*/%]")
_WORD_AFTER = re.compile(r"[A-Za-z0-9_.]+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.?))", re.DOTALL)
_PLAIN = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}
_QUOTES = "'\""

_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What is never shown as it is: control characters, what turns the order of others around, halves of characters."""

_HALVES = range(0xD800, 0xE000)

WORDS = frozenset({"and", "or", "not", "in", "True", "False", "true", "false"})
"""Names that are none."""


class Kind(StrEnum):
    """What a token is."""

    NAME = "name"
    WORD = "word"  #: one of `WORDS`
    NUMBER = "number"
    TEXT = "text"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the source."""

    kind: Kind
    text: str  #: as it was written
    span: Span
    value: str | int | float = ""  #: of a number or a text


def tokens(source: str) -> list[Token]:
    """Return the pieces of *source*, the last of which is its end.

    Raises:
        tutela.errors.RuleProblem: Something in it belongs to no expression.
    """
    if unfit := _UNFIT.search(source):
        at, code = unfit.start(), ord(unfit[0])
        is_half = code in _HALVES
        hint = "write the whole character" if is_half else f"in a text, write `\\u{code:04x}`"
        message = f"U+{code:04X}, {'half of a character' if is_half else 'which is invisible'}, cannot stand here"
        raise refusal([Problem(at, at + 1, message, hint)], source)
    return list(_tokens(source))


def _tokens(source: str) -> Iterator[Token]:
    at = 0
    while True:
        if blank := _BLANK.match(source, at):
            at = blank.end()
        if at == len(source):
            yield Token(Kind.END, "", Span(at, at))
            return
        token = _token(source, at)
        yield token
        at = token.span.end


def _token(source: str, at: int) -> Token:
    if found := _NAME.match(source, at):
        return _name(source, found)
    if found := _NUMBER.match(source, at):
        return _number(source, found)
    if source[at] in _QUOTES:
        return _text(source, at)
    foreign.refuse_sign(source, at)
    if found := _SIGN.match(source, at):
        return Token(Kind.SIGN, found[0], Span(at, found.end()))
    raise refusal([foreign.character(source, at)], source)


def _name(source: str, found: re.Match[str]) -> Token:
    span = Span(found.start(), found.end())
    if found[0] in WORDS:
        return Token(Kind.WORD, found[0], span)
    if source[span.end : span.end + 1] in tuple(_QUOTES):
        message = f"a text begins with its quote; {quoted(found[0])} before it means nothing here"
        raise refusal([Problem.at(span, message)], source)
    return Token(Kind.NAME, found[0], span)


def _number(source: str, found: re.Match[str]) -> Token:
    span = Span(found.start(), found.end())
    if after := _WORD_AFTER.match(source, span.end):
        hint = "write it in digits: `1000`, `0.5`, `1e6`; a duration is a text: `24h` in quotes"
        whole = Span(span.start, after.end())
        raise refusal([Problem.at(whole, f"{quoted(source[span.start : after.end()])} is no number", hint)], source)
    if len(found["digits"].replace(".", "").lstrip("0")) > MAX_DIGITS:
        raise refusal([Problem.at(span, f"a number has at most {MAX_DIGITS} digits")], source)
    value = int(found[0]) if found[0].isdigit() else float(found[0])
    if not math.isfinite(value):
        raise refusal([Problem.at(span, "this number is too large", "the largest is below `1e308`")], source)
    return Token(Kind.NUMBER, found[0], span, value)


def _text(source: str, start: int) -> Token:
    """Return the text that begins at *start*."""
    quote, parts, at = source[start], [], start + 1
    while at < len(source) and source[at] not in (quote, "\n"):
        if source[at] == "\\":
            part, at = _escaped(source, at)
        else:
            part, at = source[at], at + 1
        parts.append(part)
    if source[at : at + 1] != quote:
        hint = f"end it with {quote}; a line break in it is written `\\n`"
        raise refusal([Problem(start, max(at, start + 1), "this text is never closed", hint)], source)
    span = Span(start, at + 1)
    return Token(Kind.TEXT, source[start : at + 1], span, "".join(parts))


def _escaped(source: str, at: int) -> tuple[str, int]:
    """Return the character that the escape at *at* stands for, and where the source goes on."""
    found = _ESCAPE.match(source, at)
    if found and found[1]:
        code = int(found[1], 16)
        if code in _HALVES:
            hint = "write the whole character itself"
            raise refusal([Problem(at, found.end(), "this escape is half of a character", hint)], source)
        return chr(code), found.end()
    if found and found[2] in _PLAIN:
        return _PLAIN[found[2]], found.end()
    hint = r"known are `\\`, `\'`, `\"`, `\n`, `\t` and `\uXXXX`; a backslash itself is written `\\`"
    end = min(at + 2, len(source))
    raise refusal([Problem(at, end, "there is no such escape", hint)], source)
