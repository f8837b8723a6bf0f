"""What rules the stand-in, as JSON under `/sandbox`: faults, tokens, and what was received."""

import json
from typing import TYPE_CHECKING, Any

from tutela.sandbox.ncmec.faults import Does, NoFault, read_fault

if TYPE_CHECKING:
    from tutela.sandbox.transparency.server import Sandbox

BASE = "/sandbox"
STEPS = ("statement", "statements", "existing-puid")
DOES = (Does.DROP_REQUEST, Does.DROP_ANSWER, Does.DELAY, Does.STATUS, Does.GARBAGE)

Told = tuple[int, Any]


def answer(sandbox: "Sandbox", method: str, path: str, body: bytes) -> Told:
    """Return status and JSON of one wish."""
    try:
        sent = json.loads(body) if body else {}
    except ValueError:
        return 400, {"error": "the body is no JSON"}
    if not isinstance(sent, dict):
        return 400, {"error": "the body must be an object"}
    wish = _WISHES.get(path.strip("/"))
    if wish is None:
        return 404, {"error": "known: /faults, /token, /statements, /reset"}
    return wish(sandbox, method, sent)


def _faults(sandbox: "Sandbox", method: str, sent: dict[str, Any]) -> Told:
    if method == "DELETE":
        sandbox.faults.clear()
    elif method == "POST":
        try:
            sandbox.faults.add(read_fault(sent, steps=STEPS, does=DOES))
        except NoFault as error:
            return 422, {"error": str(error)}
    return 200, {"waiting": [each.told() for each in sandbox.faults.waiting()]}


def _token(sandbox: "Sandbox", method: str, sent: dict[str, Any]) -> Told:
    """Make a new token; the one before it is worth nothing from then on."""
    if method != "POST":
        return 405, {"error": "POST it"}
    token = sent.get("token")
    if token is not None and (not isinstance(token, str) or not token.strip()):
        return 422, {"error": "token: must be text"}
    return 200, {"token": sandbox.renew(token)}


def _statements(sandbox: "Sandbox", method: str, sent: dict[str, Any]) -> Told:  # noqa: ARG001  # one shape for all wishes
    with sandbox.lock:
        return 200, {"statements": list(sandbox.database.stored.values())}


def _reset(sandbox: "Sandbox", method: str, sent: dict[str, Any]) -> Told:  # noqa: ARG001  # one shape for all wishes
    if method != "POST":
        return 405, {"error": "POST it"}
    sandbox.reset()
    return 200, {}


_WISHES = {"faults": _faults, "token": _token, "statements": _statements, "reset": _reset}
