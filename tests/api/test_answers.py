"""Answers to cases over HTTP: shown, given, awaited, blind, and refused in words."""

import hashlib
import itertools
from typing import Any

from make import photo
from tutela.core.permissions import StaffRole

_numbers = itertools.count(1)
CLEAR = {"conclusion": "no_violation", "reason": {"code": "seen", "line": "a landscape"}, "context": "news"}


def matched(api: Any) -> tuple[str, str]:
    """Let somebody post what a verified list knows; return the case and the item."""
    number = next(_numbers)
    if number == 1:
        api.bank("answered")
    content = photo("rocket", width=200 + 8 * number)  # what was cleared before is not held again
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    api.post("/v1/banks/answered/members", {"members": [{"type": "md5", "value": digest}]})
    api.house.feed_indexes()
    media = api.upload(content)
    item, author = f"answered-{number}", f"author-{number}"
    api.post("/v1/items", {"id": item, "author": {"id": author}, "media": [{"id": media["id"]}]}, status=201)
    [case] = api.get(f"/v1/cases?account={author}")["cases"]
    return case["id"], item


def test_an_answer_is_shown_given_and_awaited_and_nobody_reads_it_before(api: Any) -> None:
    """The first is answered 202; the second, a person, sees nothing of it, and settles the case: 201."""
    case_id, item = matched(api)
    path, senior = f"/v1/cases/{case_id}/answers", api.person(StaffRole.SENIOR_REVIEWER)
    taken = api.post(f"/v1/cases/{case_id}/claim", status=200)
    shown = api.post(path, {**CLEAR, "dry_run": True}, status=200)
    assert (shown["people"], shown["second"], shown["version"]) == (2, "colleague", taken["version"])
    assert "clears" in {why["reason"] for why in shown["why_two"]}
    assert {each["kind"] for each in shown["ends"]["measures"]} >= {"quarantine", "lock_pending_decision"}
    headers = {"Idempotency-Key": f"once-{case_id}"}
    body = {**CLEAR, "version": taken["version"]}
    first, again = (api.send("POST", path, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, first.content) == (202, 202, again.content)
    assert first.json()["state"] == "awaiting_second"
    assert api.get(f"/v1/items/{item}")["answer"] == "refuse"

    api.send_as(senior, "POST", f"/v1/cases/{case_id}/claim")
    blind = api.send_as(senior, "GET", path).json()
    assert (blind["answers"], blind["all"], blind["settled"]) == ([], False, [])
    assert [each["conclusion"] for each in api.get(path)["answers"]] == ["no_violation"]
    settled = api.send_as(senior, "POST", path, json=CLEAR)
    assert (settled.status_code, settled.json()["people"], settled.json()["state"]) == (201, 2, "decided")
    assert api.get(f"/v1/items/{item}")["answer"] == "publish"
    told = api.get(path)
    assert ([each["stands"] for each in told["answers"]], told["all"]) == ([False, True], True)
    assert told["settled"][0]["carried_out"]


def test_one_person_settles_what_a_list_knows(api: Any) -> None:
    """201 at once, and the decision is read as any other."""
    case_id, _ = matched(api)
    author = api.get(f"/v1/cases/{case_id}")["account"]
    api.post(f"/v1/cases/{case_id}/claim", status=200)
    body = {"conclusion": "violation", "reason": {"code": "seen"}, "accounts": [{"id": author, "role": "actor"}]}
    given = api.post(f"/v1/cases/{case_id}/answers", body, status=201)

    assert (given["settled"], given["people"], given["state"]) == (True, 1, "open")
    assert api.get(f"/v1/decisions/{given['decision']}")["reason"]["code"] == "seen"
    assert api.get(f"/v1/accounts/{author}/standing")["suspended"]["permanent"]


def test_what_cannot_be_answered_is_refused(api: Any) -> None:
    """No scope, no case, no such conclusion, a context that says nothing, and a case that nobody holds."""
    case_id, _ = matched(api)
    path = f"/v1/cases/{case_id}/answers"
    assert api.send("POST", path, json=CLEAR, scope="cases").status_code == 403
    assert api.send("POST", path, json=CLEAR, scope="decide").status_code == 403
    assert api.send("POST", "/v1/cases/cas_none/answers", json=CLEAR).status_code == 404
    assert api.send("POST", path, json={**CLEAR, "conclusion": "guilty"}).status_code == 422
    unclaimed = api.send("POST", path, json=CLEAR)
    assert (unclaimed.status_code, unclaimed.json()["changed"]["state"]) == (409, "open")
    api.post(f"/v1/cases/{case_id}/claim", status=200)
    refused = api.send("POST", path, json={**CLEAR, "conclusion": "violation"})
    assert (refused.status_code, refused.json()["place"]) == (422, "context")
    old = api.send("POST", path, json={**CLEAR, "version": 99})
    assert (old.status_code, old.json()["why"]) == (409, "changed")


def test_no_log_holds_an_answer(api: Any, logs: list[Any]) -> None:
    """P10: neither what was found nor about whom."""
    case_id, item = matched(api)
    api.post(f"/v1/cases/{case_id}/claim", status=200)
    api.post(f"/v1/cases/{case_id}/answers", CLEAR, status=202)

    assert not any(secret in str(record) for record in logs for secret in (item, "a landscape", "no_violation"))
