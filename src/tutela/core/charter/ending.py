"""P3 and P4 of a found case that ends by itself: looked at by whom it must be, and told to everybody who is owed it."""

from collections.abc import Iterator
from dataclasses import dataclass

from tutela.core.cases import Case, CaseReason
from tutela.core.charter.breach import Breach
from tutela.core.filing.closing import Owed, must_be_filed, unmet


@dataclass(frozen=True, slots=True)
class Ending:
    """A found case that would end, with what its end rests on."""

    case: Case
    owed: Owed
    has_undecided: bool  #: something lies in it that no person has decided about
    is_answered: bool  #: people have answered it as a case, and that is carried out


def of_ending(ending: Ending) -> tuple[Breach, ...]:
    """Return how the end of a case would break P3 or P4.

    Whoever only has it in hand has not told it: its clock runs on, and so does the case. What was laid into it and
    nobody has looked at may be graver than what was told; and a second look is owed by its own name.
    """
    return *(Breach("P3", ending.case.id, each) for each in _unseen(ending)), *_untold(ending)


def _unseen(ending: Ending) -> Iterator[str]:
    if ending.has_undecided:
        yield "something lies in it that no person has decided about"
    if ending.case.reason is CaseReason.SECOND_LOOK and not ending.is_answered:
        yield "the second look that it was opened for has not been taken"


def _untold(ending: Ending) -> Iterator[Breach]:
    """Yield what must be filed and is not, and what nobody decided."""
    missing = [f"{each} must have it, and does not" for each in must_be_filed(ending.owed)]
    open_still = [f"{each.authority}: {each.sentence}" for each in unmet(ending.owed)]
    yield from (Breach("P4", ending.case.id, detail) for detail in dict.fromkeys((*missing, *open_still)))
