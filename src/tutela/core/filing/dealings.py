"""What people did about an authority: filed by hand, took it in hand until a moment, or decided not to tell it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tutela.core.filing.closing import Dealt, Declined, FiledByHand, OpenClock
from tutela.core.filing.duty import Duty, Obligation
from tutela.core.filing.moments import CLOCK_SKEW, is_aware
from tutela.core.filing.states import Filing
from tutela.core.ids import CaseId, PersonId
from tutela.errors import BadInput, Forbidden

LONGEST_REASON = 4000
LONGEST_REFERENCE = 200


class DealingKind(StrEnum):
    """What was done."""

    DECLINED = "declined"  #: it need not be told, or may be and is not
    TAKEN = "taken"  #: somebody has it, and by when
    BY_HAND = "by_hand"  #: it was filed where there is no interface


@dataclass(frozen=True, slots=True)
class Dealing:
    """One thing that was done about one authority. Never changed: what is done later counts."""

    id: str
    case_id: CaseId
    authority: str
    kind: DealingKind
    by: str  #: who has it, decided it, or filed it
    at: datetime  #: when it was done; of a filing by hand, when it was filed
    noted_at: datetime  #: when it was written down here
    reason: str = ""  #: why it is not told. Content: in no log, and in no audit
    reference: str = ""  #: that the authority gave
    due_at: datetime | None = None  #: by when whoever has it will have filed it
    salt: bytes = b""  #: of the commitment to reason and reference that the audit holds


def dealt(
    dealings: Iterable[Dealing],
    filings: Mapping[str, tuple[Filing, ...]] | None = None,
    found_at: datetime | None = None,
) -> Mapping[str, Dealt]:
    """Return what was done about each authority.

    Args:
        dealings: Of one incident, oldest first. The last word on declining, and on who has it, counts; whatever was
            filed stays filed.
        filings: Reports of this incident on their way, by authority.
        found_at: When something was found of it last.
    """
    found: dict[str, Dealt] = defaultdict(lambda: Dealt(found_at=found_at))
    for authority, on_their_way in (filings or {}).items():
        found[authority] = Dealt(filings=on_their_way, found_at=found_at)
    for each in dealings:
        found[each.authority] = _with(found[each.authority], each)
    return dict(found)


def refuse_declining(duty: Duty, reason: str) -> None:
    """Refuse to decide against telling what must be told (P4), or without a reason.

    Raises:
        tutela.errors.Forbidden: The law says that it must be told.
        tutela.errors.BadInput: No reason is given, or a very long one; or no person has found it yet.
    """
    if not duty.is_final:
        raise BadInput("No person has found it yet.", place="authority", remedy="Decide the case first.")
    if duty.obligation is Obligation.MUST:
        remedy = "File it; or where a fact on the sheet is wrong, correct that, and the table answers anew."
        raise Forbidden("this authority must be told", place="authority", remedy=remedy)
    if not reason.strip():
        raise BadInput("Not telling takes a reason.", place="reason", remedy="Say in plain words why it is not told.")
    _refuse_long(reason, LONGEST_REASON, "reason")


def refuse_by_hand(reference: str, filed_at: datetime, now: datetime) -> None:
    """Refuse a filing by hand that proves nothing.

    Raises:
        tutela.errors.BadInput: It has no reference, or its time has no zone or lies ahead.
    """
    if not reference.strip():
        remedy = "Enter what the authority gave as its receipt: a number, or the name of who took it and how."
        raise BadInput("A filing by hand needs a reference.", place="reference", remedy=remedy)
    _refuse_long(reference, LONGEST_REFERENCE, "reference")
    if not is_aware(filed_at):
        raise BadInput("This time has no zone.", place="filed_at", remedy="Write it such as 2026-03-02T09:00:00Z.")
    if filed_at > now + CLOCK_SKEW:
        raise BadInput("This time has not come yet.", place="filed_at", remedy="Enter when it was filed.")


def refuse_taking(due_at: datetime, now: datetime) -> None:
    """Refuse a clock that has run out already, or that says nothing.

    Raises:
        tutela.errors.BadInput: The moment has no zone, or is over.
    """
    if not is_aware(due_at) or due_at <= now:
        remedy = "Enter a moment to come, such as 2026-03-02T09:00:00Z."
        raise BadInput("By then it would be late already.", place="due_at", remedy=remedy)


def _refuse_long(text: str, longest: int, place: str) -> None:
    if len(text) > longest:
        raise BadInput(f"This has more than {longest} characters.", place=place, remedy="Say it more briefly.")


def _with(before: Dealt, dealing: Dealing) -> Dealt:
    who = PersonId(dealing.by)
    if dealing.kind is DealingKind.BY_HAND:
        filed = FiledByHand(dealing.reference, dealing.at, who, dealing.noted_at)
        return replace(before, by_hand=(*before.by_hand, filed))
    if dealing.kind is DealingKind.DECLINED:
        return replace(before, declined=Declined(who, dealing.reason, dealing.at))
    return replace(before, clock=None if dealing.due_at is None else OpenClock(who, dealing.due_at))
