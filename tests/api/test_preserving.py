"""Evidence is held, destroyed by two people or an order, and handed out, over HTTP: by people in a session alone."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyrage
import pytest

from api.conftest import AGENT, Api, serve
from evidence import as_browser
from login import Member, join
from tutela.core.filing.certificates import read_certificate
from tutela.core.operator import OperatorProfile
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of

FILM = b"\0\0\0\x20ftypisom" + bytes(5000)
OFFICER = StaffRole.CHILD_SAFETY_OFFICER


@pytest.fixture
def api(new_database: Any, tmp_path: Any) -> Iterator[Api]:
    """Yield a client of a server on the databases of the test."""
    with serve(tmp_path, database_url=new_database()) as served:
        yield served


@pytest.fixture
def ann(api: Api) -> Member:
    """Return a child-safety officer."""
    return officer(api, "ann")


def officer(api: Api, name: str, *roles: StaffRole) -> Member:
    """Return somebody who is signed in."""
    return join(api.house, name, *(roles or (OFFICER,)), visitor=visitor_of("127.0.0.1", AGENT))


def sent(api: Api, who: Member, method: str, path: str, status: int = 200, **body: Any) -> Any:
    """Send as somebody's browser, and return what was answered."""
    given = {"json": body} if body else {}
    response = api.client.request(method, path, headers=as_browser(api.house, who), **given)
    assert response.status_code == status, response.text
    return response.json() if response.content and "json" in response.headers["Content-Type"] else response


def media_of(api: Api) -> str:
    """Return the media of a film that came."""
    with api.house.receive_media.open() as reception:
        reception.write(FILM)
        return reception.finish().id


def test_a_hold_is_placed_extended_looked_at_and_released(api: Api, ann: Member) -> None:
    """Each with its reason; the answers say how it stands."""
    media = media_of(api)
    until = (api.house.clock.now() + timedelta(days=90)).isoformat()
    later = (api.house.clock.now() + timedelta(days=190)).isoformat()
    new = {"source": "court", "reference": "1 K 7/26", "reason": "they ask", "media": [media], "until": until}
    placed = sent(api, ann, "POST", "/v1/holds", 201, **new)
    where = f"/v1/holds/{placed['id']}"
    assert (placed["contents"], placed["is_active"], placed["placed_by"]) == (1, True, ann.id)
    sent(api, ann, "POST", f"{where}/extend", until=later, reason="letter 8")
    sent(api, ann, "POST", f"{where}/review", review_by=until, reason="still wanted")
    assert [each["id"] for each in sent(api, ann, "GET", "/v1/holds")["holds"]] == [placed["id"]]
    assert not sent(api, ann, "POST", f"{where}/release", reason="letter 9")["is_active"]

    shown = sent(api, ann, "GET", where)
    assert [each["step"] for each in shown["history"]] == ["placed", "extended", "reviewed", "released"]
    assert shown["keeps"] == [{"id": media, "part": "named"}]
    sent(api, ann, "GET", "/v1/holds/hld_none", 404)
    sent(api, ann, "POST", "/v1/holds", 422, **{**new, "reason": " "})
    assert sent(api, officer(api, "mel", StaffRole.SENIOR_REVIEWER), "GET", "/v1/holds", 403)


def test_an_order_is_carried_out_and_certified_and_what_is_kept_is_refused(api: Api, ann: Member) -> None:
    """A proposal says what keeps it; an order goes at once, and its certificate is sent byte for byte."""
    media = media_of(api)
    early = sent(api, ann, "POST", "/v1/destructions", 409, evidence=[media], reason="tidy")
    assert early["type"].endswith("still-kept")
    order = {
        "evidence": [media], "agency": "an agency", "reference": "7/26", "reason": "their letter",
        "received_at": "2026-11-01T00:00:00Z",
    }  # fmt: skip
    done = sent(api, ann, "POST", "/v1/destructions/order", 201, **order)
    where = f"/v1/destructions/{done['id']}"
    assert done["state"] == "destroyed"
    sent(api, ann, "GET", f"{where}/certificate", 409)
    for period in api.house.keys.periods():
        if period.startswith("transient-"):
            api.house.keys.destroy_period(period)
    api.house.retain(OperatorProfile())
    api.house.destructions.destroy.resume()

    raw = sent(api, ann, "GET", f"{where}/certificate").content
    assert read_certificate(raw).told["contents"][0]["id"] == media
    assert sent(api, ann, "GET", where)["state"] == "proved"
    assert [each["id"] for each in sent(api, ann, "GET", "/v1/destructions")["destructions"]] == [done["id"]]
    assert sent(api, ann, "GET", "/v1/evidence") == {"evidence": [], "next": None}
    sent(api, ann, "POST", f"{where}/agree", 409)
    sent(api, ann, "POST", f"{where}/decline", 409)


def test_a_package_is_asked_for_by_one_and_approved_by_another(api: Api, ann: Member) -> None:
    """It is made at the machine; its checksum is told here."""
    media, ben = media_of(api), officer(api, "ben")
    key = str(pyrage.x25519.Identity.generate().to_public())
    new = {"agency": "LKA 7", "reference": "14 Js 7/26", "reason": "letter", "media": [media], "key": key}
    asked = sent(api, ann, "POST", "/v1/exports", 201, **new)
    where = f"/v1/exports/{asked['id']}"
    sent(api, ann, "POST", f"{where}/approve", 403)
    assert sent(api, ben, "POST", f"{where}/approve")["approved_by"] == ben.id
    target = api.house.settings.var / "package"
    api.house.exports.make(ann.principal, asked["id"], target)

    assert sent(api, ann, "GET", where)["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert len(sent(api, ann, "GET", "/v1/exports")["exports"]) == 1
    sent(api, ben, "POST", f"{where}/decline", 409)
    sent(api, ann, "POST", "/v1/exports", 422, **{**new, "key": "nonsense"})
