"""The client verifies what the server signs, and what the official library signs, and nothing else."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Official

from make import AT
from tutela.adapters.webhooks.signing import headers_of
from tutela.core.ids import StatementId
from tutela.core.measures import SubjectKind
from tutela.core.statements import StatementCode
from tutela.core.webhooks import (
    FACTS_WANTED,
    NOTIFIER_MESSAGE,
    STATEMENT_DUE,
    Batch,
    FactsWanted,
    StatementDue,
    Told,
    body_of_batch,
    body_of_facts_wanted,
    body_of_message,
    body_of_ping,
    body_of_statements_due,
)
from tutela.ports.webhooks import Post
from tutela_client.webhooks import Changed, Due, Event, TellUser, Wanted, WebhookRefusedError, verify

OFFICIAL_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  # of the official library's own tests
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()
PING = body_of_ping(AT)


def signed(body: bytes = PING, *secrets: str, at: datetime = AT, webhook_id: str = "dlv_1") -> dict[str, str]:
    """Return the headers that the server sends."""
    return headers_of(Post("https://forum.example/", webhook_id, at, body, secrets or (SECRET,)))


def test_what_the_server_sends_is_read() -> None:
    """Kinds, ids, numbers, times and places of the feed."""
    changes = (Told(SubjectKind.ITEM, "post-1", 6, AT), Told(SubjectKind.LINK, "https://planted.example/", 7, AT))
    body = body_of_batch(Batch(changes, "5", "7"), AT)

    assert verify(signed(body), body, SECRET, AT) == Event(
        "dlv_1", "standing.changed", AT, (Changed("item", "post-1", 6, AT), Changed("link", None, 7, AT)), "5", "7"
    )
    assert verify(signed(), PING, SECRET, AT) == Event("dlv_1", "webhook.ping", AT)


def test_a_request_for_facts_names_accounts_and_what_they_posted() -> None:
    """And nothing of why."""
    body = body_of_facts_wanted([FactsWanted("user-7", ("post-1", "post-2"))], AT)

    event = verify(signed(body), body, SECRET, AT)
    assert (event.type, event.changes) == (FACTS_WANTED, ())
    assert event.wanted == (Wanted("user-7", ("post-1", "post-2")),)


def test_a_message_to_a_user_names_ids_and_a_code() -> None:
    """And no word, no address and nothing that was found."""
    body = body_of_message("msg_1", "notice", "ntc_1", "outcome", "user-7", AT)

    event = verify(signed(body), body, SECRET, AT)
    assert (event.type, event.tell) == (NOTIFIER_MESSAGE, TellUser("msg_1", "notice", "ntc_1", "outcome", "user-7"))
    body = body_of_message("msg_1", "appeal", "apl_1", "appeal_received", None, AT)
    assert verify(signed(body), body, SECRET, AT).tell == TellUser("msg_1", "appeal", "apl_1", "appeal_received", None)


def test_what_may_be_told_names_statements_and_accounts() -> None:
    """And nothing of why."""
    due = StatementDue(StatementId("sta_1"), "user-7", StatementCode.ITEM_REMOVED)
    body = body_of_statements_due([due], AT)

    event = verify(signed(body), body, SECRET, AT)
    assert (event.type, event.due) == (STATEMENT_DUE, (Due("sta_1", "user-7", "item_removed"),))


def test_the_vector_of_the_standard_is_verified() -> None:
    """The example in the documents of Standard Webhooks, to the letter."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = datetime.fromtimestamp(1614265330, UTC)

    with pytest.raises(ValueError, match="cannot read") as read:
        verify(headers, b'{"test": 2432232314}', OFFICIAL_SECRET, at)
    assert not isinstance(read.value, WebhookRefusedError), "it is signed; it is only no event of ours"
    with pytest.raises(WebhookRefusedError):
        verify(headers, b'{"test": 2432232315}', OFFICIAL_SECRET, at)


@given(
    key=st.binary(min_size=1, max_size=64),
    webhook_id=st.from_regex(r"[a-z0-9_]{1,40}", fullmatch=True),
    seconds=st.integers(0, 2**33),
    text=st.text(max_size=50),
)
def test_what_the_official_library_signs_is_verified(key: bytes, webhook_id: str, seconds: int, text: str) -> None:
    """With any secret, also unpadded, and any body."""
    secret = "whsec_" + base64.b64encode(key).decode()
    at = datetime.fromtimestamp(seconds, UTC)
    body = json.dumps({"type": text, "timestamp": AT.isoformat(), "data": {}}, ensure_ascii=False)
    signature = Official(secret).sign(webhook_id, at, body)
    headers = {"Webhook-Id": webhook_id, "WEBHOOK-TIMESTAMP": str(seconds), "webhook-signature": signature}

    for written in (secret, secret.rstrip("="), secret.removeprefix("whsec_")):
        assert verify(headers, body.encode(), written, at).type == text


@pytest.mark.parametrize("secret", [SECRET, OTHER, [OTHER, SECRET]])
def test_any_of_several_signatures_and_secrets_will_do(secret: str | list[str]) -> None:
    """While the sender, or the receiver, changes over."""
    assert verify(signed(PING, SECRET, OTHER), PING, secret, AT).id == "dlv_1"


@pytest.mark.parametrize(
    "signature",
    ["", "v1", "v1,", "v1,!", "v1a,{}", "v2,{}", "{}", "v1,{}x", "v1 ,{}", "v1,\u00fc", "v1," + "A" * 44],
)
def test_what_is_no_signature_of_version_one_is_refused(signature: str) -> None:
    """Whatever else it is."""
    right = signed()["webhook-signature"].partition(",")[2]
    with pytest.raises(WebhookRefusedError):
        verify({**signed(), "webhook-signature": signature.replace("{}", right)}, PING, SECRET, AT)


def test_other_signatures_beside_the_right_one_do_no_harm() -> None:
    """Of versions to come, or broken."""
    right = signed()["webhook-signature"]
    assert verify({**signed(), "webhook-signature": f"v1a,x v1,! {right} v1,AAAA"}, PING, SECRET, AT)


@pytest.mark.parametrize("seconds", [-301, -300, 0, 300, 301])
def test_it_counts_for_five_minutes(seconds: int) -> None:
    """In both directions."""
    now = AT + timedelta(seconds=seconds)
    if abs(seconds) <= 300:
        assert verify(signed(), PING, SECRET, now)
    else:
        with pytest.raises(WebhookRefusedError, match="not sent now"):
            verify(signed(), PING, SECRET, now)


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1e9", "1614265330.5", "\u0661", "9" * 400, " 1614265330"])
def test_what_is_no_time_is_refused(timestamp: str) -> None:
    """Also where a number could be made of it."""
    with pytest.raises(WebhookRefusedError):
        verify({**signed(), "webhook-timestamp": timestamp}, PING, SECRET, AT)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_needed_and_signed(name: str) -> None:
    """Left out or exchanged, it is refused."""
    headers = signed()
    with pytest.raises(WebhookRefusedError):
        verify({key: value for key, value in headers.items() if key != name}, PING, SECRET, AT)
    with pytest.raises(WebhookRefusedError):
        verify({**headers, name: signed(at=AT + timedelta(seconds=1), webhook_id="dlv_2")[name]}, PING, SECRET, AT)


@given(st.binary(max_size=200))
def test_no_other_body_is_believed(body: bytes) -> None:
    """Not a byte may differ."""
    if body != PING:
        with pytest.raises(WebhookRefusedError):
            verify(signed(), body, SECRET, AT)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!", "whsec_\u00fc"])
def test_a_secret_that_is_none_is_no_secret_that_fits_nothing(secret: str) -> None:
    """The mistake is on this side, and said so."""
    with pytest.raises(ValueError, match="whsec_"):
        verify(signed(), PING, secret, AT)


def test_the_time_of_this_machine_counts_unless_another_is_given() -> None:
    """A request of long ago is refused."""
    now = datetime.now(UTC)
    assert verify(signed(at=now), PING, SECRET)
    with pytest.raises(WebhookRefusedError):
        verify(signed(), PING, SECRET)
