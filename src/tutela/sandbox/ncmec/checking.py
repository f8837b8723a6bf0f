"""Whether a document keeps to the grammar: order, cardinality, words, limits. Each problem names its place."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from tutela.sandbox.ncmec.grammar import GRAMMAR, WORDS, Term, Type

LONGEST_URL = 2083
LONGEST_EMAIL, LONGEST_LOCAL = 255, 64

_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_NUMBER = re.compile(r"-?\d{1,18}")
_DOUBLE = re.compile(r"-?\d+(\.\d+)?")
_CODE = re.compile(r"[A-Z][A-Z0-9]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NAMESPACED = "{"


@dataclass(frozen=True, slots=True)
class Check:
    """What a check needs to know."""

    now: datetime
    is_2026: bool = False  #: whether the additions of 2026 are known


def problems(root: Any, name: str, check: Check) -> Iterator[str]:
    """Yield what is wrong with a document whose root is of the type *name*."""
    yield from _element(root, name, root.tag, check)


def _element(node: Any, name: str, place: str, check: Check) -> Iterator[str]:
    of = GRAMMAR[name]
    yield from _attributes(node, of, place, check)
    children = list(node)
    if of.value is not None:
        if children:
            yield f"{place}: holds elements and must hold a value"
        yield from _value(node.text or "", of.value, place, check)
        return
    if (node.text or "").strip() or any((child.tail or "").strip() for child in children):
        yield f"{place}: holds text beside its elements"
    yield from _order([child.tag for child in children], of, place, check)
    holds = {tag: held for term in of.terms for tag, held in term.choices}
    for child in children:
        if child.tag in holds:
            yield from _held(child, holds[child.tag], f"{place}/{child.tag}", check)


def _order(tags: list[str], of: Type, place: str, check: Check) -> Iterator[str]:
    written = "".join(f"<{tag}>" for tag in tags)
    pattern = "".join(_pattern(term, check) for term in of.terms)
    if re.fullmatch(pattern, written) is None:
        expected = " ".join("|".join(tag for tag, _ in term.choices) + term.often for term in of.terms)
        yield f"{place}: holds ({' '.join(tags)}) and must hold ({expected})"


def _pattern(term: Term, check: Check) -> str:
    tags = [tag for tag, _ in term.choices if check.is_2026 or tag != "ageAssertionDiscrepancy"]
    return f"(?:{'|'.join(re.escape(f'<{tag}>') for tag in tags)}){term.often}" if tags else ""


def _attributes(node: Any, of: Type, place: str, check: Check) -> Iterator[str]:
    known = {tag: holds for tag, holds, _ in of.attributes}
    for tag, value in node.attrib.items():
        if tag in known:
            yield from _value(value, known[tag], f"{place}@{tag}", check)
        elif not tag.startswith(_NAMESPACED):
            yield f"{place}@{tag}: is not known"
    for tag, _, is_needed in of.attributes:
        if is_needed and tag not in node.attrib:
            yield f"{place}@{tag}: must be there"


def _held(node: Any, holds: str, place: str, check: Check) -> Iterator[str]:
    if holds in GRAMMAR:
        yield from _element(node, holds, place, check)
    elif holds.startswith("~"):
        yield from _flags(node, holds[1:], place, check)
    else:
        if len(node) or node.attrib:
            yield f"{place}: holds more than a value"
        yield from _value(node.text or "", holds, place, check)


def _flags(node: Any, words: str, place: str, check: Check) -> Iterator[str]:
    known = WORDS[words] + (WORDS.get(f"{words}2026", ()) if check.is_2026 else ())
    tags = [child.tag for child in node]
    for tag in tags:
        if tag not in known:
            yield f"{place}/{tag}: is not known"
        elif tags.count(tag) > 1:
            yield f"{place}/{tag}: stands twice"
    if any((child.text or "").strip() not in {"", "true"} or len(child) for child in node):
        yield f"{place}: a flag is empty or `true`"


def _value(text: str, holds: str, place: str, check: Check) -> Iterator[str]:
    if not _is_right(text, holds, check):
        yield f"{place}: is not {holds}"


def _is_right(text: str, holds: str, check: Check) -> bool:  # noqa: PLR0911  # a table of forms
    if holds.startswith("="):
        return text in WORDS[holds[1:]]
    if re.fullmatch(r"t\d*", holds):
        return not holds[1:] or len(text) <= int(holds[1:])
    if re.fullmatch(r"n\d+-\d*", holds):
        return _is_number(text, holds)
    if holds in {"past", "when"}:
        return _is_moment(text, check.now if holds == "past" else None)
    if holds == "day":
        return _is_day(text, check.now.date())
    if holds == "url":
        return _is_url(text)
    if holds == "mail":
        return _is_email(text)
    return _FORMS[holds](text)


def _is_number(text: str, holds: str) -> bool:
    lowest, _, highest = holds[1:].partition("-")
    return bool(_NUMBER.fullmatch(text)) and int(lowest) <= int(text) <= int(highest or 2**63 - 1)


def _is_moment(text: str, before: datetime | None) -> bool:
    if _ZONED.fullmatch(text) is None:
        return False
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return before is None or moment < before


def _is_day(text: str, before: date) -> bool:
    try:
        return date.fromisoformat(text) < before
    except ValueError:
        return False


def _is_url(text: str) -> bool:
    if not 0 < len(text) <= LONGEST_URL or re.search(r"[\s\x00-\x1f]", text):
        return False
    try:
        split = urlsplit(text)
    except ValueError:
        return False
    return bool(split.scheme and split.netloc)


def _is_email(text: str) -> bool:
    return len(text) <= LONGEST_EMAIL and bool(_EMAIL.fullmatch(text)) and len(text.partition("@")[0]) <= LONGEST_LOCAL


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


_FORMS = {
    "bool": lambda text: text in {"true", "false"},
    "double": lambda text: bool(_DOUBLE.fullmatch(text)),
    "country": lambda text: bool(_CODE.fullmatch(text)),
    "state": lambda text: bool(_CODE.fullmatch(text)),
    "ip": _is_ip,
}
