"""Pages of banks: what there is, what each holds and hits, what is said of members, and importing a list."""

from typing import Any

from starlette.responses import Response

from tutela.console.forms import after_of, chosen, done_of, pasted
from tutela.console.visits import Visit
from tutela.core.ids import MemberId
from tutela.core.opinions import SOURCE, Opinion, is_locally_disputed
from tutela.core.policy import MatchKind
from tutela.flows.oversee_banks import JUDGING, KEEPING, ListForm

PAGE_MEMBERS = 50
ERRORS_SHOWN = 20


def banks_page(visit: Visit) -> Response:
    """List every bank."""
    found = visit.house.oversee_banks.all(visit.principal)
    return visit.page("banks.html", found=found, clauses=visit.house.policy.clauses)


def bank_page(visit: Visit) -> Response:
    """Show one bank."""
    return _show(visit)


def say(visit: Visit) -> Response:
    """Record what somebody says of a member."""
    opinion = chosen(visit, "opinion", Opinion)
    visit.house.oversee_banks.say(visit.principal, visit.part("name"), MemberId(visit.said("member")), opinion)
    return _back(visit, "said")


def release(visit: Visit) -> Response:
    """Let a braked member act in full again."""
    visit.house.oversee_banks.release(visit.principal, visit.part("name"), MemberId(visit.said("member")))
    return _back(visit, "released")


def preview(visit: Visit) -> Response:
    """Say what importing a list would do."""
    return _show(visit, report=_taken(visit, is_preview=True), is_preview=True)


def take_list(visit: Visit) -> Response:
    """Import a list."""
    return _show(visit, report=_taken(visit, is_preview=False), is_preview=False)


def switch(visit: Visit) -> Response:
    """Switch the bank on or off."""
    is_active = visit.said("is") == "on"
    visit.house.switch_banks.media(visit.principal, visit.part("name"), is_active=is_active)
    return visit.go(f"/console/banks/{visit.part('name')}?done={'on' if is_active else 'off'}")


def _taken(visit: Visit, *, is_preview: bool) -> Any:
    form, text, accepts_flat = chosen(visit, "form", ListForm), pasted(visit, "text"), visit.said("flat") == "yes"
    return visit.house.oversee_banks.take_list(
        visit.principal, visit.part("name"), text, form, is_preview=is_preview, accepts_flat=accepts_flat
    )


def _show(visit: Visit, **told: Any) -> Response:
    principal, after = visit.principal, after_of(visit)
    found = visit.house.oversee_banks.read(principal, visit.part("name"), after, PAGE_MEMBERS)
    return visit.page(
        "bank.html",
        found=found,
        after=after,
        is_first=not after,
        disputed={each.member.id for each in found.members if is_locally_disputed(each.said)},
        may=frozenset(scope for scope in (KEEPING, JUDGING) if principal.may(scope)),
        opinions=list(Opinion),
        source=SOURCE,
        forms=list(ListForm),
        match_kinds=list(MatchKind),
        names=visit.staff.names(principal),
        me=principal.id,
        clauses=visit.house.policy.clauses,
        errors_shown=ERRORS_SHOWN,
        done=done_of(visit, "bank_done"),
        **{"report": None, "is_preview": False, **told},
    )


def _back(visit: Visit, done: str) -> Response:
    after = after_of(visit)
    here = f"&after={after}" if after else ""
    return visit.go(f"/console/banks/{visit.part('name')}?done={done}{here}#members")
