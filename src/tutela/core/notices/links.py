"""Which item or account of the platform a link means, by the patterns that the operator declares.

    [[link]]
    hosts = ["photos.example", "www.photos.example"]
    path = "/p/{item}"

A pattern names at most one item and one account. What stands between slashes, or as the value of a query's name,
is one identifier; a link is read as a browser reads it, so that neither case, escapes, ports nor what follows `#` hide
what it means.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.links.reading import read
from tutela.errors import Misconfigured

_PART = re.compile(r"\{(item|account)\}")
_ID = r"[^/?#&=]{1,200}"


class Place(StrEnum):
    """Where a link leads."""

    ITEM = "item"
    ACCOUNT = "account"
    PAGE = "page"  #: of the platform, and none of the patterns knows it
    ELSEWHERE = "elsewhere"  #: not of the platform
    NO_LINK = "no_link"


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a link points at."""

    place: Place
    platform_id: str = ""


@dataclass(frozen=True, slots=True)
class LinkPattern:
    """One shape of the platform's own links."""

    hosts: frozenset[str]
    expression: re.Pattern[str]

    @classmethod
    def of(cls, hosts: Iterable[str], path: str) -> "LinkPattern":
        """Return the pattern of *hosts* and a *path* in which `{item}` or `{account}` stands.

        Raises:
            tutela.errors.Misconfigured: It names neither, or one of them twice, or does not begin with a slash.
        """
        names = _PART.findall(path)
        if not path.startswith("/") or not names or len(set(names)) != len(names):
            raise Misconfigured("a path begins with / and names {item}, {account} or both, each once", place="path")
        before, mark, query = path.partition("?")
        # A name of a query stands anywhere in it, beside others; without one any query may follow.
        behind = rf"\?(?:.*&)?{_expression(query)}(?:&.*)?" if mark else r"(?:\?.*)?"
        return cls(frozenset(host.lower() for host in hosts), re.compile(f"{_expression(before)}/?{behind}"))

    def read(self, host: str, target: str) -> Pointed | None:
        """Return what a link of *host* means, or none where it has another shape."""
        met = self.expression.fullmatch(target) if host in self.hosts else None
        if met is None:
            return None
        found = met.groupdict()
        return Pointed(Place.ITEM, found["item"]) if found.get("item") else Pointed(Place.ACCOUNT, found["account"])


def _expression(path: str) -> str:
    pieces, end = [], 0
    for met in _PART.finditer(path):
        pieces += [re.escape(path[end : met.start()]), f"(?P<{met[1]}>{_ID})"]
        end = met.end()
    return "".join([*pieces, re.escape(path[end:])])


@dataclass(frozen=True, slots=True)
class LinkPatterns:
    """All shapes that the operator declared; the first that fits says what is meant."""

    patterns: tuple[LinkPattern, ...] = ()

    def __call__(self, link: str) -> Pointed:
        """Return where *link* leads."""
        try:
            found = read(link)
        except ValueError:
            return Pointed(Place.NO_LINK)
        target = found.path + found.query
        for pattern in self.patterns:
            if (pointed := pattern.read(found.host, target)) is not None:
                return pointed
        is_ours = any(found.host in pattern.hosts for pattern in self.patterns)
        return Pointed(Place.PAGE if is_ours else Place.ELSEWHERE)

    @property
    def hosts(self) -> frozenset[str]:
        """Return the names of the platform."""
        return frozenset[str]().union(*(pattern.hosts for pattern in self.patterns))


def patterns_of(rows: Sequence[object]) -> LinkPatterns:
    """Return the patterns of the `[[link]]` rows of a file.

    Raises:
        tutela.errors.Misconfigured: A row is no such row; the place names it.
    """
    made = []
    for number, row in enumerate(rows):
        place = f"link.{number}"
        if not isinstance(row, dict) or set(row) != {"hosts", "path"} or not isinstance(row["path"], str):
            raise Misconfigured("a link has hosts, a list of names, and a path", place=place)
        hosts = row["hosts"]
        if not isinstance(hosts, list) or not hosts or not all(isinstance(each, str) for each in hosts):
            raise Misconfigured("hosts are a list of names, as photos.example", place=f"{place}.hosts")
        try:
            made.append(LinkPattern.of(hosts, row["path"]))
        except Misconfigured as error:
            raise Misconfigured(error.detail, place=f"{place}.path") from None
    return LinkPatterns(tuple(made))
