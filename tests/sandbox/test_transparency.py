"""The stand-in of the EU Transparency Database: what it takes, what it refuses, and that it was written down apart."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.test_transparency_records import whole
from tutela.core.dsa.fields import BY_NAME, FIELDS
from tutela.core.dsa.validator import Wrong, breaches
from tutela.sandbox.transparency.rules import errors_of, taken
from tutela.sandbox.transparency.server import Sandbox, listening

STRANGER = "stranger"
SILENT = {Wrong.DOES_NOT_GO_WITH, Wrong.UNKNOWN_FIELD}
LENIENT = {"territorial_scope", "content_language"}
"""Where our own table asks for more than the service: always a scope, and only languages that there are."""

values = st.one_of(
    st.none(), st.text(max_size=5), st.integers(), st.dates().map(str), st.sampled_from(["x" * 600, "x" * 2500, ""]),
    st.sampled_from([word for field in FIELDS for word in field.known]),
    st.lists(st.sampled_from([word for field in FIELDS for word in field.known]), max_size=3),
    st.just({"EAN-13": "4006381333931"}), st.just("https://board.example/t"), st.just("DE"),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*BY_NAME, "user_name"]), values, max_size=4), st.booleans())
def test_both_tables_say_the_same_of_any_record(change: dict[str, Any], starts_whole: bool) -> None:  # noqa: FBT001  # drawn
    """Each was written from the source by itself: whatever one forgot, the other finds."""
    record = {**(whole() if starts_whole else {}), **change}
    ours = {each.field for each in breaches(record) if each.wrong not in SILENT}
    silent = {each.field for each in breaches(record) if each.wrong in SILENT}
    theirs = set(errors_of(taken(record)))
    assert ours - silent - LENIENT == theirs - LENIENT
    assert silent.isdisjoint(taken(record))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Yield a stand-in that listens."""
    with listening(Sandbox()) as listens:
        yield listens


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


def ask(sandbox: Sandbox, method: str, path: str, body: Any = None, token: str = "sandbox") -> tuple[int, Any, str]:  # noqa: S107  # of the stand-in
    """Return status, JSON and where it leads."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(sandbox.url + path, data, headers, method=method)  # noqa: S310  # the loopback
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read()), ""
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), error.headers.get("Location", "")


def record(puid: str, **change: Any) -> dict[str, Any]:
    """Return a record."""
    return {**deepcopy(whole()), "puid": puid, **change}


def test_one_is_taken_and_found_by_its_key_and_its_uuid(sandbox: Sandbox) -> None:
    """201, 302 that is there to be read, 200; and nothing for a stranger."""
    status, stored, _ = ask(sandbox, "POST", "/api/v1/statement", record("a", user_name="x"))
    assert status == 201
    assert {"uuid", "id", "created_at", "platform_name", "permalink", "self"} <= set(stored)
    assert "user_name" not in stored
    found, _, where = ask(sandbox, "GET", "/api/v1/statement/existing-puid/a")
    assert (found, where) == (302, stored["self"])
    assert ask(sandbox, "GET", where.removeprefix(sandbox.url))[0:2] == (200, stored)
    assert ask(sandbox, "GET", "/api/v1/statement/existing-puid/b")[0] == 404
    assert ask(sandbox, "GET", "/api/v1/statement/existing-puid/a", token=STRANGER)[0] == 401
    assert ask(sandbox, "GET", "/api/v1/nothing")[0] == 404


def test_the_same_key_again_names_what_is_there(sandbox: Sandbox) -> None:
    """422 with `existing`."""
    _, stored, _ = ask(sandbox, "POST", "/api/v1/statement", record("a"))
    status, told, _ = ask(sandbox, "POST", "/api/v1/statement", record("a"))
    assert (status, told["existing"]["uuid"], list(told["errors"])) == (422, stored["uuid"], ["puid"])


def test_a_batch_is_taken_whole_or_not_at_all(sandbox: Sandbox) -> None:
    """One wrong, one twice, one known, one too many: nothing of it is stored."""
    ask(sandbox, "POST", "/api/v1/statement", record("known"))
    for batch in (
        [record("a"), record("b", category="x")], [record("a"), record("a")], [record("a"), record("known")], [],
        [record(f"r{number}") for number in range(101)], ["x"],
    ):  # fmt: skip
        status, told, _ = ask(sandbox, "POST", "/api/v1/statements", {"statements": batch})
        assert (status, bool(told["errors"])) == (422, True)
    assert list(sandbox.database.stored) == ["known"]
    status, told, _ = ask(sandbox, "POST", "/api/v1/statements", {"statements": [record("a"), record("b")]})
    assert (status, [each["puid"] for each in told["statements"]]) == (201, ["a", "b"])


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b'"x"', b"{}", b'{"puid": [1]}', b"[" * 5000, b"\xff"])
def test_hostile_bytes_get_an_answer(sandbox: Sandbox, body: bytes) -> None:
    """422, and it goes on."""
    for path in ("/api/v1/statement", "/api/v1/statements"):
        assert ask(sandbox, "POST", path, body)[0] == 422
    assert ask(sandbox, "POST", "/api/v1/statement", record("a"))[0] == 201


def test_it_is_ruled_by_whoever_tests(sandbox: Sandbox) -> None:
    """Faults of its own requests, a new token that ends the old one, and forgetting."""
    assert ask(sandbox, "POST", "/sandbox/faults", {"does": "status", "on": "statement", "status": 503})[0] == 200
    assert ask(sandbox, "POST", "/api/v1/statement", record("a"))[0] == 503
    assert ask(sandbox, "POST", "/api/v1/statement", record("a"))[0] == 201
    for wrong in ({"does": "corrupt"}, {"does": "delay", "on": "/finish"}, {"does": "status", "status": 9}):
        assert ask(sandbox, "POST", "/sandbox/faults", wrong)[0] == 422
    assert ask(sandbox, "DELETE", "/sandbox/faults")[1] == {"waiting": []}
    _, told, _ = ask(sandbox, "POST", "/sandbox/token", {})
    assert ask(sandbox, "GET", "/api/v1/statement/existing-puid/a")[0] == 401
    assert ask(sandbox, "GET", "/api/v1/statement/existing-puid/a", token=told["token"])[0] == 302
    assert len(ask(sandbox, "GET", "/sandbox/statements")[1]["statements"]) == 1
    assert ask(sandbox, "POST", "/sandbox/reset", {})[0] == 200
    assert ask(sandbox, "GET", "/sandbox/statements")[1] == {"statements": []}
    assert ask(sandbox, "GET", "/sandbox/nothing")[0] == 404
