"""How often something was right of what people decided, a bank by the cases in which its matches lie. Pure.

Of what nobody decided nothing is known, and of few not much: beside a share stands what it is at least.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tutela.core.agreement import Figure
from tutela.core.conclusions import Conclusion
from tutela.core.ids import ClauseId
from tutela.core.plans import ZERO_TOLERANCE
from tutela.core.policy import MatchKind


@dataclass(frozen=True, slots=True)
class Precision:
    """How often something was right, of what people decided."""

    confirmed: int = 0
    overturned: int = 0  #: they found something else, or nothing; or what they found was reversed

    def __add__(self, other: "Precision") -> "Precision":
        """Return both together."""
        return Precision(self.confirmed + other.confirmed, self.overturned + other.overturned)

    @property
    def decided(self) -> int:
        """Return how many were decided."""
        return self.confirmed + self.overturned

    @property
    def share(self) -> float | None:
        """Return the share that was right; none where nobody decided."""
        return self.confirmed / self.decided if self.decided else None

    @property
    def at_least(self) -> float | None:
        """Return what the share is at least, in 95 of 100 cases, by Wilson's score; none where nobody decided."""
        return Figure(self.confirmed, self.decided).interval[0] if self.decided else None


NOTHING_DECIDED = Precision()


@dataclass(frozen=True, slots=True)
class DecidedMatches:
    """Cases in which the same was found of what the same bank said."""

    bank: str
    kind: MatchKind  #: exact where any of the bank's matches in the case is
    matched: ClauseId  #: the case's clause, which is that of the match
    conclusion: Conclusion
    found: ClauseId  #: under which
    is_reversed: bool
    cases: int


def is_confirmed(decided: DecidedMatches) -> bool:
    """Return whether people found what the bank says, and it stands.

    Under one of the twelve any of them does: which of them it is says nothing about the list. What goes without an
    accusation, or under an ordinary clause, is not what such a list says.
    """
    if decided.is_reversed or decided.conclusion is not Conclusion.VIOLATION:
        return False
    return decided.matched not in ZERO_TOLERANCE or decided.found in ZERO_TOLERANCE


def precision_by_bank(decided: Iterable[DecidedMatches]) -> Mapping[str, Mapping[MatchKind, Precision]]:
    """Return how often each bank was right, by kind of match; banks and kinds of which nobody decided are left out."""
    found: dict[str, dict[MatchKind, Precision]] = {}
    for each in decided:
        kinds = found.setdefault(each.bank, {})
        more = Precision(each.cases, 0) if is_confirmed(each) else Precision(0, each.cases)
        kinds[each.kind] = kinds.get(each.kind, NOTHING_DECIDED) + more
    return found
