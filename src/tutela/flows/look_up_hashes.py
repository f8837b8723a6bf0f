"""Look hashes up in the banks, for platforms that ask before they submit anything."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.banks import Bank, Member, SignalType
from tutela.core.bounds import Bound
from tutela.core.ids import BankId, MemberId
from tutela.core.licences import has_lapsed
from tutela.core.opinions import Said, bounds_of
from tutela.core.policy import MatchKind
from tutela.errors import BadInput, IndexNotReady
from tutela.flows.feed_index import refresh
from tutela.flows.keep_banks import find
from tutela.ports.clock import Clock
from tutela.ports.index import IndexName, SignalIndex
from tutela.ports.store import Reader, Store

Signal = tuple[SignalType, str]
"""A type and its value, checked and in lower case."""


@dataclass(frozen=True, slots=True)
class KnownSignal:
    """A bank knows the signal."""

    bank: Bank
    member: Member
    distance_bits: int
    threshold_bits: int
    bounds: frozenset[Bound] = frozenset()  #: why a match with it may do less than its bank


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What the banks know of each signal, in the order asked, and the version of the banks that said it."""

    results: tuple[tuple[KnownSignal, ...], ...]
    known_seq: int
    lapsed: tuple[str, ...] = ()  #: names of banks that could not be asked, because their licence is over


@dataclass(frozen=True, slots=True)
class LookUpHashes:
    """Ask the banks about hashes. Reads only; nothing of the question is kept."""

    store: Store
    index: SignalIndex
    clock: Clock

    def __call__(self, signals: Sequence[Signal], bank_names: Sequence[str] | None = None) -> LookedUp:
        """Return what the active banks, or those named, know of *signals*.

        Raises:
            tutela.errors.UnknownBank: One that was named does not exist.
            tutela.errors.BadInput: One that was named is switched off, or its licence is over: silence would look like
                "not known".
            tutela.errors.IndexNotReady: Nothing can be said yet.
        """
        if self.index.built_to_seq < 0:
            raise IndexNotReady
        with self.store.read() as reader:
            known_seq = refresh(reader, self.index, IndexName.KNOWN)
            if self.index.built_to_seq < known_seq:
                raise IndexNotReady
            now = self.clock.now()
            asked = _asked(reader, bank_names, now)
            lapsed = {bank.id: bank.name for bank in reader.banks() if bank.is_active and has_lapsed(bank, now)}
            found = {**self._by_digest(reader, signals), **self._by_distance(reader, signals)}
            results = (found.get(signal, ()) for signal in signals)
            chosen = [
                tuple(k for k in each if (asked is None or k.bank.id in asked) and k.bank.id not in lapsed)
                for each in results
            ]
            bounded = tuple(_bounded(reader, chosen))
        told = lapsed.values() if bank_names is None else ()
        return LookedUp(bounded, known_seq, tuple(sorted(told)))

    def _by_digest(self, reader: Reader, signals: Sequence[Signal]) -> Mapping[Signal, tuple[KnownSignal, ...]]:
        found: dict[Signal, tuple[KnownSignal, ...]] = {}
        for signal_type in (SignalType.SHA256, SignalType.SHA1, SignalType.MD5):
            values = [value for kind, value in signals if kind is signal_type]
            for hit in reader.members_by_value(signal_type, values) if values else ():
                key = signal_type, hit.member.value
                found[key] = (*found.get(key, ()), KnownSignal(hit.bank, hit.member, 0, 0))
        return found

    def _by_distance(self, reader: Reader, signals: Sequence[Signal]) -> Mapping[Signal, tuple[KnownSignal, ...]]:
        values = list(dict.fromkeys(value for kind, value in signals if kind is SignalType.PDQ))
        reach = max((bank.threshold_bits for bank in reader.banks() if bank.is_active), default=0)
        if not values:
            return {}
        answers = self.index.search([(bytes.fromhex(value),) for value in values], max_distance_bits=reach)
        behind = reader.known({hit.owner for hits in answers for hit in hits}, self.clock.now())
        return {
            (SignalType.PDQ, value): tuple(
                KnownSignal(known.bank, known.member, hit.distance_bits, known.near_bits)
                for hit in hits
                for known in behind.get(hit.owner, ())
                if known.bank and known.member and hit.distance_bits <= known.near_bits
            )
            for value, hits in zip(values, answers, strict=True)
        }


def _bounded(reader: Reader, results: Sequence[tuple[KnownSignal, ...]]) -> Iterable[tuple[KnownSignal, ...]]:
    """Yield *results* with what bounds each match, as a submission would be bounded by it alone."""
    members = {known.member.id for each in results for known in each}
    said, trips = reader.opinions(members), reader.trips(members)
    braked = {member_id for member_id, trip in trips.items() if trip.is_open}
    for each in results:
        yield tuple(replace(known, bounds=_bounds(known, said, braked)) for known in each)


def _bounds(
    known: KnownSignal, said: Mapping[MemberId, tuple[Said, ...]], braked: Container[MemberId]
) -> frozenset[Bound]:
    member = known.member
    kind = MatchKind.NEAR if member.signal_type is SignalType.PDQ else MatchKind.EXACT_DIGEST
    bounds = bounds_of(said.get(member.id, ()), known.bank, kind)
    return bounds | {Bound.BRAKED} if member.id in braked else bounds


def _asked(reader: Reader, names: Sequence[str] | None, now: datetime) -> frozenset[BankId] | None:
    if names is None:
        return None
    banks = [find(reader, name) for name in names]
    if any(not bank.is_active for bank in banks):
        raise BadInput(
            "a bank that is switched off cannot answer", place="banks", remedy="Switch it on, or ask others."
        )
    if any(has_lapsed(bank, now) for bank in banks):
        raise BadInput(
            "the licence of a bank is over, and it may not be asked any more",
            place="banks",
            remedy="Renew it with `tutela bank change NAME --licence-ends-at`, or ask others.",
        )
    return frozenset(bank.id for bank in banks)
