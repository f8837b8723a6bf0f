"""Whether everything that a finding owes is done or in somebody's hands (P4): only then may its case be closed.

*Must* is met by a report that is finished in production, by one that was filed by hand with reference, time and name,
or by an open clock with a named person. *May* and *none* are decided, with a reason; for an authority whose law does
not bind the operator and whom they do not list, the reason of the table is enough. A test never counts, and an answer
that is not final closes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.filing.duty import Duty, FilesBy, Obligation
from tutela.core.filing.states import Filing
from tutela.core.ids import PersonId


@dataclass(frozen=True, slots=True)
class FiledByHand:
    """That somebody filed it where there is no interface."""

    reference: str
    at: datetime
    by: PersonId
    noted_at: datetime  #: when they wrote that down, of everything that was found until then


@dataclass(frozen=True, slots=True)
class OpenClock:
    """That somebody has it, and until when."""

    by: PersonId
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Declined:
    """That somebody decided not to tell, and why."""

    by: PersonId
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Dealt:
    """What was done about one authority."""

    filings: tuple[Filing, ...] = ()
    by_hand: tuple[FiledByHand, ...] = ()
    clock: OpenClock | None = None
    declined: Declined | None = None
    found_at: datetime | None = None  #: when something was found of it last: what was done before says nothing of that

    @property
    def told_at(self) -> datetime | None:
        """Return as of when the authority has it, in earnest; none where it was told nothing."""
        by_hand = (each.noted_at for each in self.by_hand if each.reference.strip() and each.by)
        filed = (each.drawn_up_at for each in self.filings if each.counts_as_filed and each.drawn_up_at)
        return max((*by_hand, *filed), default=None)

    @property
    def is_filed(self) -> bool:
        """Return whether the authority has everything that was found."""
        return self._is_of_all(self.told_at)

    @property
    def is_declined(self) -> bool:
        """Return whether somebody decided, with a reason and of everything that was found, not to tell."""
        declined = self.declined
        return declined is not None and bool(declined.reason.strip() and declined.by) and self._is_of_all(declined.at)

    def _is_of_all(self, at: datetime | None) -> bool:
        return at is not None and (self.found_at is None or at >= self.found_at)


@dataclass(frozen=True, slots=True)
class Unmet:
    """One authority that is still owed something."""

    authority: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What a finding owes, and what was done about it."""

    duties: tuple[Duty, ...]
    dealt: Mapping[str, Dealt] = field(default_factory=dict)  #: by authority


def unmet(owed: Owed) -> tuple[Unmet, ...]:
    """Return what keeps the case open; nothing where it may be closed."""
    return tuple(each for duty in owed.duties for each in _of(duty, owed.dealt.get(duty.authority, Dealt())))


def must_be_filed(owed: Owed) -> tuple[str, ...]:
    """Return the authorities that must have it and do not yet, also where somebody is at it: their clocks run."""
    return tuple(
        duty.authority
        for duty in owed.duties
        if duty.obligation is Obligation.MUST and not owed.dealt.get(duty.authority, Dealt()).is_filed
    )


def is_settled(owed: Owed) -> bool:
    """Return whether the case may be ended by itself: everything was filed, or decided against with a reason.

    Stricter than `unmet`: where somebody has it in hand nothing is broken, and nothing is done yet either.
    """
    is_anything_owed = unmet(owed) or must_be_filed(owed)
    return not is_anything_owed and all(_is_over(duty, owed.dealt.get(duty.authority, Dealt())) for duty in owed.duties)


def _is_over(duty: Duty, dealt: Dealt) -> bool:
    return dealt.is_filed or not duty.is_concerned or dealt.is_declined


def _of(duty: Duty, dealt: Dealt) -> Iterator[Unmet]:
    if not duty.is_final:
        yield Unmet(duty.authority, "No person has found it yet.", "Decide the case; the clock runs meanwhile.")
    elif duty.obligation is Obligation.MUST:
        yield from _must(duty, dealt)
    elif duty.is_concerned and not (dealt.is_filed or dealt.clock or dealt.is_declined):
        kind = "may be told" if duty.obligation is Obligation.MAY else "need not be told"
        yield Unmet(duty.authority, f"It {kind}, and nobody has decided that.", "Decide it, with a reason.")


def _must(duty: Duty, dealt: Dealt) -> Iterable[Unmet]:
    if dealt.is_filed or (dealt.clock is not None and dealt.clock.by):
        return
    remedy = "File it, or name who does." if duty.files is FilesBy.API else "File it by hand, or name who does."
    yield Unmet(duty.authority, "It must be told, and nobody has it.", remedy)
