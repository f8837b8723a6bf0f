"""What two people find and what becomes of it, over HTTP: told before, entered, found again, and taken out."""

import hashlib
from typing import Any

from make import photo
from tutela.core.permissions import StaffRole

OWN = "own.cse.depiction"


def entries(api: Any) -> int:
    """Return how many entries the own bank has."""
    return sum(api.get(f"/v1/banks/{OWN}/statistics")["active"].values())


def test_what_two_people_found_is_entered_found_again_and_taken_out(api: Any, logs: list[Any]) -> None:
    """The plan says how many entries and where; no answer, log or audit tells one of their values."""
    known, picture = photo("coffee", width=240), photo("coffee", width=240, quality=60)
    api.bank("near-coffee")
    media = api.upload(known)
    with api.house.store.read() as reader:
        [stored] = reader.media_by_id([media["id"]]).values()
    picture_hash = stored.hashes[0].hex
    api.post("/v1/banks/near-coffee/members", {"members": [{"type": "pdq", "value": picture_hash}]})
    api.house.feed_indexes()
    body = {"id": "banked-1", "author": {"id": "banker-1"}, "media": [{"id": api.upload(picture)["id"]}]}
    api.post("/v1/items", body, status=201)
    [case] = api.get("/v1/cases?account=banker-1")["cases"]
    path, senior = f"/v1/cases/{case['id']}", api.person(StaffRole.SENIOR_REVIEWER)
    accused = {"conclusion": "violation", "reason": {"code": "seen"}, "accounts": [{"id": "banker-1", "role": "actor"}]}
    api.post(f"{path}/claim", status=200)
    shown = api.post(f"{path}/answers", {**accused, "dry_run": True}, status=200)["finding"]["bank"]
    first = api.post(f"{path}/answers", accused, status=202)
    api.send_as(senior, "POST", f"{path}/claim")
    second = api.send_as(senior, "POST", f"{path}/answers", json=accused)

    assert (shown["name"], shown["entries"], shown["obstacle"]) == (OWN, 4, None)
    assert first["bank_entries"] == {"entered": 0, "supported": 0, "out": 0}
    assert (second.status_code, second.json()["bank_entries"]["entered"], entries(api)) == (201, 4, 4)
    bank = api.get(f"/v1/banks/{OWN}")
    assert (bank["verification"], bank["may_share"]) == ("own", False)

    decision = second.json()["decision"]
    undone = api.post(f"/v1/decisions/{decision}/reversal", {"reason": {"code": "x"}, "dry_run": True}, status=200)
    assert undone["bank_entries"] == [{"bank": OWN, "out": 4, "stays": 0}]
    assert any("exported" in each for each in undone["cannot_undo"])
    api.send_as(senior, "POST", f"/v1/decisions/{decision}/reversal", json={"reason": {"code": "mistaken"}})
    officer = api.person(StaffRole.CHILD_SAFETY_OFFICER)
    done = api.send_as(officer, "POST", f"/v1/decisions/{decision}/reversal", json={"reason": {"code": "mistaken"}})
    assert (done.status_code, entries(api)) == (201, 0)
    _tells_no_value(api, logs, [hashlib.md5(picture, usedforsecurity=False).hexdigest(), picture_hash])


def _tells_no_value(api: Any, logs: list[Any], values: list[str]) -> None:
    with api.house.engine.connect() as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM audit_payloads").scalars()
        told = [*map(str, bodies), *map(str, logs)]
    assert told
    assert not any(value in each for value in values for each in told)
