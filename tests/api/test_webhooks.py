"""Webhooks over HTTP: registered, told, looked at, repeated, removed."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook as Official

import make
from api.conftest import Api, serve
from receiving import Receiver, receiving, refuse, take


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Yield a client of a server that may send inside."""
    with serve(tmp_path_factory.mktemp("webhooks"), webhooks_allow_private=True) as served:
        yield served


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Yield a receiver."""
    with receiving() as listening:
        yield listening


@pytest.fixture
def register(api: Api, receiver: Receiver) -> Iterator[Callable[..., Any]]:
    """Return what registers webhooks; they are gone after the test."""
    made = []

    def add(**more: Any) -> Any:
        made.append(api.post("/v1/webhooks", {"url": receiver.url, **more}, status=201))
        return made[-1]

    yield add
    for each in made:
        api.send("DELETE", f"/v1/webhooks/{each['id']}")


def hold(api: Api, name: str) -> None:
    """Let an item be held: a change that the feed tells."""
    api.post("/v1/items", {"id": name, "author": {"id": f"by-{name}"}, "kind": "post", "media": [
        {"md5": make.photo_md5()}
    ]})  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def known(api: Api) -> None:
    """Let a bank know a picture."""
    api.bank("webhooks")
    api.post("/v1/banks/webhooks/members", {"members": [{"type": "md5", "value": make.photo_md5()}]})


def deliveries(api: Api, webhook: Any, query: str = "") -> Any:
    """Return a page of deliveries."""
    return api.get(f"/v1/webhooks/{webhook['id']}/deliveries{query}")


def test_what_changes_is_told_to_the_receiver_and_can_be_looked_at(
    api: Api, receiver: Receiver, register: Callable[..., Any]
) -> None:
    """Signed with the secret that was shown once; the log holds status and time, and nothing of the answer."""
    webhook = register(name="forum")
    hold(api, "webhooks-1")
    [got] = receiver.wait_for(1)[:1]
    event = Official(webhook["secret"]).verify(got.body, dict(got.headers))

    assert event["type"] == "standing.changed"
    assert {each["id"] for each in event["data"]["changes"]} <= {"webhooks-1", "by-webhooks-1"}
    assert api.get(f"/v1/changes?after={event['data']['after']}")["changes"]
    shown = api.get(f"/v1/webhooks/{webhook['id']}")
    assert "secret" not in shown
    assert (shown["name"], shown["active"], shown["url"]) == ("forum", True, receiver.url)
    assert shown["id"] in [each["id"] for each in api.get("/v1/webhooks")["webhooks"]]
    [delivery] = settled(api, webhook)
    assert (delivery["id"], delivery["state"], delivery["next_at"]) == (got.id, "delivered", None)
    assert [(each["status"], each["failure"]) for each in delivery["log"]] == [(204, None)]


def settled(api: Api, webhook: Any) -> Any:
    """Return the deliveries, once none is on its way for the first time."""
    while any(each["state"] == "waiting" and not each["log"] for each in deliveries(api, webhook)["deliveries"]):
        time.sleep(0.02)
    return deliveries(api, webhook)["deliveries"]


def test_a_ping_says_what_came_of_it(api: Api, receiver: Receiver, register: Callable[..., Any]) -> None:
    """At once, whatever it was."""
    webhook = register()
    arrived = api.post(f"/v1/webhooks/{webhook['id']}/test")
    receiver.behave = refuse(302, Location="http://127.0.0.1/")
    redirected = api.post(f"/v1/webhooks/{webhook['id']}/test")

    assert (arrived["arrived"], arrived["status"], arrived["failure"]) == (True, 204, None)
    assert (redirected["arrived"], redirected["status"], redirected["failure"]) == (False, 302, "redirected")
    assert (
        Official(webhook["secret"]).verify(receiver.got[0].body, dict(receiver.got[0].headers))["type"]
        == "webhook.ping"
    )


def test_what_fails_waits_and_is_sent_again_when_somebody_says_so(
    api: Api, receiver: Receiver, register: Callable[..., Any]
) -> None:
    """The status tells that something waits; another delivery's name is not found."""
    receiver.behave = refuse(500)
    webhook = register()
    hold(api, "webhooks-2")
    receiver.wait_for(1)
    [delivery] = settled(api, webhook)
    status = api.get("/v1/status")["webhooks"]
    text = api.send("GET", "/metrics").text
    receiver.behave = take
    again = api.post(f"/v1/webhooks/{webhook['id']}/deliveries/{delivery['id']}/resend")
    receiver.wait_for(2)

    assert (delivery["state"], [each["status"] for each in delivery["log"]]) == ("waiting", [500])
    assert status["waiting"] == 1
    assert status["oldest_waiting_at"] == delivery["created_at"]
    assert 'tutela_webhook_deliveries{state="waiting"} 1.0' in text
    assert 'tutela_webhook_deliveries{state="dead"} 0.0' in text
    assert again == {"resent": 1}
    assert [got.id for got in receiver.got[:2]] == [delivery["id"]] * 2
    assert api.post(f"/v1/webhooks/{webhook['id']}/resend") == {"resent": 0}
    missing = api.send("POST", f"/v1/webhooks/{webhook['id']}/deliveries/dlv_none/resend")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:tutela:problem:unknown-delivery")


def test_a_webhook_that_is_off_is_told_later(api: Api, receiver: Receiver, register: Callable[..., Any]) -> None:
    """Everything, once it is on."""
    webhook = register()
    path = f"/v1/webhooks/{webhook['id']}"
    off = api.send("PATCH", path, json={"active": False}).json()
    hold(api, "webhooks-3")
    assert (off["active"], off["off_because"], receiver.got) == (False, "operator", [])
    on = api.send("PATCH", path, json={"active": True, "name": "again"}).json()
    receiver.wait_for(1)

    assert (on["active"], on["off_because"], on["name"]) == (True, None, "again")


def test_a_new_secret_is_shown_once_and_both_sign(api: Api, receiver: Receiver, register: Callable[..., Any]) -> None:
    """For a day."""
    webhook = register()
    rotated = api.post(f"/v1/webhooks/{webhook['id']}/rotate")
    api.post(f"/v1/webhooks/{webhook['id']}/test")
    [got] = receiver.got

    assert rotated["secret"] != webhook["secret"]
    assert rotated["previous_secret_until"] is not None
    for secret in (webhook["secret"], rotated["secret"]):
        assert Official(secret).verify(got.body, dict(got.headers))["type"] == "webhook.ping"


def test_pages_of_deliveries_follow_each_other(api: Api, receiver: Receiver, register: Callable[..., Any]) -> None:
    """From the newest to the oldest, all or those of one state."""
    webhook = register()
    for number in range(3):
        hold(api, f"webhooks-page-{number}")
        settled(api, webhook)
        receiver.wait_for(number + 1)
    every = settled(api, webhook)
    first = deliveries(api, webhook, "?limit=2")
    rest = deliveries(api, webhook, f"?cursor={first['next']}")

    assert [each["id"] for each in first["deliveries"] + rest["deliveries"]] == [each["id"] for each in every]
    assert len(every) >= 3
    assert deliveries(api, webhook, "?state=dead") == {"deliveries": [], "next": None}
    assert api.send("GET", f"/v1/webhooks/{webhook['id']}/deliveries?cursor=eHg").status_code == 422


def test_a_removed_webhook_is_not_there(api: Api, register: Callable[..., Any]) -> None:
    """For none of its routes."""
    path = f"/v1/webhooks/{register()['id']}"
    assert api.send("DELETE", path).status_code == 204
    for method, rest in (("GET", ""), ("DELETE", ""), ("GET", "/deliveries"), ("POST", "/test"), ("POST", "/rotate")):
        answer = api.send(method, path + rest)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:tutela:problem:unknown-webhook")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": "https://user:planted@forum.example/"},
        {"url": "http://planted.example:25/"},
        {"url": "https://169.254.169.254/planted"},
        {"url": "https://forum.example/", "events": ["planted"]},
        {"url": "https://forum.example/", "name": "x" * 201},
        {"url": 7},
    ],
)
def test_what_is_no_webhook_is_refused_without_repeating_it(api: Api, body: Any) -> None:
    """422 with the place."""
    answer = api.send("POST", "/v1/webhooks", json=body)
    assert answer.status_code == 422
    assert "planted" not in answer.text


def test_nothing_inside_is_sent_to_unless_the_operator_says_so(served: Api, receiver: Receiver) -> None:
    """A server as it comes: neither unencrypted nor by number."""
    for url in (receiver.url, receiver.url.replace("http:", "https:"), "http://forum.example/"):
        answer = served.send("POST", "/v1/webhooks", json={"url": url})
        assert (answer.status_code, answer.json()["place"]) == (422, "url")
    made = served.post("/v1/webhooks", {"url": f"https://localhost:{receiver.port}/"}, status=201)
    tested = served.post(f"/v1/webhooks/{made['id']}/test")
    served.send("DELETE", f"/v1/webhooks/{made['id']}")

    assert (tested["arrived"], tested["failure"]) == (False, "address_refused")
    assert receiver.got == []


def test_a_change_says_something(api: Api, register: Callable[..., Any]) -> None:
    """An empty one is refused."""
    webhook = register()
    assert api.send("PATCH", f"/v1/webhooks/{webhook['id']}", json={}).status_code == 422
    moved = api.send("PATCH", f"/v1/webhooks/{webhook['id']}", json={"url": "http://user@127.0.0.1/"})
    assert moved.status_code == 422
