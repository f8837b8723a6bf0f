"""Keep the bytes of what is going to be hidden (P5: evidence first)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import structlog

from tutela.core.content import GONE, EvidenceState, Media
from tutela.core.findings import FoundMedia
from tutela.core.ids import MediaId
from tutela.core.operator import OperatorProfile
from tutela.errors import VaultError
from tutela.ports.committer import MediaUpdate
from tutela.ports.vault import Vault

_log = structlog.get_logger(__name__)


EVIDENCE = "evidence-"


def evidence_period(content_id: str) -> str:
    """Return the retention period of what is sealed: its own, so that one content can be destroyed for itself."""
    return f"{EVIDENCE}{content_id}"


def foreseen(media: Media, profile: OperatorProfile) -> EvidenceState:
    """Return how *media* would be kept: nothing is moved for a plan that is only shown."""
    if profile.is_report_only and media.evidence in GONE | {EvidenceState.RECEIVED}:
        return EvidenceState.REPORT_ONLY
    is_here = media.evidence is EvidenceState.RECEIVED and media.content_id is not None
    return EvidenceState.SEALED if is_here else media.evidence


def preserve(vault: Vault, media: Media, profile: OperatorProfile) -> tuple[EvidenceState, MediaUpdate | None]:
    """Seal *media*, or note that it may not be kept; return its state, and what is to be stored of it.

    Durable and idempotent: a plan that is made again finds it done.
    """
    state = foreseen(media, profile)
    if state is media.evidence:
        return state, None
    if state is EvidenceState.SEALED and media.content_id is not None:
        try:
            vault.move_period(media.content_id, evidence_period(media.content_id))
        except VaultError as error:
            # Hidden all the same; the platform is asked for the bytes again.
            _log.error("seal_failed", media=media.id, error_type=type(error).__name__)
            return EvidenceState.NONE, None
    return state, MediaUpdate(replace(media, evidence=state), before=media)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the bytes that a plan is going to hide."""

    states: Mapping[MediaId, EvidenceState]
    updates: tuple[MediaUpdate, ...]
    has_failed: bool  #: whether some are not kept as the plan had it


def keep_bytes(
    vault: Vault, planned: Iterable[FoundMedia], stored: Mapping[MediaId, Media], profile: OperatorProfile
) -> Kept:
    """Seal what a plan takes to be sealed."""
    states: dict[MediaId, EvidenceState] = {}
    updates: list[MediaUpdate] = []
    has_failed = False
    for media in planned:
        if media.evidence is stored[media.media_id].evidence:
            continue
        states[media.media_id], update = preserve(vault, stored[media.media_id], profile)
        has_failed = has_failed or states[media.media_id] is not media.evidence
        if update is not None:
            updates.append(update)
    return Kept(states, tuple(updates), has_failed)
