"""Tell which stored media are copies of something, and who carries them."""

from typing import Any

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.api.problems import InvalidRequest
from tutela.core.banks import SignalType
from tutela.core.ids import MediaId
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.flows.find_copies import Copies, Copy, CopyPlace, Question


def find_copies(call: Call) -> Response:
    """Tell the copies of each query."""
    call.no_query()
    asked = call.body(bodies.CopiesQuestion)
    questions = [_question(number, each) for number, each in enumerate(asked.queries)]
    found = call.house.find_copies(questions, max_distance_bits=asked.max_distance_bits, limit=asked.limit)
    return answer({"results": [_told(each) for each in found]})


def _question(number: int, asked: bodies.CopiesQuery) -> Question:
    digests = ((kind, getattr(asked, kind.value)) for kind in (SignalType.SHA256, SignalType.SHA1, SignalType.MD5))
    turned = asked.pdq_orientations
    values = [turned[name] for name in ORIENTATIONS] if turned else [asked.pdq] if asked.pdq else []
    return Question(
        hashes=tuple(map(bytes.fromhex, values)),
        digests=tuple((kind, value.lower()) for kind, value in digests if value),
        media_id=MediaId(asked.media) if asked.media else None,
        item=asked.item,
        after=_place(number, asked.cursor),
    )


def _place(number: int, cursor: str | None) -> CopyPlace | None:
    if cursor is None:
        return None
    try:
        return CopyPlace.parse(from_cursor(cursor))
    except (ValueError, InvalidRequest):
        place, message = f"queries.{number}.cursor", "pass `next` of the page before, unchanged"
        raise InvalidRequest([{"place": place, "message": message}]) from None


def _told(found: Copies) -> dict[str, Any]:
    return {
        "media": found.media,
        "items": found.items,
        "accounts": found.accounts,
        "complete": found.is_complete,
        "copies": [_copy(each) for each in found.page],
        "next": to_cursor(str(found.next)) if found.next else None,
    }


def _copy(copy: Copy) -> dict[str, Any]:
    carrier = copy.carrier
    return {
        "media": copy.media_id,
        "match": "identical" if copy.is_identical else "near",
        "distance_bits": copy.distance_bits,
        "orientation": copy.orientation,
        "item": carrier.platform_id if carrier else None,
        "account": carrier.account_platform_id if carrier else None,
        "answer": carrier.answer.value if carrier else None,
        "measures": copy.measures,
    }
