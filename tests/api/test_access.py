"""Who may call what: every route with every scope, with none, and without a key."""

import time
from typing import Any

import pytest

from tutela.api.route import ANY_KEY, OPEN, Route
from tutela.api.routes import ROUTES
from tutela.core.permissions import SCOPES

OPEN_ROUTES = {"/healthz", "/readyz"}
PAGES = ("/", "/docs", "/openapi.json")


def asked(route: Route) -> str:
    """Return an address of the route that names nothing that exists."""
    return (
        route.path.replace("{id}", "nobody")
        .replace("{name}", "none")
        .replace("{type}", "md5")
        .replace("{value}", "0")
        .replace("{delivery}", "none")
    )


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_a_route_answers_its_scope_and_no_other(api: Any, route: Route) -> None:
    """401 without a key, 403 naming the scope with any other, never either with the right one."""
    if route.scope == OPEN:
        assert api.send(route.method, asked(route), scope=None).status_code == 200
        return
    assert api.send(route.method, asked(route), scope=None).status_code == 401
    for scope in SCOPES:
        answer = api.send(route.method, asked(route), scope=scope)
        if route.scope in {ANY_KEY, scope}:
            assert answer.status_code not in {401, 403}
        else:
            assert answer.status_code == 403
            assert route.scope in answer.json()["detail"]


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


def test_a_revoked_key_is_refused_within_two_seconds(api: Any) -> None:
    """Keys are believed for a second after they were checked, no longer."""
    key, secret = api.house.keep_keys.create("short", ["read"])
    headers = {"Authorization": f"Bearer {secret}"}
    assert api.send("GET", "/v1/policy", scope=None, headers=headers).status_code == 200
    api.house.keep_keys.revoke(key.id)
    revoked = time.monotonic()
    while api.send("GET", "/v1/policy", scope=None, headers=headers).status_code == 200:
        assert time.monotonic() - revoked < 2
        time.sleep(0.1)
