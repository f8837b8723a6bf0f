"""From what somebody typed to a notice: read generously, and told where it is too long to be taken."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import (
    AGES_SAID,
    MAX_DIGESTS,
    MAX_LINE_CHARACTERS,
    MAX_LINK_CHARACTERS,
    MAX_LINKS,
    MAX_NAME_CHARACTERS,
    MAX_NAMES,
    MAX_WORDS_CHARACTERS,
    Contact,
    ContactChannel,
    NoticeDraft,
    PictureDigest,
)
from tutela.public.steps import Telling

_DIGITS = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""What is no letter, could not be stored, or would turn the reading of what stands behind it."""

_LINES = ("email", "signature", "relation", "organisation", "reference")


@dataclass(frozen=True, slots=True)
class TooMuch:
    """What is too long to be taken at once."""

    field: str
    given: int
    most: int


def cleaned(text: str) -> str:
    """Return *text* as it is kept: lines end as lines end, and nothing is in it that is no writing."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def too_much(told: Mapping[str, str]) -> TooMuch | None:
    """Return the first thing that is more than is taken at once, or none."""
    links, names = links_of(told), names_of(told)
    measured = [
        ("links", len(links), MAX_LINKS),
        ("long_link", max(map(len, links), default=0), MAX_LINK_CHARACTERS),
        ("names", len(names), MAX_NAMES),
        ("long_name", max(map(len, names), default=0), MAX_NAME_CHARACTERS),
        ("words", len(told.get("words", "")), MAX_WORDS_CHARACTERS),
        *((name, len(told.get(name, "")), MAX_LINE_CHARACTERS) for name in _LINES),
    ]
    return next((TooMuch(*each) for each in measured if each[1] > each[2]), None)


def links_of(told: Mapping[str, str]) -> tuple[str, ...]:
    """Return the links, each once: whatever stands between blanks."""
    return tuple(dict.fromkeys(told.get("links", "").split()))


def names_of(told: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names, each once: one a line."""
    return tuple(dict.fromkeys(line.strip() for line in told.get("names", "").splitlines() if line.strip()))


def digests_of(told: Mapping[str, str]) -> tuple[PictureDigest, ...]:
    """Return what the browser computed; what is no digest is left out, for no person typed it."""
    try:
        rows = json.loads(told.get("digests", "") or "[]")
    except ValueError:
        return ()
    found = []
    for row in rows[:MAX_DIGESTS] if isinstance(rows, list) else []:
        pair = [_digits(row.get(name)) for name in ("sha256", "pdq")] if isinstance(row, dict) else [None, None]
        if any(pair):
            found.append(PictureDigest(*pair))
    return tuple(found)


def _digits(value: object) -> str | None:
    return value if isinstance(value, str) and _DIGITS.fullmatch(value) else None


def draft_of(telling: Telling, language: str) -> NoticeDraft:
    """Return the notice."""
    told, address = telling.told, telling.told.get("email", "")
    age = told.get("age", "")
    channel = ContactChannel.EMAIL if address else ContactChannel.NONE
    return NoticeDraft(
        telling.branch,
        links=links_of(told),
        names=names_of(told),
        words=told.get("words", ""),
        digests=digests_of(told),
        age_said=age if age in AGES_SAID else "",
        is_danger=telling.is_danger,
        country=telling.country,
        language=language,
        contact=Contact(channel, address, told.get("wants_link") == "yes"),
        relation=told.get("relation", ""),
        signature=told.get("signature", ""),
        good_faith=told.get("good_faith") == "yes",
        organisation=told.get("organisation", ""),
        reference=told.get("reference", ""),
    )


def added(branch: Branch, told: Mapping[str, str], language: str) -> NoticeDraft:
    """Return what somebody adds to a notice."""
    return NoticeDraft(
        branch, links=links_of(told), names=names_of(told), words=told.get("words", ""), language=language
    )  # fmt: skip
