"""The network around an account: who shares what with it, the closest first. Pure.

It is bounded: what a crowd shares is left out and said, and so is whoever is farther away than a page can show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tutela.core.ids import AccountId
from tutela.core.ties import CROWD, Tie, TieKind

MOST_NEIGHBOURS = 24
"""That a picture shows: with more nobody sees anything."""

_WEIGHTS = {TieKind.DEVICE: 4, TieKind.MEDIA: 3, TieKind.LINK: 2, TieKind.CONVERSATION: 1}
"""How much a kind says: many talk to each other, and few share a device."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another account, and what it shares with the one in the middle."""

    account_id: AccountId
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """Who is around an account."""

    neighbours: tuple[Neighbour, ...]  #: the closest first
    ties: tuple[Tie, ...]  #: that lead to one of them, each once, by kind
    crowds: tuple[Tie, ...]  #: that more share than say anything
    left_out: int  #: others who share something, and are not shown

    @property
    def is_empty(self) -> bool:
        """Return whether nobody shares anything."""
        return not self.neighbours and not self.crowds


def network_of(middle: AccountId, shared: Mapping[Tie, Sequence[AccountId]]) -> Network:
    """Return the network around *middle*, of which each thing is *shared* with some accounts, itself among them."""
    others = {tie: [each for each in dict.fromkeys(found) if each != middle] for tie, found in shared.items()}
    crowds = tuple(sorted(tie for tie, found in others.items() if len(found) > CROWD))
    held: dict[AccountId, list[Tie]] = {}
    for tie in sorted(others.keys() - set(crowds)):
        for each in others[tie]:
            held.setdefault(each, []).append(tie)
    ranked = sorted(held.items(), key=lambda each: (-sum(_WEIGHTS[tie.kind] for tie in each[1]), each[0]))
    neighbours = tuple(Neighbour(account, tuple(ties)) for account, ties in ranked[:MOST_NEIGHBOURS])
    ties = tuple(sorted({tie for each in neighbours for tie in each.ties}))
    return Network(neighbours, ties, crowds, len(ranked) - len(neighbours))
