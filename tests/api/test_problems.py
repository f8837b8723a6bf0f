"""Errors: one shape, and never a word of what was sent."""

import json
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.harmless import picture
from laws import examples
from tutela.api.routes import ROUTES
from tutela.core.charter import of_log_record

MARK = "m4rk3d-c0nt3nt"
JSON_ROUTES = [route for route in ROUTES if route.body is not None]
ITEM = {"id": "p-1", "author": {"id": "ann"}}


def address(path: str) -> str:
    """Return an address of a route with harmless parts."""
    return path.replace("{id}", "fuzzed").replace("{name}", "fuzzed")


@pytest.mark.parametrize("route", JSON_ROUTES, ids=lambda r: f"{r.method} {r.path}")
@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"n\\u0000": 1}', "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json", 400),
        (b'"\\ud800"', "application/json", 400),
        (b"x=1", "application/x-www-form-urlencoded", 415),
        (b" " * 1_048_577, "application/json", 413),
    ],
)
def test_what_is_no_json_of_ours_is_refused(api: Any, route: Any, content: bytes, kind: str, status: int) -> None:
    """With its position, on every route."""
    answer = api.send_allowed(route, address(route.path), content=content, headers={"Content-Type": kind})

    assert answer.status_code == status
    if status == 400:
        assert "line 1 column" in answer.json()["detail"]


def test_a_body_without_a_length_is_bounded_while_it_is_read(api: Any) -> None:
    """The limit does not rest on what the sender says."""
    body = (b" " * 65536 for _ in range(20))

    assert api.send("POST", "/v1/lookup", content=body, headers={"Content-Type": "application/json"}).status_code == 413


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({**ITEM, "author": {"id": "a", "nick": 1}}, "author.nick"),
        ({**ITEM, "text": 5}, "text"),
        ({**ITEM, "id": ""}, "id"),
        ({**ITEM, "id": "x" * 201}, "id"),
        ({**ITEM, "id": "a\n"}, "id"),
        ({**ITEM, "text": "a\u0000"}, "text"),
        ({**ITEM, "text": "x" * 100_001}, "text"),
        ({**ITEM, "regions": ["de"]}, "regions.0"),
        ({**ITEM, "kind": "A b"}, "kind"),
        ({**ITEM, "media": [{"md5": "a" * 32}] * 21}, "media"),
        ({**ITEM, "contains": ["x"] * 21}, "contains"),
        ({**ITEM, "channel": {"kind": "secret"}}, "channel.kind"),
        ({**ITEM, "author": {"id": "a", "age": {"band": 5}}}, "author.age.band"),
    ],
)
def test_every_place_is_named(api: Any, body: Any, place: str) -> None:
    """Strict types, bounded strings and lists, no unknown fields."""
    problem = api.send("POST", "/v1/items", json=body).json()

    assert problem["status"] == 422
    assert place in [each["place"] for each in problem["errors"]]


def test_a_batch_is_bounded(api: Any) -> None:
    """At most five hundred."""
    assert api.send("POST", "/v1/items/batch", json={"items": [ITEM] * 501}).status_code == 422
    assert api.send("POST", "/v1/items/batch", json={"items": []}).status_code == 422


def test_an_item_that_quotes_the_unknown_is_refused(api: Any) -> None:
    """It could never be shown no more than what it quotes."""
    assert api.send("POST", "/v1/items", json={**ITEM, "id": "q-1", "contains": ["nobody"]}).status_code == 404


def test_nothing_that_was_sent_is_repeated_or_logged(api: Any) -> None:
    """Marks in every place that a caller fills, in good requests and bad ones."""
    mark = {MARK: MARK}
    sent = [
        ("POST", "/v1/items", {"json": {"id": MARK, "author": {"id": MARK}, "text": MARK, MARK: MARK}}),
        ("POST", "/v1/items", {"json": {"id": MARK, "author": mark}}),
        ("POST", "/v1/items", {"json": {**ITEM, "kind": MARK + "!", "regions": [MARK], "channel": {"kind": MARK}}}),
        (
            "POST",
            "/v1/items",
            {"json": {**ITEM, "id": "p-2", "media": [{"id": MARK, "md5": MARK}], "contains": [MARK]}},
        ),
        ("POST", "/v1/items", {"json": {**ITEM, "id": "p-3", "contains": [MARK]}}),
        ("POST", "/v1/items", {"content": MARK.encode(), "headers": {"Content-Type": "application/json"}}),
        ("POST", "/v1/items", {"content": b"x", "headers": {"Content-Type": MARK}}),
        ("POST", "/v1/items", {"files": [(MARK, (MARK, MARK.encode()))]}),
        ("POST", "/v1/items", {"files": [("item", (None, json.dumps(mark))), ("media", (MARK, picture(71)))]}),
        ("POST", "/v1/media", {"content": MARK.encode(), "headers": {"Content-Encoding": MARK}}),
        ("POST", "/v1/lookup", {"json": {"hashes": [{"type": MARK, "value": MARK}], "banks": [MARK + "!"]}}),
        ("POST", "/v1/lookup", {"json": {"hashes": [{"type": "md5", "value": MARK}]}}),
        ("POST", "/v1/visibility", {"json": {"viewer": {"account": MARK}, "surface": MARK + "!", "items": []}}),
        ("POST", "/v1/banks", {"json": {"name": MARK + "!", "clause": MARK, "material": MARK, "verification": MARK}}),
        ("GET", f"/v1/items/{MARK}", {}),
        ("GET", f"/v1/{MARK}?{MARK}={MARK}", {}),
        ("GET", f"/v1/changes?{MARK}={MARK}", {}),
        ("GET", "/v1/policy", {"headers": {"Authorization": f"Bearer {MARK}"}, "scope": None}),
        ("POST", "/v1/items", {"json": ITEM, "headers": {"Idempotency-Key": MARK * 20}}),
        ("DELETE", f"/v1/banks/{MARK}/members/{MARK}/{MARK}", {}),
    ]
    with structlog.testing.capture_logs() as records:
        answers = [api.send(method, path, **more) for method, path, more in sent]
        api.post("/v1/items", {"id": MARK, "author": {"id": MARK}, "text": MARK, "media": [{"sha256": "d" * 64}]})
        known = api.upload(picture(72))

    assert [answer.status_code for answer in answers if answer.status_code < 400] == []
    for answer in answers:
        assert MARK not in answer.text
        assert MARK not in str(answer.headers)
    secrets = [MARK, known["sha256"], known["md5"], *api.keys.values()]
    assert len(records) >= len(sent)
    assert [breach for record in records for breach in of_log_record(record, secrets=secrets)] == []
    metrics = api.send("GET", "/metrics").text
    assert MARK not in metrics
    assert 'route="unmatched"' in metrics


def test_a_failure_of_ours_tells_a_request_id_and_nothing_else(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the answer nor the log quotes the error."""

    def broken(self: object) -> None:
        raise RuntimeError(MARK)

    monkeypatch.setattr(type(api.house.profile), "read", broken)
    with structlog.testing.capture_logs() as records:
        answer = api.send("GET", "/v1/profile")

    assert answer.status_code == 500
    assert set(answer.json()) == {"type", "title", "status", "detail", "request_id"}
    assert MARK not in answer.text + str(records)
    assert [r["error_type"] for r in records if r["event"] == "request_broke"] == ["RuntimeError"]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["post", "md5", "a" * 32]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
SAMPLES = {route.path + route.method: route.body.example for route in JSON_ROUTES if route.body}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every place in a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in pairs for place in places(inner, (*path, key)))]


def changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """Return *value* with *new* at one place."""
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = changed(value[place[0]], place[1:], new)
    return copy


@pytest.mark.parametrize("route", JSON_ROUTES, ids=lambda r: f"{r.method} {r.path}")
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_body_breaks_the_server(api: Any, route: Any, data: Any) -> None:
    """Good examples with one place replaced by anything: answered or refused, in the declared shape."""
    sample = SAMPLES[route.path + route.method]
    body = changed(sample, data.draw(st.sampled_from(places(sample))), data.draw(VALUES))
    answer = api.send(
        route.method, address(route.path), content=json.dumps(body), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code < 500
