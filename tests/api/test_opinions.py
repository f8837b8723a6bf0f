"""What is said of members, and brakes, over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest

MD5 = "fedcba9876543210" * 2


@pytest.fixture(autouse=True)
def settled(api: Any) -> Iterator[None]:
    """Have what a test made known looked up before the next one counts anything: the house is shared."""
    yield
    api.house.match_late()


def listed(api: Any, name: str, value: str = MD5, **more: Any) -> str:
    """Create a bank with one member and return the member's id."""
    api.bank(name, **more)
    api.post(f"/v1/banks/{name}/members", {"members": [{"type": "md5", "value": value}]})
    return str(api.get(f"/v1/banks/{name}/members")["members"][0]["id"])


def say(api: Any, name: str, member: str, opinion: str, scope: str = "all") -> Any:
    """Have the key of a scope say something."""
    answer = api.send("PUT", f"/v1/banks/{name}/members/{member}/opinion", json={"opinion": opinion}, scope=scope)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_two_keys_deny_a_member_and_one_does_not(api: Any) -> None:
    """The same key twice counts once; feedback to the source is owed."""
    member = listed(api, "opinions-1")
    for opinion in ("disputed", "negative", "negative"):
        once = say(api, "opinions-1", member, opinion)
    twice = say(api, "opinions-1", member, "negative", scope="judge")

    assert (once["disputed"], len(once["opinions"]), once["opinions"][0]["owed"]) == (False, 1, True)
    assert (twice["disputed"], len(twice["opinions"])) == (True, 2)
    assert api.get(f"/v1/banks/opinions-1/members/{member}") == twice
    assert api.get("/v1/banks/opinions-1/members")["members"] == [twice]


def test_keeping_banks_is_no_licence_to_judge_them(api: Any) -> None:
    """Whoever imports lists neither denies a member nor releases its brake; whoever judges changes no bank."""
    member = listed(api, "judge-1", "7e" * 16)
    path = f"/v1/banks/judge-1/members/{member}"
    refused = [
        api.send("PUT", f"{path}/opinion", json={"opinion": "negative"}, scope="banks"),
        api.send("POST", f"{path}/release", scope="banks"),
    ]

    assert [(each.status_code, "judge" in each.json()["detail"]) for each in refused] == [(403, True)] * 2
    assert api.get(path)["opinions"] == []
    assert api.send("PATCH", "/v1/banks/judge-1", json={"active": False}, scope="judge").status_code == 403
    assert say(api, "judge-1", member, "negative", scope="judge")["opinions"][0]["opinion"] == "negative"
    assert api.send("POST", f"{path}/release", scope="judge").status_code == 422  # allowed, and not braked


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("opinions-2/members/mem_none/opinion", {"opinion": "negative"}, 404),
        ("none/members/mem_none/opinion", {"opinion": "negative"}, 404),
        ("opinions-2/members/mem_none/opinion", {"opinion": "maybe"}, 422),
        ("opinions-2/members/mem_none/opinion", {}, 422),
        ("opinions-2/members/mem_none/opinion", {"opinion": "seed", "by": "somebody"}, 422),
    ],
)
def test_what_cannot_be_said_is_refused(api: Any, path: str, body: Any, status: int) -> None:
    """Nobody speaks in another's name."""
    if api.send("GET", "/v1/banks/opinions-2").status_code == 404:
        api.bank("opinions-2")

    assert api.send("PUT", f"/v1/banks/{path}", json=body).status_code == status


def test_a_member_of_another_bank_is_none_of_this_one(api: Any) -> None:
    """The path is the whole name."""
    member = listed(api, "opinions-3", "3" * 32)
    api.bank("opinions-4")

    assert api.send("GET", f"/v1/banks/opinions-4/members/{member}").status_code == 404
    assert api.send("POST", f"/v1/banks/opinions-4/members/{member}/release").status_code == 404
    assert api.send("POST", f"/v1/banks/opinions-3/members/{member}/release").status_code == 422


def test_opinions_travel_in_imports_and_exports(api: Any) -> None:
    """The source's is `opinion`; ours that it must get is `feedback`, without who said it."""
    api.bank("opinions-5", may_share=True)
    rows = f'{{"type":"md5","value":"{"5" * 32}","opinion":"seed"}}\n'
    headers = {"Content-Type": "application/x-ndjson"}
    told = api.post("/v1/banks/opinions-5/import", content=rows, headers=headers)
    [member] = api.get("/v1/banks/opinions-5/members")["members"]
    say(api, "opinions-5", member["id"], "positive")
    exported = api.send("GET", "/v1/banks/opinions-5/export")

    assert told["opinions"] == 1
    assert exported.json() == {
        "type": "md5",
        "value": "5" * 32,
        "opinion": "seed",
        "feedback": [{"opinion": "positive", "classification": None}],
    }
    again = api.post("/v1/banks/opinions-5/import", content=exported.content, headers=headers)
    assert (again["known"], again["opinions"], again["rejected"]) == (1, 0, 0)


def test_a_braked_member_is_shown_released_and_counted(api: Any) -> None:
    """The second account is held, not locked; who released it is the key."""
    member = listed(api, "opinions-6", "6" * 32, brake_accounts=1)
    items = [
        {"id": f"braked-{n}", "author": {"id": f"braked-{n}"}, "media": [{"md5": "6" * 32, "sha256": f"{n}" * 64}]}
        for n in range(2)
    ]
    for item in items:
        api.post("/v1/items", item, status=201)
    may_post = [api.get(f"/v1/accounts/braked-{n}/standing")["may_post"] for n in range(2)]

    assert may_post == [False, True]
    assert api.get(f"/v1/banks/opinions-6/members/{member}")["braked"] is True
    assert api.post(f"/v1/banks/opinions-6/members/{member}/release")["braked"] is False
    assert api.send("POST", f"/v1/banks/opinions-6/members/{member}/release").status_code == 422


def test_the_same_hash_in_a_dozen_lists_is_braked_in_each(api: Any) -> None:
    """Of thirty accounts that post it in one batch two are locked; all the items are gone from sight."""
    for number in range(12):
        listed(api, f"dozen-{number}", "f0" * 16, brake_accounts=2)
    items = [
        {"id": f"dozen-{n}", "author": {"id": f"dozen-{n}"}, "media": [{"md5": "f0" * 16, "sha256": f"{n + 900:064x}"}]}
        for n in range(30)
    ]
    results = api.post("/v1/items/batch", {"items": items})["results"]
    may_post = [api.get(f"/v1/accounts/dozen-{n}/standing")["may_post"] for n in range(30)]

    assert {each["answer"] for each in results} == {"refuse", "hold"}
    assert may_post == [False] * 2 + [True] * 28
    assert all(api.get(f"/v1/banks/dozen-{n}/statistics")["braked"] == 1 for n in range(12))


def test_a_poisoned_list_locks_few_and_is_seen_in_its_preview(api: Any) -> None:
    """What everybody posts, on one list: the preview counts it, and the late match stops by itself."""
    values = [f"{number:032x}" for number in range(50_000, 50_020)]
    items = [
        {"id": f"poison-{value}-{n}", "author": {"id": f"poison-{value}-{n}"}, "media": [{"md5": value}]}
        for value in values
        for n in range(4)
    ]
    api.post("/v1/items/batch", {"items": items})
    api.bank("poison", brake_accounts=1)
    csv = "type,value\n" + "".join(f"md5,{value}\n" for value in values)
    headers = {"Content-Type": "text/csv"}
    preview = api.post("/v1/banks/poison/import?preview=true", content=csv, headers=headers)
    api.post("/v1/banks/poison/import", content=csv, headers=headers)
    api.house.match_late()
    may_post = [api.get(f"/v1/accounts/{item['author']['id']}/standing")["may_post"] for item in items]

    assert (preview["would_brake"], preview["hits"]["accounts"]) == (20, 80)
    assert may_post.count(False) == 20
    assert api.get("/v1/banks/poison/statistics")["braked"] == 20


def test_a_look_up_tells_why_a_match_may_do_less(api: Any) -> None:
    """Each reason that submissions would be bounded by, and none for a member that nobody doubts."""
    value = "b1" * 16

    def told() -> Any:
        asked = {"hashes": [{"type": "md5", "value": value}], "banks": ["bounds-1"]}
        return api.post("/v1/lookup", asked)["results"][0]["matches"][0]["bounds"]

    member = listed(api, "bounds-1", value, brake_accounts=1)
    assert told() == []
    say(api, "bounds-1", member, "seed")
    assert told() == ["seed"]
    for number in range(2):
        media = [{"md5": value, "sha256": f"{number + 700:064x}"}]
        api.post("/v1/items", {"id": f"bounds-{number}", "author": {"id": f"bounds-{number}"}, "media": media})
    assert told() == ["braked", "seed"]
    say(api, "bounds-1", member, "negative")
    say(api, "bounds-1", member, "negative", scope="judge")
    assert told() == ["braked", "disputed"]


def test_a_look_up_tells_of_doubt_about_a_likeness_and_of_a_word_taken_back(api: Any) -> None:
    """One no bounds a likeness, the source's own no bounds identical bytes."""
    api.bank("bounds-2")
    near = "0123456789abcdef" * 4
    api.post("/v1/banks/bounds-2/members", {"members": [{"type": "pdq", "value": near}]})
    [member] = api.get("/v1/banks/bounds-2/members")["members"]
    say(api, "bounds-2", member["id"], "negative")
    rows = f'{{"type":"md5","value":"{"b2" * 16}","opinion":"negative"}}\n'
    api.post("/v1/banks/bounds-2/import", content=rows, headers={"Content-Type": "application/x-ndjson"})

    asked = [{"type": "pdq", "value": near}, {"type": "md5", "value": "b2" * 16}]
    results = api.post("/v1/lookup", {"hashes": asked, "banks": ["bounds-2"]})["results"]
    assert [[match["bounds"] for match in each["matches"]] for each in results] == [[["doubted"]], [["retracted"]]]
