"""Who may call what: every route with every scope, with none, and without a key."""

import time
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from login import HOME, PASSWORD, join
from tutela.api import keys
from tutela.api.route import ANY_KEY, OPEN, SIGNED_IN, Route
from tutela.api.routes import ROUTES
from tutela.core.permissions import PEOPLE_ONLY, ROLE_SCOPES, SCOPES, StaffRole
from tutela.core.visitors import visitor_of
from tutela.flows.open_session import Arrival

AGENT = "a browser of the tests"
OPEN_ROUTES = {"/healthz", "/readyz"}
CHANGES = [route for route in ROUTES if route.method != "GET" and route.scope != OPEN]
PAGES = ("/", "/docs", "/openapi.json")


def asked(route: Route) -> str:
    """Return an address of the route that names nothing that exists."""
    return (
        route.path.replace("{id}", "nobody")
        .replace("{name}", "none")
        .replace("{type}", "md5")
        .replace("{value}", "0")
        .replace("{delivery}", "none")
        .replace("{token}", "none")
    )


def is_admitted(answer: httpx.Response) -> bool:
    """Return whether whoever asked may; who may, and has only to prove it again, was let past the table."""
    is_old_proof = answer.status_code == 403 and answer.json()["type"].endswith("must-prove")
    return is_old_proof or answer.status_code not in {401, 403}


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_a_route_answers_its_scope_and_no_other(api: Any, route: Route) -> None:
    """As nobody 401; with any key of another scope 403, naming the scope; with the right one neither."""
    if route.scope == OPEN:
        assert api.send(route.method, asked(route), scope=None).status_code == 200
        return
    assert api.send(route.method, asked(route), scope=None).status_code == 401
    for scope in SCOPES.keys() - PEOPLE_ONLY:
        answer = api.send(route.method, asked(route), scope=scope)
        if not {ANY_KEY, scope}.isdisjoint({route.scope, route.other_scope}) and not route.is_for_people:
            assert is_admitted(answer)
        else:
            assert answer.status_code == 403
            assert route.scope == SIGNED_IN or route.scope in answer.json()["detail"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_a_route_answers_the_roles_of_its_scope_and_no_other(api: Any, route: Route) -> None:
    """Every role in a session of its own: the table of roles decides, and nothing else does."""
    if route.scope == OPEN:
        return
    for role in StaffRole:
        answer = api.send_as(api.person(role), route.method, asked(route))
        may = not {ANY_KEY, SIGNED_IN, *ROLE_SCOPES[role]}.isdisjoint({route.scope, route.other_scope})
        assert is_admitted(answer) == may, role


@pytest.mark.parametrize("route", CHANGES, ids=lambda r: f"{r.method} {r.path}")
def test_no_change_by_a_session_without_the_token_of_its_page(api: Any, route: Route) -> None:
    """CSRF: another site can have a browser send its cookie, and cannot know the token; nor is one of others taken."""
    member = api.person(StaffRole.ADMINISTRATOR)
    others = api.house.staff.secrets.csrf_token(api.person(StaffRole.AUDITOR).signed.secret)
    for token in ("", "x", others):
        answer = api.send_as(member, route.method, asked(route), headers={"X-CSRF-Token": token})
        assert answer.status_code == 403
        assert answer.json()["place"] == "X-CSRF-Token"


def test_a_key_that_is_named_wins_over_a_cookie(api: Any) -> None:
    """A wrong key is refused, whatever a browser sends along; a right one needs no token."""
    member = api.person(StaffRole.ADMINISTRATOR)
    for key, status in (("tutela_x", 401), (api.keys["read"], 403)):
        headers = {"Authorization": f"Bearer {key}", "X-CSRF-Token": ""}
        assert api.send_as(member, "GET", "/v1/people", headers=headers).status_code == status


@pytest.mark.parametrize("cookie", ["x", "x" * 201, "%00", '"quoted"'])
def test_a_cookie_of_nobody_is_nobody(api: Any, cookie: str) -> None:
    """Made up, cut off, or too long."""
    answer = api.send("GET", "/v1/me", scope=None, headers={"Cookie": f"tutela_session={cookie}"})
    assert answer.status_code == 401


def test_a_stolen_session_is_worth_nothing_in_another_browser(api: Any) -> None:
    """It ends by being tried there, for the thief and for everybody."""
    member = join(api.house, "robbed", StaffRole.AUDITOR, visitor=visitor_of("127.0.0.1", AGENT))
    assert api.send_as(member, "GET", "/v1/me").status_code == 200
    assert api.send_as(member, "GET", "/v1/me", headers={"User-Agent": "a thief"}).status_code == 401
    assert api.send_as(member, "GET", "/v1/me").status_code == 401


def test_whoever_must_enrol_first_may_nothing_else(api: Any) -> None:
    """A reviewer with a password alone is told what to do, on every route that is not open."""
    there = visitor_of("127.0.0.1", AGENT)
    member = join(api.house, "newcomer", StaffRole.REVIEWER, visitor=there, is_enrolled=False)
    for path in ("/v1/me", "/v1/policy", "/v1/cases", "/v1/me/tokens"):
        answer = api.send_as(member, "GET", path)
        assert answer.status_code in {403, 404}
    assert "/console/security" in api.send_as(member, "GET", "/v1/me").json()["remedy"]


def test_a_role_that_is_taken_away_is_refused_at_the_next_request(api: Any) -> None:
    """By the session and by a token of the person alike, without a second of grace."""
    member = join(api.house, "changing", StaffRole.POLICY_ANALYST, visitor=visitor_of("127.0.0.1", AGENT))
    made = api.send_as(member, "POST", "/v1/me/tokens", json={"name": "script", "scopes": ["operate"]})
    assert made.status_code == 201
    headers = {"Authorization": f"Bearer {made.json()['secret']}"}
    assert api.send_as(member, "GET", "/v1/profile").status_code == 200
    assert api.send("GET", "/v1/profile", scope=None, headers=headers).status_code == 200
    roles = {"roles": ["auditor"]}
    boss = api.person(StaffRole.ADMINISTRATOR)
    boss.prove()
    assert api.send_as(boss, "PATCH", f"/v1/people/{member.id}", json=roles).json()["roles"] == ["auditor"]

    assert api.send_as(member, "GET", "/v1/profile").status_code == 403
    assert api.send("GET", "/v1/profile", scope=None, headers=headers).status_code == 403
    assert api.send("GET", "/v1/me", scope=None, headers=headers).json()["id"] == member.id


def test_an_administrator_keeps_people_over_http(api: Any) -> None:
    """Invite, look, end what is open, let begin anew, let go; the link is told once, and a password nowhere."""
    boss = api.person(StaffRole.ADMINISTRATOR)
    boss.prove()
    body = {"login": "http-grace", "name": "Grace", "roles": ["reviewer"]}
    invited = api.send_as(boss, "POST", "/v1/people", json=body)
    person = invited.json()["person"]
    assert (invited.status_code, person["state"]) == (201, "invited")
    assert api.send_as(boss, "POST", "/v1/people", json=body).status_code == 409
    signed = api.house.staff.invite.accept(invited.json()["secret"], PASSWORD, Arrival(HOME))
    where = f"/v1/people/{person['id']}"
    assert [each["id"] for each in api.send_as(boss, "GET", f"{where}/sessions").json()["sessions"]] == [
        signed.session.id
    ]
    assert api.send_as(boss, "DELETE", f"{where}/sessions").json() == {"ended": 1}
    assert api.send_as(boss, "POST", f"{where}/start-over").json()["person"]["id"] == person["id"]
    assert api.send_as(boss, "DELETE", where).status_code == 204
    assert api.send_as(boss, "GET", where).json()["state"] == "left"
    assert api.send_as(boss, "DELETE", f"/v1/people/{boss.id}").json()["type"].endswith("refused")
    everybody = api.send_as(boss, "GET", "/v1/people").json()["people"]
    assert {"http-grace", boss.login} <= {each["login"] for each in everybody}


def test_everybody_keeps_their_own_sessions_and_tokens_over_http(api: Any) -> None:
    """Those of others are not there."""
    member = join(api.house, "tidy", StaffRole.AUDITOR, visitor=visitor_of("127.0.0.1", AGENT))
    asked_for = {"name": "script", "scopes": ["read", "audit"]}
    token = api.send_as(member, "POST", "/v1/me/tokens", json=asked_for).json()
    assert [each["id"] for each in api.send_as(member, "GET", "/v1/me/tokens").json()["tokens"]] == [token["id"]]
    other = api.person(StaffRole.AUDITOR)
    assert api.send_as(other, "DELETE", f"/v1/me/tokens/{token['id']}").status_code == 404
    assert api.send_as(member, "DELETE", f"/v1/me/tokens/{token['id']}").status_code == 204
    assert api.send_as(member, "POST", "/v1/me/tokens", json={**asked_for, "scopes": ["people"]}).status_code == 403
    assert api.send_as(member, "DELETE", "/v1/me/sessions").json() == {"ended": 0}
    (session,) = api.send_as(member, "GET", "/v1/me/sessions").json()["sessions"]
    assert (session["is_this"], session["network"]) == (True, "127.0.0.0/24")
    assert api.send_as(other, "DELETE", f"/v1/me/sessions/{session['id']}").status_code == 404
    assert api.send_as(member, "DELETE", f"/v1/me/sessions/{session['id']}").status_code == 204
    assert api.send_as(member, "GET", "/v1/me").status_code == 401


def test_only_health_and_pages_are_open() -> None:
    """A route becomes open only by being listed here."""
    assert {route.path for route in ROUTES if route.scope == OPEN} == OPEN_ROUTES


@pytest.mark.parametrize("path", PAGES)
def test_pages_need_no_key(api: Any, path: str) -> None:
    """Whoever opens the address sees what this is."""
    assert api.send("GET", path, scope=None).status_code == 200


@pytest.mark.parametrize("header", ["", "Basic dXNlcjpwYXNz", "Bearer", "Bearer tutela_x", "Bearer " + "x" * 300])
def test_what_is_no_key_is_refused_and_told_how(api: Any, header: str) -> None:
    """The answer says which header is wanted, and repeats nothing."""
    answer = api.send("GET", "/v1/policy", scope=None, headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_key_is_believed_for_a_second_and_no_longer(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second after it was checked; by a clock that is moved on, so that no machine is too busy for it."""
    key, secret = api.house.keep_keys.create("short", ["read"])
    headers = {"Authorization": f"Bearer {secret}"}
    now = [time.monotonic()]
    monkeypatch.setattr(keys, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def asked_after(seconds: float) -> int:
        now[0] += seconds
        return int(api.send("GET", "/v1/policy", scope=None, headers=headers).status_code)

    assert asked_after(0) == 200
    api.house.keep_keys.revoke(key.id)
    assert [asked_after(0.9 * keys.KEPT_SECONDS), asked_after(0.2 * keys.KEPT_SECONDS)] == [200, 401]
