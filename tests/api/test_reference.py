"""The OpenAPI document, the pages, the numbers, and what an operator reads and writes."""

import json
import time
from html.parser import HTMLParser
from typing import Any

import pytest

from tutela.api.decisions import SENIOR
from tutela.api.openapi import document
from tutela.api.routes import ROUTES


def walk(value: Any) -> Any:
    """Yield every mapping inside *value*."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(inner)


def test_every_route_is_documented_with_examples(api: Any) -> None:
    """OpenAPI 3.1: an operation a route, responses with examples, unique ids, and no reference into nothing."""
    told = api.get("/openapi.json", scope=None)
    every = {(m.upper(), p): o for p, methods in told["paths"].items() for m, o in methods.items()}
    operations = {place: operation for place, operation in every.items() if place[0] != "HEAD"}

    assert told["openapi"] == "3.1.0"
    assert set(operations) == {(route.method, route.path) for route in ROUTES}
    assert {path for method, path in every if method == "HEAD"} == {route.path for route in ROUTES if route.has_head}
    assert len({each["operationId"] for each in every.values()}) == len(every)
    for operation in operations.values():
        for status, response in operation["responses"].items():
            assert response["description"]
            problem = response.get("content", {}).get("application/problem+json", {"example": {"status": int(status)}})
            assert problem["example"]["status"] == int(status)
            assert status == "204" or all("example" in each for each in response["content"].values())
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert "schema" in content
    names = {each["$ref"].rpartition("/")[2] for each in walk(told) if isinstance(each.get("$ref"), str)}
    assert names <= set(told["components"]["schemas"])
    assert told == document()


@pytest.mark.parametrize("route", [r for r in ROUTES if r.body or r.answer], ids=lambda r: f"{r.method} {r.path}")
def test_every_example_is_valid(route: Any) -> None:
    """What the reference shows can be sent, and is what comes back."""
    if route.body is not None:
        route.body.model_validate_json(json.dumps(route.body.example))
    if route.answer is not None:
        route.answer.model_validate(route.answer.example)


class Page(HTMLParser):
    """What a page loads and where its links lead."""

    def __init__(self, text: str) -> None:
        """Read the page."""
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one tag."""
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        self.ids |= {value or "" for name, value in attrs if name == "id"}


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_load_nothing_from_anywhere(api: Any, path: str) -> None:
    """No script, no third party; a policy that would not allow any."""
    answer = api.send("GET", path, scope=None)
    page = Page(answer.text)

    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert all(link.startswith(("/", "#")) for link in page.links)
    assert {link[1:] for link in page.links if link.startswith("#")} <= page.ids


def test_the_reference_names_every_route_and_scope(api: Any) -> None:
    """In plain HTML."""
    text = api.send("GET", "/docs", scope=None).text

    assert all(f"{route.method} {route.path}" in text for route in ROUTES)
    assert all(f"<td>{route.scope}</td>" in text for route in ROUTES)
    # One scope opens no route of its own: it lets the holder of another decide more.
    assert f"<code>{SENIOR}</code>" in text


def test_the_first_page_says_what_is_missing(api: Any) -> None:
    """While no bank holds anything nothing can be recognised; the banner goes when one does."""
    warning = "No list is connected: nothing can be recognised yet."
    banks = [bank for bank in api.get("/v1/banks?limit=1000")["banks"] if bank["active"]]
    for bank in banks:
        api.send("PATCH", f"/v1/banks/{bank['name']}", json={"active": False})
    before = api.send("GET", "/", scope=None).text
    api.bank("reference-1")
    api.post("/v1/banks/reference-1/members", {"members": [{"type": "md5", "value": "e" * 32}]})
    after = api.send("GET", "/", scope=None).text
    for bank in banks:
        api.send("PATCH", f"/v1/banks/{bank['name']}", json={"active": True})

    assert (warning in before, warning in after) == (True, False)
    assert "<code>tutela keys escrow</code>" in before, "each line names the command that gets it done"
    assert "reference-1" not in after


def test_health_is_told_without_a_key(api: Any) -> None:
    """Live, and ready with its reasons."""
    assert api.get("/healthz", scope=None) == {"status": "live"}
    assert api.get("/readyz", scope=None) == {"ready": True, "reasons": []}


def test_an_index_that_is_not_loaded_is_told_and_never_an_empty_answer(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with the time to try again."""
    monkeypatch.setattr(type(api.house.known), "built_to_seq", property(lambda _: -1))
    ready = api.send("GET", "/readyz", scope=None)
    looked_up = api.send("POST", "/v1/lookup", json={"hashes": [{"type": "md5", "value": "a" * 32}]})

    assert (ready.status_code, looked_up.status_code) == (503, 503)
    assert ready.headers["retry-after"] == looked_up.headers["retry-after"] == "2"


def test_an_index_that_is_not_brought_up_to_date_any_more_is_told(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The feed has stood still for longer than the operator allows: not ready, and why."""
    for _ in range(50):  # the feeder is at work: now and then it comes in between
        monkeypatch.setattr(api.house, "fresh_at", time.monotonic() - 60)
        ready = api.send("GET", "/readyz", scope=None)
        if ready.status_code == 503:
            break

    assert ready.status_code == 503
    assert "not been brought up to date for 60 seconds" in ready.json()["reasons"][0]


def test_status_and_metrics_tell_what_the_indexes_are_made_of(api: Any) -> None:
    """Segments, tail, last change, scrub and damage, for each of both."""
    indexes = {each["name"]: each for each in api.get("/v1/status", scope="operate")["indexes"]}
    text = api.send("GET", "/metrics", scope="operate").text

    assert set(indexes) == {"known", "stored"}
    assert {"segments", "tail", "changed_at", "scrubbed_at", "damaged"} <= set(indexes["known"])
    for gauge in ("index_segments", "index_tail_entries", "index_damaged_files", "index_lag"):
        assert f'tutela_{gauge}{{index="known"}}' in text


def test_the_profile_is_recorded_and_counts_for_the_checklist(api: Any) -> None:
    """Replaced as a whole."""
    basis = {
        "region": "DE",
        "channel": "private",
        "legal_basis": "a law",
        "reference": "A-1",
        "from": "2026-01-01T00:00:00Z",
    }
    profile = {
        "country": "DE",
        "user_regions": ["DE"],
        "services": ["public"],
        "on_call": "The phone",
        "bases": [basis],
    }
    told = api.send("PUT", "/v1/profile", json=profile).json()
    lines = {each["line"]: each["done"] for each in api.get("/v1/checklist")["lines"]}

    assert api.get("/v1/profile") == told
    assert (lines["profile_recorded"], lines["on_call_named"], lines["restore_drilled"]) == (True, True, False)
    assert api.send("PUT", "/v1/profile", json={"transient_hours": 0}).status_code == 422
    assert api.send("PUT", "/v1/profile", json={"bases": [{**basis, "to": "2025-01-01T00:00:00Z"}]}).status_code == 422
    assert api.send("PUT", "/v1/profile", json={"bases": [{**basis, "from": "2026-01-01T00:00:00"}]}).status_code == 422


def test_the_policy_is_told_in_plain_words_to_any_key(api: Any) -> None:
    """All twelve and the ordinary ones."""
    clauses = api.get("/v1/policy", scope="submit")["clauses"]

    assert len([each for each in clauses if each["zero_tolerance"]]) == 12
    assert all(each["adult"] and each["teen"] for each in clauses)


def test_the_numbers_name_routes_and_banks_by_id(api: Any) -> None:
    """Never a bank's name, which may be confidential."""
    bank = api.bank("reference-2")
    api.get("/v1/status")
    text = api.send("GET", "/metrics").text

    assert 'tutela_requests_total{method="GET",route="/v1/status",status="200"}' in text
    assert 'tutela_index_lag{index="known"}' in text
    assert "tutela_storage_free_bytes" in text
    assert bank["name"] not in text
