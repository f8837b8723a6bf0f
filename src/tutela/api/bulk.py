"""Decisions in bulk."""

from typing import Any

import orjson
from starlette.responses import Response

from tutela.api import bulk_bodies
from tutela.api.banks import replay
from tutela.api.calls import Call, answer, encode, encoded_answer
from tutela.api.paging import from_cursor, to_cursor, wrong_cursor
from tutela.core.findings import Decider
from tutela.core.plan_words import in_words
from tutela.errors import Conflict, CountMoved
from tutela.flows.bulk import AskedInBulk, ForeseenBulk, place_of
from tutela.ports.decisions import Bulk, BulkItem

SENIOR = "decide_senior"

ACCEPTED = 202


def decide_in_bulk(call: Call) -> Response:
    """Show what it would do, or begin."""
    call.no_query()
    body, once = call.body(bulk_bodies.NewBulk), call.once(call.raw)
    decider = Decider(call.caller.id, SENIOR in call.caller.scopes)
    asked = AskedInBulk(body.ask(), decider, tuple(body.items or ()), body.where())
    if body.confirm_count is None:
        return answer({"foreseen": _foreseen(call.house.decide_in_bulk.foresee(asked)), "bulk": None})
    if (before := replay(call, once)) is not None:
        return encoded_answer(before, ACCEPTED, is_replay=True)
    remember = None if once is None else (lambda bulk: once.answered(call.house, _begun(bulk)))
    try:
        bulk = call.house.decide_in_bulk(asked, body.confirm_count, remember)
    except CountMoved:
        raise
    except Conflict:
        if (before := replay(call, once)) is not None:  # the same request came twice at the same moment
            return encoded_answer(before, ACCEPTED, is_replay=True)
        raise
    return encoded_answer(_begun(bulk), ACCEPTED, is_replay=False)


def read_bulk(call: Call) -> Response:
    """Tell how far it has come, with a page of its items."""
    query, bulk_id = call.query(bulk_bodies.BulkQuery), call.part("id")
    first = _place(from_cursor(query.cursor))
    bulk = call.house.decide_in_bulk.find(bulk_id)
    with call.house.store.read() as reader:
        rows = reader.bulk_items(bulk_id, first, query.limit + 1)
        shown = rows[: query.limit]
        names = {key: each.item.platform_id for key, each in reader.items_by_id(row.item_id for row in shown).items()}
    following = to_cursor(str(first + len(shown))) if len(rows) > len(shown) else None
    return answer({**_bulk(bulk), "items": [_item(row, names[row.item_id]) for row in shown], "next": following})


def cancel_bulk(call: Call) -> Response:
    """Decide about nothing more of it."""
    call.no_query()
    return answer(_bulk(call.house.decide_in_bulk.cancel(call.part("id"), call.caller.id)))


def _place(place: str) -> int:
    try:
        return int(place or "0")
    except ValueError:
        raise wrong_cursor() from None


def _begun(bulk: Bulk) -> bytes:
    return encode({"foreseen": None, "bulk": _bulk(bulk)})


def _bulk(bulk: Bulk) -> dict[str, Any]:
    return {
        "id": bulk.id,
        "state": bulk.state.value,
        "clause": orjson.loads(bulk.body)["clause"],
        "total": bulk.total,
        "position": bulk.position,
        "outcomes": {"decided": bulk.decided, "unchanged": bulk.unchanged, "refused": bulk.refused},
        "at": bulk.at,
        "ended_at": bulk.ended_at,
    }


def _item(row: BulkItem, name: str) -> dict[str, Any]:
    return {"item": name, "outcome": row.outcome, "decision": row.decision_id}


def _foreseen(found: ForeseenBulk) -> dict[str, Any]:
    return {
        "count": found.count,
        "looked_at": found.looked_at,
        "outcomes": {name: found.outcomes[name] for name in ("decided", "unchanged", "refused")},  # type: ignore[index]  # words are their enumeration
        "accounts": len(found.accounts),
        "grants": [
            {"on": subject, "kind": kind, "count": count} for (subject, kind), count in found.grants.most_common()
        ],
        "struck": len(found.struck),
        "messages": found.messages,
        "cases": found.cases,
        "reports": found.reports,
        "evidence_wanted": found.evidence_wanted,
        "sample": [
            {"item": each.stored.item.platform_id, "does": in_words(each.plan) if each.plan else ()}
            for each in found.sample
        ],
        "refusals": [
            {"item": each.stored.item.platform_id, "place": place_of(refusal.place), "message": refusal.sentence}
            for each in found.refused
            for refusal in each.refusals
        ],
    }
