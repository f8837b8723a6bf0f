"""Every mechanism of the complaint, in its own order, then what peers have: tried over HTTP, seen by everybody.

A real server; one item and one account a mechanism; the sights are those of author, follower, stranger, child, adult,
two countries, and of feed, search, profile and ads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from acceptance import served
from acceptance.served import Installation
from tutela_client import Client, TutelaClientError

SURFACES = ("feed", "recommendations", "search", "trends", "profile", "detail", "replies", "notifications", "ads")
SPREADING = ("recommendations", "search", "trends", "notifications", "ads")


@dataclass(frozen=True)
class Eye:
    """Somebody who looks."""

    name: str
    relation: str = "none"
    age: str = "adult"
    country: str = "DE"


FOLLOWER, STRANGER = Eye("follower", "follower"), Eye("stranger")
MINOR, UNKNOWN = Eye("minor", age="13_15"), Eye("unknown", age="unknown")
FRENCH = Eye("french", country="FR")
EYES = (FOLLOWER, STRANGER, MINOR, UNKNOWN, FRENCH)


@dataclass
class Stage:
    """A server on which each mechanism has an author and an item of its own."""

    client: Client
    name: str = ""

    @property
    def author(self) -> str:
        """Return the account that the measures are on."""
        return f"author-{self.name}"

    @property
    def item(self) -> str:
        """Return its item."""
        return f"post-{self.name}"

    def enter(self, name: str) -> "Stage":
        """Have somebody post something harmless."""
        self.name = name
        author = {"id": self.author, "age": {"band": "adult", "provenance": "assured"}}
        said = {"id": self.item, "author": author, "text": "a boat on the lake", "tags": ["lakes"]}
        assert self.client.submit(said).may_publish
        return self

    def decide(self, clause: str, *measures: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Decide as an operator would: look at the plan, then commit it."""
        body = {
            "clause": clause,
            "reason": {"code": "tried", "line": "a test of every mechanism"},
            "accounts": [{"id": self.author, "role": "actor"}],
            "measures": list(measures),
            **more,
        }
        shown = self.client.call("POST", "/v1/decisions", {**body, "dry_run": True})
        assert len(shown["grants"]) >= len(measures)
        done: dict[str, Any] = self.client.call("POST", "/v1/decisions", body)
        return done

    def on_item(self, kind: str, **more: Any) -> dict[str, Any]:
        """Return a measure on the item."""
        return {"kind": kind, "on": {"kind": "item", "id": self.item}, **more}

    def on_account(self, kind: str, **more: Any) -> dict[str, Any]:
        """Return a measure on its author."""
        return {"kind": kind, "on": {"kind": "account", "id": self.author}, **more}

    def sight(self, eye: Eye | None, surface: str, *, account: bool = False) -> dict[str, Any]:
        """Return what somebody sees, or the author where nobody is named: of the item, or of the account itself."""
        who = {"account": eye.name, "age": eye.age, "countries": [eye.country]} if eye else {"account": self.author}
        who = who if eye else {**who, "age": "adult", "countries": ["DE"]}
        seen = {"id": self.author if account else self.item, "relation": eye.relation if eye else "author"}
        asked = {"viewer": who, "surface": surface, "accounts" if account else "items": [seen]}
        told = self.client.call("POST", "/v1/visibility", asked)
        found: dict[str, Any] = told["accounts" if account else "verdicts"][seen["id"]]
        return found

    def exposures(self, eye: Eye | None, *surfaces: str) -> set[str]:
        """Return how much of the item somebody sees on these surfaces."""
        return {self.sight(eye, surface)["exposure"] for surface in surfaces}

    def may(self, verb: str, **more: Any) -> bool:
        """Return whether the author may do something."""
        asked = {"actor": {"account": self.author, "age": "adult", "countries": ["DE"]}, "verb": verb, **more}
        return self.client.call("POST", "/v1/may", asked)["allowed"] is True

    def standing(self) -> dict[str, Any]:
        """Return what the account may do, in words."""
        told: dict[str, Any] = self.client.call("GET", f"/v1/accounts/{self.author}/standing")
        return told

    def is_heard(self) -> bool:
        """Return whether the ways to be heard and helped are open."""
        return all(self.may(verb) for verb in ("appeal", "report", "get_help", "read_statements", "export_own"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Yield a client of a server of its own."""
    installation = Installation.at(tmp_path_factory.mktemp("mechanisms"))
    done = installation.place.run(
        "key", "create", "platform", *(w for s in (*served.SCOPES, "choices", "decide") for w in ("--scope", s))
    )
    assert done.status == 0, done.err
    installation.key = done.out.strip()
    yield installation.serve().client
    installation.close()


@pytest.fixture
def stage(client: Client) -> Stage:
    """Return a stage."""
    return Stage(client)


def test_1_a_smaller_audience(stage: Stage) -> None:
    """Followers see it, and nobody is led to it; the author is told that it reaches less far, and may appeal."""
    stage.enter("reach").decide("house.spam", stage.on_item("limit_reach"))

    assert stage.exposures(FOLLOWER, "feed", "profile", "detail", "replies") == {"show"}
    assert stage.exposures(FOLLOWER, *SPREADING) == {"absent"}
    for eye in (STRANGER, MINOR, UNKNOWN, FRENCH):
        assert stage.exposures(eye, "feed", "profile", "replies", *SPREADING) == {"absent"}
        assert stage.sight(eye, "detail")["notices"] == ["followers_only"]
    mine = stage.sight(None, "feed")
    assert (mine["exposure"], mine["notices"]) == ("show", ["reach_limited"])
    assert mine["reasons"][0]["clause"] == "house.spam"
    assert stage.may("post")


def test_2_no_posting(stage: Stage) -> None:
    """What was posted stays; nothing more is taken in, whichever door it comes through."""
    stage.enter("posting").decide("house.spam", stage.on_account("block_posting"))

    assert not any(stage.may(verb) for verb in ("post", "reply", "quote", "share", "upload"))
    assert stage.may("read")
    assert stage.is_heard()
    assert not stage.standing()["may_post"]
    assert stage.exposures(STRANGER, "feed", "detail") == {"show"}
    again = {"id": "post-posting-2", "author": {"id": stage.author}, "text": "once more"}
    assert not stage.client.submit(again).may_publish


def test_3_hidden_in_one_country(stage: Stage) -> None:
    """Only there, with the basis named; whoever says no country is treated as being there."""
    scope = {"countries": ["FR"], "legal_basis": "an order of a court there"}
    stage.enter("country").decide("house.law", stage.on_item("withhold", scope=scope))

    assert stage.exposures(FRENCH, "feed", *SPREADING) == {"absent"}
    assert set(stage.sight(FRENCH, "detail")["notices"]) >= {
        "withheld_in_country",
        f"legal_basis:{scope['legal_basis']}",
    }
    for eye in (FOLLOWER, STRANGER, MINOR):
        assert stage.exposures(eye, "feed", "search", "detail") == {"show"}
    nowhere = {"viewer": {"anonymous": True}, "surface": "feed", "items": [stage.item]}
    anywhere = stage.client.call("POST", "/v1/visibility", nowhere)["verdicts"][stage.item]
    assert anywhere["exposure"] == "absent"


def test_4_the_profile_hidden(stage: Stage) -> None:
    """The page, the name and the picture are absent for everybody but the owner; the items stay."""
    stage.enter("profile").decide("house.conduct", stage.on_account("hide_profile"))

    for eye in EYES:
        assert stage.sight(eye, "profile", account=True)["exposure"] == "absent"
        assert stage.sight(eye, "search", account=True)["exposure"] == "absent"
        assert stage.sight(eye, "detail")["exposure"] == "show"
    assert stage.sight(None, "profile", account=True)["exposure"] == "show"
    assert stage.standing()["profile_hidden"]


def test_5_read_only(stage: Stage) -> None:
    """They may read, be heard and be helped, and nothing else; it ends by itself, and says when."""
    ends_at = (datetime.now(UTC) + timedelta(hours=12)).isoformat()
    stage.enter("reading").decide("house.conduct", stage.on_account("read_only", ends_at=ends_at))

    refused = ("post", "reply", "react", "message", "follow", "edit_profile", "withdraw_earnings")
    assert not any(stage.may(verb) for verb in refused)
    assert stage.may("read")
    assert stage.is_heard()
    standing = stage.standing()
    assert standing["read_only"]
    assert standing["valid_until"]


def test_6_locked_until_verified(stage: Stage) -> None:
    """Out until the platform records the verification that was asked for, and no other."""
    stage.enter("verified")
    lock = stage.on_account("lock_until_verified", scope={"verification": "phone"})
    compromised = [{"id": stage.author, "role": "compromised"}]
    stage.decide("house.takeover", lock, accounts=compromised)

    assert not stage.may("read")
    assert stage.is_heard()
    assert stage.standing()["locked"]["verifications"] == ["phone"]
    path, now = f"/v1/accounts/{stage.author}/verifications", datetime.now(UTC).isoformat()
    stage.client.call("POST", path, {"kind": "email", "at": now})
    assert not stage.may("post")
    stage.client.call("POST", path, {"kind": "phone", "at": now})
    assert stage.may("post")
    assert stage.standing()["locked"] is None


def test_7_suspended_for_good(stage: Stage) -> None:
    """Everything of theirs is absent for everyone; they are out without an end, told why, and heard."""
    stage.enter("suspended").decide("house.conduct", stage.on_account("suspend"))

    for eye in EYES:
        assert stage.exposures(eye, *SURFACES) == {"absent"}
        assert stage.sight(eye, "profile", account=True)["exposure"] == "absent"
    assert not any(stage.may(verb) for verb in ("read", "post", "message", "log_in"))
    assert stage.is_heard()
    standing = stage.standing()
    assert standing["suspended"]["until"] is None
    assert not standing["may_post"]


def test_8_de_emphasis(stage: Stage) -> None:
    """Ranked lower and collapsed among replies; nobody is kept from it, and the author knows."""
    stage.enter("lower").decide("house.spam", stage.on_item("de_emphasise"))

    for eye in EYES:
        assert stage.sight(eye, "feed")["rank_factor"] < 1
        assert stage.exposures(eye, "replies", "search") == {"lower"}
        assert stage.exposures(eye, "detail", "profile") == {"show"}
    assert stage.sight(None, "detail")["notices"] == ["shown_lower"]


def test_9_what_a_viewer_hides_is_hidden_from_them_alone(stage: Stage) -> None:
    """It only hides more, for one pair of eyes, and answers no violation."""
    stage.enter("muted")
    choices = [{"kind": "mute_account", "value": stage.author}]
    stage.client.call("PUT", f"/v1/accounts/{STRANGER.name}/choices", {"choices": choices})

    assert stage.exposures(STRANGER, "feed", "search") == {"absent"}
    assert stage.exposures(STRANGER, "detail") == {"show"}
    for eye in (FOLLOWER, MINOR, FRENCH, None):
        assert stage.exposures(eye, "feed", "search") == {"show"}
    assert stage.standing()["may_post"]


@pytest.mark.parametrize(
    "lesser",
    [
        "limit_reach", "de_emphasise", "cover", "age_gate", "withhold", "disable_actions", "warn", "block_posting",
        "read_only", "lock_until_verified",
    ],
)  # fmt: skip
def test_no_lesser_measure_answers_an_actor_under_zero_tolerance(stage: Stage, lesser: str) -> None:
    """Each is refused with a sentence that names it, and nothing of it is written."""
    stage.enter(f"lesser-{lesser.replace('_', '-')}")
    scopes = {
        "withhold": {"countries": ["FR"], "legal_basis": "an order"},
        "disable_actions": {"actions": ["reply"]},
        "lock_until_verified": {"verification": "phone"},
    }
    is_on_item = lesser in {"limit_reach", "de_emphasise", "cover", "age_gate", "withhold", "disable_actions"}
    make = stage.on_item if is_on_item else stage.on_account
    measure = make(lesser, **({"scope": scopes[lesser]} if lesser in scopes else {}))

    body = {
        "clause": "cse.depiction",
        "reason": {"code": "tried"},
        "accounts": [{"id": stage.author, "role": "actor"}],
        "measures": [measure],
    }
    with pytest.raises(TutelaClientError) as refused:
        stage.client.call("POST", "/v1/decisions", body)

    assert refused.value.status == 422
    assert lesser in str(refused.value)
    assert stage.exposures(STRANGER, "feed", "detail") == {"show"}
    assert stage.standing()["may_post"]


@pytest.mark.parametrize("role", ["depicted", "coerced", "compromised", "unwitting_carrier", "reporter", "minor_peer"])
def test_every_other_part_is_protected_and_loses_nothing(stage: Stage, role: str) -> None:
    """What is asked for against them is refused; without it, contact from strangers is off and all else stays."""
    stage.enter(f"part-{role.replace('_', '-')}")
    parts = [{"id": stage.author, "role": role}]
    body = {"clause": "cse.depiction", "reason": {"code": "tried"}, "accounts": parts}
    with pytest.raises(TutelaClientError) as refused:
        stage.client.call("POST", "/v1/decisions", {**body, "measures": [stage.on_account("suspend")]})
    assert refused.value.status == 422

    told = stage.client.call("POST", "/v1/decisions", {**body, "measures": [stage.on_account("protect")]})

    assert told["grants"]
    assert stage.standing()["may_post"]
    assert stage.standing()["protected"]
    strangers = {"actor": {"account": "stranger", "age": "adult"}, "verb": "message", "account": {"id": stage.author}}
    assert stage.client.call("POST", "/v1/may", strangers)["allowed"] is False
    assert all(stage.may(verb) for verb in ("post", "reply", "read", "message"))
