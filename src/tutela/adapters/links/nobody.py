"""Ask nobody where a link leads: what holds unless the operator says otherwise."""

from tutela.core.links import CanonicalLink
from tutela.ports.link_expander import Expansion, Unexpanded


class NoExpander:
    """Let nothing out; see `ports.link_expander`."""

    def expand(self, link: CanonicalLink) -> Expansion:
        """Return that it is not known."""
        return Expansion((link,), Unexpanded.OFF)
