"""What a bank holds and hits, in numbers and ids."""

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor, wrong_cursor
from tutela.core.ids import MemberId
from tutela.flows.keep_banks import find
from tutela.flows.tell_precision import matches_told
from tutela.ports.store import HitsPlace


def read_statistics(call: Call) -> Response:
    """Tell what a bank holds and hits; its members by the items they hit, a page at a time."""
    page = call.query(bodies.PageQuery)
    with call.house.store.read() as reader:
        bank = find(reader, call.part("name"))
        counts = reader.bank_counts(bank.id)
        found = reader.members_by_hits(bank.id, _place(page.cursor), page.limit + 1)
        owed = reader.feedback_owed().get(bank.id, 0)
        judged = reader.precision_of_bank(bank.id)
    shown = found[: page.limit]
    body = {
        "bank": bank.name,
        "active": {kind.value: count for kind, count in counts.active.items()},
        "removed": counts.removed,
        "disputed": counts.disputed,
        "braked": counts.braked,
        "feedback_owed": owed,
        "hits": {"items": counts.items_hit, "accounts": counts.accounts_hit, "last_at": counts.last_hit_at},
        "judged": matches_told(judged),
        "members": [
            {
                "id": each.member_id,
                "items": each.items,
                "accounts": each.accounts,
                "last_at": each.last_at,
                "braked": each.is_braked,
            }
            for each in shown
        ],
        "next": to_cursor(f"{shown[-1].items}|{shown[-1].member_id}") if len(found) > len(shown) else None,
    }
    return answer(body)


def _place(cursor: str | None) -> HitsPlace | None:
    if cursor is None:
        return None
    items, _, member_id = from_cursor(cursor).partition("|")
    if not items.isascii() or not items.isdigit() or len(items) > 18 or not member_id:  # noqa: PLR2004  # 64 bits
        raise wrong_cursor()
    return HitsPlace(int(items), MemberId(member_id))
