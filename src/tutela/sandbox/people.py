"""Three hundred invented people of the pretend platform: who they are, how old, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

FIRST = (
    "ada", "anton", "bela", "carla", "dario", "edda", "emil", "fenna", "finn", "greta", "hanno", "ida", "ivo", "jule",
    "kaja", "lars", "lena", "mara", "milo", "nele", "nils", "oda", "ole", "paula", "quirin", "rosa", "sami", "tilda",
    "uwe", "yara",
)  # fmt: skip
LAST = (
    "adler", "bach", "dorn", "eich", "feld", "graf", "heide", "imhof", "jung", "kamp", "lind", "moor", "nord", "ort",
    "pohl", "quell", "ried", "stein", "tal", "wald",
)  # fmt: skip

ADULT, YOUNG, YOUNGER, CHILD, UNKNOWN = "adult", "16_17", "13_15", "under_13", "unknown"
MINORS = frozenset({YOUNG, YOUNGER, CHILD})
_AGES = (ADULT, YOUNG, YOUNGER, CHILD, UNKNOWN)
_SHARES = (0.56, 0.15, 0.18, 0.05, 0.06)

WITH_BASIS = ("DE", "FR")
WITHOUT_BASIS = "AT"
_REGIONS = (*WITH_BASIS, WITHOUT_BASIS)
_REGION_SHARES = (0.6, 0.34, 0.06)


@dataclass(frozen=True, slots=True)
class Somebody:
    """One account, as the platform knows it."""

    id: str
    age: str
    region: str

    @property
    def is_adult(self) -> bool:
        """Return whether they are known to be an adult."""
        return self.age == ADULT

    @property
    def is_minor(self) -> bool:
        """Return whether they are known to be a minor."""
        return self.age in MINORS

    def told(self) -> Mapping[str, Any]:
        """Return what the server is told of them with everything they do."""
        known = {} if self.age == UNKNOWN else {"age": {"band": self.age, "provenance": "declared"}}
        return {"id": self.id, **known, "regions": [self.region]}


def population(count: int, random: np.random.Generator) -> Sequence[Somebody]:
    """Return so many people, each with a name of their own."""
    names = [f"{first}.{last}" for first in FIRST for last in LAST]
    chosen = random.permutation(len(names))[:count]
    ages = random.choice(_AGES, size=count, p=_SHARES)
    regions = random.choice(_REGIONS, size=count, p=_REGION_SHARES)
    return [
        Somebody(names[place], str(age), str(region))
        for place, age, region in zip(chosen, ages, regions, strict=True)
    ]  # fmt: skip
