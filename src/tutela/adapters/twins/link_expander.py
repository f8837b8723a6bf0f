"""Redirects in memory: for tests and the demo."""

from collections.abc import Mapping

from tutela.core.links import CanonicalLink, read
from tutela.ports.link_expander import Expansion, Unexpanded


class ExpanderTwin:
    """Stand in for the web: what leads where is told; everything else leads nowhere."""

    def __init__(self, leads: Mapping[str, str] | None = None, *, most_hops: int = 5) -> None:
        """Let each link lead on to another."""
        self._leads = {read(link): read(other) for link, other in (leads or {}).items()}
        self._failing: Unexpanded | None = None
        self._most_hops = most_hops
        self.asked: list[CanonicalLink] = []

    def fail(self, reason: Unexpanded | None) -> None:
        """Let nothing be known from now on, or everything again."""
        self._failing = reason

    def expand(self, link: CanonicalLink) -> Expansion:
        """Note *link* and return where it leads."""
        self.asked.append(link)
        if self._failing is not None:
            return Expansion((link,), self._failing)
        chain = [link]
        while (following := self._leads.get(chain[-1])) is not None:
            if following in chain:
                return Expansion(tuple(chain), Unexpanded.LOOP)
            if len(chain) > self._most_hops:
                return Expansion(tuple(chain), Unexpanded.TOO_LONG)
            chain.append(following)
        return Expansion(tuple(chain))
