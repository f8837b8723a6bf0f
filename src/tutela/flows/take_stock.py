"""Say how the system is doing: numbers only, never names or hashes."""

from collections.abc import Mapping
from dataclasses import dataclass

from tutela.ports.index import IndexName, IndexState, SignalIndex
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class IndexStock:
    """How far one index has come."""

    name: IndexName
    entries: int
    version: int
    lag: int  #: committed changes that it does not answer for yet
    state: IndexState


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is."""

    open_cases: int
    change_seq: int
    detections_by_bank: Mapping[str, int]
    indexes: tuple[IndexStock, ...]


def take_stock(
    reader: Reader, indexes: Mapping[IndexName, SignalIndex], states: Mapping[IndexName, IndexState]
) -> Stock:
    """Return what there is, as of the reader's snapshot."""
    return Stock(
        open_cases=reader.open_case_count(),
        change_seq=reader.change_seq(),
        detections_by_bank=reader.detections_by_bank(),
        indexes=tuple(_index(reader, name, index, states[name]) for name, index in indexes.items()),
    )


def _index(reader: Reader, name: IndexName, index: SignalIndex, state: IndexState) -> IndexStock:
    built = index.built_to_seq
    return IndexStock(name, len(index), built, max(0, reader.feed_seq(name) - max(built, 0)), state)


def has_members(reader: Reader) -> bool:
    """Return whether any active bank holds anything: until one does, nothing can be recognised."""
    return any(reader.members(bank.id, limit=1) for bank in reader.banks() if bank.is_active)
