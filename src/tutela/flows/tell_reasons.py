"""Statements of reasons and the channel to the EU Transparency Database as plain values, for every face alike."""

from datetime import datetime
from typing import Any

from tutela.core.reasons import Reasons, Restriction
from tutela.core.reasons.wording import Worded
from tutela.core.statement_states import DelayChange, Tracked
from tutela.flows.gather_reasons import Gathered
from tutela.flows.keep_statements import StatementSeen
from tutela.flows.keep_transparency import ChannelSeen


def statement_told(gathered: Gathered, now: datetime) -> dict[str, Any]:
    """Return a statement: to whom, how it stands, and its reasons as codes."""
    return {
        **tracked_told(gathered.tracked, now),
        "account": gathered.platform_account,
        "reasons": reasons_told(gathered.reasons),
    }


def tracked_told(tracked: Tracked, now: datetime) -> dict[str, Any]:
    """Return how a statement stands."""
    statement = tracked.statement
    return {
        "id": statement.id,
        "decision": statement.decision_id,
        "code": statement.code.value,
        "clause": statement.clause_id,
        "automated": statement.is_automated,
        "policy_version": statement.policy_version,
        "state": tracked.state(now).value,
        "late": tracked.is_late(now),
        "tell_at": statement.tell_at,
        "delay_basis": statement.delay_basis.value if statement.delay_basis else None,
        "told_at": tracked.told_at,
        "delivered_at": tracked.delivered_at,
        "delivered_how": tracked.delivered_how,
    }


def reasons_told(reasons: Reasons) -> dict[str, Any]:
    """Return every element of Article 17(3) as codes."""
    redress = reasons.redress
    return {
        "restrictions": [_restriction(each) for each in reasons.restrictions],
        "origin": reasons.origin.value,
        "automated_detection": reasons.is_detected_automatically,
        "automated_decision": reasons.automation.value,
        "ground": reasons.ground.value,
        "legal_ground": reasons.legal_ground,
        "category": reasons.category.value,
        "keywords": [each.value for each in reasons.keywords],
        "redress": redress
        and {"appeal_days": redress.appeal_days, "out_of_court": redress.out_of_court, "court": True},
    }


def seen_told(seen: StatementSeen, now: datetime) -> dict[str, Any]:
    """Return a statement with its text, and what was done with its delay, for whom may see that."""
    return {
        **statement_told(seen.gathered, now),
        "text": _worded(seen.worded),
        "delays": [_change(each) for each in seen.history],
    }


def channel_told(seen: ChannelSeen) -> dict[str, Any]:
    """Return how the channel and its records stand."""
    channel, counts = seen.channel, seen.counts
    return {
        "environment": channel.environment.value,
        "url": channel.base_url or None,
        "terms_url": channel.terms_url or None,
        "has_token": channel.token_of is channel.environment,
        "enabled": channel.is_enabled,
        "off_because": None if channel.is_enabled else channel.off_because.value,
        "stopped": channel.stopped and {"fault": channel.stopped.fault.value, "at": channel.stopped.at},
        "answered_at": channel.answered_at,
        "tested_at": channel.tested_at,
        "missing": [{"place": each.place, "message": each.detail, "remedy": each.remedy} for each in seen.lacks],
        "waiting": counts.waiting,
        "stored": counts.stored,
        "refused": counts.refused,
        "oldest_waiting": counts.oldest_waiting,
        "refusals": [
            {"puid": each.puid, "statement": each.statement_id, "errors": each.errors} for each in seen.refused
        ],
    }


def _restriction(each: Restriction) -> dict[str, Any]:
    return {
        "measure": each.kind.value,
        "on": each.subject.value,
        "countries": list(each.countries),
        "lasts_seconds": None if each.lasts is None else round(each.lasts.seconds),
    }


def _worded(worded: Worded) -> dict[str, Any]:
    return {
        "language": worded.language,
        "title": worded.title,
        "greeting": worded.greeting,
        "sections": [{"title": each.title, "sentences": list(each.sentences)} for each in worded.sections],
        "policy": worded.policy,
        "plain": worded.text,
    }


def _change(change: DelayChange) -> dict[str, Any]:
    return {
        "at": change.at,
        "by": change.by,
        "step": change.step.value,
        "basis": change.basis.value if change.basis else None,
        "reason": change.reason,
        "tell_at": change.tell_at,
    }
