"""Accounts: what is known of them, and what they may do."""

from typing import Any

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.items import age_of
from tutela.core.content import Account
from tutela.core.measures import MeasureKind
from tutela.flows.keep_accounts import AccountStanding, KeepAccounts


def _keep(call: Call) -> KeepAccounts:
    return KeepAccounts(call.house.store, call.house.desk, call.house.clock, call.house.entropy)


def record_account(call: Call) -> Response:
    """Record what the platform knows of an account."""
    call.no_query()
    facts = call.body(bodies.AccountFacts)
    return answer(_body(_keep(call).record(call.part("id"), age_of(facts.age), tuple(facts.regions))))


def read_account(call: Call) -> Response:
    """Tell what is known of an account."""
    call.no_query()
    return answer(_body(_keep(call).read(call.part("id"))))


def read_standing(call: Call) -> Response:
    """Tell what an account may do now."""
    call.no_query()
    standing = _keep(call).standing(call.part("id"))
    suspensions = standing.of(MeasureKind.SUSPEND)
    body = {
        "id": standing.account.platform_id,
        "may_post": standing.may_post,
        "locked": _lock(standing),
        "suspended": {"until": standing.suspended_until} if suspensions else None,
        "earning": "escrow" if _is_escrowed(standing) else "normal",
        "statements": [
            {
                "id": each.id,
                "code": each.code.value,
                "clause": each.clause_id,
                "tell_at": each.tell_at,
                "decision": each.decision_id,
                "automated": each.is_automated,
            }
            for each in standing.statements
        ],
    }
    return answer(body)


def _lock(standing: AccountStanding) -> dict[str, Any] | None:
    locks = standing.of(MeasureKind.LOCK_PENDING_DECISION)
    if not locks:
        return None
    reviews = [lock.review_by for lock in locks if lock.review_by is not None]
    since = min(lock.starts_at for lock in locks)
    return {"reason": "pending_decision", "review_by": min(reviews, default=None), "since": since}


def _is_escrowed(standing: AccountStanding) -> bool:
    return not standing.may_post or bool(standing.of(MeasureKind.NO_PAYOUT))


def _body(account: Account) -> dict[str, Any]:
    return {
        "id": account.platform_id,
        "age": {"band": account.age.band.value, "provenance": account.age.provenance.value},
        "regions": account.regions,
        "created_at": account.created_at,
    }
