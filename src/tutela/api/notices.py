"""Hand notices in, and read them, over HTTP."""

from typing import Any

from starlette.responses import Response

from tutela.api import notice_bodies as asked
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.ids import CaseId, ClauseId, NoticeId
from tutela.core.notices.branches import NoticeKind
from tutela.core.notices.draft import Contact, NoticeDraft, PictureDigest
from tutela.core.notices.notice import NoticeState
from tutela.ports.notices import NoticeFilter, NoticeRow


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
    contact = Contact()
    if new.contact is not None:
        contact = Contact(new.contact.channel, new.contact.address, new.contact.wants_link)
    return NoticeDraft(
        branch=new.branch, links=tuple(new.links), names=tuple(new.names), words=new.words, items=tuple(new.items),
        digests=tuple(PictureDigest(each.sha256, each.pdq) for each in new.digests),
        clause_id=None if new.clause is None else ClauseId(new.clause), age_said=new.age_said, is_danger=new.is_danger,
        country=new.country or "", language=new.language, contact=contact, relation=new.relation,
        signature=new.signature, good_faith=new.good_faith, organisation=new.organisation, reference=new.reference,
        source=new.source or "", told_at=new.told_at,
    )  # fmt: skip


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
    return answer(notice_told(call.house.notices.read(call.caller, NoticeId(call.part("id")))))


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
