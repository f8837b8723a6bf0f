"""Read the operator's own bank of a clause, as far as what two people found may be entered into it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tutela.core.banks import Bank, Member, SignalType
from tutela.core.content import Media
from tutela.core.findings import Finding, Known
from tutela.core.ids import BankId, DecisionId, MediaId, MemberId
from tutela.core.own_banks import (
    Held,
    OwnBank,
    Signal,
    all_signals,
    name_of,
    own_ceiling,
    signal_of,
)
from tutela.core.plans import ZERO_TOLERANCE
from tutela.core.policy import Ceilings, Material
from tutela.core.unbanking import Banked
from tutela.ports.store import MemberHit, Reader


@dataclass(frozen=True, slots=True)
class ReadOwnBank:
    """Read the own bank of a clause, as far as a finding may enter something into it."""

    ceilings: Ceilings

    def __call__(self, reader: Reader, finding: Finding, known: Known, media: Mapping[MediaId, Media]) -> Known:
        """Return *known* with the own bank of the finding's clause, where two people stand behind it."""
        if not finding.is_by_two or finding.clause_id not in ZERO_TOLERANCE:
            return known
        signals = all_signals(media[each] for each in known.media if each in media)
        bank = reader.bank_by_name(name_of(finding.clause_id))
        held = {} if bank is None else _held(reader, bank, signals)
        ceiling = own_ceiling(finding.clause_id, self.ceilings)
        return replace(
            known,
            own=OwnBank(finding.clause_id, ceiling, bank, signals, held, _harmless(reader, signals)),
        )


def _held(reader: Reader, bank: Bank, signals: Mapping[MediaId, tuple[Signal, ...]]) -> dict[Signal, Held]:
    members = [hit.member for hit in _hits(reader, signals.values(), bank.id)]
    grounds = reader.banked(member.id for member in members) if members else {}
    return {signal_of(each): Held(each.id, _grounds(grounds, each)) for each in members}


def _grounds(grounds: Mapping[MemberId, Banked], member: Member) -> tuple[DecisionId, ...]:
    return tuple(sorted(grounds[member.id].rests_on)) if member.id in grounds else ()


def _harmless(reader: Reader, signals: Mapping[MediaId, tuple[Signal, ...]]) -> frozenset[MediaId]:
    found = {
        signal_of(hit.member)
        for hit in _hits(reader, signals.values(), None)
        if hit.bank.material is Material.SUPPRESSION
    }
    return frozenset(media_id for media_id, own in signals.items() if not found.isdisjoint(own))


def _hits(reader: Reader, signals: Iterable[tuple[Signal, ...]], bank_id: BankId | None) -> list[MemberHit]:
    by_type: dict[SignalType, set[str]] = defaultdict(set)
    for kind, value in (signal for each in signals for signal in each):
        by_type[kind].add(value)
    return [hit for kind, values in by_type.items() for hit in reader.members_by_value(kind, values, bank_id=bank_id)]
