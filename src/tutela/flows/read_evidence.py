"""Read how well the material of items is known, from what was noticed about them and what the lists say of it now."""

from collections.abc import Iterable
from datetime import datetime

from tutela.core.banks import Detection
from tutela.core.evidence import Lists, evidence_of
from tutela.core.findings import Finding
from tutela.core.ids import ItemId, MediaId
from tutela.core.measures import MeasureKind, Subject
from tutela.core.plans import ZERO_TOLERANCE
from tutela.core.policy import MatchKind
from tutela.core.remedies import Evidence
from tutela.ports.committer import StoredItem
from tutela.ports.store import Reader

_SEALING = frozenset({MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})


def weighs_evidence(finding: Finding) -> bool:
    """Return whether the plan of a finding depends on it.

    Under the twelve somebody would be suspended for good, or two people found what may go into a bank.
    """
    final = (ask.kind is MeasureKind.SUSPEND and ask.ends_at is None for ask in finding.asks)
    return finding.clause_id in ZERO_TOLERANCE and (finding.is_by_two or any(final))


def read_evidence(reader: Reader, items: Iterable[StoredItem], now: datetime) -> dict[ItemId, Evidence]:
    """Return the best evidence that there is for each item."""
    stored = {each.item.id: each.item for each in items}
    detections = reader.detected(stored)
    media = {media_id for item in stored.values() for media_id in item.media_ids}
    lists = _lists(reader, [each for found in detections.values() for each in found], media, now)
    return {
        item_id: evidence_of(item.media_ids, detections.get(item_id, ()), lists) for item_id, item in stored.items()
    }


def _lists(reader: Reader, detections: Iterable[Detection], media: Iterable[MediaId], now: datetime) -> Lists:
    exact = {
        (each.match.bank_id, each.match.member_id)
        for each in detections
        if each.match.kind is MatchKind.EXACT_DIGEST and each.match.bank_id and each.match.member_id
    }
    banks = {bank.id: bank for bank in reader.banks()} if exact else {}
    members = [member_id for bank_id, member_id in sorted(exact) if reader.member(bank_id, member_id) is not None]
    return Lists(banks, frozenset(members), reader.opinions(members), _reviewed(reader, media, now))


def _reviewed(reader: Reader, media: Iterable[MediaId], now: datetime) -> frozenset[MediaId]:
    """Return the media that are sealed by a decision that two people agreed on."""
    standings = reader.standings(Subject.media(media_id) for media_id in media)
    sealed = {
        measure.decision_id: MediaId(subject.id)
        for subject, standing in standings.items()
        for measure in standing.measures
        if measure.kind in _SEALING and not measure.is_automated and measure.holds_at(now)
    }
    agreed = reader.agreed_by_two(sealed)
    return frozenset(media_id for decision_id, media_id in sealed.items() if decision_id in agreed)
