"""Events, their kinds, labels, bases, and what rules made of them, over HTTP."""

from typing import Any
from uuid import uuid4

import pytest

import worded

PRIVATE = {"kind": "private", "conversation": "room"}


def person(name: str, band: str | None = None, *regions: str) -> dict[str, Any]:
    """Return somebody as a platform names them."""
    age = {} if band is None else {"age": {"band": band, "provenance": "declared"}}
    return {"id": name, "regions": list(regions), **age}


def event(kind: str, author: dict[str, Any], recipient: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return an event of an identifier that nothing else has."""
    to = {} if recipient is None else {"recipient": recipient}
    return {"id": f"event-{uuid4()}", "kind": kind, "author": author, **to, **more}


def to_minors(author: str, count: int) -> list[dict[str, Any]]:
    """Return messages of an adult to so many different minors, in public."""
    return [
        event("message", person(author, "adult"), person(f"{author}-kid-{n}", "13_15"), channel={"kind": "public"})
        for n in range(count)
    ]


def caught(api: Any, name: str) -> list[dict[str, Any]]:
    """Return the open cases about an account."""
    return list(api.get(f"/v1/cases?account={name}")["cases"])


def test_a_rule_that_ships_catches_and_every_step_can_be_read(api: Any) -> None:
    """The event, the decision, why, the case with its reason and queue, what the account may still do, the figures."""
    told = api.post("/v1/events/batch", {"events": to_minors("eve-of-rules", 6)})["results"]

    assert [each["decision"] is not None for each in told] == [False] * 5 + [True]
    [fire] = api.get(f"/v1/decisions/{told[5]['decision']}/rules")["fires"]
    assert (fire["rule"], fire["because"]) == ("adult-reaches-many-minors", "wrote to 6 different minors within a day")
    assert {"text": "author.is_adult", "value": True} in fire["parts"]
    [case] = caught(api, "eve-of-rules")
    assert (case["reason"], case["kind"], case["clause"]) == ("rule", "grooming", "cse.conversation")
    assert [each["id"] for each in api.get(f"/v1/cases/{case['id']}/rules")["fires"]] == [fire["id"]]
    for age, allowed in (("13_15", False), ("adult", True)):
        asked = {
            "actor": {"account": "eve-of-rules"},
            "verb": "message",
            "account": {"id": f"eve-of-rules-{age}", "age": age},
        }
        assert api.post("/v1/may", asked)["allowed"] is allowed
    figures = api.get("/v1/rules/adult-reaches-many-minors/figures?since=1d")
    assert {"acted"} <= {row["outcome"] for row in figures["rows"]}
    page = api.get("/v1/rules/adult-reaches-many-minors/fires?limit=1")
    assert len(page["fires"]) == 1


def test_one_event_is_told_and_told_again(api: Any) -> None:
    """By its own identifier, and by the key of the request; another event under its identifier is refused."""
    one = event("login", person("log-in"))
    first = api.post("/v1/events", one)
    again = api.post("/v1/events", one)

    assert (first["new"], again["new"]) == (True, False)
    assert first["event"] == again["event"]
    headers = {"Idempotency-Key": str(uuid4())}
    other = event("login", person("log-in"))
    answers = [api.send("POST", "/v1/events", json=other, headers=headers) for _ in range(2)]
    assert [each.content for each in answers] == [answers[0].content] * 2
    assert answers[1].headers["idempotent-replayed"] == "true"
    clash = api.send("POST", "/v1/events", json={**one, "kind": "join"})
    assert clash.status_code == 409


def test_a_batch_answers_each_event_on_its_own(api: Any) -> None:
    """One that cannot be used has its error in its place; what was sent is not repeated in it."""
    told = api.post("/v1/events/batch", {"events": [event("login", person("b1")), event("zarblok", person("b1"))]})

    assert told["results"][0]["recorded"] is True
    error = told["results"][1]["error"]
    assert (error["status"], error["place"]) == (422, "kind")
    assert "zarblok" not in str(error)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"kind": "message"}, "channel"),
        ({"at": "2999-01-01T00:00:00Z"}, "at"),
        ({"at": "2001-01-01T00:00:00Z"}, "at"),
        ({"at": "2026-01-01T00:00:00"}, "at"),
        ({"attributes": {"amount": 1e300}}, "attributes"),
        ({"attributes": {"Amount": 1}}, "attributes"),
        ({"attributes": {"unknown": 1}}, "attributes.unknown"),
        ({"kind": "Login"}, "kind"),
        ({"author": "ann"}, "author"),
        ({"recipient": {"id": "bad"}, "kind": "follow"}, "recipient"),
        ({"text": "\x00"}, "text"),
        ({"extra": 1}, "extra"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(api: Any, wrong: dict[str, Any], place: str) -> None:
    """Never with what was sent."""
    answer = api.send("POST", "/v1/events", json={**event("login", person("bad")), **wrong})

    assert answer.status_code == 422
    told = answer.json()
    named = [told.get("place") or "", *(each["place"] for each in told.get("places", ()))]
    assert any(each.startswith(place) for each in named), told
    assert place != "channel" or "`private`" in told["remedy"]


@pytest.mark.parametrize(("country", "region"), [("US", "US"), ("DE", "FR"), ("GB", "GB")])
@pytest.mark.parametrize("kind", ["group", "private"])
def test_private_is_private_until_a_basis_is_recorded_and_a_report_goes_through(
    api: Any, country: str, region: str, kind: str
) -> None:
    """P12 over HTTP, by the profile of an operator in the United States, the European Union and the United Kingdom."""
    before = api.get("/v1/profile")
    profile = {"country": country, "user_regions": [region], "services": ["public", "group", "private"]}
    channel = {"kind": kind, "conversation": "room"}
    try:
        api.send("PUT", "/v1/profile", json=profile)
        api.house.profile._good_until = 0.0  # another process would see it within a second
        unseen = api.post("/v1/events", event("message", person("p1", None, region), channel=channel, text="hello"))
        report = api.post("/v1/events", event("report", person("p2", None, region), person("p1"), channel=channel))
        missing = api.get("/v1/bases")["unwatched"]
        basis = {
            "region": region, "channel": kind, "technique": "behaviour", "legal_basis": "the law that allows it",
            "reference": "assessment 1", "from": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        api.send("PUT", "/v1/profile", json={**profile, "bases": [basis]})
        seen = api.post("/v1/events", event("message", person("p1", None, region), channel=channel, text="hello"))
        [recorded] = api.get("/v1/bases")["bases"]
    finally:
        api.send("PUT", "/v1/profile", json=before)

    assert (unseen["recorded"], unseen["event"], unseen["withheld"]) == (
        False, None, ["behaviour", "known_images", "text"],
    )  # fmt: skip
    assert (report["recorded"], report["withheld"]) == (True, [])
    assert {"channel": kind, "technique": "text", "regions": [region]} in missing
    assert (seen["recorded"], seen["withheld"]) == (True, ["known_images", "text"])
    assert (recorded["technique"], recorded["in_force"], recorded["lapses_soon"]) == ("behaviour", True, False)


def test_a_basis_for_a_technique_that_nobody_knows_is_refused(api: Any) -> None:
    """It would cover nothing, and somebody would think that it did."""
    basis = {
        "region": "DE", "channel": "private", "technique": "guessing", "legal_basis": "x", "reference": "x",
        "from": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    assert api.send("PUT", "/v1/profile", json={"bases": [basis]}).status_code == 422


def test_a_message_that_is_submitted_as_an_item_is_an_event_too(api: Any) -> None:
    """With its recipient: six of them are caught as six events are."""
    for n in range(6):
        item = {
            "id": f"item-{uuid4()}", "kind": "message", "author": person("mia-of-rules", "adult"), "text": "hello",
            "recipient": person(f"mia-of-rules-kid-{n}", "16_17"), "channel": {"kind": "public"},
        }  # fmt: skip
        assert api.post("/v1/items", item)["answer"] == "publish"

    assert [case["kind"] for case in caught(api, "mia-of-rules")] == ["grooming"]


@pytest.mark.parametrize("written", [{"kind": "message"}, {"recipient": {"id": "somebody"}}], ids=["kind", "recipient"])
def test_an_item_that_is_written_to_somebody_names_its_channel(api: Any, written: dict[str, Any]) -> None:
    """Nothing that may be private is taken for public because nobody said so (P12)."""
    item = {"id": f"item-{uuid4()}", "author": person("writer"), "text": "hello", **written}
    answer = api.send("POST", "/v1/items", json=item)

    assert answer.status_code == 422
    assert "`channel`" in str(answer.json())
    assert api.post("/v1/items", {**item, "channel": {"kind": "private"}})["answer"] == "publish"


def test_a_platform_declares_its_own_kinds(api: Any) -> None:
    """They are told with those that ship, and rules may ask for what they declare."""
    kinds = {"kinds": [{"name": "gift_card", "says": "a card", "attributes": {"worth": "number", "tags_of": "texts"}}]}
    told = api.send("PUT", "/v1/event-kinds", json=kinds).json()["kinds"]
    try:
        assert {each["name"]: each["ships"] for each in told}["gift_card"] is False
        then = "[{open_case: {queue: contact, severity: low, because: x}}]"
        source = f"- {{rule: dear-cards, clause: cse.coercion, when: event.worth > 100, then: {then}}}"
        assert api.post("/v1/rules/check", {"source": source})["problems"] == []
        sent = event("gift_card", person("giver"), attributes={"worth": 3.5, "tags_of": ["a", "b"]})
        assert api.post("/v1/events", sent)["recorded"] is True
        for wrong in ({"name": "login"}, {"name": "x", "attributes": {"amount": "text"}}, {"name": "X"}):
            assert api.send("PUT", "/v1/event-kinds", json={"kinds": [wrong]}).status_code == 422
    finally:
        api.send("PUT", "/v1/event-kinds", json={"kinds": []})
    [problem] = api.post("/v1/rules/check", {"source": source})["problems"]
    assert problem["message"] == "there is no fact `event.worth`"


def test_labels_and_lists_are_kept_by_people(api: Any) -> None:
    """Set, read, and taken off; a name that is none, and an account that is none, are refused."""
    api.post("/v1/events", event("login", person("labelled")))
    for path in ("labels/registered_school", "lists/to-look-at"):
        put = api.send("PUT", f"/v1/accounts/labelled/{path}", json={"because": "checked by telephone"})
        assert put.status_code == 200, put.text
    found = api.get("/v1/accounts/labelled/labels")["labels"]
    assert [(each["label"], each["list"]) for each in found] == [("registered_school", False), ("to-look-at", True)]
    assert [each["account"] for each in api.get("/v1/lists/to-look-at")["labels"]] == ["labelled"]
    for path in ("labels/registered_school", "lists/to-look-at"):
        assert api.send("DELETE", f"/v1/accounts/labelled/{path}").status_code == 204
    assert api.get("/v1/accounts/labelled/labels")["labels"] == []
    because = {"because": "x"}
    assert api.send("PUT", "/v1/accounts/labelled/labels/Not%20One", json=because).status_code == 422
    assert api.send("PUT", "/v1/accounts/nobody-here/labels/one_more", json=because).status_code == 404
    ended = {"because": "x", "ends_at": "2001-01-01T00:00:00Z"}
    assert api.send("PUT", "/v1/accounts/labelled/labels/one_more", json=ended).status_code == 422


def test_a_changed_rule_is_tried_on_what_happened(api: Any) -> None:
    """With a lower threshold somebody is caught who was not; nothing is written."""
    api.post("/v1/events/batch", {"events": to_minors("low-of-rules", 3)})
    source = """
- rule: adult-reaches-many-minors
  clause: cse.conversation
  when: >
    event.kind == "message" and author.is_adult and recipient.is_minor
    and count_distinct(recipient.id, by=author.id, within="24h") > 2
  then:
    - open_case: {queue: grooming, severity: high, because: "wrote to {count} minors"}
"""
    told = api.post("/v1/rules/replay", {"source": source, "since": "1d"})

    assert "low-of-rules" in {case["account"] for case in told["cases_won"]}
    [rule] = [each for each in told["rules"] if not each["same"]]
    assert (rule["rule"], rule["after"]["version"]) == ("adult-reaches-many-minors", "candidate")
    assert caught(api, "low-of-rules") == []
    bad = api.send("POST", "/v1/rules/replay", json={"source": "- rule: x", "since": "1d"})
    assert bad.status_code == 422
    assert api.send("POST", "/v1/rules/replay", json={"source": source, "since": "1y"}).status_code == 422


def test_counters_are_shown_with_what_they_hold(api: Any) -> None:
    """Their text, their windows and bytes, and whether a rule in force uses them; as numbers for an alarm too."""
    api.post("/v1/events/batch", {"events": to_minors("cnt", 2)})
    told = api.get("/v1/counters")

    assert told["keys"] >= 1
    assert any(each["in_use"] and "count_distinct(recipient.id" in each["text"] for each in told["counters"])
    assert "tutela_counter_keys" in api.send("GET", "/metrics").text
    assert 'tutela_events_total{outcome="recorded"}' in api.send("GET", "/metrics").text


@pytest.mark.parametrize(
    ("path", "scope", "status"),
    [
        ("/v1/counters", "submit", 403), ("/v1/bases", "submit", 403), ("/v1/rules/x/figures", "submit", 403),
        ("/v1/decisions/dec_none/rules", "rules", 404), ("/v1/cases/cas_none/rules", "cases", 404),
        ("/v1/lists/none", "rules", 200), ("/v1/rules/x/fires?limit=0", "rules", 422),
        ("/v1/rules/x/figures?since=7", "rules", 422),
    ],
)  # fmt: skip
def test_who_may_not_is_refused_and_what_is_not_there_is_said(api: Any, path: str, scope: str, status: int) -> None:
    """By scope, by identifier, by query."""
    assert api.send("GET", path, scope=scope).status_code == status


def test_why_a_rule_fired_tells_which_entry_hit_where_and_by_which_disguise(api: Any) -> None:
    """Never any words: neither those of the text nor those of the bank."""
    bank = worded.keywords(api.house, "blorvex")
    sent = event("message", person("ann-of-words"), text="any BL0RVEX here", channel={"kind": "public"})
    decision = api.post("/v1/events", sent)["decision"]
    fires = api.get(f"/v1/decisions/{decision}/rules")["fires"]
    [fire] = [each for each in fires if each["rule"] == "words-of-seeking"]
    [spot] = fire["spotted"]["spots"]

    assert (spot["bank"], spot["spans"], spot["steps"]) == (bank.name, [[4, 11]], ["case", "sign"])
    assert fire["because"] == "words about seeking or offering were met: stand-ins"
    assert "lorvex" not in str(fires).lower()
