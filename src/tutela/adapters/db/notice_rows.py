"""Notices as rows, and rows as notices."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from tutela.adapters.db.rows import Row, from_us, maybe_time, maybe_us, to_us
from tutela.core.ids import AccountId, CaseId, ClauseId, ItemId, NoticeId, NotifierId
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.draft import ContactChannel
from tutela.core.notices.notice import Notice, NoticeOutcome, NoticeState
from tutela.ports.notices import NewNotice, Notifier

Values = dict[str, Any]


def notice_row(new: NewNotice) -> Values:
    """Return the row of a notice that is first written."""
    notice = new.notice
    return {
        "id": notice.id, "branch": notice.branch.value, "kind": notice.kind.value, "is_enrolled": notice.is_enrolled,
        "notifier_id": notice.notifier_id, "clause_id": notice.clause_id, "received_us": to_us(notice.received_at),
        "language": notice.language, "country": notice.country, "channel": notice.channel.value,
        "wants_link": notice.wants_link,
        "is_urgent": notice.is_urgent, "says_minor": notice.says_minor, "merged_into": notice.merged_into,
        "is_manifestly_unfounded": False, "code_mac": new.code_mac, "source_mac": new.source_mac,
        "fingerprint": new.fingerprint, "period": new.sealed.period, "wrapped": new.sealed.wrapped,
        "sealed": new.sealed.told, **changing(notice),
    }  # fmt: skip


def changing(notice: Notice) -> Values:
    """Return what of a notice changes with its moves."""
    return {
        "state": notice.state.value, "valid_us": maybe_us(notice.valid_at), "missing": json.dumps(notice.missing),
        "outcome": None if notice.outcome is None else notice.outcome.value,
        "answered_us": maybe_us(notice.answered_at), "wants_call_back": notice.wants_call_back,
        "heard_us": to_us(notice.told_at), "has_held": notice.has_held, "channel": notice.channel.value,
        "wants_link": notice.wants_link, "version": notice.version, "copies": notice.copies,
        "proposed_by": notice.proposed_by,
        "proposed_outcome": None if notice.proposed_outcome is None else notice.proposed_outcome.value,
        "proposed_us": maybe_us(notice.proposed_at), "is_urgent": notice.is_urgent,
    }  # fmt: skip


def notice_of(
    row: RowMapping, items: Iterable[ItemId], accounts: Iterable[AccountId], cases: Iterable[CaseId]
) -> Notice:
    """Return the notice of a row."""
    return Notice(
        id=NoticeId(row["id"]), branch=Branch(row["branch"]), kind=NoticeKind(row["kind"]),
        is_enrolled=bool(row["is_enrolled"]), clause_id=ClauseId(row["clause_id"]),
        received_at=from_us(row["received_us"]), state=NoticeState(row["state"]), language=row["language"],
        country=row["country"], wants_link=bool(row["wants_link"]),
        channel=ContactChannel(row["channel"]), is_urgent=bool(row["is_urgent"]),
        says_minor=bool(row["says_minor"]),
        valid_at=maybe_time(row["valid_us"]),
        missing=tuple(json.loads(row["missing"])),
        notifier_id=NotifierId(row["notifier_id"]) if row["notifier_id"] else None,
        items=tuple(items), accounts=tuple(accounts), cases=tuple(cases),
        merged_into=NoticeId(row["merged_into"]) if row["merged_into"] else None,
        outcome=NoticeOutcome(row["outcome"]) if row["outcome"] else None,
        answered_at=maybe_time(row["answered_us"]),
        copies=row["copies"], proposed_by=row["proposed_by"],
        proposed_outcome=NoticeOutcome(row["proposed_outcome"]) if row["proposed_outcome"] else None,
        proposed_at=maybe_time(row["proposed_us"]), wants_call_back=bool(row["wants_call_back"]),
        heard_at=_heard(row), has_held=bool(row["has_held"]), version=int(row["version"]),
    )  # fmt: skip


def _heard(row: RowMapping) -> datetime | None:
    return None if row["heard_us"] == row["received_us"] else from_us(row["heard_us"])


def notifier_of(row: Row | RowMapping) -> Notifier:
    """Return whom a row says to be enrolled."""
    return Notifier(
        id=NotifierId(row["id"]), kind=NoticeKind(row["kind"]), name=row["name"], country=row["country"],
        enrolled_at=from_us(row["enrolled_us"]), enrolled_by=row["enrolled_by"], checked_by=row["checked_by"],
        key_id=row["key_id"], ended_at=maybe_time(row["ended_us"]),
    )  # fmt: skip
