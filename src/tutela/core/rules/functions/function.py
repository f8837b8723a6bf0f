"""What a function of the rule language is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tutela.core.rules.facts import Technique
from tutela.core.rules.types import Type


class Form(StrEnum):
    """How the compiler and the interpreter treat a function."""

    PLAIN = "plain"  #: computed from its arguments, and unknown where one of them is
    PATTERN = "pattern"  #: the second argument is a literal that is compiled when the rule is checked
    KNOWN = "known"  #: never unknown
    DEFAULT = "default"  #: the second argument where the first is unknown
    MEMBER = "member"  #: short for `text in list`


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument."""

    name: str
    types: tuple[Type, ...]
    is_like_first: bool = False  #: of the same type as the first argument
    fact: str | None = None  #: that is meant where the argument is left out


@dataclass(frozen=True, slots=True)
class Function:
    """One function."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Type | None  #: none where it is that of the first argument
    says: str
    compute: Callable[..., Any]  #: of known values only, pure, total, and fast for texts of any length
    form: Form = Form.PLAIN
    most_arguments: int | None = None  #: where the last parameter may be given several times
    technique: Technique | None = None  #: beyond those of its arguments

    @property
    def signature(self) -> str:
        """Return how it is called."""
        shown = [each.name if each.fact is None else f"{each.name}={each.fact}" for each in self.parameters]
        return f"{self.name}({', '.join(shown)}{', ...' if self.most_arguments else ''})"

    @property
    def fewest(self) -> int:
        """Return how many arguments it needs."""
        return sum(each.fact is None for each in self.parameters)

    @property
    def most(self) -> int:
        """Return how many arguments it takes."""
        return self.most_arguments or len(self.parameters)

    def parameter(self, place: int) -> Parameter:
        """Return what the argument at *place* is; the last one may stand for several."""
        return self.parameters[min(place, len(self.parameters) - 1)]
