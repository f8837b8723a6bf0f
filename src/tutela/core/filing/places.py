"""Where something happened and who is where, as far as it is known: what links a matter with a country."""

from dataclasses import dataclass

_OTHER_NAMES = {"UK": "GB", "EL": "GR"}
"""Codes that people and the European Union write for what ISO 3166-1 calls otherwise."""


def country(code: str) -> str:
    """Return a country's code of ISO 3166-1, from what somebody wrote; empty stays empty."""
    written = code.strip().upper()
    return _OTHER_NAMES.get(written, written)


@dataclass(frozen=True, slots=True)
class Places:
    """Countries, each a code of ISO 3166-1 alpha-2. Empty means that nobody knows, which links with nothing."""

    suspects: tuple[str, ...] = ()  #: where the persons reported are, or whose nationals
    children: tuple[str, ...] = ()  #: where the children concerned are
    published: tuple[str, ...] = ()  #: where it was posted or generated

    def all(self) -> frozenset[str]:
        """Return every country that the matter is linked with."""
        return frozenset(country(each) for each in (*self.suspects, *self.children, *self.published) if each.strip())
