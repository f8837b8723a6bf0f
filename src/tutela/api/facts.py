"""Facts that only platforms know of accounts: told, asked for, and read."""

import json
from typing import Any

from starlette.responses import Response

from tutela.api import facts_bodies
from tutela.api.calls import Call, answer
from tutela.api.reading import parse
from tutela.core.filing.characters import shown
from tutela.core.filing.facts_file import facts_json
from tutela.flows.keep_facts import FactsSeen


def tell_facts(call: Call) -> Response:
    """Take facts in."""
    call.no_query()
    if not _is_table(call.raw):
        parse(facts_bodies.Anything, call.raw)  # what is no JSON is said to be none, with its position, as everywhere
    return _told(call.house.drafting.facts.tell(call.caller, call.part("id"), call.raw))


def read_facts(call: Call) -> Response:
    """Tell how facts stand."""
    call.no_query()
    return _told(call.house.drafting.facts.see(call.caller, call.part("id")))


def ask_for_facts(call: Call) -> Response:
    """Ask the platform."""
    call.no_query()
    asked = call.body(facts_bodies.FactsAsked)
    return answer({"asked_of": call.house.drafting.ask.by_hand(call.caller, call.part("id"), asked.items)})


def _told(seen: FactsSeen) -> Response:
    record = seen.record
    body: dict[str, Any] = {
        "id": seen.platform_id,
        "told_at": record.told_at,
        "told_by": record.told_by,
        "parts": record.parts,
        "asked_at": record.asked_at,
        "asked_of": record.asked_of,
        "destroyed_at": record.destroyed_at,
        "facts": None if seen.facts is None else readable(json.loads(facts_json(seen.facts))),
    }
    return answer(body)


def _is_table(body: bytes) -> bool:
    """Return whether it is a table in JSON, also where a text in it holds half a surrogate pair that a user wrote."""
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def readable(told: Any) -> Any:
    """Return *told* with what no reader of JSON takes, as half a surrogate pair that a user wrote, written out."""
    if isinstance(told, dict):
        return {name: readable(each) for name, each in told.items()}
    if isinstance(told, list):
        return [readable(each) for each in told]
    return shown(told) if isinstance(told, str) else told
