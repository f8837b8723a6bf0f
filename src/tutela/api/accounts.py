"""Accounts: what is known of them, and what they may do."""

from typing import Any

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.items import age_of
from tutela.core.account_standing import StandingWords
from tutela.core.content import Account
from tutela.flows.keep_accounts import KeepAccounts


def _keep(call: Call) -> KeepAccounts:
    return KeepAccounts(call.house.store, call.house.desk, call.house.clock, call.house.entropy, call.house.effects)


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
    statements = [
        {
            "id": each.id,
            "code": each.code.value,
            "clause": each.clause_id,
            "tell_at": each.tell_at,
            "decision": each.decision_id,
            "automated": each.is_automated,
            "appeal": link,
        }
        for each, link in zip(standing.statements, call.house.appeals.links.all_of(standing.statements), strict=True)
    ]
    effects = call.house.effects
    return answer(
        {
            "id": standing.account.platform_id,
            **_words(standing.words),
            "always": sorted(effects.always),
            "statements": statements,
            "valid_until": standing.words.valid_until,
            "table_version": effects.version,
        }
    )


def _words(words: StandingWords) -> dict[str, Any]:
    """Return what an account may do, and how far it and its items reach."""
    locked, suspended, cover = words.locked, words.suspended, words.cover
    return {
        "may_post": words.may_post,
        "may_message": words.may_message,
        "may_message_minors": words.may_message_minors,
        "may_log_in": words.may_log_in,
        "may_advertise": words.may_advertise,
        "read_only": words.is_read_only,
        "locked": locked
        and {
            "reason": locked.reason,
            "verifications": locked.verifications,
            "since": locked.since,
            "review_by": locked.review_by,
            "decisions": locked.decisions,
        },
        "suspended": suspended
        and {
            "since": suspended.since,
            "until": suspended.until,
            "permanent": suspended.until is None,
            "decisions": suspended.decisions,
        },
        "hidden_in": [{"country": each.country, "legal_bases": each.legal_bases} for each in words.hidden_in],
        "profile_hidden": words.is_profile_hidden,
        "reach": words.reach,
        "excluded_from": words.excluded_from,
        "protected": words.is_protected,
        "age_gated": words.is_age_gated,
        "cover": cover and {"reasons": cover.reasons, "openable": cover.is_openable},
        "earning": words.earning,
        "ads": words.has_ads,
        "warnings": words.warnings,
    }


def _body(account: Account) -> dict[str, Any]:
    return {
        "id": account.platform_id,
        "age": {"band": account.age.band.value, "provenance": account.age.provenance.value},
        "regions": account.regions,
        "created_at": account.created_at,
    }
