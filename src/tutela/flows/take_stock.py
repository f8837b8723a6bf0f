"""Say how the system is doing: numbers only, never names or hashes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.core.licences import LicenceState, has_lapsed, licence_of
from tutela.core.looks import SAMPLE_WITHIN
from tutela.core.operator import BRAKED_MEMBERS, CASES, HOLDS, LICENCES, QUOTAS, REVIEWS, RULES, SAMPLES
from tutela.core.quotas import QuotaUsed
from tutela.ports.cases import CaseAlarms
from tutela.ports.counting import CounterSize
from tutela.ports.index import IndexName, IndexState, SignalIndex
from tutela.ports.store import Overdue, Reader


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
    case_alarms: CaseAlarms
    change_seq: int
    detections_by_bank: Mapping[str, int]
    braked_by_bank: Mapping[str, int]  #: members that only hold items until a person releases them
    owed_by_bank: Mapping[str, int]  #: opinions of our own that the source has not been told
    licence_ends_by_bank: Mapping[str, datetime]
    lapsed: int  #: banks that are not asked any more because their licence is over
    quotas_used: tuple[QuotaUsed, ...]  #: today
    fires_waiting: int  #: that rules saw over their quota, and no case holds yet
    counters: tuple[CounterSize, ...]
    overdue: Overdue  #: measures of machines that no person has looked at in time
    indexes: tuple[IndexStock, ...]


def take_stock(
    reader: Reader,
    indexes: Mapping[IndexName, SignalIndex],
    states: Mapping[IndexName, IndexState],
    now: datetime,
) -> Stock:
    """Return what there is, as of the reader's snapshot."""
    banks = [bank for bank in reader.banks() if bank.is_active]
    return Stock(
        open_cases=reader.open_case_count(),
        case_alarms=reader.case_alarms(now),
        change_seq=reader.change_seq(),
        detections_by_bank=reader.detections_by_bank(),
        braked_by_bank=Counter(trip.bank_id for trip in reader.open_trips()),
        owed_by_bank={str(bank_id): owed for bank_id, owed in reader.feedback_owed().items()},
        licence_ends_by_bank={bank.id: bank.licence_ends_at for bank in banks if bank.licence_ends_at},
        lapsed=sum(has_lapsed(bank, now) for bank in banks),
        quotas_used=tuple(reader.quotas_used(now.date())),
        fires_waiting=reader.fires_waiting_count(),
        counters=tuple(reader.counter_sizes()),
        overdue=reader.overdue(now),
        indexes=tuple(_index(reader, name, index, states[name]) for name, index in indexes.items()),
    )


def _index(reader: Reader, name: IndexName, index: SignalIndex, state: IndexState) -> IndexStock:
    built = index.built_to_seq
    return IndexStock(name, len(index), built, max(0, reader.feed_seq(name) - max(built, 0)), state)


def has_members(reader: Reader, now: datetime) -> bool:
    """Return whether any bank that is asked holds anything: until one does, nothing can be recognised."""
    asked = (bank for bank in reader.banks() if bank.is_active and not has_lapsed(bank, now))
    return any(reader.members(bank.id, limit=1) for bank in asked)


def alarms(reader: Reader, now: datetime) -> frozenset[str]:
    """Return the lines of the checklist that are there only while something is wrong."""
    states = {licence_of(bank, now) for bank in reader.banks() if bank.is_active}
    found = {LICENCES} if states - {LicenceState.OPEN} else set()
    found |= {BRAKED_MEMBERS} if reader.open_trips() else set()
    found |= {QUOTAS} if any(each.held for each in reader.quotas_used(now.date())) else set()
    found |= {REVIEWS} if reader.overdue(now).measures else set()
    found |= set() if reader.case_alarms(now).is_quiet else {CASES}
    found |= {HOLDS} if reader.holds_to_review(now) else set()
    found |= {RULES} if reader.fires_waiting_count() else set()
    found |= {SAMPLES} if reader.has_unseen(now - 2 * SAMPLE_WITHIN.delta) else set()
    return frozenset(found)
