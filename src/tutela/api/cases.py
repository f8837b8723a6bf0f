"""Work on cases: take the next one, keep it, let go of it, and tell the others."""

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.responses import Response

from tutela.api import bodies
from tutela.api import case_bodies as asked
from tutela.api.calls import Call, answer, encode, encoded_answer
from tutela.api.paging import from_cursor, to_cursor, wrong_cursor
from tutela.core.case_states import CaseState
from tutela.core.ids import CaseId, ClauseId
from tutela.core.permissions import Principal
from tutela.flows.list_cases import AskedList
from tutela.flows.move_case import CaseSeen
from tutela.flows.repeat import Repeatable
from tutela.flows.tell_case import case_told, note_told, notes_told, queue_told
from tutela.ports.cases import CaseFilter, CaseNote, CasePlace

Verb = Callable[[Principal, CaseId], CaseSeen]


def list_cases(call: Call) -> Response:
    """List open cases: danger first, then the one due first."""
    page = call.query(asked.CasesQuery)
    state = None if page.state is None else CaseState(page.state)
    wanted = AskedList(_filter(page), state, page.account, page.mine)
    found = call.house.cases.list(call.caller, wanted, _place(page.cursor), page.limit + 1)
    shown = found[: page.limit]
    last = shown[-1].shown.case if len(found) > len(shown) else None
    following = None
    if last is not None:
        following = to_cursor(f"{'!' if last.is_in_danger else ''}{last.due_at.isoformat()}|{last.id}")
    return answer({"cases": [case_told(each) for each in shown], "next": following})


def read_case(call: Call) -> Response:
    """Tell one case."""
    return _tell(call, call.house.cases.read)


def next_case(call: Call) -> Response:
    """Claim the next case: `null` when there is none."""
    call.no_query()
    wanted = _filter(call.body(asked.NextAsked))

    def body(found: CaseSeen | None) -> bytes:
        return encode({"case": None if found is None else case_told(found)})

    once = call.once(call.raw)
    if once is None:
        return encoded_answer(body(call.house.cases.next(call.caller, wanted)), 200, is_replay=False)
    request = Repeatable(once.owner, once.key, once.fingerprint, body)
    told = call.house.cases.next.once(call.caller, wanted, request)
    return encoded_answer(told.body, 200, is_replay=told.is_replay)


def claim(call: Call) -> Response:
    """Claim a case by its id."""
    return _tell(call, call.house.cases.claim)


def renew(call: Call) -> Response:
    """Renew a lease."""
    return _tell(call, call.house.cases.renew)


def release(call: Call) -> Response:
    """Release a case."""
    return _tell(call, call.house.cases.release)


def resume(call: Call) -> Response:
    """Take a case up again that is on hold."""
    return _tell(call, call.house.cases.resume)


def skip(call: Call) -> Response:
    """Skip a case."""
    given = call.body(asked.Skipped)
    return _tell(call, lambda principal, case_id: call.house.cases.skip(principal, case_id, given.reason))


def hold(call: Call) -> Response:
    """Put a case on hold."""
    given = call.body(asked.Held)
    until = given.until.astimezone(UTC)
    return _tell(call, lambda principal, case_id: call.house.cases.hold(principal, case_id, until, given.reason))


def hand_over(call: Call) -> Response:
    """Hand a case over."""
    given = call.body(asked.HandedOver)
    return _tell(call, lambda principal, case_id: call.house.cases.hand_over(principal, case_id, given.to))


def mark_danger(call: Call) -> Response:
    """Raise or end the alarm of a case."""
    given = call.body(asked.Danger)

    def mark(principal: Principal, case_id: CaseId) -> CaseSeen:
        return call.house.cases.danger(principal, case_id, is_in_danger=given.in_danger, over=given.over)

    return _tell(call, mark)


def write_note(call: Call) -> Response:
    """Write a note."""
    call.no_query()
    case_id, text = CaseId(call.part("id")), call.body(asked.NewNote).text

    def body(note: CaseNote) -> bytes:
        return encode(note_told(note))

    once = call.once(call.raw)
    if once is None:
        return encoded_answer(body(call.house.cases.note(call.caller, case_id, text)), 201, is_replay=False)
    request = Repeatable(once.owner, once.key, once.fingerprint, body)
    told = call.house.cases.note.once(call.caller, case_id, text, request)
    return encoded_answer(told.body, 201, is_replay=told.is_replay)


def read_notes(call: Call) -> Response:
    """Tell the notes of a case."""
    page = call.query(bodies.PageQuery)
    after = from_cursor(page.cursor)
    notes = call.house.cases.notes(call.caller, CaseId(call.part("id")), after, page.limit)
    told = notes_told(notes)
    return answer({**told, "next": None if notes.following is None else to_cursor(notes.following)})


def read_queues(call: Call) -> Response:
    """Tell how the queues stand."""
    call.no_query()
    return answer({"queues": [queue_told(each) for each in call.house.cases.queues(call.caller)]})


def read_own(call: Call) -> Response:
    """Tell which accounts are one's own."""
    call.no_query()
    return answer({"accounts": call.house.cases.own.read(call.caller)})


def add_own(call: Call) -> Response:
    """State which accounts are one's own."""
    call.no_query()
    call.house.cases.own.add(call.caller, call.body(asked.OwnAccounts).accounts)
    return answer({"accounts": call.house.cases.own.read(call.caller)})


def _tell(call: Call, verb: Verb) -> Response:
    call.no_query()
    return answer(case_told(verb(call.caller, CaseId(call.part("id")))))


def _filter(given: asked.CasesQuery | asked.NextAsked) -> CaseFilter:
    clause = None if given.clause is None else ClauseId(given.clause)
    language = None if given.language is None else given.language.partition("-")[0]
    return CaseFilter(clause, language, given.kind)


def _place(cursor: str | None) -> CasePlace | None:
    if cursor is None:
        return None
    due_at, _, case_id = from_cursor(cursor).partition("|")
    try:
        place = CasePlace(datetime.fromisoformat(due_at.removeprefix("!")), case_id, due_at.startswith("!"))
    except ValueError:
        raise wrong_cursor() from None
    if place.due_at.tzinfo is None:
        raise wrong_cursor()
    return place
