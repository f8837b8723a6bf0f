"""Banks: create, fill, look up, import, export."""

from typing import Any

import pytest

from api.harmless import picture

MD5 = "0123456789abcdef" * 2


def members(api: Any, name: str) -> list[Any]:
    """Return all members, page by page."""
    found, query = [], "?limit=2"
    while query:
        page = api.get(f"/v1/banks/{name}/members{query}")
        found.extend(page["members"])
        query = f"?limit=2&cursor={page['next']}" if page["next"] else ""
    return found


def test_a_bank_is_created_once_and_changed(api: Any) -> None:
    """Its ceiling is what its source allows."""
    bank = api.bank("banks-1")

    assert bank["ceiling"]["visibility"] == "seal"
    assert api.get("/v1/banks/banks-1") == bank
    assert api.send("POST", "/v1/banks", json={**NEW, "name": "banks-1"}).status_code == 409
    changed = api.send("PATCH", "/v1/banks/banks-1", json={"active": False, "threshold_bits": 20}).json()
    assert changed == {**bank, "active": False, "threshold_bits": 20}
    assert "banks-1" in [each["name"] for each in api.get("/v1/banks?limit=1000")["banks"]]


NEW = {"name": "banks-2", "clause": "cse.depiction", "material": "apparent_csam", "verification": "own", "source": "us"}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "No"},
        {"name": "x\n"},
        {"clause": "cse.none"},
        {"material": "none"},
        {"verification": "none"},
        {"source": ""},
        {"threshold_bits": 64},
        {"threshold_bits": "31"},
        {"threshold_bits": True},
        {"ceiling": {"visibility": "seal"}},
        {"ceiling": {"visibility": "more"}},
        {"may_share": "yes"},
        {"source": "x" * 201},
        {"extra": 1},
    ],
)
def test_a_bank_that_cannot_be_is_refused(api: Any, change: Any) -> None:
    """Names, clauses, and a ceiling above what the source allows."""
    assert api.send("POST", "/v1/banks", json={**NEW, **change}).status_code == 422


def test_a_repeated_creation_and_filling_is_answered_as_the_first(api: Any) -> None:
    """Under one key nothing is made twice, and another request is noticed."""
    made = [
        api.send("POST", "/v1/banks", json={**NEW, "name": "banks-3"}, headers={"Idempotency-Key": "bank"})
        for _ in "ab"
    ]
    body = {"members": [{"type": "md5", "value": MD5}]}
    path, key = "/v1/banks/banks-3/members", {"Idempotency-Key": "members"}
    filled = [api.send("POST", path, json=body, headers=key) for _ in "ab"]
    other = api.send("POST", path, json={"members": [{"type": "md5", "value": "1" * 32}]}, headers=key)

    assert made[0].content == made[1].content
    assert filled[0].content == filled[1].content == b'{"added":1,"known":0,"opinions":0,"errors":[]}'
    assert [each.headers.get("idempotent-replayed") for each in (*made, *filled)] == [None, "true"] * 2
    assert other.status_code == 422


def test_members_are_added_listed_and_removed(api: Any) -> None:
    """A malformed one is named by its place and the others go in."""
    api.bank("banks-4")
    values = [*(f"{number:032x}" for number in range(5)), MD5 + "\n", "zz"]
    body = {"members": [{"type": "md5", "value": value, "tags": ["a"]} for value in values]}
    told = api.post("/v1/banks/banks-4/members", body)

    assert (told["added"], told["known"]) == (5, 0)
    assert [each["place"] for each in told["errors"]] == ["members.5.value", "members.6.value"]
    assert sorted(each["value"] for each in members(api, "banks-4")) == values[:5]
    assert api.send("DELETE", f"/v1/banks/banks-4/members/md5/{values[0]}").status_code == 204
    assert api.send("DELETE", f"/v1/banks/banks-4/members/md5/{values[0]}").status_code == 404
    assert api.send("DELETE", f"/v1/banks/banks-4/members/md5/{values[0]}%0A").status_code == 404
    assert api.send("DELETE", f"/v1/banks/banks-4/members/md6/{values[0]}").status_code == 422
    assert api.send("DELETE", "/v1/banks/banks-4/members/md5/zz").status_code == 422
    assert len(members(api, "banks-4")) == 4


def test_a_look_up_says_which_bank_knows_what(api: Any) -> None:
    """In order, by digest and by distance; a bank that is switched off is not silent."""
    api.bank("banks-5", threshold_bits=4)
    near = "ab" * 32
    values = [{"type": "sha1", "value": "5" * 40}, {"type": "pdq", "value": near}]
    api.post("/v1/banks/banks-5/members", {"members": values})
    asked = [
        {"type": "pdq", "value": "aa" + near[2:]},
        {"type": "sha1", "value": "6" * 40},
        {"type": "sha1", "value": "5" * 40},
    ]
    told = api.post("/v1/lookup", {"hashes": asked, "banks": ["banks-5"]})

    assert [[m["distance_bits"] for m in each["matches"]] for each in told["results"]] == [[1], [], [0]]
    assert api.send("POST", "/v1/lookup", json={"hashes": asked, "banks": ["no-such"]}).status_code == 404
    api.send("PATCH", "/v1/banks/banks-5", json={"active": False})
    assert api.send("POST", "/v1/lookup", json={"hashes": asked, "banks": ["banks-5"]}).status_code == 422
    wrong = api.send("POST", "/v1/lookup", json={"hashes": [{"type": "md5", "value": MD5 + "\n"}]})
    assert (wrong.status_code, wrong.json()["place"]) == (422, "hashes.0.value")


def test_a_picture_is_banked_by_its_signals_and_recognised(api: Any) -> None:
    """Its bytes are not kept."""
    before = api.get("/v1/status")["counts"]["media"]
    api.bank("banks-6")
    told = api.post("/v1/banks/banks-6/media", content=picture(61))
    again = api.post("/v1/banks/banks-6/media", content=picture(61))
    unreadable = api.post("/v1/banks/banks-6/media", content=b"words")

    assert ([each["type"] for each in told["signals"]], told["added"]) == (["sha256", "sha1", "md5", "pdq"], 4)
    assert (again["added"], again["known"]) == (0, 4)
    assert (unreadable["failure"], unreadable["added"]) == ("not_an_image", 3)
    assert api.get("/v1/status")["counts"]["media"] == before
    assert api.send("POST", "/v1/banks/banks-6/media", content=b"").status_code == 422
    assert api.send("POST", "/v1/banks/none/media", content=b"x").status_code == 404
    assert api.send("POST", "/v1/banks/banks-6/media", content=bytes(5_000_000)).status_code == 413


CSV = f"type,value,classification,tags\nmd5,{MD5},A,x;y\nmd5,{MD5}0,,\nsha1,{'7' * 40},,\n"


def test_a_list_is_previewed_imported_and_exported(api: Any) -> None:
    """A preview writes nothing; what is exported can be imported elsewhere."""
    api.bank("banks-7", may_share=True)
    api.bank("banks-8")
    path, headers = "/v1/banks/banks-7/import", {"Content-Type": "text/csv; charset=utf-8"}
    preview = api.post(f"{path}?preview=true", content=CSV, headers=headers)
    assert members(api, "banks-7") == []
    real = api.post(path, content=CSV, headers=headers)
    lines = api.send("GET", "/v1/banks/banks-7/export")
    copy = api.post("/v1/banks/banks-8/import", content=lines.content, headers={"Content-Type": "application/x-ndjson"})

    assert [(each["read"], each["added"], each["rejected"]) for each in (preview, real, copy)] == [
        (3, 2, 1),
        (3, 2, 1),
        (2, 2, 0),
    ]
    assert real["errors"] == [{"line": 3, "message": real["errors"][0]["message"]}]
    assert MD5 not in real["errors"][0]["message"]
    assert [each["bank"] for each in api.get("/v1/imports?limit=2")["imports"]] == ["banks-8", "banks-7"]
    assert api.send("GET", "/v1/banks/banks-8/export").status_code == 403


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"x", "text/plain", 415),
        (b"", "text/csv", 422),
        (b"a,b\n", "text/csv", 422),
        (b"\xff\xfe\x00\n" * 9, "application/jsonl", 200),
        (b"[" * 200_000 + b"\n{}\n", "application/x-ndjson", 200),
    ],
)
def test_an_odd_list_is_refused_or_its_rows_are(api: Any, content: bytes, kind: str, status: int) -> None:
    """Whatever the bytes."""
    if api.send("GET", "/v1/banks/banks-9").status_code == 404:
        api.bank("banks-9")
    answer = api.send("POST", "/v1/banks/banks-9/import", content=content, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert status != 200 or answer.json()["added"] == 0


@pytest.mark.parametrize("cursor", ["AAAA_w", "x", "%20", "e30", "_" * 201])
@pytest.mark.parametrize("path", ["/v1/cases", "/v1/imports", "/v1/banks"])
def test_a_cursor_of_somebody_else_is_never_a_failure_of_ours(api: Any, path: str, cursor: str) -> None:
    """Refused, or an empty page."""
    assert api.send("GET", f"{path}?cursor={cursor}").status_code in {200, 422}


def test_a_licence_that_is_over_is_told_and_its_bank_not_asked(api: Any) -> None:
    """In the bank, in look-ups and on the checklist; null takes the end away."""
    value = "8e" * 16
    bank = api.bank("banks-licence", may_keep=False, licence_ends_at="2020-01-01T01:00:00+01:00")
    api.post("/v1/banks/banks-licence/members", {"members": [{"type": "md5", "value": value}]})
    question = {"hashes": [{"type": "md5", "value": value}]}
    told = api.post("/v1/lookup", question)
    lines = {line["line"] for line in api.get("/v1/checklist")["lines"]}

    assert (bank["licence_ends_at"], bank["licence"]) == ("2020-01-01T00:00:00Z", "lapsed")
    assert (told["lapsed"], told["results"][0]["matches"]) == (["banks-licence"], [])
    assert "licences_renewed" in lines
    assert api.send("POST", "/v1/lookup", json={**question, "banks": ["banks-licence"]}).status_code == 422
    changed = api.send("PATCH", "/v1/banks/banks-licence", json={"licence_ends_at": None}).json()
    assert (changed["licence_ends_at"], changed["licence"]) == (None, "open")
    assert len(api.post("/v1/lookup", question)["results"][0]["matches"]) == 1
    assert api.send("PATCH", "/v1/banks/banks-licence", json={}).status_code == 422
    assert api.send("PATCH", "/v1/banks/banks-licence", json={"licence_ends_at": "2030-01-01"}).status_code == 422
    for end in ("0001-01-05T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"):
        assert api.send("PATCH", "/v1/banks/banks-licence", json={"licence_ends_at": end}).status_code == 422


def test_ten_thousand_members_are_removed_in_one_request(api: Any) -> None:
    """What cannot be used is named by its place, what was not there is counted."""
    api.bank("banks-removals")
    values = [f"{number:032x}" for number in range(20_000, 29_998)]
    csv = "type,value\n" + "".join(f"md5,{value}\n" for value in values)
    api.post("/v1/banks/banks-removals/import", content=csv, headers={"Content-Type": "text/csv"})
    asked = [{"type": "md5", "value": value} for value in [*values, "f" * 32, "zz"]]
    told = api.post("/v1/banks/banks-removals/removals", {"members": asked})

    assert (told["removed"], told["unknown"]) == (9998, 1)
    assert [error["place"] for error in told["errors"]] == ["members.9999.value"]
    assert members(api, "banks-removals") == []
    assert api.send("POST", "/v1/banks/banks-removals/removals", json={"members": []}).status_code == 422


def test_a_flat_hash_goes_in_only_when_its_sender_says_so(api: Any) -> None:
    """By import and one by one."""
    api.bank("banks-flat")
    csv, headers = f"type,value\npdq,{'0' * 64}\npdq,{'00ff' * 16}\n", {"Content-Type": "text/csv"}
    path, body = "/v1/banks/banks-flat", {"members": [{"type": "pdq", "value": "f" * 64}]}
    refused = api.post(f"{path}/import", content=csv, headers=headers)
    accepted = api.post(f"{path}/import?accept_flat=true", content=csv, headers=headers)
    one = api.post(f"{path}/members", body)
    other = api.post(f"{path}/members", {**body, "accept_flat": True})

    assert (refused["added"], refused["rejected"], [error["line"] for error in refused["errors"]]) == (1, 1, [2])
    assert ([warning["line"] for warning in refused["warnings"]], refused["suspicious"]) == ([3], 1)
    assert (accepted["added"], accepted["rejected"], accepted["would_brake"]) == (1, 0, 0)
    assert ([error["place"] for error in one["errors"]], other["added"]) == (["members.0.value"], 1)
    assert "0000" not in str(refused) + str(one)
