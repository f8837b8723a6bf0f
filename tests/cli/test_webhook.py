"""`tutela webhook`, beside no server: what it stores is what a server does."""

from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook as Official

from cli.place import Place
from receiving import Receiver, receiving, refuse


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Yield a receiver."""
    with receiving() as listening:
        yield listening


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    """Make an installation that may send inside."""
    monkeypatch.setenv("TUTELA_WEBHOOKS_ALLOW_PRIVATE", "true")
    assert place.call("key", "create", "platform", "--scope", "read").status == 0


def test_a_webhook_is_added_tried_changed_and_removed(place: Place, receiver: Receiver) -> None:
    """The secret is printed once."""
    added = place.call("webhook", "add", receiver.url, "--name", "forum", "--json").json
    tried = place.call("webhook", "test", added["id"])
    rotated = place.call("webhook", "rotate", added["id"]).out.strip()
    receiver.behave = refuse(500)
    failed = place.call("webhook", "test", added["id"])
    off = place.call("webhook", "change", added["id"], "--off", "--json").json
    listed = place.call("webhook", "list")
    removed = place.call("webhook", "remove", added["id"])

    assert (tried.status, tried.out.strip()) == (0, "arrived; answered 204")
    assert (failed.status, failed.out.strip()) == (1, "did not arrive; answered 500")
    for secret, got in ((added["secret"], receiver.got[0]), (rotated, receiver.got[1])):
        assert Official(secret).verify(got.body, dict(got.headers))["type"] == "webhook.ping"
    assert off["off_because"] == "operator"
    assert "forum" in listed.out
    assert added["secret"] not in listed.out
    assert removed.status == 0
    assert "nothing is sent anywhere" in place.call("webhook", "list").out


def test_deliveries_are_listed_and_sent_again(place: Place, receiver: Receiver) -> None:
    """Of an endpoint that nothing went to yet there are none."""
    added = place.call("webhook", "add", receiver.url, "--json").json

    assert place.call("webhook", "deliveries", added["id"], "--state", "dead", "--json").json == []
    assert place.call("webhook", "resend", added["id"]).out.strip() == "0 are sent again"
    missing = place.call("webhook", "resend", added["id"], "dlv_none")
    assert (missing.status, missing.messages) == (
        1,
        ["tutela: delivery: There is no delivery of that identifier to this webhook."],
    )


def test_what_is_not_sent_to_is_refused_in_one_line(place: Place) -> None:
    """With what would do."""
    refused = place.call("webhook", "add", "https://169.254.169.254/")

    assert refused.status == 1
    assert refused.messages[0].startswith("tutela: url: nothing is sent to this address.")
    assert place.call("webhook", "remove", "whk_none").status == 1
