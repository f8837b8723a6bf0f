"""How well the material of an item is known: by a verified list, by two of our own people, or by nobody."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tutela.core.banks import Bank, Detection
from tutela.core.bounds import Bound
from tutela.core.decisions import counts
from tutela.core.ids import BankId, MediaId, MemberId
from tutela.core.opinions import Said, bounds_of
from tutela.core.policy import MatchKind, Material, Verification
from tutela.core.remedies import Evidence


@dataclass(frozen=True, slots=True)
class Lists:
    """What is known of the banks, and of what people agreed on here."""

    banks: Mapping[BankId, Bank] = field(default_factory=dict)
    active: Collection[MemberId] = ()  #: members that are still on their list
    said: Mapping[MemberId, tuple[Said, ...]] = field(default_factory=dict)
    reviewed: Collection[MediaId] = ()  #: that two people, each blind to the other, found to be what they are


def evidence_of(media: Iterable[MediaId], detections: Iterable[Detection], lists: Lists) -> Evidence:
    """Return the best evidence that there is for an item that carries *media*."""
    carried = tuple(media)
    if any(is_verified(each, lists) for each in detections):
        return Evidence.VERIFIED_LIST
    if any(each in lists.reviewed for each in carried):
        return Evidence.REVIEWED_HERE
    return Evidence.NOVEL if carried else Evidence.NONE


def is_verified(detection: Detection, lists: Lists) -> bool:
    """Return whether identical bytes are on a list that several analysts have verified, and nobody doubts it now.

    What was doubted when it was noticed, or is by now, is no more than material that nobody knows. That a quota was
    used up says nothing of the list.
    """
    match = detection.match
    bank = None if match.bank_id is None else lists.banks.get(match.bank_id)
    if bank is None or match.member_id is None or match.member_id not in lists.active or not bank.is_active:
        return False
    is_grave = bank.material is Material.APPARENT_CSAM and bank.verification is Verification.SEVERAL_ANALYSTS
    doubts = match.bounds | bounds_of(lists.said.get(match.member_id, ()), bank, match.kind)
    return is_grave and match.kind is MatchKind.EXACT_DIGEST and counts(detection) and doubts <= {Bound.OVER_QUOTA}
