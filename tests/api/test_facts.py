"""Facts of accounts over HTTP."""

import uuid
from typing import Any

import pytest

from tutela.api.facts_bodies import ToldFacts
from tutela.core.permissions import StaffRole
from tutela.core.webhooks import FACTS_WANTED


@pytest.fixture
def account(api: Any) -> str:
    """Return an account that nothing is known of."""
    name = f"facts-{uuid.uuid4().hex[:8]}"
    assert api.send("PUT", f"/v1/accounts/{name}", json={}).status_code == 200
    return name


def test_facts_are_told_and_read_by_whom_may(api: Any, account: str) -> None:
    """The platform learns when; an officer, and a service that drafts, read what."""
    path = f"/v1/accounts/{account}/facts"
    told = api.send("PUT", path, scope="facts", json=ToldFacts.example)

    assert told.status_code == 200, told.text
    assert (told.json()["facts"], told.json()["parts"][0]) == (None, "person")
    assert api.get(path, scope="facts")["facts"] is None
    officer = api.person(StaffRole.CHILD_SAFETY_OFFICER)
    assert api.send_as(officer, "GET", path).json()["facts"]["screen_name"] == "sam"
    assert api.send("GET", path, scope="read").status_code == 403
    assert api.send("PUT", path, scope="reports", json={}).status_code == 403
    assert api.send("PUT", "/v1/accounts/nobody-at-all/facts", json={}).status_code == 404


def test_every_wrong_field_is_named_and_nothing_is_repeated(api: Any, account: str) -> None:
    """Half surrogates are no error: users write them."""
    path = f"/v1/accounts/{account}/facts"
    wrong = api.send("PUT", path, json={"screen_name": 7, "ip_events": [{"ip": "word-of-mine"}], "Word-Of-Mine": 1})
    odd = api.send("PUT", path, content=b'{"profile_bio":"\\ud800"}', headers={"Content-Type": "application/json"})

    assert wrong.status_code == 422
    places = [each["place"] for each in wrong.json()["errors"]]
    assert places == ["(a name that is not repeated here)", "screen_name", "ip_events.0.ip"]
    assert "word-of-mine" not in wrong.text.lower()
    assert odd.status_code == 200
    assert api.get(path)["facts"] == {"profile_bio": "\\u{D800}"}
    assert api.send("PUT", path, content=b"[", headers={"Content-Type": "application/json"}).status_code == 400


def test_somebody_asks_by_hand(api: Any, account: str) -> None:
    """It goes to the endpoints that asked to be asked, of which there are as many as are said."""
    hook = api.post("/v1/webhooks", {"url": "https://forum.example/facts", "events": [FACTS_WANTED]}, status=201)
    try:
        assert hook["events"] == [FACTS_WANTED]
        asked = api.post(f"/v1/accounts/{account}/facts/ask", {"items": ["post-1"]})
        assert asked == {"asked_of": 1}
        [delivery] = api.get(f"/v1/webhooks/{hook['id']}/deliveries")["deliveries"]
        assert (delivery["event"], delivery["changes"]) == (FACTS_WANTED, 1)
        assert api.send("PATCH", f"/v1/webhooks/{hook['id']}", json={"events": []}).status_code == 422
    finally:
        api.send("DELETE", f"/v1/webhooks/{hook['id']}")
