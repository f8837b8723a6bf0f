"""Who looks or acts: what a platform says of them and what is stored, joined in the strict direction."""

from collections.abc import Collection
from dataclasses import dataclass

from tutela.core.content import Account, AgeBand

_BANDS = (AgeBand.UNDER_13, AgeBand.FROM_13_TO_15, AgeBand.FROM_16_TO_17, AgeBand.ADULT)
"""From the youngest on."""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Whoever looks or acts, as the platform says in its question."""

    account: str | None = None  #: the platform's own id; none for somebody without an account
    age: AgeBand | None = None  #: none when the platform says nothing of it
    countries: frozenset[str] = frozenset()  #: where the request comes from, and where the account is at home


def age_of(said: AgeBand | None, stored: AgeBand | None) -> AgeBand:
    """Return how old somebody is taken to be: the younger of what is said and what is stored.

    Nothing said leaves what is stored. Who is stored as a minor is not made an adult by a question. Of whom nothing is
    stored, or that nobody knows, the platform is believed: it knows its readers, and most of them never post. Whoever
    is said to be of unknown age gets a minor's protection, also when an adult is stored.
    """
    known = [age for age in (said, stored) if age in _BANDS]
    if said is AgeBand.UNKNOWN:
        known = [age for age in known if age is not AgeBand.ADULT]
    return min(known, key=_BANDS.index, default=AgeBand.UNKNOWN)


def countries_of(said: Collection[str], stored: Account | None) -> frozenset[str]:
    """Return where somebody counts as being: everywhere that is said, and where the account is at home.

    Nothing said is nowhere known, and that counts as every country: where an account is at home does not say where its
    request comes from.
    """
    return frozenset((*said, *(stored.regions if stored else ()))) if said else frozenset()
