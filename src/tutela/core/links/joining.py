"""The hosts of a candidate: loose parts put together where they make one, and every dot plain."""

import re
from dataclasses import dataclass
from typing import Final

from tutela.core.links.candidates import DOTS, JOINT_BRACKETED, Candidate
from tutela.core.links.found import Disguise
from tutela.core.links.reading import read
from tutela.core.links.suffixes import is_plain, suffix_of

MAX_HOST_CHARACTERS: Final = 253
"""Source: RFC 1035, 2.3.4, as text without the last dot."""

_ORDINARY = re.compile(r"[0-9A-Za-z_.\-]++")
_OTHER_DOTS = str.maketrans(dict.fromkeys(DOTS[1:], "."))
_NOTHING: Final[frozenset[Disguise]] = frozenset()


@dataclass(frozen=True, slots=True)
class Host:
    """A host as it is written in a folded text, with every dot plain."""

    start: int
    end: int
    text: str
    steps: frozenset[Disguise] = _NOTHING


def hosts(text: str, candidate: Candidate) -> list[Host]:
    """Return the hosts of *candidate*, in order: more than one where what is between two of them ends a sentence."""
    current, *others = (_piece(text, start, end) for start, end in candidate.pieces)
    found = []
    for other in others:
        whole = _joined(text, current, other)
        if len(whole.text) > MAX_HOST_CHARACTERS:
            current = other
        elif _is_one(current, whole):
            current = whole
        else:
            found.append(current)
            current = other
    return [*found, current]


def _piece(text: str, start: int, end: int) -> Host:
    written = text[start:end]
    if _ORDINARY.fullmatch(written):
        return Host(start, end, written)
    steps: set[Disguise] = set()
    for joint in JOINT_BRACKETED.finditer(written):
        steps |= {Disguise.BRACKETED_DOT} | ({Disguise.SPELLED_DOT} if _has_letter(joint[0]) else set())
    dotted = JOINT_BRACKETED.sub(".", written) if steps else written
    plain = dotted.translate(_OTHER_DOTS)
    if plain != dotted:
        steps.add(Disguise.OTHER_DOT)
    return Host(start, end, plain, frozenset(steps))


def _joined(text: str, first: Host, second: Host) -> Host:
    joint = text[first.end : second.start]
    steps = {Disguise.SPELLED_DOT if _has_letter(joint) else Disguise.SPACED_DOT}
    if any(dot in joint for dot in DOTS[1:]):
        steps.add(Disguise.OTHER_DOT)
    return Host(first.start, second.end, f"{first.text}.{second.text}", first.steps | second.steps | steps)


def _is_one(current: Host, whole: Host) -> bool:
    """Return whether a host goes on behind a loose dot: not where it was complete, unless its suffix grows."""
    before = _suffix(current.text)
    if before is None:
        return True
    after = _suffix(whole.text)
    return after is not None and (not is_plain(before) or after.count(".") > before.count("."))


def _suffix(host: str) -> str | None:
    try:
        return suffix_of(read(f"https://{host}/").host)
    except ValueError:
        return None


def _has_letter(joint: str) -> bool:
    return any(map(str.isalnum, joint))
