"""Hand notices in, and read them, over HTTP."""

from typing import Any

from starlette.responses import Response

from tutela.api import notice_bodies as asked
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.ids import CaseId, ClauseId, NoticeId, NotifierId
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.draft import Contact, NoticeDraft, PictureDigest
from tutela.core.notices.notice import NoticeOutcome, NoticeState
from tutela.flows.enrol_notifiers import NewNotifier
from tutela.flows.follow_notice import NoticeStatus
from tutela.ports.notices import NoticeFilter, NoticeRow, Notifier


def hand_in(call: Call) -> Response:
    """Take a notice."""
    call.no_query()
    draft = draft_of(call.body(asked.NewNotice))
    once = call.once(b"")  # what was told is compared by the notice itself
    receipt = call.house.notices.hand_in(call.caller, draft, None if once is None else once.key)
    told = {
        "id": receipt.notice_id, "code": receipt.code, "received_at": receipt.received_at,
        "missing": receipt.missing, "is_queued": receipt.is_queued,
    }  # fmt: skip
    return answer(told, 201)


def draft_of(new: asked.NewNotice) -> NoticeDraft:
    """Return what was sent as a notice."""
    return NoticeDraft(
        branch=new.branch, links=tuple(new.links), names=tuple(new.names), words=new.words, items=tuple(new.items),
        digests=tuple(PictureDigest(each.sha256, each.pdq) for each in new.digests),
        clause_id=None if new.clause is None else ClauseId(new.clause), age_said=new.age_said, is_danger=new.is_danger,
        country=new.country or "", language=new.language, contact=_contact(new.contact), relation=new.relation,
        signature=new.signature, good_faith=new.good_faith, organisation=new.organisation, reference=new.reference,
        source=new.source or "", told_at=new.told_at,
    )  # fmt: skip


def _contact(told: asked.NoticeContact | None) -> Contact:
    return Contact() if told is None else Contact(told.channel, told.address, told.wants_link)


def list_notices(call: Call) -> Response:
    """List notices."""
    query = call.query(asked.NoticesQuery)
    wanted = NoticeFilter(
        states=frozenset() if query.state is None else frozenset({NoticeState(query.state)}),
        kind=None if query.kind is None else NoticeKind(query.kind),
        case_id=None if query.case is None else CaseId(query.case),
    )
    found = call.house.notices.page(call.caller, wanted, from_cursor(query.cursor), query.limit + 1)
    shown = found[: query.limit]
    following = to_cursor(shown[-1].notice.id) if len(found) > len(shown) else None
    return answer({"notices": [notice_told(each) for each in shown], "next": following})


def show_notice(call: Call) -> Response:
    """Tell about one notice."""
    call.no_query()
    return answer(notice_told(call.house.notices.reading.show(call.caller, NoticeId(call.part("id")))))


def notice_told(row: NoticeRow) -> dict[str, Any]:
    """Return a notice as this face tells it."""
    notice = row.notice
    return {
        "id": notice.id, "branch": notice.branch.value, "kind": notice.kind.value, "is_enrolled": notice.is_enrolled,
        "clause": notice.clause_id, "received_at": notice.received_at, "state": notice.state.value,
        "language": notice.language, "country": notice.country, "channel": notice.channel.value,
        "is_urgent": notice.is_urgent, "valid_at": notice.valid_at, "missing": notice.missing,
        "items": notice.items, "cases": notice.cases, "merged_into": notice.merged_into, "merged": row.merged,
        "outcome": notice.outcome and notice.outcome.value, "answered_at": notice.answered_at,
        "copies": notice.copies, "wants_call_back": notice.wants_call_back, "due_at": row.due_at,
    }  # fmt: skip


def read_status(call: Call) -> Response:
    """Tell how the notice of a code stands."""
    call.no_query()
    return _status(call, call.body(asked.Code))


def _status(call: Call, asked_by: asked.Code) -> Response:
    return answer(status_told(call.house.notices.status(call.caller, asked_by.code, asked_by.source or "")))


def tell_more(call: Call) -> Response:
    """Take what somebody adds."""
    call.no_query()
    new = call.body(asked.MoreTold)
    more = NoticeDraft(
        Branch.SAW_SOMETHING, links=new.links, items=new.items, words=new.words, is_danger=new.is_danger,
        signature=new.signature, good_faith=new.good_faith, contact=_contact(new.contact), source=new.source or "",
        digests=tuple(PictureDigest(each.sha256, each.pdq) for each in new.digests),
    )  # fmt: skip
    return answer(status_told(call.house.notices.add(call.caller, new.code, more)))


def status_told(seen: NoticeStatus) -> dict[str, Any]:
    """Return how a notice stands as this face tells it."""
    return {
        "received_at": seen.received_at, "state": seen.state.value, "outcome": seen.outcome and seen.outcome.value,
        "answered_at": seen.answered_at, "items": [each.value for each in seen.items], "copies": seen.copies,
        "missing": seen.missing, "language": seen.language,
    }  # fmt: skip


def open_notice(call: Call) -> Response:
    """Tell what somebody told."""
    call.no_query()
    seen = call.house.notices.work.read(call.caller, NoticeId(call.part("id")))
    return answer({"notice": notice_told(seen.row), "told": [_words(each) for each in seen.drafts]})


def _words(draft: NoticeDraft) -> dict[str, Any]:
    return {
        "links": draft.links, "names": draft.names, "items": draft.items, "words": draft.words,
        "age_said": draft.age_said, "relation": draft.relation, "signature": draft.signature,
        "organisation": draft.organisation, "reference": draft.reference, "is_danger": draft.is_danger,
        "digests": len(draft.digests), "told_at": draft.told_at,
    }  # fmt: skip


def locate(call: Call) -> Response:
    """Say what a notice is about."""
    call.no_query()
    new, notice_id = call.body(asked.NoticeLocated), NoticeId(call.part("id"))
    call.house.notices.work.locate(call.caller, notice_id, new.items, new.accounts)
    return _now(call, notice_id)


def answer_notice(call: Call) -> Response:
    """Answer a notice of which nothing is here."""
    call.no_query()
    notice_id = NoticeId(call.part("id"))
    outcome = NoticeOutcome(call.body(asked.NoticeAnswered).outcome)
    call.house.notices.work.answer(call.caller, notice_id, outcome)
    return _now(call, notice_id)


def end_danger(call: Call) -> Response:
    """Say that nobody is in danger any more."""
    call.no_query()
    notice_id = NoticeId(call.part("id"))
    call.house.notices.work.end_danger(call.caller, notice_id, call.body(asked.NoticeDangerOver).over)
    return _now(call, notice_id)


def call_back(call: Call) -> Response:
    """Record that somebody was called back."""
    call.no_query()
    new, notice_id = call.body(asked.CalledBack), NoticeId(call.part("id"))
    notifier_id = None if new.notifier is None else NotifierId(new.notifier)
    call.house.notices.work.call_back(call.caller, notice_id, notifier_id, new.how)
    return _now(call, notice_id)


def mark_unfounded(call: Call) -> Response:
    """Say that a notice was manifestly unfounded."""
    call.no_query()
    notice_id = NoticeId(call.part("id"))
    call.house.notices.work.mark_unfounded(call.caller, notice_id, call.body(asked.Unfounded).reason)
    return _now(call, notice_id)


def _now(call: Call, notice_id: NoticeId) -> Response:
    return answer(notice_told(call.house.notices.reading.show(call.caller, notice_id)))


def enrol(call: Call) -> Response:
    """Enrol somebody."""
    call.no_query()
    new = call.body(asked.NewNotifier)
    wanted = NewNotifier(NoticeKind(new.kind), new.name, new.country, new.checked_by)
    notifier, secret = call.house.notices.enrol.enrol(call.caller, wanted)
    return answer({**_notifier(notifier), "key": secret}, 201)


def end_enrolment(call: Call) -> Response:
    """End an enrolment."""
    call.no_query()
    return answer(_notifier(call.house.notices.enrol.end(call.caller, NotifierId(call.part("id")))))


def list_notifiers(call: Call) -> Response:
    """List who is or was enrolled."""
    call.no_query()
    return answer({"notifiers": [_notifier(each) for each in call.house.notices.enrol.all(call.caller)]})


def _notifier(each: Notifier) -> dict[str, Any]:
    return {
        "id": each.id, "kind": each.kind.value, "name": each.name, "country": each.country,
        "enrolled_at": each.enrolled_at, "enrolled_by": each.enrolled_by, "checked_by": each.checked_by,
        "ended_at": each.ended_at,
    }  # fmt: skip
