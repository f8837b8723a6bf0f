"""Reports and channels over HTTP: how far each is, and never what it says."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.conftest import Api, serve
from filing_office import FilingOffice
from make import Home
from tutela.core.permissions import StaffRole
from tutela.sandbox.ncmec.server import Sandbox


@pytest.fixture
def api(new_database: Any, tmp_path: Any) -> Iterator[Api]:
    """Yield a client of a server that does not file by itself, on the databases of the test."""
    with serve(tmp_path, database_url=new_database(), filing_in_server=False) as served:
        yield served


@pytest.mark.both_databases
def test_how_far_reports_are_is_told_without_what_they_say(api: Api, sandbox: Sandbox) -> None:
    """A page at a time, by state and phase, with each step; the channel without its secrets and who reports."""
    house: Any = api.house
    office = FilingOffice(Home(house, house.clock), sandbox)
    assert api.get("/v1/channels", scope="reports") == {"channels": []}
    office.set_up()
    first, second = office.queue(b"hill"), office.queue()
    office.work()
    page = api.get("/v1/reports?limit=1", scope="reports")
    rest = api.get(f"/v1/reports?limit=1&cursor={page['next']}", scope="reports")
    one = api.get(f"/v1/reports/{first}", scope="reports")
    steps = api.get(f"/v1/reports/{first}/steps", scope="reports")["steps"]
    channel = api.get("/v1/channels/ncmec", scope="reports")

    assert [each["id"] for each in (*page["reports"], *rest["reports"])] == [second, first]
    assert rest["next"] is None
    assert (one["phase"], one["way"]["verified"], one["files"], one["way"]["files_sent"]) == ("finished", True, 1, 1)
    assert [each["note"] for each in steps][-2:] == ["finish.asked", "finish.done"]
    assert steps[3]["request_id"].startswith("sandbox-")
    assert (channel["enabled"], channel["status"]["seen_from"], channel["missing"]) == (True, "127.0.0.1", [])
    assert channel["tested"]["report"] in {first, second}
    assert api.get("/v1/reports?phase=failed", scope="reports")["reports"] == []
    assert len(api.get("/v1/reports?state=approved", scope="reports")["reports"]) == 2
    told = str([page, rest, one, steps, channel])
    assert not [each for each in ("user-123", "Meadow", "safety@", "'sandbox'") if each in told]


def test_who_may_not_read_reports_reads_none(api: Api) -> None:
    """Nor channels; somebody who files may."""
    officer, reviewer = api.person(StaffRole.CHILD_SAFETY_OFFICER), api.person(StaffRole.REVIEWER)

    for path in ("/v1/reports", "/v1/channels"):
        assert api.send("GET", path, scope="read").status_code == 403
        assert api.send_as(reviewer, "GET", path).status_code == 403
        assert api.send_as(officer, "GET", path).status_code == 200
    assert api.send("GET", "/v1/reports/rep_none", scope="reports").status_code == 404
    assert api.send("GET", "/v1/reports/rep_none/steps", scope="reports").status_code == 404
    assert api.send("GET", "/v1/channels/none", scope="reports").status_code == 404
    assert api.send("GET", "/v1/reports?state=none", scope="reports").status_code == 422
