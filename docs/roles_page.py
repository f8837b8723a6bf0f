"""Write docs/reference/roles.md from the table of roles and the table of routes."""  # noqa: INP001  # as build.py

from collections.abc import Iterable

from tutela.api.route import ANY_KEY, OPEN, SIGNED_IN, Route
from tutela.api.routes import ROUTES
from tutela.core.permissions import NEEDS_SECOND_FACTOR, PEOPLE_ONLY, ROLE_SCOPES, SCOPES, StaffRole

_EVERYBODY = {
    OPEN: "nobody has to say who they are",
    ANY_KEY: "any valid key, and anybody who is signed in",
    SIGNED_IN: "a person about themselves; no key",
}


_INTRODUCTION = (
    "What is not in this table is refused: in the verbs themselves, so that no page and no route can forget it. A "
    "person has all that their roles allow together, at the moment of each request. How to give roles: "
    "[people and roles](../how-to/people.md)."
)


def roles_page() -> str:
    """Return docs/reference/roles.md."""
    parts = [
        "# Roles and scopes",
        "<!-- Written by ./dev docs from core/permissions.py and the table of routes. Change those, not this page. -->",
        _INTRODUCTION,
        "## What each role may do",
        _scopes(),
        "Scopes marked with * are never given to a key, and a person's own token does not have them.",
        "Roles that take a passkey or codes of an app: "
        + ", ".join(f"`{role.value}`" for role in StaffRole if role in NEEDS_SECOND_FACTOR)
        + ". With a password alone they may do nothing.",
        "## What each route takes",
        _routes(),
    ]
    return "\n\n".join(parts) + "\n"


def _scopes() -> str:
    rows = [
        [_mark(scope), meaning, *("yes" if scope in ROLE_SCOPES[role] else "" for role in StaffRole)]
        for scope, meaning in SCOPES.items()
    ]
    return _table(["scope", "may", *(role.value.replace("_", " ") for role in StaffRole)], rows)


def _mark(scope: str) -> str:
    return f"`{scope}`" + ("*" if scope in PEOPLE_ONLY else "")


def _takes(route: Route) -> str:
    if route.scope not in SCOPES:
        return _EVERYBODY[route.scope]
    return " or ".join(f"`{scope}`" for scope in (route.scope, route.other_scope) if scope)


def _routes() -> str:
    rows = [
        [
            f"`{route.method} {route.path}`",
            _takes(route),
            route.summary,
        ]
        for route in ROUTES
    ]
    return _table(["route", "takes", "what"], rows)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |").replace("|  |", "| |") for line in lines)
