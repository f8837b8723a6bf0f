"""Keep evidence, destroy it by proof, and agree on handing it out, over HTTP: for people in a session of their own."""

from typing import Any

from starlette.responses import Response

from tutela.api import preserving_bodies as asked
from tutela.api.bodies import PageQuery
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.filing.destruction import Order, Wish
from tutela.core.filing.destructions import Destruction
from tutela.core.filing.exports import Export
from tutela.core.filing.holds import HoldSource
from tutela.core.ids import CaseId, DestructionId, EvidenceId, ExportId, HoldId, MediaId, ReportId
from tutela.flows.keep_exports import NewExport
from tutela.flows.keep_holds import NewHold
from tutela.flows.weigh_evidence import Weighed
from tutela.ports.holds import StoredHold


def list_holds(call: Call) -> Response:
    """List the holds that keep something now."""
    page = call.query(PageQuery)
    found = call.house.holds.page(call.caller, after=from_cursor(page.cursor), limit=page.limit + 1)
    shown = found[: page.limit]
    following = to_cursor(shown[-1].hold.id) if len(found) > len(shown) else None
    return answer({"holds": [_hold(call, each) for each in shown], "next": following})


def place_hold(call: Call) -> Response:
    """Place a hold."""
    call.no_query()
    new = call.body(asked.NewHold)
    wanted = NewHold(
        HoldSource(new.source), new.reference, new.reason, tuple(MediaId(each) for each in new.media),
        tuple(new.items), tuple(CaseId(each) for each in new.cases), new.until, new.review_by,
        tuple(ReportId(each) for each in new.reports),
    )  # fmt: skip
    return answer(_hold(call, call.house.holds.place(call.caller, wanted)), 201)


def show_hold(call: Call) -> Response:
    """Tell about one hold."""
    call.no_query()
    seen = call.house.holds.show(call.caller, HoldId(call.part("id")))
    history = [{"at": e.at, "by": e.by, "step": e.step.value, "reason": e.reason} for e in seen.history]
    keeps = [{"id": each.id, "part": each.part.value} for each in seen.contents]
    return answer({**_hold(call, seen.stored), "history": history, "keeps": keeps})


def extend_hold(call: Call) -> Response:
    """Keep it longer."""
    call.no_query()
    new = call.body(asked.HoldExtended)
    stored = call.house.holds.extend(call.caller, HoldId(call.part("id")), new.until, new.reason)
    return answer(_hold(call, stored))


def review_hold(call: Call) -> Response:
    """Note that it is still wanted."""
    call.no_query()
    new = call.body(asked.HoldReviewed)
    stored = call.house.holds.review(call.caller, HoldId(call.part("id")), new.review_by, new.reason)
    return answer(_hold(call, stored))


def release_hold(call: Call) -> Response:
    """End it before its time."""
    call.no_query()
    reason = call.body(asked.Reasoned).reason
    return answer(_hold(call, call.house.holds.release(call.caller, HoldId(call.part("id")), reason)))


def list_kept(call: Call) -> Response:
    """List what is kept as evidence."""
    page = call.query(PageQuery)
    found, after = call.house.destructions.due(call.caller, after=from_cursor(page.cursor), limit=page.limit)
    return answer({"evidence": [_kept(each) for each in found], "next": to_cursor(after) if after else None})


def list_destructions(call: Call) -> Response:
    """List destructions."""
    page = call.query(PageQuery)
    found = call.house.destructions.page(call.caller, after=from_cursor(page.cursor), limit=page.limit + 1)
    shown = found[: page.limit]
    following = to_cursor(shown[-1].id) if len(found) > len(shown) else None
    return answer({"destructions": [_destruction(each) for each in shown], "next": following})


def propose(call: Call) -> Response:
    """Propose a destruction."""
    call.no_query()
    new = call.body(asked.NewDestruction)
    wish = Wish.ERASURE if new.erasure else Wish.TIME
    ids = [EvidenceId(each) for each in new.evidence]
    return answer(_destruction(call.house.destructions.propose(call.caller, ids, new.reason, wish)), 201)


def order(call: Call) -> Response:
    """Carry out an order by law."""
    call.no_query()
    new = call.body(asked.OrderedDestruction)
    ordered = Order(new.agency, new.reference, new.received_at, frozenset(new.ends_holds))
    ids = [EvidenceId(each) for each in new.evidence]
    return answer(_destruction(call.house.destructions.order(call.caller, ids, ordered, new.reason)), 201)


def show_destruction(call: Call) -> Response:
    """Tell about one destruction."""
    call.no_query()
    return answer(_destruction(call.house.destructions.show(call.caller, DestructionId(call.part("id"))).destruction))


def agree(call: Call) -> Response:
    """Agree, and destroy."""
    call.no_query()
    return answer(_destruction(call.house.destructions.agree(call.caller, DestructionId(call.part("id")))))


def decline(call: Call) -> Response:
    """End a proposal."""
    call.no_query()
    call.house.destructions.decline(call.caller, DestructionId(call.part("id")))
    return Response(status_code=204)


def certificate(call: Call) -> Response:
    """Send the certificate, byte for byte."""
    call.no_query()
    raw = call.house.destructions.certificate(call.caller, DestructionId(call.part("id")))
    return Response(raw, media_type="text/plain")


def list_exports(call: Call) -> Response:
    """List packages."""
    page = call.query(PageQuery)
    found = call.house.exports.page(call.caller, after=from_cursor(page.cursor), limit=page.limit + 1)
    shown = found[: page.limit]
    following = to_cursor(shown[-1].id) if len(found) > len(shown) else None
    return answer({"exports": [_export(each) for each in shown], "next": following})


def request_export(call: Call) -> Response:
    """Ask for a package."""
    call.no_query()
    new = call.body(asked.NewExport)
    wanted = NewExport(
        new.agency, new.reference, new.reason, new.key, tuple(MediaId(each) for each in new.media),
        tuple(CaseId(each) for each in new.cases), tuple(ReportId(each) for each in new.reports),
    )  # fmt: skip
    return answer(_export(call.house.exports.request(call.caller, wanted)), 201)


def show_export(call: Call) -> Response:
    """Tell about one package."""
    call.no_query()
    return answer(_export(call.house.exports.show(call.caller, ExportId(call.part("id"))).export))


def approve_export(call: Call) -> Response:
    """Approve what somebody else asked for."""
    call.no_query()
    return answer(_export(call.house.exports.approve(call.caller, ExportId(call.part("id")))))


def decline_export(call: Call) -> Response:
    """End a request."""
    call.no_query()
    return answer(_export(call.house.exports.decline(call.caller, ExportId(call.part("id")))))


def _hold(call: Call, stored: StoredHold) -> dict[str, Any]:
    hold = stored.hold
    return {
        "id": hold.id, "source": hold.source.value, "reference": hold.reference, "starts_at": hold.starts_at,
        "until": hold.until, "review_by": hold.review_by,
        "released_at": None if hold.released is None else hold.released.at,
        "is_active": hold.is_active(call.house.clock.now()), "contents": stored.contents,
        "placed_by": stored.placed_by, "placed_at": stored.placed_at,
    }  # fmt: skip


def _kept(weighed: Weighed) -> dict[str, Any]:
    return {
        "id": weighed.id, "kind": weighed.kept.row.id, "since": weighed.kept.since, "until": weighed.until,
        "fate": weighed.fate.value, "against_limit": weighed.is_against_limit,
    }  # fmt: skip


def _destruction(each: Destruction) -> dict[str, Any]:
    return {
        "id": each.id, "basis": each.basis.value, "state": each.state.value, "reason": each.reason,
        "proposed_by": each.proposed_by, "proposed_at": each.proposed_at, "agreed_by": each.agreed_by,
        "agreed_at": each.agreed_at, "destroyed_at": each.destroyed_at, "proved_at": each.proved_at,
    }  # fmt: skip


def _export(each: Export) -> dict[str, Any]:
    return {
        "id": each.id, "state": each.state.value, "agency": each.agency, "reference": each.reference,
        "key_kind": each.recipient.kind.value, "fingerprint": each.recipient.fingerprint,
        "requested_by": each.requested_by, "requested_at": each.requested_at, "approved_by": each.approved_by,
        "approved_at": each.approved_at, "made_at": each.made_at, "sha256": each.sha256,
        "size_bytes": each.size_bytes,
    }  # fmt: skip
