"""Statements of reasons and the EU Transparency Database over HTTP."""

import json
import uuid
from typing import Any

import pytest

from tutela.core.permissions import StaffRole


@pytest.fixture
def told(api: Any) -> dict[str, Any]:
    """Return what an account is told of something that a person removed."""
    name = f"told-{uuid.uuid4().hex[:8]}"
    api.post("/v1/items", {"id": f"{name}-post", "author": {"id": name}, "kind": "post", "text": "buy now"}, status=201)
    decision = {
        "clause": "house.spam", "reason": {"code": "seen"}, "accounts": [{"id": name, "role": "actor"}],
        "measures": [{"kind": "remove", "on": {"kind": "item", "id": f"{name}-post"}}],
    }  # fmt: skip
    api.post("/v1/decisions", decision, status=201)
    page = api.get(f"/v1/accounts/{name}/statements", scope="statements")
    return {"account": name, "page": page}


def test_a_platform_reads_what_it_may_tell_and_says_that_it_did(api: Any, told: dict[str, Any]) -> None:
    """Paged; in words; delivered once."""
    statements = {each["code"]: each for each in told["page"]["statements"]}
    removed = statements["item_removed"]
    first = api.get(f"/v1/accounts/{told['account']}/statements?limit=1", scope="read")
    rest = api.get(f"/v1/accounts/{told['account']}/statements?limit=1&cursor={first['next']}", scope="read")
    assert {first["statements"][0]["id"], rest["statements"][0]["id"]} == {each["id"] for each in statements.values()}
    assert removed["reasons"]["restrictions"] == [
        {"measure": "remove", "on": "item", "countries": [], "lasts_seconds": None}
    ]
    words = api.get(f"/v1/statements/{removed['id']}?language=de&audience=teen", scope="read")
    assert words["text"]["language"] == "de"
    assert told["account"] not in words["text"]["plain"]
    path = f"/v1/statements/{removed['id']}/delivered"
    assert api.send("POST", path, scope="read", json={"how": "email"}).status_code == 403
    once = api.send("POST", path, scope="statements", json={"how": "email"}).json()
    assert api.send("POST", path, scope="statements", json={"how": "letter"}).json() == once
    assert (once["state"], once["delivered_how"]) == ("delivered", "email")


def test_bad_input_is_named(api: Any, told: dict[str, Any]) -> None:
    """Each with its place."""
    statement_id = told["page"]["statements"][0]["id"]
    for path, status in (
        ("/v1/statements/sta_none", 404), (f"/v1/statements/{statement_id}?language=xx", 422),
        (f"/v1/statements/{statement_id}?audience=dog", 422), ("/v1/accounts/nobody-at-all/statements", 404),
        (f"/v1/accounts/{told['account']}/statements?limit=0", 422),
        ("/v1/eu-database/records?since=2026-02-01&until=2026-01-01", 422),
        ("/v1/eu-database/records?since=x&until=2026-01-01", 422),
    ):  # fmt: skip
        answer = api.send("GET", path)
        assert answer.status_code == status, (path, answer.text)
    assert api.send("POST", f"/v1/statements/{statement_id}/delivered", json={"how": "<b>"}).status_code == 422
    senior = api.person(StaffRole.SENIOR_REVIEWER)
    body = {"until": "2999-01-01T00:00:00Z", "basis": "review_pending", "reason": "why"}
    assert api.send("POST", f"/v1/statements/{statement_id}/delay", json=body).status_code == 403
    late = api.send_as(senior, "POST", f"/v1/statements/{statement_id}/delay", json=body)
    assert (late.status_code, "told" in late.text) == (422, True)
    assert (
        api.send_as(senior, "POST", f"/v1/statements/{statement_id}/release", json={"reason": "x"}).status_code == 422
    )


def test_people_see_what_a_decision_told_and_how_the_database_stands(api: Any, told: dict[str, Any]) -> None:
    """The channel is off, records are exported all the same, and the profile says what waits."""
    decision = told["page"]["statements"][0]["decision"]
    seen = api.get(f"/v1/decisions/{decision}/statements")
    assert {each["account"] for each in seen["statements"]} == {told["account"]}
    officer = api.person(StaffRole.CHILD_SAFETY_OFFICER)
    channel = api.send_as(officer, "GET", "/v1/eu-database").json()
    assert (channel["enabled"], [each["place"] for each in channel["missing"]]) == (False, ["url", "token"])
    exported = api.send_as(officer, "GET", "/v1/eu-database/records?since=2020-01-01&until=2022-01-01")
    assert exported.status_code == 200
    assert [json.loads(line) for line in exported.text.splitlines()] == []
    sheet = api.send("GET", "/v1/eu-database/records?since=2020-01-01&until=2022-01-01&format=csv", scope="audit")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert sheet.text.startswith("decision_visibility,")
    assert api.send("GET", "/v1/eu-database", scope="read").status_code == 403
