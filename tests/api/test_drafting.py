"""Reports until they are approved, over HTTP: drafts by keys and people, approval by people alone."""

from typing import Any

from api.conftest import Api
from api.test_duties import found
from tutela.core.permissions import StaffRole


def drawn(api: Api) -> tuple[str, Any]:
    """Draw up a report about a found case; return its path and what was answered."""
    made = api.post("/v1/reports", {"cases": [found(api)]}, status=201, scope="reports")
    return f"/v1/reports/{made['id']}", made


def test_a_draft_is_read_and_changed_place_by_place(api: Api) -> None:
    """With the documents as they would be sent, where each field comes from, and what keeps it back."""
    path, made = drawn(api)
    draft = api.get(f"{path}/draft", scope="reports")
    assert (draft["state"], draft["version"], draft["kind_chosen"]) == ("draft", made["version"], False)
    assert draft["report"]["details"][0]["kind"] == "web_page"
    assert draft["sources"]["suspects.0"]["origin"] == "platform"
    places = {each["place"] for each in draft["problems"] if each["blocking"]}
    assert {"incident.at", "reporter.person.emails", "channel"} <= places
    [file] = draft["files"]
    assert (file["relevance"], file["viewed"]) == ("Reported", False)

    wrong = api.send("PATCH", f"{path}/draft", scope="reports",
                     json={"version": 1, "set": {"incident.kind": "theft", "suspects.0.identifier": "x"}})  # fmt: skip
    assert wrong.status_code == 422
    assert [each["place"] for each in wrong.json()["errors"]] == ["incident.kind", "suspects.0.identifier"]
    body = {"version": 1, "set": {"incident.kind": "csam", "incident.at": "2026-01-02T03:04:05Z"}, "clear": ["note"]}
    assert api.send("PATCH", f"{path}/draft", scope="reports", json=body).json()["version"] == 2
    again = api.send("PATCH", f"{path}/draft", scope="reports", json=body)
    assert again.status_code == 409
    assert again.json()["report"]["typed"][0]["place"] in {"incident.at", "incident.kind", "note"}
    assert api.get(f"{path}/draft", scope="reports")["kind_chosen"]


def test_a_report_goes_out_by_people_and_through_a_channel_that_is_ready(api: Api) -> None:
    """No key approves; whoever may not is told which scope it takes."""
    path, _ = drawn(api)
    officer = api.person(StaffRole.CHILD_SAFETY_OFFICER)
    body = {"version": 1, "reason": "No more is known."}
    unready = api.send("POST", f"{path}/prepare", scope="reports", json=body)
    assert (unready.status_code, unready.json()["errors"][0]["place"]) == (422, "incident.kind")
    assert api.send("POST", f"{path}/approve", scope="reports", json=body).status_code == 403
    early = api.send_as(officer, "POST", f"{path}/approve", json=body)
    assert (early.status_code, "Prepare" in early.json()["remedy"]) == (409, True)
    assert api.send("POST", f"{path}/correct", scope="reports", json={"why": "A mistake."}).status_code == 409
    assert api.post(f"{path}/withdraw", {"version": 1}, scope="reports")["state"] == "withdrawn"
    assert api.send("GET", "/v1/reports/rep_none/draft", scope="reports").status_code == 404
    assert api.send("POST", "/v1/reports", scope="read", json={"cases": ["cas_x"]}).status_code == 403
    assert api.send("POST", "/v1/reports", scope="reports", json={"cases": ["cas_x"]}).status_code == 404
