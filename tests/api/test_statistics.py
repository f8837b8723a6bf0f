"""What a bank holds and hits, as its operator sees it."""

from collections.abc import Iterator
from typing import Any

import pytest

NONE = {"items": 0, "accounts": 0, "last_at": None}


@pytest.fixture(autouse=True)
def settled(api: Any) -> Iterator[None]:
    """Have what a test made known looked up before the next one counts anything: the house is shared."""
    yield
    api.house.match_late()


def post(api: Any, name: str, author: str, md5: str) -> None:
    """Submit an item that carries media known by its MD5."""
    media = [{"md5": md5, "sha256": name.encode().hex().rjust(64, "0")[-64:]}]
    api.post("/v1/items", {"id": name, "author": {"id": author}, "media": media}, status=201)


def test_hits_are_counted_by_member_and_paged(api: Any) -> None:
    """Distinct items and accounts; the member that hit most comes first, and no hash is told."""
    api.bank("statistics-1", brake_accounts=2)
    values = [f"{number:032x}" for number in (101, 102, 103)]
    api.post("/v1/banks/statistics-1/members", {"members": [{"type": "md5", "value": value} for value in values]})
    ids = {m["value"]: m["id"] for m in api.get("/v1/banks/statistics-1/members")["members"]}
    for number in range(4):
        post(api, f"statistics-a-{number}", f"statistics-{number}", values[0])
    for number in range(2):
        post(api, f"statistics-b-{number}", "statistics-twice", values[1])
    api.send("DELETE", f"/v1/banks/statistics-1/members/md5/{values[2]}")

    first = api.get("/v1/banks/statistics-1/statistics?limit=1")
    second = api.get(f"/v1/banks/statistics-1/statistics?limit=1&cursor={first['next']}")

    assert first["active"] == {"pdq": 0, "md5": 2, "sha1": 0, "sha256": 0}
    assert (first["removed"], first["braked"], first["disputed"]) == (1, 1, 0)
    assert (first["hits"]["items"], first["hits"]["accounts"]) == (6, 5)
    told = [{key: member[key] for key in ("id", "items", "accounts", "braked")} for member in first["members"]]
    assert told == [{"id": ids[values[0]], "items": 4, "accounts": 4, "braked": True}]
    assert [(m["id"], m["items"], m["accounts"]) for m in second["members"]] == [(ids[values[1]], 2, 1)]
    assert second["next"] is None
    assert not any(value in str(first) for value in values)


def test_a_bank_that_hit_nothing_says_so(api: Any) -> None:
    """No hit is a number too."""
    api.bank("statistics-2")
    told = api.get("/v1/banks/statistics-2/statistics")

    assert (told["hits"], told["members"], told["next"]) == (NONE, [], None)
    assert told["judged"]["near"] == {"confirmed": 0, "overturned": 0, "precision": None, "at_least": None}


@pytest.mark.parametrize("cursor", ["eHx5", "LTF8eA", "MXw", "%20"])
def test_a_cursor_that_we_did_not_make_is_refused(api: Any, cursor: str) -> None:
    """Words, a negative number, no member, a blank."""
    if api.send("GET", "/v1/banks/statistics-3").status_code == 404:
        api.bank("statistics-3")

    assert api.send("GET", f"/v1/banks/statistics-3/statistics?cursor={cursor}").status_code == 422


def test_a_braked_member_is_an_alarm_until_it_is_released(api: Any) -> None:
    """A line of the checklist and a number for each bank, by its id."""
    bank = api.bank("statistics-4", brake_accounts=1)
    api.post("/v1/banks/statistics-4/members", {"members": [{"type": "md5", "value": "4" * 32}]})
    for number in range(2):
        post(api, f"statistics-c-{number}", f"statistics-c-{number}", "4" * 32)
    gauge = f'tutela_members_braked{{bank="{bank["id"]}"}} 1.0'
    lines = {line["line"]: line["done"] for line in api.get("/v1/checklist")["lines"]}
    page = api.send("GET", "/", scope=None).text

    assert gauge in api.send("GET", "/metrics").text
    assert lines["braked_members_looked_at"] is False
    assert "tutela bank release-brake" in page

    [member] = api.get("/v1/banks/statistics-4/members")["members"]
    api.post(f"/v1/banks/statistics-4/members/{member['id']}/release")

    assert gauge not in api.send("GET", "/metrics").text
