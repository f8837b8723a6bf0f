"""Say where a shortened link leads.

Whoever is asked learns that somebody has the link, so nobody is asked unless a setting says so.
"""

from dataclasses import dataclass
from typing import Final

from tutela.core.links import CanonicalLink, read
from tutela.core.permissions import Principal, demand
from tutela.errors import BadInput, SwitchedOff
from tutela.ports.link_expander import Expansion, LinkExpander, Unexpanded

LINK_SECONDS: Final = 10.0
"""For one link with all its hops."""

SCOPE: Final = "links"


@dataclass(frozen=True, slots=True)
class ExpandLinks:
    """Follow one link, for an analyst. Nothing is stored, and the link is in no log."""

    expander: LinkExpander

    def __call__(self, principal: Principal, link: str) -> Expansion:
        """Return where *link* leads, as far as that is known.

        Raises:
            tutela.errors.Forbidden: This is not for whoever asks.
            tutela.errors.BadInput: It is no link.
            tutela.errors.SwitchedOff: The operator lets nothing out.
        """
        demand(principal, SCOPE)
        found = self.expander.expand(_read(link))
        if found.unknown is Unexpanded.OFF:
            raise SwitchedOff("links are not followed here", place="links_expand", remedy=_REMEDY)
        return found


_REMEDY = (
    "Whoever is asked learns that somebody has the link; where that may be, the operator sets TUTELA_LINKS_EXPAND=true."
)


def _read(link: str) -> CanonicalLink:
    try:
        return read(link)
    except ValueError:  # what was sent is not repeated
        raise BadInput("this is no link", place="url", remedy="It looks like https://HOST/PATH.") from None
