"""Decisions in bulk over HTTP."""

import time
from typing import Any

import pytest

SPAM = {"clause": "house.spam", "code": "link_farm", "role": "actor", "measures": [{"kind": "remove"}]}


def post(api: Any, tag: str, count: int, *, authors: int = 3) -> list[str]:
    """Post texts that are tagged."""
    names = [f"{tag}-{number}" for number in range(count)]
    items = [
        {"id": name, "author": {"id": f"{tag}-u{at % authors}"}, "tags": [tag], "text": "words"}
        for at, name in enumerate(names)
    ]
    for start in range(0, count, 100):
        api.post("/v1/items/batch", {"items": items[start : start + 100]})
    return names


def ended(api: Any, bulk_id: str) -> Any:
    """Return a bulk when it has ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        told = api.get(f"/v1/decisions/bulk/{bulk_id}?limit=1000", scope="decide")
        if told["ended_at"]:
            return told
        time.sleep(0.05)
    raise AssertionError("it did not end")


def test_a_bulk_is_shown_confirmed_and_followed(api: Any) -> None:
    """The dry run tells the count; the items are decided in the background, each with its own decision."""
    names = post(api, "bulk-shown", 130)
    body = {**SPAM, "filter": {"tag": "bulk-shown"}}

    shown = api.post("/v1/decisions/bulk", {**body, "dry_run": True}, scope="decide")["foreseen"]
    assert (shown["count"], shown["outcomes"]["decided"], shown["struck"]) == (130, 130, 3)
    assert "item: `remove`" in shown["sample"][0]["does"]
    assert {"on": "item", "kind": "remove", "count": 130} in shown["grants"]
    begun = api.post("/v1/decisions/bulk", {**body, "confirm_count": 130}, status=202)["bulk"]
    done = ended(api, begun["id"])

    assert (done["state"], done["outcomes"]) == ("done", {"decided": 130, "unchanged": 0, "refused": 0})
    assert {each["item"] for each in done["items"]} == set(names)
    assert len({each["decision"] for each in done["items"]}) == 130
    assert api.get(f"/v1/items/{names[0]}")["answer"] == "refuse"


def test_the_items_of_a_bulk_come_in_pages(api: Any) -> None:
    """In the order of the list, each once."""
    names = post(api, "bulk-paged", 7)
    bulk = api.post("/v1/decisions/bulk", {**SPAM, "items": names, "confirm_count": 7}, status=202)["bulk"]
    told, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/v1/decisions/bulk/{bulk['id']}?limit=3{cursor and '&cursor=' + cursor}")
        told += [each["item"] for each in page["items"]]
        cursor = page["next"]

    assert told == names


def test_no_lesser_answer_by_bulk(api: Any) -> None:
    """Refused with the sentence that says why, shown and confirmed alike; nothing is written."""
    names = post(api, "bulk-lesser", 4)
    body = {
        "clause": "cse.depiction", "code": "found", "role": "actor", "items": names,
        "measures": [{"kind": "limit_reach"}, {"kind": "warn", "on": "author"}],
    }  # fmt: skip
    shown = api.post("/v1/decisions/bulk", {**body, "dry_run": True})["foreseen"]
    refused = api.send("POST", "/v1/decisions/bulk", json={**body, "confirm_count": 4})

    assert shown["outcomes"] == {"decided": 0, "unchanged": 0, "refused": 4}
    assert refused.status_code == 422
    sentences = {each["message"] for each in refused.json()["errors"]}
    assert any(
        each.startswith("`limit_reach` is no answer to whoever did this: cse.depiction is") for each in sentences
    )
    assert {each["message"] for each in shown["refusals"]} == sentences
    assert api.get(f"/v1/items/{names[0]}")["answer"] == "publish"


def test_a_child_is_for_a_senior_person(api: Any) -> None:
    """A key that may not decide so is refused, one that may is not."""
    item = {"id": "bulk-child", "author": {"id": "bulk-child", "age": {"band": "13_15", "provenance": "assured"}}}
    answered = api.send("POST", "/v1/items", json=item)
    if answered.status_code == 422:  # the bands are told by the refusal
        pytest.fail(answered.text)
    body = {
        "clause": "cse.depiction", "code": "found", "role": "actor", "items": ["bulk-child"], "confirm_count": 1,
        "measures": [{"kind": "remove"}, {"kind": "lock_pending_decision", "on": "author"}],
    }  # fmt: skip

    refused = api.send("POST", "/v1/decisions/bulk", json=body, scope="decide")
    assert refused.status_code == 422
    assert refused.json()["place"] == "role"
    assert "for a senior person to decide" in refused.json()["detail"]
    assert api.post("/v1/decisions/bulk", body, status=202)["bulk"]["outcomes"]["decided"] == 1


def test_a_count_that_moved_is_a_conflict_with_both_numbers(api: Any) -> None:
    """And nothing is decided."""
    post(api, "bulk-moved", 12)
    refused = api.send("POST", "/v1/decisions/bulk", json={**SPAM, "filter": {"tag": "bulk-moved"}, "confirm_count": 9})

    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:tutela:problem:count-moved"
    assert refused.json()["detail"] == "9 items were confirmed, and there are 12 now"


def test_the_same_request_begins_one_bulk(api: Any) -> None:
    """However often it comes; another body under the same key is refused."""
    post(api, "bulk-once", 120)
    body, headers = {**SPAM, "filter": {"tag": "bulk-once"}, "confirm_count": 120}, {"Idempotency-Key": "bulk-once"}

    first = api.post("/v1/decisions/bulk", body, status=202, headers=headers)
    done = ended(api, first["bulk"]["id"])
    again = api.send("POST", "/v1/decisions/bulk", json=body, headers=headers)
    other = api.send("POST", "/v1/decisions/bulk", json={**body, "confirm_count": 121}, headers=headers)

    assert (again.headers["idempotent-replayed"], again.json()) == ("true", first)
    assert done["outcomes"]["decided"] == 120
    assert other.status_code == 422


def test_what_is_cancelled_stays_as_far_as_it_came(api: Any) -> None:
    """One that has ended cannot be cancelled, one that never was is not there."""
    post(api, "bulk-cancel", 101)
    begun = api.post(
        "/v1/decisions/bulk", {**SPAM, "filter": {"tag": "bulk-cancel"}, "confirm_count": 101}, status=202
    )["bulk"]
    cancelled = api.send("POST", f"/v1/decisions/bulk/{begun['id']}/cancel")
    done = ended(api, begun["id"])

    assert cancelled.status_code in {200, 409}  # it may have been quicker
    assert done["state"] == ("cancelled" if cancelled.status_code == 200 else "done")
    assert sum(done["outcomes"].values()) == done["position"]
    assert api.send("POST", f"/v1/decisions/bulk/{begun['id']}/cancel").status_code == 409
    assert api.send("POST", "/v1/decisions/bulk/blk_none/cancel").status_code == 404
    assert api.send("GET", "/v1/decisions/bulk/blk_none").status_code == 404


@pytest.mark.parametrize("change", [
    {"items": ["a"]},
    {"filter": None},
    {"filter": {}},
    {"dry_run": False},
    {"confirm_count": 3},
    {"measures": [{"kind": "vanish"}]},
    {"measures": [{"kind": "remove", "on": "tag"}]},
    {"role": "villain"},
    {"filter": {"tag": "x", "words": "y"}},
    {"filter": {"tag": "x", "since": "yesterday"}},
    {"clause": "no.such"},
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(api: Any, change: dict[str, Any]) -> None:
    """With its place, and never with what was sent."""
    body = {**SPAM, "filter": {"tag": "bulk-nothing"}, "dry_run": True, **change}
    refused = api.send("POST", "/v1/decisions/bulk", json={k: v for k, v in body.items() if v is not None})

    assert refused.status_code == 422
    assert "villain" not in refused.text


def test_only_a_key_that_decides_may(api: Any) -> None:
    """Reading included."""
    for scope in ("read", "submit", "operate", "decide_senior"):
        assert api.send("GET", "/v1/decisions/bulk/blk_none", scope=scope).status_code == 403
        assert api.send("POST", "/v1/decisions/bulk", json={}, scope=scope).status_code == 403
