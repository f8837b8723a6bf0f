"""May this account do that? The same measures refuse at write time what they hide at read time."""

from datetime import timedelta
from typing import Any

import pytest

from api.measured import grant
from api.test_visibility import post
from tutela.core.measures import MeasureKind, SubjectKind
from tutela_client.scope import Scope

ACCOUNT, ITEM = SubjectKind.ACCOUNT, SubjectKind.ITEM


def may(api: Any, verb: str, *, actor: Any = None, **more: Any) -> Any:
    """Ask whether somebody may do something."""
    return api.post("/v1/may", {"actor": actor or {"account": "doer", "age": "adult"}, "verb": verb, **more})


def test_nothing_in_force_lets_everything_be_done(api: Any) -> None:
    """Also by an account that is not known here, and by somebody without one."""
    post(api, "open-1", "open")

    for actor, verb in (
        ({"account": "open"}, "share"),
        ({"account": "nobody-1"}, "share"),
        ({"anonymous": True}, "read"),
    ):
        told = may(api, verb, actor=actor, item="open-1")
        assert (told["allowed"], told["code"], told["valid_until"]) == (True, None, None)
    assert may(api, "share", actor={"anonymous": True}, item="open-1")["code"] == "account_needed"


def test_in_a_conversation_with_a_minor_one_adult_is_not_enough(api: Any) -> None:
    """Who may not write to minors names everybody whom it reaches."""
    post(api, "group-1", "grouped")
    grant(api, MeasureKind.BLOCK_MESSAGING, ACCOUNT, "grouped", scope=Scope(audience="minors"))
    adult, minor = {"id": "old", "age": "adult"}, {"id": "young", "age": "13_15"}

    def asked(**more: Any) -> bool:
        told = may(api, "message", actor={"account": "grouped"}, conversation="talk-9", **more)
        return bool(told["allowed"])

    assert not asked(account=adult)
    assert not asked(accounts=[adult, minor])
    assert asked(accounts=[adult])


@pytest.mark.parametrize(
    ("kind", "refused", "allowed"),
    [
        (MeasureKind.BLOCK_POSTING, ["post", "reply", "upload"], ["react", "message"]),
        (MeasureKind.BLOCK_MESSAGING, ["message", "invite"], ["post"]),
        (MeasureKind.READ_ONLY, ["post", "react", "message"], ["read", "log_in"]),
        (MeasureKind.SUSPEND, ["log_in", "read", "post"], []),
        (MeasureKind.LOCK_PENDING_DECISION, ["read", "post"], ["log_in"]),
        (MeasureKind.NO_ADS, ["advertise"], ["post"]),
        (MeasureKind.NO_PAYOUT, ["withdraw_earnings"], ["post"]),
        (MeasureKind.WARN, [], ["post", "message"]),
    ],
)
def test_a_measure_on_who_acts_takes_its_verbs_away_and_no_others(
    api: Any, kind: MeasureKind, refused: list[str], allowed: list[str]
) -> None:
    """With an end where there is one; the ways to be heard stay under every measure."""
    actor = f"acts-{kind}"
    post(api, f"of-{actor}", actor)
    ends_at = api.house.clock.now() + timedelta(days=2)
    grant(api, kind, ACCOUNT, actor, ends_at=ends_at)

    for verb in (*refused, *allowed, "report", "appeal", "get_help", "delete_own"):
        told = may(api, verb, actor={"account": actor, "age": "adult"})
        assert told["allowed"] is (verb not in refused), verb
        assert told["valid_until"] == (
            ends_at.isoformat().replace("+00:00", "Z") if verb in (*refused, *allowed) else None
        )


@pytest.mark.parametrize(
    ("stored", "said", "allowed"),
    [
        ("adult", None, True),
        (None, "adult", True),
        ("16_17", "adult", False),
        ("adult", "13_15", False),
        (None, None, False),
    ],
)
def test_messages_to_minors_only_are_refused_by_the_younger_age(
    api: Any, stored: str | None, said: str | None, *, allowed: bool
) -> None:
    """Of whom nothing is known is a minor."""
    name = f"written-{stored}-{said}"
    post(api, f"by-{name}", f"by-{name}")
    grant(api, MeasureKind.BLOCK_MESSAGING, ACCOUNT, f"by-{name}", scope=Scope(audience="minors"))
    if stored is not None:
        api.send("PUT", f"/v1/accounts/{name}", json={"age": {"band": stored}})
    account = {"id": name} | ({} if said is None else {"age": said})

    assert may(api, "message", actor={"account": f"by-{name}"}, account=account)["allowed"] is allowed


def test_a_protected_account_is_not_reached_by_strangers(api: Any) -> None:
    """Whoever it follows, or who follows it, may write; nothing is taken away from itself."""
    post(api, "protected-1", "protected")
    grant(api, MeasureKind.PROTECT, ACCOUNT, "protected")

    assert not may(api, "message", account={"id": "protected"})["allowed"]
    assert may(api, "message", account={"id": "protected", "relation": "follower"})["allowed"]
    assert may(api, "message", actor={"account": "protected"}, account={"id": "doer"})["allowed"]
    assert may(api, "message", account={"id": "doer", "relation": "blocked"})["code"] == "blocked"


def test_what_is_hidden_from_somebody_cannot_be_acted_on_by_them(api: Any) -> None:
    """An item that is absent, one whose actions are off, one that was never submitted."""
    post(api, "acted-1", "acted")
    post(api, "acted-2", "acted")
    grant(api, MeasureKind.HOLD, ITEM, "acted-1")
    grant(api, MeasureKind.DISABLE_ACTIONS, ITEM, "acted-2", scope=Scope(actions=frozenset({"share"})))

    assert may(api, "reply", item="acted-1")["code"] == "not_available"
    assert may(api, "share", item="acted-2")["code"] == "action_disabled"
    assert may(api, "reply", item="acted-2")["allowed"]
    assert may(api, "reply", item="never-submitted")["code"] == "not_available"


def test_links_devices_networks_and_conversations_are_refused_by_what_reaches_them(api: Any) -> None:
    """A domain with everything below it, a range with every address in it."""
    within = {"ends_at": api.house.clock.now() + timedelta(days=1)}
    grant(api, MeasureKind.BLOCK_LINK, SubjectKind.LINK, "blocked.example")
    grant(api, MeasureKind.BLOCK_LINK, SubjectKind.LINK, "other.example/one")
    grant(api, MeasureKind.BLOCK_DEVICE, SubjectKind.DEVICE, "device-1", **within)
    grant(api, MeasureKind.BLOCK_NETWORK, SubjectKind.NETWORK, "198.51.100.0/24", **within)
    grant(api, MeasureKind.BLOCK_MESSAGING, SubjectKind.CONVERSATION, "talk-1")

    def refused(verb: str, **used: Any) -> bool:
        return not may(api, verb, **used)["allowed"]

    assert refused("post", links=["https://deep.blocked.example/a"])
    assert refused("post", links=["https://fine.example", "other.example/one"])
    assert not refused("post", links=["https://other.example/two"])
    assert not refused("react", links=["blocked.example"])
    assert refused("sign_up", actor={"anonymous": True}, device="device-1")
    assert refused("sign_up", actor={"anonymous": True}, network="198.51.100.9")
    assert not refused("sign_up", actor={"anonymous": True}, device="device-2", network="198.51.101.9")
    assert not refused("log_in", device="device-1")
    assert refused("message", conversation="talk-1")


def test_a_refusal_is_explained_only_with_the_scope(api: Any) -> None:
    """Which measure, by which row."""
    post(api, "why-1", "why")
    granted = grant(api, MeasureKind.BLOCK_POSTING, ACCOUNT, "why")
    asked = {"actor": {"account": "why"}, "verb": "post", "explain": True}

    told = api.post("/v1/may", asked)

    assert told["because"] == [{"measure": granted.id, "row": "kinds.block_posting.refuses"}]
    assert api.send("POST", "/v1/may", json=asked, scope="read").status_code == 403
    assert "because" not in may(api, "post", actor={"account": "why"})


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"actor": {}}, "actor"),
        ({"actor": {"account": "a", "age": "old"}}, "actor.age"),
        ({"verb": "Post It"}, "verb"),
        ({"links": ["https://exa\tmple.org"]}, "links.0"),
        ({"links": ["fine.example", "localhost"]}, "links.1"),
        ({"network": "198.51.100.0/24"}, "network"),
        ({"account": {"id": "a", "relation": "friend"}}, "account.relation"),
        ({"more": 1}, "more"),
    ],
)
def test_what_means_nothing_is_refused_with_its_place(api: Any, change: dict[str, Any], place: str) -> None:
    """And without repeating it."""
    answer = api.send("POST", "/v1/may", json={"actor": {"account": "a"}, "verb": "post", **change})

    assert (answer.status_code, answer.json()["place"]) == (422, place)


def test_a_verb_that_nobody_registered_is_refused(api: Any) -> None:
    """As an answer and not as an error: what nobody thought of is not allowed by accident."""
    told = may(api, "teleport")

    assert (told["allowed"], told["code"]) == (False, "unknown_verb")
