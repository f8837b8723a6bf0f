"""Reports of figures over HTTP: drawn up, published, corrected and handed out by a key with the scope."""

import hashlib

import pytest

from api.conftest import Api
from tutela.core.transparency.csv_set import unpacked
from tutela.core.transparency.validator import flaws

WHERE = "/v1/transparency"


def test_a_report_is_drawn_up_published_and_corrected(api: Api) -> None:
    """Each edition with its digest; the files are sound; a second edition of a published one says why."""
    who = {"provider": "Lakes Ltd", "service": "Lakes", "contact": "desk@lakes.example"}
    assert api.send("PUT", f"{WHERE}/identification", json=who).status_code == 204
    assert api.send("PUT", f"{WHERE}/texts/summary", json={"text": "People decide."}).status_code == 204
    assert api.send("PUT", f"{WHERE}/recipients/2025-03", json={"counts": {"TOTAL": 120, "DE": 40}}).status_code == 204
    assert api.send("PUT", f"{WHERE}/moderators", json={"internal": 3, "by_language": {"de": 2}}).status_code == 204
    assert api.send("PUT", f"{WHERE}/disputes/2025", json={"counts": {"total": 1}}).status_code == 204
    drawn = api.send("POST", WHERE, json={"period": "2025"})
    assert drawn.status_code == 201
    edition = drawn.json()
    assert (edition["state"], edition["version"], edition["due_at"]) == ("draft", 1, "2026-03-01T00:00:00Z")
    shown = api.send("GET", f"{WHERE}/{edition['id']}").json()
    assert {each["id"] for each in shown["summary"]["breakdowns"]} >= {"ground", "category", "appeals"}
    files = api.send("GET", f"{WHERE}/{edition['id']}/files")
    assert files.headers["content-type"] == "application/zip"
    assert hashlib.sha256(files.content).hexdigest() == edition["sha256"]
    assert flaws(unpacked(files.content)) == ()
    assert b"Lakes Ltd" in unpacked(files.content)["1_report_identification.csv"]
    assert api.send("POST", f"{WHERE}/correction", json={"period": "2025", "reason": "x"}).status_code == 422
    assert api.send("POST", f"{WHERE}/{edition['id']}/publish").json()["state"] == "published"
    assert api.send("POST", f"{WHERE}/{edition['id']}/publish").status_code == 409
    assert api.send("POST", WHERE, json={"period": "2025"}).status_code == 422
    second = api.send("POST", f"{WHERE}/correction", json={"period": "2025", "reason": "an appeal came late"})
    assert (second.status_code, second.json()["version"]) == (201, 2)
    assert second.json()["correction"] == "an appeal came late"
    listed = api.send("GET", WHERE).json()
    assert [(each["version"], each["state"]) for each in listed["editions"]] == [(2, "draft"), (1, "published")]
    assert listed["owed"][0].keys() == {"period", "due_at", "is_published", "is_late"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", WHERE, {"period": "2099"}, 422),
        ("POST", WHERE, {"period": "last year"}, 422),
        ("POST", WHERE, {}, 422),
        ("POST", f"{WHERE}/correction", {"period": "2024", "reason": "x"}, 422),
        ("PUT", f"{WHERE}/texts/poem", {"text": "x"}, 422),
        ("PUT", f"{WHERE}/texts/summary", {"text": "x" * 20_001}, 422),
        ("PUT", f"{WHERE}/recipients/2025-13", {"counts": {"TOTAL": 1}}, 422),
        ("PUT", f"{WHERE}/recipients/2025-01", {"counts": {"US": 1}}, 422),
        ("PUT", f"{WHERE}/recipients/2025-01", {"counts": {"DE": -1}}, 422),
        ("PUT", f"{WHERE}/moderators", {"internal": -1}, 422),
        ("PUT", f"{WHERE}/disputes/2025", {"counts": {"won": 1}}, 422),
        ("PUT", f"{WHERE}/disputes/spring", {"counts": {"total": 1}}, 422),
        ("GET", f"{WHERE}/trn_none", None, 404),
        ("GET", f"{WHERE}/trn_none/files", None, 404),
        ("POST", f"{WHERE}/trn_none/publish", None, 404),
    ],
)
def test_bad_input_is_refused(api: Api, method: str, path: str, body: dict[str, object] | None, status: int) -> None:
    """Each with its place and a remedy."""
    answered = api.send(method, path, **({} if body is None else {"json": body}))
    assert answered.status_code == status, answered.text
