"""What the answers to an appeal come to: one person's, or that of two who agree; a third says which of two stands (P3).

Where the matter is grave two people answer, whatever the first of them says: if only one of two outcomes took two, the
second person would know the first answer by being asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.appeals.appeal import AppealAnswer, agree
from tutela.core.ids import ClauseId
from tutela.core.plans import ZERO_TOLERANCE
from tutela.errors import BadInput

ALONE, SECOND, THIRD = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands, and who came to it."""

    answer: AppealAnswer
    by: str  #: whoever answered last
    with_whom: str | None  #: the other one
    is_single_operator: bool = False


def is_grave(clause_id: ClauseId | None, *, needs_two_people: bool) -> bool:
    """Return whether two people decide: under one of the twelve, or where nobody would reverse it alone."""
    return needs_two_people or clause_id in ZERO_TOLERANCE


def settled(answers: Sequence[AppealAnswer], *, grave: bool, is_alone: bool = False) -> Settled | None:
    """Return what stands by *answers*, in their order; none while another person has to answer.

    Raises:
        tutela.errors.BadInput: The third says something else than either of the two: it would be one person's.
    """
    if not answers:
        return None
    last = answers[-1]
    if not grave:
        return Settled(last, last.by, None, is_alone)
    for other in answers[:-1]:
        if agree(other, last):
            return Settled(last, last.by, other.by, other.by == last.by)
    if last.place == THIRD:
        raise BadInput(
            "a third person says which of the two answers stands", place="outcome", remedy="Choose one of the two."
        )
    return None
