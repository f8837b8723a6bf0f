"""Put together what a decision rests on, and seal the bytes that it is going to hide (P5: evidence first)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.banks import Detection
from tutela.core.content import EvidenceState, Item, Media, ScanState
from tutela.core.decisions import must_preserve, suppress
from tutela.core.ids import DetectionId, MeasureId
from tutela.core.measures import Standing, Subject
from tutela.core.operator import OperatorProfile
from tutela.core.plans import MediaSeen, Sighting
from tutela.core.quotas import Limits
from tutela.flows.brake import Tally
from tutela.flows.look_up import Findings
from tutela.flows.preserve import preserve
from tutela.flows.quotas import QuotaTally
from tutela.ports.committer import MediaUpdate
from tutela.ports.entropy import Entropy
from tutela.ports.scanner import ScanFailure
from tutela.ports.vault import Vault


def may_pass_later(media: Media) -> bool:
    """Return whether another scan of *media* could end otherwise."""
    return media.failure is None or ScanFailure(media.failure).may_pass_later


TRANSIENT = "transient-"


def transient_period(at: datetime) -> str:
    """Return the retention period of what is received at *at*: a day, destroyed whole when it is over."""
    return f"{TRANSIENT}{at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sighting, and what sealing changed on the way."""

    sighting: Sighting
    sealed: tuple[MediaUpdate, ...]


@dataclass(frozen=True, slots=True)
class Weigh:
    """Weigh one item. Sealing is durable and idempotent: a plan that is made again finds it done."""

    vault: Vault
    entropy: Entropy
    limits: Callable[[], Limits]  #: the quotas in force

    def __call__(
        self, item: Item, media: Sequence[Media], findings: Findings, facts: "Facts", *, is_looked_at: bool
    ) -> Weighed:
        """Return everything that the decision about *item* rests on."""
        sealed: list[MediaUpdate] = []
        seen = [self._seen(item, each, findings, facts, sealed, is_looked_at=is_looked_at) for each in media]
        sighting = Sighting(
            item_id=item.id,
            account_id=item.account_id,
            media=tuple(seen),
            item=facts.standing(Subject.item(item.id)),
            account=facts.standing(Subject.account(item.account_id)),
            at=facts.now,
            lingering=facts.lingering,
            cleared=facts.cleared,
        )
        return Weighed(sighting, tuple(sealed))

    def _seen(  # the facts of one media, gathered in one place
        self, item: Item, media: Media, findings: Findings, facts: "Facts", sealed: list[MediaUpdate],
        *, is_looked_at: bool,
    ) -> MediaSeen:  # fmt: skip
        standing = facts.standing(Subject.media(media.id))
        matches = findings.matches.get(media.id, ()) if is_looked_at else ()
        noticed = [Detection(DetectionId(self.entropy.new_id("detection")), item.id, facts.now, m) for m in matches]
        unbraked = facts.tally.bounded(item, suppress(noticed, harmless=media.id in findings.harmless))
        around = (facts.standing(Subject.item(item.id)), facts.standing(Subject.account(item.account_id)), standing)
        detections = facts.quotas.bounded(item, around, unbraked)
        must = must_preserve(detections) or standing.is_hidden_at(facts.now)
        evidence = self._preserve(media, facts, sealed) if must else media.evidence
        # Where nobody may look (P12) there is nothing that failed to be looked at.
        scan = media.scan if is_looked_at else ScanState.HASH_ONLY
        is_given_up = scan is ScanState.UNSCANNABLE and not may_pass_later(media)
        return MediaSeen(media.id, scan, evidence, standing, detections, is_given_up)

    def _preserve(self, media: Media, facts: "Facts", sealed: list[MediaUpdate]) -> EvidenceState:
        state, update = preserve(self.vault, media, facts.profile)
        if update is not None:
            sealed.append(update)
        return state


@dataclass(frozen=True, slots=True)
class Facts:
    """What every item of one planning shares."""

    standings: Mapping[Subject, Standing]
    profile: OperatorProfile
    now: datetime
    tally: Tally  #: of the accounts that bank members hit
    quotas: QuotaTally  #: of what banks may still have a machine do today
    lingering: frozenset[MeasureId] = frozenset()  #: among these, where it is decided again
    cleared: frozenset[MeasureId] = frozenset()  #: likewise: on media that people have cleared since

    def standing(self, subject: Subject) -> Standing:
        """Return the standing of *subject*, empty where none was ever written."""
        return self.standings.get(subject) or Standing(subject, 0)


def media_changes(
    new: Iterable[Media], sealed: Iterable[MediaUpdate], carried: frozenset[str]
) -> tuple[tuple[Media, ...], tuple[MediaUpdate, ...]]:
    """Return new media as they will be stored, and updates of those that were stored before."""
    latest: dict[str, MediaUpdate] = {}
    for update in sealed:
        # The first says what was stored, the last what is to be.
        first = latest.get(update.media.id, update)
        has_new = first.has_new_hashes or update.has_new_hashes
        latest[update.media.id] = replace(update, has_new_hashes=has_new, before=first.before)
    added = [latest.pop(each.id, MediaUpdate(each)).media for each in new if each.id in carried]
    return tuple(added), tuple(latest.values())
