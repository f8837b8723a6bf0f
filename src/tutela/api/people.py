"""People, their sessions and their tokens."""

from typing import Any

from starlette.responses import Response

from tutela.api import people_bodies
from tutela.api.calls import Call, answer
from tutela.core.people import Person
from tutela.core.sessions import Session
from tutela.flows.invite import Invited
from tutela.ports.desk import ApiKey


def read_me(call: Call) -> Response:
    """Tell who asks."""
    call.no_query()
    who = call.caller
    kind = "service" if who.person_id is None else "person"
    return answer({"id": who.id, "kind": kind, "scopes": sorted(who.scopes), "proven_at": who.proven_at})


def list_people(call: Call) -> Response:
    """List everybody."""
    call.no_query()
    return answer({"people": [_person(each) for each in call.house.staff.keep_people.all(call.caller)]})


def invite(call: Call) -> Response:
    """Invite somebody."""
    call.no_query()
    asked = call.body(people_bodies.NewPerson)
    return answer(_invited(call.house.staff.invite(call.caller, asked.login, asked.name, asked.roles)), 201)


def read_person(call: Call) -> Response:
    """Tell about somebody."""
    call.no_query()
    return answer(_person(call.house.staff.keep_people.find(call.caller, call.part("id"))))


def change_roles(call: Call) -> Response:
    """Give other roles."""
    call.no_query()
    roles = call.body(people_bodies.OtherRoles).roles
    return answer(_person(call.house.staff.keep_people.change_roles(call.caller, call.part("id"), roles)))


def end_person(call: Call) -> Response:
    """Let somebody go."""
    call.no_query()
    call.house.staff.keep_people.end(call.caller, call.part("id"))
    return Response(status_code=204)


def start_over(call: Call) -> Response:
    """Let somebody begin anew."""
    call.no_query()
    return answer(_invited(call.house.staff.recover.start_over(call.caller, call.part("id"))))


def list_sessions_of(call: Call) -> Response:
    """List the sessions of somebody."""
    call.no_query()
    return answer(_sessions(call, call.house.staff.keep_sessions.of_person(call.caller, call.part("id"))))


def end_sessions_of(call: Call) -> Response:
    """End all sessions of somebody."""
    call.no_query()
    return answer({"ended": call.house.staff.keep_sessions.revoke_all(call.caller, call.part("id"))})


def list_own_sessions(call: Call) -> Response:
    """List one's own sessions."""
    call.no_query()
    return answer(_sessions(call, call.house.staff.keep_sessions.own(call.caller)))


def end_own_session(call: Call) -> Response:
    """End one of one's own sessions."""
    call.no_query()
    call.house.staff.keep_sessions.revoke(call.caller, call.part("id"))
    return Response(status_code=204)


def end_other_sessions(call: Call) -> Response:
    """End all of one's own sessions but this one."""
    call.no_query()
    return answer({"ended": call.house.staff.keep_sessions.revoke_others(call.caller)})


def list_tokens(call: Call) -> Response:
    """List one's own tokens."""
    call.no_query()
    return answer({"tokens": [_token(each) for each in call.house.staff.keep_tokens.own(call.caller)]})


def create_token(call: Call) -> Response:
    """Make a token of one's own."""
    call.no_query()
    asked = call.body(people_bodies.NewToken)
    key, secret = call.house.staff.keep_tokens.create(call.caller, asked.name, asked.scopes)
    return answer({**_token(key), "secret": secret}, 201)


def revoke_token(call: Call) -> Response:
    """Revoke a token of one's own."""
    call.no_query()
    call.house.staff.keep_tokens.revoke(call.caller, call.part("id"))
    return Response(status_code=204)


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "roles": [role.value for role in sorted(person.roles)],
        "state": "left" if person.ended_at else "invited" if person.is_invited else "here",
        "second_factor": person.has_second_factor,
        "created_at": person.created_at,
        "ended_at": person.ended_at,
    }


def _invited(invited: Invited) -> dict[str, Any]:
    return {
        "person": _person(invited.person), "secret": invited.secret, "ends_at": invited.invitation.ends_at
    }  # fmt: skip


def _sessions(call: Call, sessions: list[Session]) -> dict[str, Any]:
    this = call.caller.session_id
    return {"sessions": [{**_session(each), "is_this": each.id == this} for each in sessions]}


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "created_at": session.created_at,
        "seen_at": session.seen_at,
        "ends_at": session.ends_at(),
        "network": session.visitor.network,
        "strong": session.is_strong,
        "ended_at": session.ended_at,
        "ended_because": session.ended_because.value if session.ended_because else None,
    }


def _token(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id, "name": key.name, "scopes": sorted(key.scopes), "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }  # fmt: skip
