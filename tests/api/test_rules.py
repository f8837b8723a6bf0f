"""Rules over HTTP: written, tried, moved on by two people, and read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.conftest import Api, serve
from rulebook import links
from tutela.core.permissions import StaffRole


@pytest.fixture
def api(new_database: Any, tmp_path: Path) -> Iterator[Api]:
    """Yield a client of a server on the databases of the test."""
    with serve(tmp_path, database_url=new_database()) as served:
        yield served


def test_a_rule_is_checked_tested_written_and_goes_live_by_two_people(api: Api) -> None:
    """A mistake is an answer and no failed request; approving takes a person."""
    wrong = api.post("/v1/rules/check", {"source": links().replace("has_link and", "has_lnk and")}, scope="rules")
    [problem] = wrong["problems"]
    assert (problem["line"], problem["column"], problem["hint"]) == (3, 9, "did you mean `text.has_link`?")
    assert api.post("/v1/rules/check", {"source": links()}, scope="rules") == {"problems": []}
    tried = api.post("/v1/rules/test", {"source": links(9)}, scope="rules")["rules"]
    assert [(each["test"], each["came"], each["passed"]) for each in tried[0]["tests"]] == [
        ("four links", "silent", False), ("no link", "silent", True)
    ]  # fmt: skip

    written = api.send("PUT", "/v1/rules/many-links", json={"source": links()}, scope="rules")
    assert (written.status_code, written.json()["version"], written.json()["state"]) == (201, "1", "draft")
    again = api.send("PUT", "/v1/rules/many-links", json={"source": links()}, scope="rules")
    assert (again.status_code, again.json()["type"]) == (409, "urn:tutela:problem:rule-changed")
    assert "wrote version 1" in again.json()["detail"]

    step = {"version": "1", "to": "shadow", "reason": "to see"}
    assert api.post("/v1/rules/many-links/move", step, scope="rules")["moves"][0]["to"] == "shadow"
    asked = {**step, "to": "live"}
    assert api.send("POST", "/v1/rules/many-links/move", json=asked, scope="rules").status_code == 403
    analyst = api.person(StaffRole.POLICY_ANALYST)
    waiting = api.send_as(analyst, "POST", "/v1/rules/many-links/move", json=asked).json()
    assert (waiting["moves"], waiting["proposal"]["to"]) == ([], "live")
    goes = {"version": "1", "to": "live"}
    assert api.send("POST", "/v1/rules/many-links/approve", json=goes, scope="rules").status_code == 403
    officer = api.person(StaffRole.CHILD_SAFETY_OFFICER)
    approved = api.send_as(officer, "POST", "/v1/rules/many-links/approve", json=goes)
    assert approved.json()["moves"][0]["by"] == officer.id

    shown = api.get("/v1/rules/many-links", scope="rules")
    assert [(each["version"], each["state"]) for each in shown["versions"]] == [("1", "live")]
    assert shown["versions"][0]["source"] == links()
    assert [each["to"] for each in api.get("/v1/rules/many-links/history", scope="rules")["moves"]] == [
        "shadow",
        "live",
    ]
    assert "many-links" in [each["name"] for each in api.get("/v1/rules", scope="rules")["rules"]]
    api.house.rules.engine.refresh()
    assert "many-links" in [each.name for each in api.house.rules.engine.book.places]


def test_a_proposal_is_withdrawn_and_what_is_not_there_is_told(api: Api) -> None:
    """By whoever may propose; a rule of no such name is 404, a wrong one 422 with its place."""
    api.send("PUT", "/v1/rules/many-links", json={"source": links()}, scope="rules")
    step = {"version": "1", "to": "shadow", "reason": "to see"}
    api.post("/v1/rules/many-links/move", step, scope="rules")
    analyst = api.person(StaffRole.POLICY_ANALYST)
    api.send_as(analyst, "POST", "/v1/rules/many-links/move", json={**step, "to": "live"})
    assert api.send("POST", "/v1/rules/many-links/withdraw", scope="rules").status_code == 204
    assert api.send("POST", "/v1/rules/many-links/withdraw", scope="rules").status_code == 409
    assert api.send("GET", "/v1/rules/none-such", scope="rules").status_code == 404
    broken = api.send("PUT", "/v1/rules/many-links", json={"source": "- rule: [", "made_from": "1"}, scope="rules")
    assert (broken.status_code, broken.json()["place"]) == (422, "line 1, column 9")
