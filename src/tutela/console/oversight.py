"""Pages of whoever oversees: what everybody sees of an item, and verifying the audit."""

from starlette.responses import Response

from tutela.console.visits import Visit
from tutela.flows.what_they_see import EXPLAINS, Persona

MAX_ID_CHARACTERS = 500
BREACHES_SHOWN = 200


def see_page(visit: Visit) -> Response:
    """Show what everybody sees of an item; without one, the form that asks for it."""
    asked = visit.request.query_params
    item, country = asked.get("item", "").strip(), asked.get("country", "").strip().upper()
    is_asked = 0 < len(item) <= MAX_ID_CHARACTERS
    sights = visit.house.what_they_see(visit.principal, item, country) if is_asked else None
    return visit.page(
        "see.html", sights=sights, item=item, country=country, personas=list(Persona),
        is_explained=visit.principal.may(EXPLAINS),
    )  # fmt: skip


def audit_page(visit: Visit) -> Response:
    """Show how far the verification has come, or what it found."""
    return visit.page(
        "audit.html", run=visit.house.verify_beside.last(visit.principal), names=visit.staff.names(visit.principal),
        me=visit.principal.id, shown=BREACHES_SHOWN,
    )  # fmt: skip


def start_verification(visit: Visit) -> Response:
    """Start a verification."""
    visit.house.verify_beside.start(visit.principal, reads_contents=visit.said("contents") == "yes")
    return visit.go("/console/audit")
