"""Find the links in a text, however they are disguised."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tutela.core.links.candidates import Candidate, candidates
from tutela.core.links.folding import Folded, folded, plain_of
from tutela.core.links.found import Disguise, Extraction, FoundLink
from tutela.core.links.joining import MAX_HOST_CHARACTERS, Host, hosts
from tutela.core.links.lookalikes import looks_like
from tutela.core.links.plausible import Written, is_firm, may_be
from tutela.core.links.reading import MAX_LINK_CHARACTERS, CanonicalLink, read
from tutela.core.links.shorteners import is_shortener
from tutela.core.links.suffixes import is_ending, registered_domain

MAX_FOUND: Final = 1_000
"""Links of one text: nobody reads a text with more."""

_TRIES_A_LINK: Final = 10
"""Parts of a text that may be links and are looked at, for each link that may be taken."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_WORDS_BEFORE = re.compile(rf"^[^.]*[{_UNSPACED}](?=[0-9A-Za-z])")
_WORDS_AFTER = re.compile(r"(?<=[0-9A-Za-z])[^\x00-\x7f][^.]*$")
"""Words of a script that writes no spaces, grown together with a host."""

_ORDER = tuple(Disguise)


def extract(text: str, *, most: int = MAX_FOUND) -> Extraction:
    """Return the links in *text*.

    Args:
        text: Any; half characters too.
        most: Firm ones that are taken, and as many doubtful ones beside them.
    """
    taken = _Taken(most)
    seen = folded(text)
    for candidate in candidates(seen.text):
        for found, is_sure in _found(seen, taken.as_far_as_looked(candidate)):
            taken.take(found, is_sure=is_sure)
        if taken.is_full:
            break
    return Extraction(tuple(taken.links), tuple(taken.doubtful), taken.is_complete)


class _Taken:
    """What was taken from a text, and how much more is looked at."""

    def __init__(self, most: int) -> None:
        self.links: list[FoundLink] = []
        self.doubtful: list[FoundLink] = []
        self.is_complete = True
        self.is_full = False
        self._most, self._tries = most, most * _TRIES_A_LINK

    def as_far_as_looked(self, candidate: Candidate) -> Candidate:
        """Return *candidate* without the parts that are too many."""
        left = self._tries
        self._tries -= len(candidate.pieces)
        if self._tries >= 0:
            return candidate
        self.is_complete, self.is_full = False, True
        return replace(candidate, pieces=candidate.pieces[: max(1, left)], port="", rest="")

    def take(self, found: FoundLink, *, is_sure: bool) -> None:
        """Take a link, unless there are enough."""
        taken = self.links if is_sure else self.doubtful
        if len(taken) < self._most:
            taken.append(found)
        else:
            self.is_complete = False
            self.is_full = self.is_full or is_sure


def _found(seen: Folded, candidate: Candidate) -> Iterator[tuple[FoundLink, bool]]:
    """Yield the links of a candidate, each with whether it is firm."""
    several = hosts(seen.text, candidate)
    for host in several:
        part = replace(candidate, port="", rest="") if host is not several[-1] else candidate
        if host is not several[0]:
            part = replace(part, scheme="", userinfo="")
        yield from _with_scheme(seen, part, host) if part.scheme else _without_scheme(seen, part, host)


def _with_scheme(seen: Folded, part: Candidate, host: Host) -> Iterator[tuple[FoundLink, bool]]:
    link = _read(part, host)
    if (link is None or registered_domain(link.host) is None) and (cut := _cut_after(host)) is not None:
        shorter = _read(alone := replace(part, port="", rest=""), cut)
        if shorter is not None and registered_domain(shorter.host) is not None:
            link, part, host = shorter, alone, cut
    if link is not None:
        yield _told(seen, part, host, link), True


def _without_scheme(seen: Folded, part: Candidate, host: Host) -> Iterator[tuple[FoundLink, bool]]:
    if not host.text.isascii():
        if (cut := _cut_after(host)) is not None:
            yield from _without_scheme(seen, replace(part, port="", rest=""), cut)
            return
        if (words := _WORDS_BEFORE.match(host.text)) is not None:
            size = words.end()
            yield from _without_scheme(seen, part, replace(host, start=host.start + size, text=host.text[size:]))
            yield from ((found, False) for found, _ in _bare(seen, part, host))
            return
    yield from _bare(seen, part, host)


def _bare(seen: Folded, part: Candidate, host: Host) -> Iterator[tuple[FoundLink, bool]]:
    host = _without_underlining(host)
    if len(host.text) > MAX_HOST_CHARACTERS or not is_ending(host.text.rpartition(".")[2]):
        return
    if (link := _read(part, host)) is None:
        return
    if link.is_ip:
        if link.host == host.text and (part.port or part.rest[1:2].isalpha()):
            yield _told(seen, part, host, link), True
        return
    if (domain := registered_domain(link.host)) is None:
        return
    written = Written(host, domain.partition(".")[2], part.port != "", part.rest)
    if is_firm(written):
        yield _told(seen, part, host, link), True
    elif may_be(written):
        yield _told(seen, part, host, link), False


def _without_underlining(host: Host) -> Host:
    plain = host.text.lstrip("-_")
    return (
        host
        if plain == host.text
        else replace(host, start=host.end - (host.end - host.start - len(host.text) + len(plain)), text=plain)
    )


def _cut_after(host: Host) -> Host | None:
    """Return the host without the words that have grown together with its end."""
    words = _WORDS_AFTER.search(host.text)
    if words is None:
        return None
    return replace(host, end=host.end - len(words[0]), text=host.text[: words.start()])


def _read(part: Candidate, host: Host) -> CanonicalLink | None:
    scheme = "http" if part.scheme and "s" not in part.scheme.casefold() else "https"
    try:
        return read(f"{scheme}://{part.userinfo}{host.text}{part.port}{part.rest}"[:MAX_LINK_CHARACTERS])
    except ValueError:
        return None


def _told(seen: Folded, part: Candidate, host: Host, link: CanonicalLink) -> FoundLink:
    end = host.end + len(part.port) + len(part.rest)
    start, end = seen.span(part.start if part.scheme else host.start, end)
    likeness = looks_like(link.host)
    steps = host.steps | _steps(part, host, link) | _signs(seen, start, end)
    if likeness is not None:
        steps |= {Disguise.LOOKALIKE}
    return FoundLink(
        start, end, link, None if link.is_ip else registered_domain(link.host),
        tuple(step for step in _ORDER if step in steps) if steps else (), is_shortener(link.host), likeness,
    )  # fmt: skip


def _steps(part: Candidate, host: Host, link: CanonicalLink) -> set[Disguise]:
    if part.has_ordinary_scheme and not part.userinfo and host.text == link.host and "\\" not in part.rest:
        return {Disguise.PUNYCODE} if "xn--" in host.text else set()
    needed = {
        Disguise.NO_SCHEME: not part.scheme,
        Disguise.SCHEME: part.scheme and not part.has_ordinary_scheme and "\\" not in part.scheme,
        Disguise.BACKSLASH: "\\" in part.scheme or "\\" in part.rest,
        Disguise.USERINFO: part.userinfo,
        Disguise.ESCAPED_HOST: "%" in host.text,
        Disguise.PUNYCODE: "xn--" in host.text.casefold(),
        Disguise.NUMBER: link.is_ip and host.text.strip("[]").casefold() != link.host,
    }
    return {step for step, is_so in needed.items() if is_so}


def _signs(seen: Folded, start: int, end: int) -> set[Disguise]:
    """Return by what single signs a part of the original differs from what was read."""
    if seen.text is seen.original:
        return set()
    plain = {sign: plain_of(sign) for sign in set(seen.original[start:end]) if not sign.isascii()}
    found = {Disguise.WIDE for sign, other in plain.items() if other not in ("", sign)}
    return found | {Disguise.UNSEEN for other in plain.values() if not other}
