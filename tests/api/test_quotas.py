"""Quotas over HTTP, in the status and among the numbers."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def as_shipped(api: Any) -> Iterator[None]:
    """Leave the quotas as they ship: the house is shared."""
    yield
    api.send("PUT", "/v1/quotas", json={"limits": {}})


def daily(told: Any) -> dict[str, int]:
    """Return each quota by its kind."""
    return {each["kind"]: each["daily"] for each in told["quotas"]}


def test_quotas_are_set_within_their_bounds_and_put_back(api: Any) -> None:
    """What is left out is as it ships."""
    shipped = daily(api.send("PUT", "/v1/quotas", json={"limits": {}}).json())
    changed = api.send("PUT", "/v1/quotas", json={"limits": {"quarantine": 7}}).json()

    assert daily(changed) == {**shipped, "quarantine": 7}
    assert daily(api.get("/v1/quotas")) == daily(changed)
    assert daily(api.send("PUT", "/v1/quotas", json={"limits": {}}).json()) == shipped


@pytest.mark.parametrize(
    "limits", [{"quarantine": 100_001}, {"quarantine": -1}, {"suspend": 3}, {"quarantine": "9"}, 5]
)
def test_what_is_out_of_bounds_is_refused(api: Any, limits: Any) -> None:
    """And nothing is changed."""
    before = api.get("/v1/quotas")

    assert api.send("PUT", "/v1/quotas", json={"limits": limits}).status_code == 422
    assert api.get("/v1/quotas")["quotas"] == before["quotas"]


def test_a_quota_that_is_used_up_shows_wherever_an_operator_looks(api: Any) -> None:
    """In the status, in the numbers, and as a line of the checklist."""
    api.bank("quota-list")
    api.post("/v1/banks/quota-list/members", {"members": [{"type": "md5", "value": f"{n:032x}"} for n in (901, 902)]})
    api.send("PUT", "/v1/quotas", json={"limits": {"lock_pending_decision": 1}})
    for number in (901, 902):
        media = [{"md5": f"{number:032x}", "held_by_platform": True}]
        api.post("/v1/items", {"id": f"quota-{number}", "author": {"id": f"quota-{number}"}, "media": media})

    expected = {"bank": "quota-list", "kind": "lock_pending_decision", "used": 1, "held": 1, "daily": 1}
    assert expected in api.get("/v1/quotas")["used"]
    assert expected in api.get("/v1/status")["quotas"]
    assert 'kind="lock_pending_decision"} 1.0' in api.send("GET", "/metrics").text
    assert {"line": "quotas_looked_at", "done": False} in api.get("/v1/checklist")["lines"]
