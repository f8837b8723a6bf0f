"""Verifications over HTTP."""

from typing import Any

import pytest

AT = "2026-03-02T09:00:00+01:00"


def test_a_verification_is_recorded_once(api: Any) -> None:
    """201, then 200 with the same; also when the time is told in another zone."""
    api.send("PUT", "/v1/accounts/verified", json={"age": {"band": "adult"}, "regions": ["DE"]})
    path, asked = "/v1/accounts/verified/verifications", {"kind": "age", "at": AT, "age": "13_15"}
    first = api.post(path, asked, status=201, scope="submit")
    again = api.post(path, {**asked, "at": "2026-03-02T08:00:00Z"}, status=200)

    assert first == {
        "id": "verified",
        "kind": "age",
        "at": "2026-03-02T08:00:00Z",
        "decision": None,
        "still_demanded": [],
        "new": True,
    }
    assert again == {**first, "new": False}
    account = api.get("/v1/accounts/verified")
    assert (account["age"], account["regions"]) == ({"band": "13_15", "provenance": "assured"}, ["DE"])


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"kind": "email"}, "at"),
        ({"kind": "fax", "at": AT}, "kind"),
        ({"kind": "email", "at": "2026-03-02T09:00:00"}, "at"),
        ({"kind": "email", "at": 5}, "at"),
        ({"kind": "email", "at": "9999-03-02T09:00:00Z"}, "at"),
        ({"kind": "email", "at": AT, "age": "adult"}, "age"),
        ({"kind": "age", "at": AT, "age": "old"}, "age"),
        ({"kind": "email", "at": AT, "number": "1"}, "number"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(api: Any, body: dict[str, Any], place: str) -> None:
    """And never repeated."""
    api.send("PUT", "/v1/accounts/verified", json={})
    answer = api.send("POST", "/v1/accounts/verified/verifications", json=body)

    assert answer.status_code == 422
    told = answer.json()
    assert place in {told.get("place"), *(each["place"] for each in told.get("errors") or ())}
    assert "9999" not in answer.text
