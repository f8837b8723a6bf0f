"""Pages of one's own sessions and tokens."""

from starlette.responses import Response

from tutela.console.visits import Visit
from tutela.core.permissions import SCOPES
from tutela.errors import BadInput


def sessions_page(visit: Visit) -> Response:
    """List one's own sessions."""
    now = visit.house.clock.now()
    sessions = visit.staff.keep_sessions.own(visit.principal)
    live = [each for each in sessions if each.is_live(now)]
    return visit.page("sessions.html", live=live, over=[each for each in sessions if each not in live],
                      this=visit.session.session.id)  # fmt: skip


def end_session(visit: Visit) -> Response:
    """End one session."""
    visit.staff.keep_sessions.revoke(visit.principal, visit.said("session"))
    return visit.go("/console/sessions")


def end_others(visit: Visit) -> Response:
    """End all sessions but this one."""
    visit.staff.keep_sessions.revoke_others(visit.principal)
    return visit.go("/console/sessions")


def tokens_page(visit: Visit) -> Response:
    """List one's own tokens."""
    return _tokens(visit, "")


def create_token(visit: Visit) -> Response:
    """Make a token, and show its secret once."""
    scopes = visit.form.get("scope", [])
    if not scopes:
        raise BadInput("choose what the token may do", place="scope")
    _, secret = visit.staff.keep_tokens.create(visit.principal, visit.said("name"), scopes)
    return _tokens(visit, secret)


def revoke_token(visit: Visit) -> Response:
    """Revoke a token."""
    visit.staff.keep_tokens.revoke(visit.principal, visit.said("token"))
    return visit.go("/console/tokens")


def _tokens(visit: Visit, secret: str) -> Response:
    may = {scope: SCOPES[scope] for scope in visit.staff.keep_tokens.may_give(visit.principal)}
    return visit.page("tokens.html", tokens=visit.staff.keep_tokens.own(visit.principal), may=may, secret=secret)
