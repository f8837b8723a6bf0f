"""How far a measure reaches: the part of it that is not the same for every measure of its kind."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

_SETS = ("surfaces", "actions", "countries")


@dataclass(frozen=True, slots=True)
class Scope:
    """What narrows one measure. Empty says: everything that its kind can do. Which kind takes which is in the core."""

    surfaces: frozenset[str] = frozenset()  #: surface groups that it keeps its subject out of
    actions: frozenset[str] = frozenset()  #: what nobody may do with an item
    countries: frozenset[str] = frozenset()  #: ISO 3166-1 alpha-2
    legal_basis: str = ""  #: of a withholding, named to whoever it is withheld from
    audience: str = ""  #: `minors`: messages to them only; empty for everyone
    verification: str = ""  #: which one ends a lock: `phone`, `email`, `identity` or `age`
    reason: str = ""  #: one word, shown on a cover
    is_closed: bool = False  #: a cover that no viewer may open

    def as_json(self) -> dict[str, Any]:
        """Return what is set, as plain values in one order."""
        return {
            name: sorted(value) if name in _SETS else value for name in self.__slots__ if (value := getattr(self, name))
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Scope":
        """Return the scope that `as_json` told; what this version does not know is left out, and so reaches further."""
        known = {field.name for field in fields(cls)} & set(said)
        values: dict[str, Any] = {name: frozenset(said[name]) if name in _SETS else said[name] for name in known}
        return cls(**values)


EVERYTHING = Scope()
"""Nothing narrows the measure."""
