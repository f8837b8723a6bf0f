"""Quality over HTTP: golden cases are marked, given and withdrawn; figures are told to whom they may be."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tutela.core.cases import CaseDraft, CaseReason
from tutela.core.ids import ClauseId
from tutela.core.permissions import StaffRole
from tutela.flows.enact import Ledger

_numbers = itertools.count(1)
CONCLUSION = {"conclusion": "no_violation", "reason": {"code": "seen"}}


def opened(api: Any, language: str) -> tuple[str, str]:
    """Lay an item before a person; return case and item."""
    item = f"quality-item-{next(_numbers)}"
    author = {"id": f"{item}-author"}
    api.post("/v1/items", {"id": item, "author": author, "text": "hello", "language": language}, status=201)
    with api.house.store.read() as reader:
        stored = reader.items_by_platform_id([item])[item].item
    ledger = Ledger(api.house.entropy, api.house.clock.now(), {})
    due_at = api.house.clock.now() + timedelta(hours=24)
    ledger.open(CaseDraft(stored.account_id, ClauseId("house.spam"), CaseReason.NEAR_MATCH, stored.id, due_at))
    api.house.committer.commit(ledger.changeset())
    return ledger.cases[0].id, item


def answered(api: Any, role: StaffRole, case_id: str, **more: Any) -> dict[str, Any]:
    """Answer a case as somebody of a role, who takes it first."""
    member = api.person(role)
    assert api.send_as(member, "POST", f"/v1/cases/{case_id}/claim").status_code == 200
    answer = api.send_as(member, "POST", f"/v1/cases/{case_id}/answers", json={**CONCLUSION, **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture
def always(api: Any) -> Any:
    """Return a server whose every next case is a golden one, where one can be."""
    verbs = api.house.cases
    given = replace(verbs.next, give=replace(api.house.quality.give, rate=1000))
    api.house.__dict__["cases"] = replace(verbs, next=given)
    yield api
    api.house.__dict__["cases"] = verbs


def test_a_golden_case_is_marked_given_told_and_withdrawn(always: Any) -> None:
    """The answer to it tells the reviewer what it was, and the case says so from then on."""
    api = always
    senior, reviewer = api.person(StaffRole.SENIOR_REVIEWER), api.person(StaffRole.REVIEWER)
    case_id, item = opened(api, "et")
    assert answered(api, StaffRole.SENIOR_REVIEWER, case_id)["look"] is None
    asked = {"case": case_id, "conclusion": "no_violation", "reason": "as the agency confirmed"}
    marked = api.send_as(senior, "POST", "/v1/golden-cases", json=asked)
    assert marked.status_code == 201
    golden = marked.json()
    assert golden["answer"] == {"conclusion": "no_violation", "context": None, "clause": "house.spam", "accounts": []}
    again = api.send_as(senior, "POST", "/v1/golden-cases", json=asked)
    assert again.status_code == 409

    opened(api, "et")
    taken = api.send_as(reviewer, "POST", "/v1/cases/next", json={"language": "et"}).json()["case"]
    assert (taken["items"], taken["purpose"], taken["decision"], taken["answers"]) == ([item], None, None, 0)
    dry = api.send_as(reviewer, "POST", f"/v1/cases/{taken['id']}/answers", json={**CONCLUSION, "dry_run": True}).json()
    assert "look" not in dry
    given = api.send_as(reviewer, "POST", f"/v1/cases/{taken['id']}/answers", json=CONCLUSION)
    assert (given.status_code, given.json()["look"], given.json()["decision"]) == (201, "agreed", None)
    ended = api.send_as(reviewer, "GET", f"/v1/cases/{taken['id']}").json()
    assert (ended["purpose"], ended["state"]) == ("golden", "decided")

    own = api.send_as(reviewer, "GET", "/v1/agreement/mine").json()
    assert [(row["kind"], row["of"], row["agreed"], row["few"]) for row in own["figures"]] == [("golden", 1, 1, True)]
    figures = api.get("/v1/agreement?by=reviewer&kind=golden")["figures"]
    assert [(row["of"], row["agreed"], row["share"]) for row in figures] == [(1, None, None)]
    assert api.get("/v1/agreement?by=kind")["samples"]["drawn"] >= 0

    listed = api.get("/v1/golden-cases?limit=1")
    assert [each["id"] for each in listed["golden"]] == [golden["id"]]
    path = f"/v1/golden-cases/{golden['id']}/withdraw"
    assert api.post(path, {"reason": "it was wrong"}, status=200)["withdrawn_for"] == "it was wrong"
    assert api.get("/v1/golden-cases") == {"golden": [], "next": None}
    assert len(api.get("/v1/golden-cases?withdrawn=true")["golden"]) == 1
    assert api.send_as(reviewer, "GET", "/v1/agreement/mine").json()["figures"] == []


@pytest.mark.parametrize(
    "query",
    ["by=name", "kind=other", "since=yesterday", "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "limit=0"],
)
def test_figures_of_nothing_are_refused(api: Any, query: str) -> None:
    """By what there is not, or of a time that is none."""
    assert api.send("GET", f"/v1/agreement?{query}").status_code in {400, 422}
