"""Where a shortened link leads."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tutela.core.links import CanonicalLink


class Unexpanded(StrEnum):
    """Why the end of a chain is not known."""

    OFF = "off"  #: the operator lets nothing out
    NOT_PUBLIC = "not_public"  #: it leads to a machine inside, to a port of no web server, or to no page at all
    NO_ADDRESS = "no_address"  #: the name was not resolved in time
    NOT_REACHED = "not_reached"
    TIMED_OUT = "timed_out"
    BROKEN = "broken"  #: what came was no HTTP, or too large
    LOOP = "loop"
    TOO_LONG = "too_long"  #: more hops than are followed
    NO_LINK = "no_link"  #: a redirect to what is none


@dataclass(frozen=True, slots=True)
class Expansion:
    """The links that a link led to, itself the first; as far as is known."""

    chain: tuple[CanonicalLink, ...]
    unknown: Unexpanded | None = None  #: none when the last one of the chain led nowhere else

    @property
    def is_known(self) -> bool:
        """Return whether the end is known."""
        return self.unknown is None


class LinkExpander(Protocol):
    """Follow redirects. Whoever is asked learns that somebody has the link: an operator decides whether that may be."""

    def expand(self, link: CanonicalLink) -> Expansion:
        """Return where *link* leads; never an error."""
        ...
