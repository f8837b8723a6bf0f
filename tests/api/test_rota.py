"""The rota and pages over HTTP: put on call, woken, acknowledged, told in the status."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from api.conftest import AGENT, Api, serve
from evidence import open_case
from login import join
from receiving import Receiver, receiving
from tutela.api.paging import to_cursor
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of

SECRET = "whsec_" + "YWFh" * 10
THERE = visitor_of("127.0.0.1", AGENT)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Yield a bridge to telephones."""
    with receiving() as listening:
        yield listening


@pytest.fixture
def api(receiver: Receiver, new_database: Any, tmp_path: Any) -> Iterator[Api]:
    """Yield a client of a server on the databases of the test that pages by webhook."""
    more = {"pages_webhook_url": receiver.url, "pages_webhook_secret": SECRET, "webhooks_allow_private": True}
    with serve(tmp_path, database_url=new_database(), **more) as served:
        yield served


def shift_of(api: Api, person: str, **more: Any) -> dict[str, Any]:
    """Return a shift that runs."""
    begun = (api.house.clock.now() - timedelta(hours=1)).replace(tzinfo=None, microsecond=0)
    ends = begun + timedelta(hours=9)
    return {"person": person, "starts": begun.isoformat(), "ends": ends.isoformat(), **more}


@pytest.mark.both_databases
def test_somebody_is_woken_and_says_that_they_have_it(api: Api, receiver: Receiver) -> None:
    """From the alarm of a case to the acknowledgement, with nothing but identifiers on the way."""
    anna = join(api.house, "anna-marker", StaffRole.REVIEWER, visitor=THERE)
    ben = join(api.house, "ben-marker", StaffRole.REVIEWER, visitor=THERE)
    assert api.get("/v1/status")["danger"]["nobody_on_call"]
    assert {"line": "somebody_on_call", "done": False} in api.get("/v1/checklist")["lines"]
    shift = api.post("/v1/rota/shifts", shift_of(api, anna.id), status=201, scope="rota")
    assert api.get("/v1/rota/now", scope="cases")["on_call"] == [anna.id]
    api.post("/v1/items", {"id": "item-marker", "author": {"id": "author-marker"}, "kind": "post"})
    case = open_case(api.house, "item-marker", "author-marker")
    api.post(f"/v1/cases/{case}/danger", {"in_danger": True}, scope="cases")

    [got] = receiver.wait_for(1)
    told = Webhook(SECRET).verify(got.body, dict(got.headers))["data"]
    assert (told["case"], told["person"]) == (case, anna.id)
    assert b"marker" not in got.body
    while not (page := api.get(told["path"], scope="cases"))["tries"]:
        time.sleep(0.05)
    assert page["tries"][0]["sent_by"] == ["webhook"]
    assert api.get("/v1/status")["danger"]["unacknowledged"] == 1
    assert page["woken"] == 1
    metrics = api.send("GET", "/metrics").text
    assert 'tutela_danger_pages{state="loud"} 1.0' in metrics
    assert "tutela_on_call 1.0" in metrics

    where = f"/v1/pages/{told['page']}/acknowledge"
    assert api.send_as(ben, "POST", where).status_code == 403
    done = api.send_as(anna, "POST", where).json()
    assert (done["acknowledged_by"], done["is_loud"]) == (anna.id, False)
    assert api.get("/v1/status")["danger"]["unacknowledged"] == 0
    assert api.get("/v1/pages")["pages"][0]["id"] == told["page"]
    assert api.send("DELETE", f"/v1/rota/shifts/{shift['id']}", scope="rota").status_code == 204
    assert api.get("/v1/rota")["nobody_on_call"]
    assert api.house.verify().breaches == ()


@pytest.mark.both_databases
def test_the_connection_is_tried(api: Api, receiver: Receiver) -> None:
    """By each channel that is set up."""
    tested = api.post("/v1/pages/test", {}, scope="rota")
    assert tested == {"channels": [{"channel": "webhook", "arrived": True, "failure": None}]}
    assert Webhook(SECRET).verify(receiver.got[0].body, dict(receiver.got[0].headers))["type"] == "ping"


BAD: dict[str, dict[str, Any]] = {
    "an offset": {"starts": "2030-01-01T00:00:00+01:00"},
    "no time": {"ends": "tomorrow"},
    "empty": {"ends": "2020-01-01T00:00:00", "starts": "2020-01-01T00:00:00"},
    "no zone": {"zone": "Mars/Base"},
    "a path": {"zone": "../../etc/passwd"},
    "unknown field": {"name": "marker"},
    "backwards": {"starts": "2030-01-02T00:00:00", "ends": "2030-01-01T00:00:00"},
    "too long": {"starts": "2026-12-01T00:00:00", "ends": "2027-01-01T00:00:00"},
    "far": {"ends": "9999-12-31T23:59:59", "starts": "9999-12-31T00:00:00", "zone": "America/Los_Angeles"},
    "left out": {"starts": "2027-03-28T02:30:00", "ends": "2027-03-28T09:00:00", "zone": "Europe/Berlin"},
}


def test_what_is_no_shift_or_address_is_refused_without_an_echo(api: Api) -> None:
    """Each with its place, and nothing is kept."""
    anna = join(api.house, "anna", StaffRole.REVIEWER, visitor=THERE)
    for name, wrong in BAD.items():
        answer = api.send("POST", "/v1/rota/shifts", json=shift_of(api, anna.id, **wrong))
        assert answer.status_code == 422, name
        assert not any(str(each) in answer.text for each in wrong.values()), name
    assert api.send("POST", "/v1/rota/shifts", json=shift_of(api, "per_none")).status_code == 404
    for email in ("x", "marker@b\nBcc: c@d", "m" * 300, 7):
        answer = api.send("PUT", f"/v1/rota/people/{anna.id}", json={"email": email})
        assert answer.status_code == 422
        assert "marker" not in answer.text
    for email in ("anna@tutela.example", None):
        assert api.send("PUT", f"/v1/rota/people/{anna.id}", json={"email": email}).status_code == 204
    assert api.get("/v1/rota")["shifts"] == []


@pytest.mark.both_databases
def test_the_only_officer_on_holiday_is_loud_wherever_an_operator_looks(api: Api) -> None:
    """In the status, the numbers and the checklist: before they go, and once they have gone."""
    olga = join(api.house, "olga", StaffRole.CHILD_SAFETY_OFFICER, visitor=THERE)
    shift = api.post("/v1/rota/shifts", shift_of(api, olga.id), status=201, scope="rota")
    told = api.get("/v1/status")["danger"]
    assert (told["on_call"], told["nobody_on_call"], told["nobody_from"]) == (1, False, shift["ends_at"])
    goes = datetime.fromisoformat(shift["ends_at"]).timestamp()
    assert number(api, "tutela_on_call_until_seconds") == goes
    assert all(each["line"] != "somebody_on_call" for each in api.get("/v1/checklist")["lines"])

    api.send("DELETE", f"/v1/rota/shifts/{shift['id']}", scope="rota")
    told = api.get("/v1/status")["danger"]
    assert (told["on_call"], told["nobody_on_call"]) == (0, True)
    assert number(api, "tutela_on_call") == 0
    assert number(api, "tutela_on_call_until_seconds") < goes
    assert {"line": "somebody_on_call", "done": False} in api.get("/v1/checklist")["lines"]


def number(api: Api, name: str) -> float:
    """Return one of the numbers."""
    [line] = [each for each in api.send("GET", "/metrics").text.splitlines() if each.startswith(f"{name} ")]
    return float(line.split()[1])


def test_a_shift_that_is_sent_twice_is_refused_the_second_time(api: Api) -> None:
    """Removed once, it would stand."""
    anna = join(api.house, "anna", StaffRole.REVIEWER, visitor=THERE)
    shift = shift_of(api, anna.id)
    api.post("/v1/rota/shifts", shift, status=201, scope="rota")
    assert api.send("POST", "/v1/rota/shifts", json=shift).status_code == 409
    assert len(api.get("/v1/rota")["shifts"]) == 1


def test_pages_are_listed_in_pages(api: Api) -> None:
    """Each once, by a cursor that only we make."""
    for number_ in range(3):
        api.post("/v1/items", {"id": f"item-{number_}", "author": {"id": f"author-{number_}"}, "kind": "post"})
        case = open_case(api.house, f"item-{number_}", f"author-{number_}")
        api.post(f"/v1/cases/{case}/danger", {"in_danger": True}, scope="cases")
    while len(everything := api.get("/v1/pages")["pages"]) < 3:
        time.sleep(0.05)
    first = api.get("/v1/pages?limit=2")
    rest = api.get(f"/v1/pages?limit=2&cursor={first['next']}")
    assert [each["id"] for each in (*first["pages"], *rest["pages"])] == [each["id"] for each in everything]
    assert rest["next"] is None
    for wrong in ("limit=0", "limit=1001", "cursor=x", f"cursor={to_cursor('2026-01-01|pag_x')}", "cursor=", "other=1"):
        assert api.send("GET", f"/v1/pages?{wrong}").status_code == 422, wrong
