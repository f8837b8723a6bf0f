"""Pages of an administrator: who works here."""

from starlette.responses import Response

from tutela.console.visits import Visit
from tutela.core.permissions import StaffRole
from tutela.flows.invite import Invited


def people_page(visit: Visit) -> Response:
    """List everybody."""
    return visit.page("people.html", people=visit.staff.keep_people.all(visit.principal), roles=list(StaffRole))


def invite(visit: Visit) -> Response:
    """Invite somebody, and show the link once."""
    roles = visit.form.get("role", [])
    invited = visit.staff.invite(visit.principal, visit.said("login"), visit.said("name"), roles)
    return _link(visit, invited)


def person_page(visit: Visit) -> Response:
    """Show somebody."""
    shown = visit.staff.keep_people.find(visit.principal, visit.part("id"))
    now = visit.house.clock.now()
    sessions = visit.staff.keep_sessions.of_person(visit.principal, shown.id)
    live = [each for each in sessions if each.is_live(now)]
    return visit.page("person.html", shown=shown, live=live, roles=list(StaffRole))


def change_roles(visit: Visit) -> Response:
    """Give other roles."""
    visit.staff.keep_people.change_roles(visit.principal, visit.part("id"), visit.form.get("role", []))
    return visit.go(f"/console/people/{visit.part('id')}")


def end_sessions(visit: Visit) -> Response:
    """End all sessions of somebody."""
    visit.staff.keep_sessions.revoke_all(visit.principal, visit.part("id"))
    return visit.go(f"/console/people/{visit.part('id')}")


def start_over(visit: Visit) -> Response:
    """Let somebody begin anew, and show the link once."""
    return _link(visit, visit.staff.recover.start_over(visit.principal, visit.part("id")))


def end(visit: Visit) -> Response:
    """Let somebody go."""
    visit.staff.keep_people.end(visit.principal, visit.part("id"))
    return visit.go(f"/console/people/{visit.part('id')}")


def _link(visit: Visit, invited: Invited) -> Response:
    link = f"{visit.site.origin}/console/invitation/{invited.secret}"
    return visit.page("invited.html", invited=invited.person, link=link, ends_at=invited.invitation.ends_at)
