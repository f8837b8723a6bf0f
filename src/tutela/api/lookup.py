"""Look hashes up, and list the cases that detections opened."""

from datetime import datetime

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor, wrong_cursor
from tutela.core.banks import SignalType
from tutela.errors import MalformedHash
from tutela.flows.keep_banks import parse_value
from tutela.flows.look_up_hashes import LookUpHashes
from tutela.ports.store import CasePlace


def look_up(call: Call) -> Response:
    """Tell which hashes the banks know."""
    call.no_query()
    question = call.body(bodies.LookupQuestion)
    signals = [_signal(number, each) for number, each in enumerate(question.hashes)]
    found = LookUpHashes(call.house.store, call.house.known, call.house.clock)(signals, question.banks)
    results = [
        {
            "type": signal_type.value,
            "matches": [
                {
                    "bank": known.bank.name,
                    "member": known.member.id,
                    "distance_bits": known.distance_bits,
                    "threshold_bits": known.threshold_bits,
                    "clause": known.bank.clause_id,
                    "bounds": sorted(bound.value for bound in known.bounds),
                }
                for known in matches
            ],
        }
        for (signal_type, _), matches in zip(signals, found.results, strict=True)
    ]
    return answer({"results": results, "version": found.known_seq, "lapsed": list(found.lapsed)})


def _signal(number: int, asked: bodies.HashToLookUp) -> tuple[SignalType, str]:
    try:
        return asked.type, parse_value(asked.type, asked.value)
    except MalformedHash as error:
        raise MalformedHash(error.detail, place=f"hashes.{number}.value", remedy=error.remedy) from None


def list_cases(call: Call) -> Response:
    """List open cases, the one due first at the head."""
    page = call.query(bodies.CasesQuery)
    with call.house.store.read() as reader:
        found = reader.open_cases_page(_place(page.cursor), page.limit + 1)
    shown = found[: page.limit]
    last = shown[-1].case if len(found) > len(shown) else None
    body = {
        "cases": [
            {
                "id": each.case.id,
                "account": each.account_platform_id,
                "clause": each.case.clause_id,
                "reason": each.case.reason.value,
                "opened_at": each.case.opened_at,
                "due_at": each.case.due_at,
                "items": each.item_platform_ids,
                "item_count": each.item_count,
            }
            for each in shown
        ],
        "next": to_cursor(f"{last.due_at.isoformat()}|{last.id}") if last else None,
    }
    return answer(body)


def _place(cursor: str | None) -> CasePlace | None:
    if cursor is None:
        return None
    due_at, _, case_id = from_cursor(cursor).partition("|")
    try:
        place = CasePlace(datetime.fromisoformat(due_at), case_id)
    except ValueError:
        raise wrong_cursor() from None
    if place.due_at.tzinfo is None:
        raise wrong_cursor()
    return place
