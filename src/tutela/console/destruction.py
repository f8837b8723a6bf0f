"""Pages of destruction: what is over, what waits for a second person, and the certificate of what is gone."""

from collections.abc import Sequence

from starlette.responses import Response

from tutela.console.forms import after_of, done_of, lines
from tutela.console.moments import moment_of
from tutela.console.visits import Visit
from tutela.core.filing.destruction import Fate, Order
from tutela.core.filing.destructions import DestructionState
from tutela.core.ids import DestructionId, EvidenceId
from tutela.errors import BadInput
from tutela.flows.keep_holds import MOST_LETTERS, MOST_REASON
from tutela.flows.weigh_evidence import Weighed

PAGE_KEPT = 90
"""Contents of one page of what is kept: a form with all of them ticked stays below the most fields of a form."""

PAGE_DESTRUCTIONS = 50
CONTENTS_SHOWN = 200


def destruction_page(visit: Visit) -> Response:
    """Show what waits, what was destroyed lately, and a page of what is kept, with what is over first."""
    keep, principal = visit.house.destructions, visit.principal
    kept, following = keep.due(principal, after=after_of(visit), limit=PAGE_KEPT)
    before = after_of(visit, "done_after")
    found = keep.page(principal, after=before, limit=PAGE_DESTRUCTIONS + 1)
    shown = found[:PAGE_DESTRUCTIONS]
    waiting = keep.page(principal, limit=PAGE_DESTRUCTIONS, state=DestructionState.PROPOSED)
    over = [each for each in kept if each.fate is Fate.PROPOSED]
    proposed = keep.book.in_destruction(each.id for each in over)
    return visit.page(
        "destruction.html",
        waiting=waiting,
        over=[each for each in over if each.id not in proposed],
        against=[each for each in kept if each.is_against_limit],
        counts=_counts(kept),
        fates=list(Fate),
        is_first=not after_of(visit),
        next_after=following,
        destructions=shown,
        next_done=shown[-1].id if len(found) > len(shown) else None,
        is_first_done=not before,
        chosen=visit.form.get("media", []),
        tried=_tried(visit),
        most_letters=MOST_LETTERS,
        most_reason=MOST_REASON,
        names=visit.staff.names(principal),
        done=done_of(visit, "destruction_done"),
    )


def propose(visit: Visit) -> Response:
    """Propose what is over; somebody else has to agree."""
    ids = [EvidenceId(each) for each in visit.form.get("media", [])]
    made = visit.house.destructions.propose(visit.principal, ids, visit.said("reason"))
    return visit.go(f"/console/destruction/{made.id}?done=proposed")


def order(visit: Visit) -> Response:
    """Carry out what an agency orders by law."""
    if visit.said("sure") != "yes":
        raise BadInput("say that you know that it cannot be undone", place="sure", remedy="Tick the box.")
    asked = Order(
        visit.said("agency").strip(),
        visit.said("reference").strip(),
        moment_of(visit.said("received_at"), "received_at"),
        frozenset(lines(visit, "ends_holds")),
    )
    ids = [EvidenceId(each) for each in lines(visit, "ids")]
    made = visit.house.destructions.order(visit.principal, ids, asked, visit.said("reason"))
    return visit.go(f"/console/destruction/{made.id}?done=ordered")


def one_page(visit: Visit) -> Response:
    """Show one destruction."""
    seen = visit.house.destructions.show(visit.principal, _id(visit))
    return visit.page(
        "destruction-one.html",
        one=seen.destruction,
        contents=seen.contents[:CONTENTS_SHOWN],
        more=len(seen.contents) - CONTENTS_SHOWN,
        kinds={row.id: row.keeps for row in visit.house.destructions.table.rows.values()},
        is_own=seen.destruction.proposed_by == visit.principal.id,
        names=visit.staff.names(visit.principal),
        done=done_of(visit, "destruction_done"),
    )


def agree(visit: Visit) -> Response:
    """Agree to what somebody else proposed: it is carried out at once."""
    visit.house.destructions.agree(visit.principal, _id(visit))
    return visit.go(f"/console/destruction/{visit.part('id')}?done=agreed")


def decline(visit: Visit) -> Response:
    """End a proposal."""
    visit.house.destructions.decline(visit.principal, _id(visit))
    return visit.go(f"/console/destruction/{visit.part('id')}?done=declined")


def certificate(visit: Visit) -> Response:
    """Return the certificate as a file."""
    content = visit.house.destructions.certificate(visit.principal, _id(visit))
    name = f"{visit.part('id')}.certificate"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return visit.answer(Response(content, media_type="text/plain", headers=headers))


def _counts(kept: Sequence[Weighed]) -> dict[Fate, int]:
    return {fate: sum(each.fate is fate for each in kept) for fate in Fate}


def _tried(visit: Visit) -> str:
    """Return which form was not taken; empty where none was."""
    if visit.error is None or visit.request.method != "POST":
        return ""
    return "order" if visit.request.url.path.endswith("/order") else "propose"


def _id(visit: Visit) -> DestructionId:
    return DestructionId(visit.part("id"))
