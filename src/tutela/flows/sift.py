"""Sift the rows of a list: what goes in, what is refused, and what its sender should look at again."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tutela.core.banks import SignalType
from tutela.core.suspicion import WORDS, Suspicion, is_refused, suspicion_of
from tutela.errors import BadInput
from tutela.flows.keep_banks import NewMember, Signal
from tutela.flows.read_rows import Row, RowError

MAX_ROWS_NAMED = 100
"""Bad or odd rows described in the answer; more are counted."""

MAX_REMEMBERED = 1_000_000
"""Values by which a repetition is noticed; of a longer list those behind are not remembered, to bound memory."""


REFUSED = f"{WORDS[Suspicion.FLAT]}; taken in only with accept-flat"


@dataclass(slots=True)
class Sift:
    """Sort rows, a chunk at a time. Nothing that is told repeats a value: it may be a confidential signal."""

    accepts_flat: bool
    errors: list[RowError] = field(default_factory=list)  #: rows that were not used, the first hundred
    warnings: list[RowError] = field(default_factory=list)  #: rows that were used and look odd, the first hundred
    rejected: int = 0
    suspicious: int = 0
    repeated: int = 0
    fresh: set[Signal] = field(default_factory=set)  #: of the last chunk, those that no row before had
    _seen: set[Signal] = field(default_factory=set)

    def sort(self, chunk: Iterable[Row]) -> list[NewMember]:
        """Return the members of *chunk* that go in."""
        self.fresh = set()
        usable = [member for line, row in chunk if (member := self._usable(line, row)) is not None]
        if len(self._seen) < MAX_REMEMBERED:
            self._seen |= self.fresh
        return usable

    def _usable(self, line: int, row: NewMember | RowError) -> NewMember | None:
        if isinstance(row, NewMember) and is_refused(row.signal_type, row.value) and not self.accepts_flat:
            row = RowError(line, REFUSED)
        if isinstance(row, RowError):
            self.rejected += 1
            _name(self.errors, row)
            return None
        self._look(line, row)
        return row

    def _look(self, line: int, member: NewMember) -> None:
        signal = member.signal_type, member.value
        if signal in self.fresh or signal in self._seen:
            self.repeated += 1
            _name(self.warnings, RowError(line, "the same value as in a row before"))
        else:
            self.fresh.add(signal)
        if (odd := suspicion_of(*signal)) is not None:
            self.suspicious += 1
            _name(self.warnings, RowError(line, WORDS[odd]))


def check_not_flat(signal_type: SignalType, value: str, *, accepts_flat: bool) -> None:
    """Refuse a picture hash of zeros or ones only.

    Raises:
        tutela.errors.BadInput: It is one, and *accepts_flat* is not set.
    """
    if is_refused(signal_type, value) and not accepts_flat:
        raise BadInput(REFUSED)


def _name(named: list[RowError], row: RowError) -> None:
    if len(named) < MAX_ROWS_NAMED:
        named.append(row)
