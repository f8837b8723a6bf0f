"""Decisions by hand over HTTP: shown first, refused in words, made once, and undone by two where it is grave."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from make import photo
from tutela.core.measures import ALLOWED_SUBJECTS, MeasureKind, SubjectKind
from tutela.core.permissions import StaffRole
from tutela.core.policy import LESSER_KINDS, ZERO_TOLERANCE_IDS
from tutela.core.roles import Role

REASON = {"code": "seen", "line": "A line for our own people"}
_numbers = itertools.count(1)
SCOPES = {
    "disable_actions": {"actions": ["reply"]},
    "withhold": {"countries": ["DE"], "legal_basis": "A court order"},
    "lock_until_verified": {"verification": "phone"},
}
OTHERS = [role.value for role in Role if role.is_protected]


def posted(api: Any, *, age: str = "adult", **more: Any) -> tuple[str, str]:
    """Have somebody new post a text, and return item and author."""
    number = next(_numbers)
    author = {"id": f"decide-user-{number}", "age": {"band": age, "provenance": "assured"}}
    api.post("/v1/items", {"id": f"decide-{number}", "author": author, "text": "hello", **more}, status=201)
    return f"decide-{number}", author["id"]


def measure(kind: str, on: str, name: str, **more: Any) -> dict[str, Any]:
    """Return one measure as it is asked for."""
    scope = {"scope": SCOPES[kind]} if kind in SCOPES else {}
    return {"kind": kind, "on": {"kind": on, "id": name}, **scope, **more}


def decision(clause: str, *measures: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a decision as it is asked for."""
    return {"clause": clause, "reason": REASON, "measures": list(measures), **more}


def answered(item: str, author: str, clause: str = "cse.commentary", **more: Any) -> dict[str, Any]:
    """Return a decision that answers a violation of one of the twelve."""
    both = measure("quarantine", "item", item), measure("suspend", "account", author)
    return decision(clause, *both, accounts=[{"id": author, "role": "actor"}], **more)


def test_a_decision_is_shown_made_and_read(api: Any) -> None:
    """The dry run tells what comes; what was made tells the same, with ids; reading it tells who and why."""
    item, author = posted(api)
    wanted = decision("house.spam", measure("limit_reach", "item", item), accounts=[{"id": author, "role": "actor"}])
    seen = api.post("/v1/decisions", {**wanted, "dry_run": True}, status=200)
    assert api.get(f"/v1/items/{item}")["measures"] == []
    made = api.post("/v1/decisions", wanted, status=201)
    read = api.get(f"/v1/decisions/{made['decision']}")

    assert [(g["kind"], g["subject"]) for g in seen["grants"]] == [
        ("limit_reach", {"kind": "item", "id": item}),
        ("warn", {"kind": "account", "id": author}),
    ]
    assert [(g["kind"], g["subject"]) for g in made["grants"]] == [(g["kind"], g["subject"]) for g in seen["grants"]]
    assert {m["code"] for m in seen["messages"]} == {"item_restricted", "account_warned"}
    assert (seen["strikes"][0]["points"], seen["strikes"][0]["meets"]) == (0, "warn")
    assert (seen["dry_run"], seen["decision"], made["dry_run"]) == (True, None, False)
    assert (read["reason"], read["accounts"]) == (REASON, [{"id": author, "role": "actor"}])
    assert (read["by"], read["automated"], read["reversed_by"]) == (read["by"], False, None)
    assert {m["id"] for m in read["measures"]} == {g["id"] for g in made["grants"]}
    again = api.send("POST", "/v1/decisions", json=decision("house.spam", measure("limit_reach", "item", item)))
    assert (again.status_code, made["decision"] in again.json()["remedy"]) == (409, True)


def test_the_same_request_is_answered_as_the_first_was(api: Any) -> None:
    """By its key: one decision, one strike; the same key for another request is refused."""
    item, author = posted(api)
    wanted = decision("house.spam", measure("remove", "item", item), accounts=[{"id": author, "role": "actor"}])
    headers = {"Idempotency-Key": f"decide-{item}"}
    first, second = (api.send("POST", "/v1/decisions", json=wanted, headers=headers) for _ in range(2))
    other = api.send("POST", "/v1/decisions", json={**wanted, "clause": "house.conduct"}, headers=headers)

    assert (first.status_code, second.status_code, second.headers["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.content == second.content
    assert other.status_code == 422
    assert len(api.get(f"/v1/accounts/{author}/strikes")["strikes"]) == 1


@pytest.mark.parametrize("clause", ZERO_TOLERANCE_IDS)
def test_each_lesser_measure_is_refused_for_an_actor_with_a_sentence(api: Any, clause: str) -> None:
    """Under each of the twelve, in a dry run and in earnest; nothing is written."""
    item, author = posted(api)
    for kind in sorted(LESSER_KINDS):
        on = "account" if SubjectKind.ACCOUNT in ALLOWED_SUBJECTS[MeasureKind(kind)] else "item"
        lesser = measure(kind, on, author if on == "account" else item)
        wanted = decision(clause, lesser, accounts=[{"id": author, "role": "actor"}])
        seen = api.post("/v1/decisions", {**wanted, "dry_run": True}, status=200)
        refused = api.send("POST", "/v1/decisions", json=wanted)

        assert refused.status_code == 422
        assert f"`{kind}` is no answer to whoever did this" in refused.json()["detail"]
        assert clause in refused.json()["detail"]
        assert refused.json()["place"] == "measures.0"
        assert not seen["allowed"]
        assert seen["refusals"] == refused.json()["errors"]
        assert item not in refused.text
    assert api.get(f"/v1/items/{item}")["measures"] == []


@pytest.mark.parametrize("role", OTHERS)
def test_every_other_part_protects_and_loses_nothing(api: Any, role: str) -> None:
    """A suspension is refused with the reason; what is decided protects, and hides the content."""
    item, author = posted(api)
    accounts = [{"id": author, "role": role}]
    refused = api.send("POST", "/v1/decisions", json={**answered(item, author), "accounts": accounts})
    made = api.post(
        "/v1/decisions", decision("cse.commentary", measure("remove", "item", item), accounts=accounts), status=201
    )
    standing = api.get(f"/v1/accounts/{author}/standing")

    assert (refused.status_code, "is no suspect" in refused.json()["detail"]) == (422, True)
    on_account = {g["kind"] for g in made["grants"] if g["subject"]["kind"] == "account"}
    assert on_account == {"protect"}
    assert (standing["may_post"], standing["locked"], standing["suspended"]) == (True, None, None)
    assert api.get(f"/v1/items/{item}")["answer"] == "refuse"


def test_a_child_is_found_an_actor_with_the_senior_scope_only(api: Any) -> None:
    """And the scope alone decides nothing."""
    item, author = posted(api, age="13_15")
    refused = api.send("POST", "/v1/decisions", json=answered(item, author), scope="decide")
    alone = api.send("POST", "/v1/decisions", json=answered(item, author), scope="decide_senior")
    made = api.send("POST", "/v1/decisions", json=answered(item, author))

    assert (refused.status_code, "decide_senior" in refused.json()["detail"]) == (422, True)
    assert (alone.status_code, made.status_code) == (403, 201)


def test_a_permanent_suspension_opens_a_second_look(api: Any) -> None:
    """Due within a day, in the queue."""
    item, author = posted(api)
    made = api.post("/v1/decisions", answered(item, author), status=201)
    cases = {case["account"]: case for case in api.get("/v1/cases?limit=1000")["cases"]}

    assert made["cases"][0]["reason"] == cases[author]["reason"] == "second_look"


BROKEN = {
    "no such clause": {"clause": "house.none"},
    "unknown kind": {"measures": [{"kind": "shame", "on": {"kind": "item", "id": "x"}}]},
    "unknown subject": {"measures": [{"kind": "remove", "on": {"kind": "planet", "id": "x"}}]},
    "unknown role": {"accounts": [{"id": "x", "role": "villain"}]},
    "unknown field": {"verdict": "guilty"},
    "no reason": {"reason": None},
    "a time without zone": {"measures": [{**measure("warn", "account", "x"), "ends_at": "2030-01-01T00:00:00"}]},
    "a country that is none": {
        "measures": [{**measure("withhold", "item", "x"), "scope": {"countries": ["Germany"], "legal_basis": "x"}}]
    },
}


@pytest.mark.parametrize("spoilt", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_refused_and_not_repeated(api: Any, spoilt: dict[str, Any]) -> None:
    """Unknown kinds, subjects, roles, fields and countries."""
    answer = api.send("POST", "/v1/decisions", json={**decision("house.spam"), **spoilt})

    assert answer.status_code == 422
    assert not {"villain", "planet", "shame", "guilty", "Germany"} & set(answer.text.split('"'))


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
@pytest.mark.parametrize("name", ["starts_at", "ends_at"])
def test_a_moment_beyond_all_calendars_is_refused(api: Any, name: str, end: str) -> None:
    """Taken as UTC it would lie in no year; the place is named and it is no failure of ours."""
    wanted = decision("house.spam", {**measure("warn", "account", "x"), name: end})
    answer = api.send("POST", "/v1/decisions", json=wanted)

    assert (answer.status_code, answer.json()["errors"][0]["place"]) == (422, f"measures.0.{name}")


@pytest.mark.parametrize(("spoilt", "place"), [
    ({"scope": {"countries": ["ZZ"], "legal_basis": "x"}}, "measures.0.scope.countries"),
    ({"scope": {"surfaces": ["moon"]}}, "measures.0.scope.surfaces"),
    ({"scope": {"actions": ["frown"]}}, "measures.0.scope.actions"),
])  # fmt: skip
def test_a_word_that_is_unknown_is_named_by_its_place(api: Any, spoilt: dict[str, Any], place: str) -> None:
    """For a single decision and in bulk, and never repeated."""
    item, _ = posted(api)
    wanted = decision("house.law", {**measure("withhold", "item", item), **spoilt})
    bulk = {"clause": "house.law", "code": "x", "items": [item], "measures": [{"kind": "withhold", **spoilt}]}
    answers = [
        api.send("POST", "/v1/decisions", json=wanted),
        api.send("POST", "/v1/decisions/bulk", json={**bulk, "confirm_count": 1}),
    ]

    for answer in answers:
        assert answer.status_code == 422, answer.text
        assert place in {each["place"] for each in answer.json()["errors"]}
        assert not {"ZZ", "moon", "frown"} & set(answer.text.replace("`", '"').split('"'))


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"ends_at": "2001-01-01T00:00:00Z"}, "end before it starts"),
        ({"scope": {"countries": ["ZZ"], "legal_basis": "x"}}, "ISO 3166-1"),
        ({"scope": {"countries": ["DE"]}}, "needs countries, legal_basis"),
        ({"scope": {"actions": ["reply"]}}, "cannot be narrowed by actions"),
    ],
)
def test_what_contradicts_itself_is_refused_in_words(api: Any, spoilt: dict[str, Any], said: str) -> None:
    """Each place with a sentence."""
    item, _ = posted(api)
    wanted = decision("house.law", {**measure("withhold", "item", item), **spoilt})

    assert said in api.send("POST", "/v1/decisions", json=wanted).text


@pytest.mark.parametrize(("kind", "noun"), [("item", "item"), ("account", "account"), ("media", "media")])
def test_what_is_not_there_is_named_by_its_place(api: Any, kind: str, noun: str) -> None:
    """404, and which of them."""
    wanted = decision("house.spam", measure("exclude" if kind != "media" else "hold", kind, "nobody-knows"))
    answer = api.send("POST", "/v1/decisions", json={**wanted, "dry_run": True})

    assert (answer.status_code, answer.json()["place"]) == (404, "measures.0.on")
    assert noun in answer.json()["detail"]


def test_whoever_blocks_a_range_that_many_share_is_told_so(api: Any) -> None:
    """Before it is done; a small range of a carrier counts as well, and one address does not."""
    ends = (api.house.clock.now() + timedelta(days=2)).isoformat()
    blocks = [
        measure("block_network", "network", each, ends_at=ends)
        for each in ("198.18.0.0/23", "198.18.4.7", "100.64.0.7/32")
    ]
    told = api.post("/v1/decisions", decision("house.spam", *blocks, dry_run=True), status=200)

    assert [each["place"] for each in told["warnings"]] == ["measures.0.on", "measures.2.on"]
    assert "share this range" in told["warnings"][0]["message"]


def test_a_reversal_is_shown_and_restores_exactly_the_rest(api: Any) -> None:
    """Two decisions hold one account; undoing one leaves the other, and the second time it is told so."""
    item, author = posted(api)
    both = [
        api.post("/v1/decisions", decision(clause, measure("read_only", "account", author)), status=201)["decision"]
        for clause in ("house.spam", "house.conduct")
    ]
    seen = api.post(f"/v1/decisions/{both[0]}/reversal", {"reason": REASON, "dry_run": True}, status=200)
    done = api.post(f"/v1/decisions/{both[0]}/reversal", {"reason": REASON}, status=201)
    again = api.send("POST", f"/v1/decisions/{both[0]}/reversal", json={"reason": REASON})

    assert [m["decision"] for m in seen["ends"]] == [both[0]]
    assert [m["decision"] for m in seen["stays"]] == [both[1]]
    assert all(
        done[key] == seen[key] for key in ("overturned", "kept", "ends", "stays", "strikes", "items", "cannot_undo")
    )
    assert (again.status_code, done["reversal"] in again.json()["remedy"]) == (409, True)
    assert api.get(f"/v1/decisions/{both[0]}")["reversed_by"] == done["reversal"]
    assert api.get(f"/v1/decisions/{done['reversal']}")["reverses"] == both[0]
    assert api.send("POST", "/v1/decisions/dec_none/reversal", json={"reason": REASON}).status_code == 404
    assert item


def test_two_lift_a_quarantine_and_one_does_not(api: Any) -> None:
    """202 with who and when for the first, however often it asks; the second sees no proposal before it does it.

    Where people have accounts here, the second is one of them, and not the key of a service (P3).
    """
    senior = api.person(StaffRole.SENIOR_REVIEWER)
    others = set(api.house.verify().breaches)  # what other tests of this server have left behind on purpose
    media = api.upload(photo("brick"))
    item, author = posted(api, media=[{"id": media["id"]}])
    made = api.post("/v1/decisions", answered(item, author, "cse.depiction"), status=201)
    path = f"/v1/decisions/{made['decision']}/reversal"
    first = api.post(path, {"reason": REASON}, status=202, scope="decide")
    again = api.post(path, {"reason": REASON}, status=202, scope="decide")
    seen = api.post(path, {"reason": REASON, "dry_run": True}, status=200)
    assert api.get(f"/v1/items/{item}")["answer"] == "refuse"
    assert api.send("POST", path, json={"reason": REASON}).status_code == 403
    answered_by = api.send_as(senior, "POST", path, json={"reason": REASON})
    assert answered_by.status_code == 201
    done = answered_by.json()
    read = api.get(f"/v1/decisions/{done['reversal']}")

    assert first["proposal"] == again["proposal"] != None  # noqa: E711  # both at once
    assert seen["proposal"] is None
    assert seen["needs_two_people"]
    assert read["proposed_by"] == first["proposal"]["by"] != read["by"]
    assert api.get(f"/v1/items/{item}")["answer"] == "publish"
    assert api.get(f"/v1/items/{item}")["measures"] == []
    assert set(api.house.verify().breaches) <= others


@pytest.mark.parametrize("scope", ["submit", "read", "judge", "operate", "decide_senior"])
def test_only_keys_that_may_decide_decide(api: Any, scope: str) -> None:
    """And only they read why."""
    wanted = decision("house.spam", measure("warn", "account", "x"), dry_run=True)
    for method, path, body in (
        ("POST", "/v1/decisions", wanted),
        ("GET", "/v1/decisions/dec_none", None),
        ("POST", "/v1/decisions/dec_none/reversal", {"reason": REASON}),
    ):
        assert api.send(method, path, json=body, scope=scope).status_code == 403


def test_no_log_holds_what_was_decided_about_whom(api: Any, logs: list[Any]) -> None:
    """P10: neither the line nor the names."""
    item, author = posted(api)
    made = api.post("/v1/decisions", decision("house.spam", measure("remove", "item", item)), status=201)
    api.post(f"/v1/decisions/{made['decision']}/reversal", {"reason": REASON}, status=201)

    assert not any(secret in str(record) for record in logs for secret in (item, author, REASON["line"]))
