"""Values to rows and rows to values, for the tables of `tables`: the only place that knows both shapes.

Longer than a module should be, as the tables are: a pair of small functions for each, with nothing between them. What
one feature alone stores has a module of its own (`*_rows`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import RowMapping

from tutela.core.banks import Bank, Detection, Match, Member, SignalType
from tutela.core.bounds import Bound
from tutela.core.brake import BrakeLimit, Trip
from tutela.core.content import (
    Account,
    Age,
    AgeBand,
    AgeProvenance,
    Channel,
    ChannelKind,
    Digests,
    EvidenceState,
    Item,
    Media,
    PdqHash,
    ScanState,
)
from tutela.core.ids import (
    AccountId,
    BankId,
    ClauseId,
    DecisionId,
    DetectionId,
    ItemId,
    MeasureId,
    MediaId,
    MemberId,
)
from tutela.core.measures import Measure, MeasureKind, Standing, Subject, SubjectKind, bitmask
from tutela.core.opinions import Opinion, Said
from tutela.core.plans import Answer
from tutela.core.policy import (
    AccountCeiling,
    Ceiling,
    MatchKind,
    Material,
    PropagationCeiling,
    ReportCeiling,
    Verification,
    VisibilityCeiling,
)
from tutela.core.units import EPOCH, microseconds_of
from tutela.ports.committer import StoredItem
from tutela.ports.decisions import Decision
from tutela.ports.store import Carrier
from tutela_client.in_force import InForce
from tutela_client.scope import EVERYTHING, Scope

Row = Mapping[str, Any] | RowMapping
_HASH_BYTES = 32
CARRIES_MEDIA, CARRIES_TAGS, QUOTES = 1, 2, 4
"""What `items.carries` says there is of an item in other tables. A bit too many costs a look; one too few hides it."""


def to_us(moment: datetime) -> int:
    """Return microseconds since 1970, exactly (no floating point)."""
    return microseconds_of(moment)


def maybe_us(moment: datetime | None) -> int | None:
    """Return microseconds since 1970, or none."""
    return None if moment is None else to_us(moment)


def from_us(value: int) -> datetime:
    """Return the aware UTC moment."""
    return EPOCH + timedelta(microseconds=value)


def maybe_time(value: int | None) -> datetime | None:
    """Return the aware UTC moment; none of none."""
    return None if value is None else from_us(value)


def _words(values: Iterable[str]) -> str:
    return orjson.dumps(list(values)).decode()


def account_row(account: Account) -> dict[str, Any]:
    """Return the row of an account."""
    return {
        "id": account.id,
        "platform_id": account.platform_id,
        "age_band": account.age.band.value,
        "age_provenance": account.age.provenance.value,
        "regions": _words(account.regions),
        "created_us": to_us(account.created_at),
    }


def account(row: Row) -> Account:
    """Return the account of a row."""
    return Account(
        id=AccountId(row["id"]),
        platform_id=row["platform_id"],
        age=Age(AgeBand(row["age_band"]), AgeProvenance(row["age_provenance"])),
        regions=tuple(orjson.loads(row["regions"])),
        created_at=from_us(row["created_us"]),
    )


def media_row(media: Media) -> dict[str, Any]:
    """Return the row of a media, without its hashes."""
    return {
        "id": media.id,
        "content_key": media.content_key,
        "md5": media.digests.md5,
        "sha1": media.digests.sha1,
        "sha256": media.digests.sha256,
        "scan": media.scan.value,
        "evidence": media.evidence.value,
        "received_us": to_us(media.received_at),
        "media_type": media.media_type,
        "width": media.width,
        "height": media.height,
        "size_bytes": media.size_bytes,
        "failure": media.failure,
        "content_id": media.content_id,
    }


def hash_rows(media: Media) -> list[dict[str, Any]]:
    """Return a row for each hash of a media."""
    return [
        {
            "media_id": media.id,
            "rendering": each.rendering,
            "value": each.value,
            "quality": each.quality,
            "orientations": b"".join(each.orientations),
        }
        for each in media.hashes
    ]


def pdq_hash(row: Row) -> PdqHash:
    """Return the hash of a row."""
    blob = bytes(row["orientations"])
    parts = tuple(blob[start : start + _HASH_BYTES] for start in range(0, len(blob), _HASH_BYTES))
    return PdqHash(bytes(row["value"]), row["quality"], row["rendering"], parts)


def media(row: Row, hashes: Iterable[PdqHash] = ()) -> Media:
    """Return the media of a row."""
    return Media(
        id=MediaId(row["id"]),
        digests=Digests(row["md5"], row["sha1"], row["sha256"]),
        hashes=tuple(hashes),
        scan=ScanState(row["scan"]),
        evidence=EvidenceState(row["evidence"]),
        received_at=from_us(row["received_us"]),
        media_type=row["media_type"],
        width=row["width"],
        height=row["height"],
        size_bytes=row["size_bytes"],
        failure=row["failure"],
        content_id=row["content_id"],
    )


def item_row(stored: StoredItem) -> dict[str, Any]:
    """Return the row of an item, without its media."""
    item = stored.item
    return {
        "id": item.id,
        "platform_id": item.platform_id,
        "account_id": item.account_id,
        "kind": item.kind,
        "text": item.text,
        "contains": _words(item.contains) if item.contains else None,
        "channel_kind": item.channel.kind.value,
        "is_encrypted": item.channel.is_encrypted,
        "conversation": item.channel.conversation,
        "regions": _words(item.regions),
        "submitted_us": to_us(item.submitted_at),
        "answer": stored.answer.value,
        "decision_id": stored.decision_id,
        "is_detected": stored.is_detected,
        "carries": _carries(item),
        "language": item.language,
    }


def _carries(item: Item) -> int:
    return CARRIES_MEDIA * bool(item.media_ids) + CARRIES_TAGS * bool(item.tags) + QUOTES * bool(item.contains)


def stored_item(row: Row, media_ids: Iterable[str], tags: Iterable[str] = ()) -> StoredItem:
    """Return the item of a row."""
    item = Item(
        id=ItemId(row["id"]),
        platform_id=row["platform_id"],
        account_id=AccountId(row["account_id"]),
        kind=row["kind"],
        text=row["text"],
        media_ids=tuple(MediaId(each) for each in media_ids),
        contains=tuple(ItemId(each) for each in orjson.loads(row["contains"] or "[]")),
        channel=Channel(ChannelKind(row["channel_kind"]), row["is_encrypted"], row["conversation"]),
        regions=tuple(orjson.loads(row["regions"])),
        submitted_at=from_us(row["submitted_us"]),
        tags=tuple(tags),
        language=row["language"],
    )
    decision = DecisionId(row["decision_id"]) if row["decision_id"] else None
    return StoredItem(item, Answer(row["answer"]), decision, row["is_detected"])


def carrier(row: Row) -> Carrier:
    """Return the carrier of a row that joins media, item and account."""
    return Carrier(
        media_id=MediaId(row["media_id"]),
        item_id=ItemId(row["id"]),
        platform_id=row["platform_id"],
        account_id=AccountId(row["account_id"]),
        account_platform_id=row["account_platform_id"],
        answer=Answer(row["answer"]),
        is_detected=row["is_detected"],
        channel=Channel(ChannelKind(row["channel_kind"]), row["is_encrypted"]),
        regions=(*orjson.loads(row["regions"]), *orjson.loads(row["account_regions"])),
    )


@lru_cache(1024)  # a million postings are posted in few ways
def way(kind: str, is_encrypted: bool, regions: str, account_regions: str) -> tuple[Channel, tuple[str, ...]]:  # noqa: FBT001  # columns, in their order
    """Return the channel of an item, and the regions of it and of its author."""
    return Channel(ChannelKind(kind), is_encrypted), (*orjson.loads(regions), *orjson.loads(account_regions))


def ceiling_text(ceiling: Ceiling) -> str:
    """Return a ceiling as text: its four axes by name."""
    axes = (ceiling.visibility, ceiling.account, ceiling.propagation, ceiling.report)
    return "/".join(axis.name.lower() for axis in axes)


def ceiling(text: str) -> Ceiling:
    """Return the ceiling of its text."""
    visibility, on_account, propagation, report = text.upper().split("/")
    return Ceiling(
        VisibilityCeiling[visibility],
        AccountCeiling[on_account],
        PropagationCeiling[propagation],
        ReportCeiling[report],
    )


def bank_row(bank: Bank) -> dict[str, Any]:
    """Return the row of a bank."""
    return {
        "id": bank.id,
        "name": bank.name,
        "clause_id": bank.clause_id,
        "material": bank.material.value,
        "verification": bank.verification.value,
        "source": bank.source,
        "threshold_bits": bank.threshold_bits,
        "ceiling": ceiling_text(bank.ceiling),
        "created_us": to_us(bank.created_at),
        "is_active": bank.is_active,
        "may_keep": bank.may_keep,
        "may_share": bank.may_share,
        "brake_accounts": bank.brake.accounts,
        "brake_window_hours": bank.brake.window_hours,
        "licence_ends_us": maybe_us(bank.licence_ends_at),
    }


def bank(row: Row) -> Bank:
    """Return the bank of a row."""
    return Bank(
        id=BankId(row["id"]),
        name=row["name"],
        clause_id=ClauseId(row["clause_id"]),
        material=Material(row["material"]),
        verification=Verification(row["verification"]),
        source=row["source"],
        threshold_bits=row["threshold_bits"],
        ceiling=ceiling(row["ceiling"]),
        created_at=from_us(row["created_us"]),
        is_active=row["is_active"],
        may_keep=row["may_keep"],
        may_share=row["may_share"],
        brake=BrakeLimit(row["brake_accounts"], row["brake_window_hours"]),
        licence_ends_at=maybe_time(row["licence_ends_us"]),
    )


def member_row(member: Member) -> dict[str, Any]:
    """Return the row of a bank member."""
    return {
        "id": member.id,
        "bank_id": member.bank_id,
        "signal_type": member.signal_type.value,
        "value": member.value,
        "added_us": to_us(member.added_at),
        "classification": member.classification,
        "tags": _words(member.tags),
        "is_active": member.is_active,
    }


def member(row: Row) -> Member:
    """Return the bank member of a row."""
    return Member(
        id=MemberId(row["id"]),
        bank_id=BankId(row["bank_id"]),
        signal_type=SignalType(row["signal_type"]),
        value=row["value"],
        added_at=from_us(row["added_us"]),
        classification=row["classification"],
        tags=tuple(orjson.loads(row["tags"])),
        is_active=row["is_active"],
    )


def opinion_row(said: Said) -> dict[str, Any]:
    """Return the row of an opinion."""
    return {
        "member_id": said.member_id,
        "said_by": said.by,
        "opinion": said.opinion.value,
        "classification": said.classification,
        "at_us": to_us(said.at),
        "is_owed": said.is_owed,
    }


def opinion(row: Row) -> Said:
    """Return the opinion of a row."""
    return Said(
        member_id=MemberId(row["member_id"]),
        by=row["said_by"],
        opinion=Opinion(row["opinion"]),
        at=from_us(row["at_us"]),
        classification=row["classification"],
        is_owed=bool(row["is_owed"]),
    )


def trip_row(trip: Trip) -> dict[str, Any]:
    """Return the row of a brake that tripped."""
    return {
        "id": trip.id,
        "member_id": trip.member_id,
        "bank_id": trip.bank_id,
        "tripped_us": to_us(trip.tripped_at),
        "accounts": trip.accounts,
        "released_us": maybe_us(trip.released_at),
        "released_by": trip.released_by,
    }


def trip(row: Row) -> Trip:
    """Return the trip of a row."""
    return Trip(
        id=row["id"],
        member_id=MemberId(row["member_id"]),
        bank_id=BankId(row["bank_id"]),
        tripped_at=from_us(row["tripped_us"]),
        accounts=row["accounts"],
        released_at=maybe_time(row["released_us"]),
        released_by=row["released_by"],
    )


def decision_row(decision: Decision) -> dict[str, Any]:
    """Return the row of a decision."""
    return {
        "id": decision.id,
        "item_id": decision.item_id,
        "account_id": decision.account_id,
        "source": decision.source.value,
        "clause_id": decision.clause_id,
        "policy_version": decision.policy_version,
        "is_automated": decision.is_automated,
        "at_us": to_us(decision.at),
        "decided_by": decision.decided_by,
        "reverses": decision.reverses,
    }


def detection_row(detection: Detection) -> dict[str, Any]:
    """Return the row of a detection."""
    match = detection.match
    return {
        "id": detection.id,
        "item_id": detection.item_id,
        "at_us": to_us(detection.at),
        "is_suppressed": detection.is_suppressed,
        "media_id": match.media_id,
        "clause_id": match.clause_id,
        "signal_type": match.signal_type.value,
        "match": match.kind.value,
        "ceiling": ceiling_text(match.ceiling),
        "distance_bits": match.distance_bits,
        "threshold_bits": match.threshold_bits,
        "feed_seq": match.feed_seq,
        "algorithm": match.algorithm,
        "bank_id": match.bank_id,
        "member_id": match.member_id,
        "resembles": match.resembles,
        "orientation": match.orientation,
        "rendering": match.rendering,
        "members_hit": match.members_hit,
        "bounds": " ".join(sorted(match.bounds)) or None,
    }


def detection(row: Row) -> Detection:
    """Return the detection of a row."""
    match = Match(
        media_id=MediaId(row["media_id"]),
        clause_id=ClauseId(row["clause_id"]),
        signal_type=SignalType(row["signal_type"]),
        kind=MatchKind(row["match"]),
        ceiling=ceiling(row["ceiling"]),
        distance_bits=row["distance_bits"],
        threshold_bits=row["threshold_bits"],
        feed_seq=row["feed_seq"],
        algorithm=row["algorithm"],
        bank_id=BankId(row["bank_id"]) if row["bank_id"] else None,
        member_id=MemberId(row["member_id"]) if row["member_id"] else None,
        resembles=MediaId(row["resembles"]) if row["resembles"] else None,
        orientation=row["orientation"],
        rendering=row["rendering"],
        members_hit=row["members_hit"],
        bounds=frozenset(Bound(each) for each in (row["bounds"] or "").split()),
    )
    return Detection(DetectionId(row["id"]), ItemId(row["item_id"]), from_us(row["at_us"]), match, row["is_suppressed"])


def measure_row(measure: Measure) -> dict[str, Any]:
    """Return the row of a measure."""
    return {
        "id": measure.id,
        "kind": measure.kind.value,
        "subject_kind": measure.subject.kind.value,
        "subject_id": measure.subject.id,
        "decision_id": measure.decision_id,
        "clause_id": measure.clause_id,
        "policy_version": measure.policy_version,
        "starts_us": to_us(measure.starts_at),
        "ends_us": maybe_us(measure.ends_at),
        "review_us": maybe_us(measure.review_by),
        "near_bits": measure.near_bits,
        "is_automated": measure.is_automated,
        "revoked_by": measure.revoked_by,
        "scope": None if measure.scope == EVERYTHING else orjson.dumps(measure.scope.as_json()).decode(),
    }


def measure(row: Row) -> Measure:
    """Return the measure of a row (of its table, or of a standing row's list)."""
    return Measure(
        id=MeasureId(row["id"]),
        kind=MeasureKind(row["kind"]),
        subject=Subject(SubjectKind(row["subject_kind"]), row["subject_id"]),
        decision_id=DecisionId(row["decision_id"]),
        clause_id=ClauseId(row["clause_id"]),
        policy_version=row["policy_version"],
        starts_at=from_us(row["starts_us"]),
        is_automated=bool(row["is_automated"]),
        ends_at=maybe_time(row["ends_us"]),
        review_by=maybe_time(row["review_us"]),
        near_bits=row["near_bits"],
        revoked_by=DecisionId(row["revoked_by"]) if row["revoked_by"] else None,
        scope=_scope(row),
    )


def _scope(row: Row) -> Scope:
    # A standing row that was written before scopes were has none.
    said = row.get("scope")
    return _read_scope(said) if said else EVERYTHING


@lru_cache(4096)  # a million measures are narrowed in few ways
def _read_scope(said: str) -> Scope:
    return Scope.from_json(orjson.loads(said))


def in_force(row: Row) -> InForce:
    """Return the measure of a standing row's list, as far as a reader needs it: `measure` takes three times as long."""
    ends_us = row["ends_us"]
    return InForce(
        row["id"], row["kind"], from_us(row["starts_us"]), None if ends_us is None else from_us(ends_us), _scope(row),
        row["clause_id"], row["decision_id"],
    )  # fmt: skip


def standing_row(standing: Standing, now: datetime, change_seq: int) -> dict[str, Any]:
    """Return the row of a standing that changed at *now*, under its number."""
    return {
        "subject_kind": standing.subject.kind.value,
        "subject_id": standing.subject.id,
        "version": standing.version,
        "kinds": bitmask(standing.kinds_at(now)),
        "next_change_us": maybe_us(standing.next_change_after(now)),
        "measures": orjson.dumps([measure_row(each) for each in standing.measures]).decode(),
        "change_seq": change_seq,
        "changed_us": to_us(now),
    }


def standing(row: Row) -> Standing:
    """Return the standing of a row."""
    subject = Subject(SubjectKind(row["subject_kind"]), row["subject_id"])
    return Standing(subject, row["version"], tuple(measure(each) for each in orjson.loads(row["measures"])))
