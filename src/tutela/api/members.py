"""Members of banks: list, add, remove, bank a picture, export."""

from collections.abc import Iterator
from typing import Any

import anyio
from starlette.responses import Response, StreamingResponse

from tutela.api import bank_bodies, bodies
from tutela.api.banks import replay
from tutela.api.calls import Call, answer, encode, encoded_answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.api.problems import NotFound
from tutela.api.reading import check_encoding, read_whole
from tutela.core.banks import Bank, SignalType
from tutela.core.ids import MemberId
from tutela.core.opinions import is_locally_disputed
from tutela.errors import BadInput
from tutela.flows.bank_picture import BankPicture
from tutela.flows.export_bank import check_may_share, exported
from tutela.flows.keep_banks import Added, NewMember, find, parse_value
from tutela.flows.keep_opinions import Judged
from tutela.flows.sift import check_not_flat

PICTURE_MAX_BYTES = 32 * 1024 * 1024
"""A picture to be banked is held in memory whole, because it is not kept anywhere."""

EXPORT_PAGE = 1000


def list_members(call: Call) -> Response:
    """List the members of a bank."""
    page = call.query(bodies.PageQuery)
    with call.house.store.read() as reader:
        bank = find(reader, call.part("name"))
        found = reader.members(bank.id, after=from_cursor(page.cursor), limit=page.limit + 1)
        shown = found[: page.limit]
        ids = [member.id for member in shown]
        said, trips = reader.opinions(ids), reader.trips(ids)
    judged = (Judged(bank, each, said.get(each.id, ()), trips.get(each.id)) for each in shown)
    following = to_cursor(shown[-1].id) if len(found) > len(shown) else None
    return answer({"members": [_body(each) for each in judged], "next": following})


def read_member(call: Call) -> Response:
    """Tell about one member, and what is said of it."""
    call.no_query()
    return answer(_body(call.house.keep_opinions.read(call.part("name"), MemberId(call.part("id")))))


def say_opinion(call: Call) -> Response:
    """Record what the calling key says of a member."""
    call.no_query()
    asked = call.body(bank_bodies.MemberOpinion)
    name, member_id = call.part("name"), MemberId(call.part("id"))
    by, words = call.caller.id, asked.classification
    return answer(_body(call.house.keep_opinions.say(name, member_id, asked.opinion, by=by, classification=words)))


def release_brake(call: Call) -> Response:
    """Let a braked member act in full again."""
    call.no_query()
    name, member_id = call.part("name"), MemberId(call.part("id"))
    return answer(_body(call.house.keep_opinions.release(name, member_id, by=call.caller.id)))


def add_members(call: Call) -> Response:
    """Add signals to a bank."""
    call.no_query()
    asked = call.body(bank_bodies.NewMembers)
    once = call.once(call.raw)
    if (before := replay(call, once)) is not None:
        return encoded_answer(before, 200, is_replay=True)
    usable, errors = _sorted(asked)
    told = {"errors": errors}

    def body(added: Added) -> bytes:
        return encode({"added": len(added.added), "known": added.known, "opinions": added.opinions, **told})

    remember = None if once is None else (lambda added: once.answered(call.house, body(added)))
    added = call.house.keep_banks.add(call.part("name"), usable, remember)
    return encoded_answer(body(added), 200, is_replay=False)


def _sorted(asked: bank_bodies.NewMembers) -> tuple[list[NewMember], list[dict[str, str]]]:
    """Return the usable ones, and why the others are not, without repeating them."""
    usable, errors = [], []
    for number, each in enumerate(asked.members):
        try:
            value = parse_value(each.type, each.value)
            check_not_flat(each.type, value, accepts_flat=asked.accept_flat)
        except BadInput as error:
            errors.append({"place": f"members.{number}.value", "message": error.detail})
        else:
            usable.append(NewMember(each.type, value, each.classification, tuple(each.tags), each.opinion))
    return usable, errors


def remove_member(call: Call) -> Response:
    """Take a signal out of a bank."""
    call.no_query()
    try:
        signal_type = SignalType(call.part("type"))
    except ValueError:
        raise BadInput(f"a signal type is one of {', '.join(SignalType)}", place="type") from None
    value = parse_value(signal_type, call.part("value"))
    with call.house.store.read() as reader:
        bank = find(reader, call.part("name"))
        if not reader.members_by_value(signal_type, [value], bank_id=bank.id):
            raise NotFound("that signal is not in this bank", place="value")
    call.house.keep_banks.remove(bank.name, signal_type, value)
    return Response(status_code=204)


def remove_members(call: Call) -> Response:
    """Take many signals out of a bank at once."""
    call.no_query()
    asked = call.body(bank_bodies.Removals)
    signals, errors = [], []
    for number, each in enumerate(asked.members):
        try:
            signals.append((each.type, parse_value(each.type, each.value)))
        except BadInput as error:
            errors.append({"place": f"members.{number}.value", "message": error.detail})
    removed = call.house.keep_banks.remove_all(call.part("name"), signals)
    return answer({"removed": len(removed.removed), "unknown": removed.unknown, "errors": errors})


async def bank_picture(call: Call) -> Response:
    """Bank one content by its signals; the bytes are not kept."""
    call.no_query()
    check_encoding(call.request)
    limit = min(PICTURE_MAX_BYTES, call.house.settings.upload_max_bytes)
    content = await read_whole(call.request, limit)
    return await call.shared.in_thread(_bank_picture, call, content)


def _bank_picture(call: Call, content: bytes) -> Response:
    if not content:
        raise BadInput("there was no content", place="media")
    with call.house.store.read() as reader:
        bank = find(reader, call.part("name"))
    banked = BankPicture(call.house.keep_banks, call.house.scanner)(bank.name, content)
    body = {
        "added": len(banked.added.added),
        "known": banked.added.known,
        "media_type": banked.scan.media_type,
        "failure": banked.scan.failure.value if banked.scan.failure else None,
        "signals": [{"type": each.signal_type.value, "value": each.value} for each in banked.signals],
    }
    return answer(body)


async def export_members(call: Call) -> Response:
    """Stream all members of a bank as JSON lines, in the form that an import takes."""
    call.no_query()
    bank = await call.shared.in_thread(_exportable, call)
    return StreamingResponse(_lines(call, bank), media_type="application/x-ndjson")


def _exportable(call: Call) -> Bank:
    with call.house.store.read() as reader:
        bank = find(reader, call.part("name"))
    check_may_share(bank)
    return bank


async def _lines(call: Call, bank: Bank) -> Any:
    pages = _pages(call, bank)
    while page := await anyio.to_thread.run_sync(next, pages, b"", limiter=call.shared.threads):
        yield page


def _pages(call: Call, bank: Bank) -> Iterator[bytes]:
    after = ""
    while True:
        with call.house.store.read() as reader:
            page = reader.members(bank.id, after=after, limit=EXPORT_PAGE)
            said = reader.opinions(member.id for member in page)
        if not page:
            return
        after = page[-1].id
        yield b"".join(encode(exported(member, said.get(member.id, ()))) + b"\n" for member in page)


def _body(judged: Judged) -> dict[str, Any]:
    member = judged.member
    return {
        "id": member.id,
        "type": member.signal_type.value,
        "value": member.value,
        "classification": member.classification,
        "tags": member.tags,
        "added_at": member.added_at,
        "opinions": [
            {
                "by": said.by,
                "own": said.is_own,
                "opinion": said.opinion.value,
                "classification": said.classification,
                "at": said.at,
                "owed": said.is_owed,
            }
            for said in judged.said
        ],
        "disputed": is_locally_disputed(judged.said),
        "braked": judged.trip is not None and judged.trip.is_open,
    }
