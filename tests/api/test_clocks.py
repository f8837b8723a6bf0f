"""Clocks and messages over HTTP."""

import base64
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from api.conftest import Api, serve
from asking import begin, hear, tell
from tutela.adapters.twins.mail import MailTwin
from tutela.core.clocks import ClockSubject, Signal
from tutela.core.messages import MessageChannel, MessageState

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Serve for this module: what is late here would be on the checklist of others."""
    with serve(tmp_path_factory.mktemp("clocks")) as served:
        yield served


def until(so: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that the house does in the background."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module")
def begun(api: Api) -> list[str]:
    """Start clocks: one that is late past a limit, one that is late, one that is due, one that was answered."""
    now = api.house.clock.now()
    begin(api.house, "ntc_0", now - 2 * DAY, ClockSubject.NOTICE)
    begin(api.house, "apl_1", now - 8 * DAY)
    begin(api.house, "apl_2", now - 6.5 * DAY)
    begin(api.house, "apl_3", now - 3 * DAY)
    hear(api.house, "apl_3", now - 2 * DAY, Signal.DECIDED)
    return ["ntc_0", "apl_1", "apl_2", "apl_3"]


def test_what_is_due_is_listed_with_the_zone_and_the_law(api: Api, begun: list[str]) -> None:
    """Late ones first; nothing that was answered."""
    del begun
    told = api.get("/v1/clocks")
    assert told["zone"] == "UTC"
    assert all(each["due_at"].endswith("Z") for each in told["clocks"])
    by_id = {each["id"]: each for each in told["clocks"]}
    assert (by_id["apl_1"]["is_late"], by_id["apl_1"]["is_breached"], by_id["apl_1"]["limit_at"]) == (True, False, None)
    assert (by_id["apl_2"]["is_late"], by_id["apl_2"]["target_percent"]) == (False, 80)
    assert "apl_3" not in by_id
    assert [each["due_at"] for each in told["clocks"]] == sorted(each["due_at"] for each in told["clocks"])
    [breached] = api.get("/v1/clocks?due=breached")["clocks"]
    assert breached["clock"] == "us.ca1394.confirm"
    assert "California" in breached["source"]
    assert told["counts"]["breached"] == 1


def test_pages_of_clocks_hold_each_once(api: Api, begun: list[str]) -> None:
    """Whatever their length."""
    del begun
    whole = [(each["id"], each["clock"]) for each in api.get("/v1/clocks?due=all")["clocks"]]
    paged, cursor = [], ""
    while True:
        page = api.get(f"/v1/clocks?due=all&limit=2{cursor}")
        paged += [(each["id"], each["clock"]) for each in page["clocks"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert paged == whole
    assert len(set(paged)) == len(paged)


def _cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    [
        "due=never", "limit=0", "limit=1001", "cursor=x", "more=1",
        *(
            f"cursor={_cursor(each)}"
            for each in (
                "a", "|||||", "2026-11-20T09:00:00|notice|x|eu.dsa.receipt|1", "2026-11-20T09:00:00+00:00|x|x|x|1",
                "2026-11-20T09:00:00+00:00|notice|x|eu.dsa.receipt|0",
                "2026-11-20T09:00:00+00:00|notice|x|eu.dsa.receipt|99999999999", "\x00" * 20,
            )
        ),
    ],
)  # fmt: skip
def test_what_is_no_page_is_refused(api: Api, query: str) -> None:
    """With the place."""
    assert api.send("GET", f"/v1/clocks?{query}").status_code in {400, 422}


def test_figures_of_a_period_are_told(api: Api, begun: list[str]) -> None:
    """Kept, missed and running apart."""
    del begun
    told = api.get("/v1/clocks/figures")
    [complaint] = [each for each in told["clocks"] if each["clock"] == "eu.dsa.complaint"]
    assert (complaint["started"], complaint["running"]) == (3, 2)
    assert (complaint["target_kept"], complaint["target_missed"]) == (1, 1)
    assert complaint["median_seconds"] == DAY.total_seconds()


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z",
        "since=2024-01-01T00:00:00Z&until=2026-01-01T00:00:00Z",
        "since=yesterday", "since=2026-01-01T00:00:00",
    ],
)  # fmt: skip
def test_a_period_that_is_none_is_refused(api: Api, query: str) -> None:
    """It ends before it begins, is longer than a year, or has no zone."""
    assert api.send("GET", f"/v1/clocks/figures?{query}").status_code in {400, 422}


def test_a_period_without_anything_has_no_figures(api: Api) -> None:
    """And is no error."""
    told = api.get("/v1/clocks/figures?since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z")
    assert told["clocks"] == []


def test_messages_are_listed_without_address_or_word(api: Api) -> None:
    """And a mail that came back is noted once."""
    made = tell(api.house, "ntc_9", MessageChannel.NONE)
    told = api.get("/v1/messages?state=shown")
    [message] = [each for each in told["messages"] if each["id"] == made]
    assert set(message) == {
        "id", "about", "about_id", "kind", "channel", "made_at", "state", "tries", "next_at", "ended_at", "failure",
    }  # fmt: skip
    assert api.send("POST", f"/v1/messages/{made}/bounced").status_code == 404
    assert api.send("POST", "/v1/messages/msg_none/bounced").status_code == 404


def test_a_mail_goes_out_by_the_running_house_and_its_return_is_noted(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the worker, as soon as it is due."""

    class Reached:
        def contact_of(self, *_: object) -> str:
            return "anna@example.org"

        def language_of(self, *_: object) -> str:
            return "en"

    send: Any = api.house.messaging.send
    twin = MailTwin()
    monkeypatch.setattr(send, "mail", twin)
    monkeypatch.setattr(send, "contacts", dict.fromkeys(send.contacts, Reached()))
    made = tell(api.house, "ntc_8")
    until(lambda: [each.id for each in twin.came] == [made])
    until(lambda: made in {each["id"] for each in api.get("/v1/messages?state=sent")["messages"]})
    assert api.send("POST", f"/v1/messages/{made}/bounced").status_code == 204
    assert api.send("POST", f"/v1/messages/{made}/bounced").status_code == 404
    later = tell(api.house, "ntc_8")
    [state] = [each["state"] for each in api.get("/v1/messages")["messages"] if each["id"] == later]
    assert state == MessageState.SHOWN


def test_metrics_tell_how_clocks_and_messages_stand(api: Api, begun: list[str]) -> None:
    """By state, with no id."""
    del begun
    text = api.send("GET", "/metrics").text
    assert 'tutela_clocks{state="breached"} 1.0' in text
    assert 'tutela_messages{state="waiting"}' in text
    assert "ntc_" not in text
