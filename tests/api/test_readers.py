"""What the platform's readers ask: visibility, accounts, changes."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from api.measured import grant, lift
from tutela.api.changes import MAX_PASSED_PAGES
from tutela.core.measures import MeasureKind, SubjectKind
from tutela_client.scope import Scope


def text(name: str, author: str = "reader") -> dict[str, Any]:
    """Return a plain item."""
    return {"id": name, "author": {"id": author}, "text": "Good morning"}


def test_what_was_never_submitted_is_absent_and_named(api: Any) -> None:
    """Unknown is the strictest, never a guess."""
    api.post("/v1/items", text("seen-1"))
    asked = {"viewer": {"anonymous": True}, "surface": "home", "items": ["seen-1", "never", "seen-1"]}
    told = api.post("/v1/visibility", asked)

    assert told["verdicts"]["seen-1"]["exposure"] == "show"
    assert told["verdicts"]["never"]["exposure"] == "absent"
    assert told["unknown"] == ["never"]
    assert "because" not in told["verdicts"]["seen-1"]


def test_an_item_on_hold_is_absent_and_explained_only_with_the_scope(api: Any) -> None:
    """The reasons are for those who may read detections."""
    media = api.upload(b"no picture at all")
    api.post("/v1/items", {"id": "held-1", "author": {"id": "eve"}, "media": [{"id": media["id"]}]})
    asked = {"viewer": {"account": "eve"}, "surface": "detail", "items": ["held-1"], "explain": True}
    told = api.post("/v1/visibility", asked)

    assert told["verdicts"]["held-1"]["exposure"] == "absent"
    assert told["verdicts"]["held-1"]["because"]
    assert api.send("POST", "/v1/visibility", json=asked, scope="read").status_code == 403


@pytest.mark.parametrize(
    "viewer", [{}, {"anonymous": False}, {"account": "a", "anonymous": True}, {"account": ""}, {"staff": True}]
)
def test_a_viewer_is_an_account_or_anonymous(api: Any, viewer: Any) -> None:
    """Staff never look through this route."""
    asked = {"viewer": viewer, "surface": "home", "items": []}

    assert api.send("POST", "/v1/visibility", json=asked).status_code == 422


def test_account_facts_are_recorded_and_replaced(api: Any) -> None:
    """The account of the first time stays the same account."""
    first = api.send(
        "PUT", "/v1/accounts/facts", json={"age": {"band": "13_15", "provenance": "assured"}, "regions": ["DE"]}
    )
    second = api.send("PUT", "/v1/accounts/facts", json={"age": {"band": "adult"}})

    assert first.json()["regions"] == ["DE"]
    assert second.json() == {**first.json(), "age": {"band": "adult", "provenance": "unknown"}, "regions": []}
    assert api.get("/v1/accounts/facts") == second.json()
    standing = api.get("/v1/accounts/facts/standing")
    assert (standing["may_post"], standing["earning"], standing["locked"]) == (True, "normal", None)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/accounts/x",
        "/v1/accounts/x/standing",
        "/v1/items/x",
        "/v1/items/x/detections",
        "/v1/media/x",
        "/v1/items/%FF",
        "/v1/items/" + "x" * 201,
        "/v1/items/a%0Ab",
        "/v1/none",
    ],
)
def test_what_is_not_there_is_404_in_the_one_shape(api: Any, path: str) -> None:
    """Whatever the reason."""
    assert api.send("GET", path).status_code == 404


def test_a_wrong_method_is_405_in_the_one_shape(api: Any) -> None:
    """With the methods that there are."""
    answer = api.send("DELETE", "/v1/policy")

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def hold_something(api: Any, name: str) -> None:
    """Cause a change."""
    media = api.upload(f"no picture: {name}".encode())
    api.post("/v1/items", {"id": name, "author": {"id": f"a-{name}"}, "media": [{"id": media["id"]}]})


def newest(api: Any) -> int:
    """Return the last change."""
    return int(api.get("/v1/status")["changes"])


def told(api: Any, after: str) -> tuple[Any, str, bool]:
    """Return the changes after a cursor, the next one, and whether there is more."""
    page = api.get(f"/v1/changes?after={after}")
    return page["changes"], page["next"], page["more"]


def test_changes_are_told_once_in_order(api: Any) -> None:
    """Reading on from `next` misses nothing and repeats nothing."""
    after = newest(api)
    hold_something(api, "change-1")
    page = api.get(f"/v1/changes?after={after}")

    assert [each["id"] for each in page["changes"]] == ["change-1"]
    assert told(api, page["next"]) == ([], page["next"], False)


def test_a_cursor_from_before_a_restore_is_told_and_never_waits_for_ever(api: Any) -> None:
    """A number that was never given belongs to a database that is no longer this one."""
    answer = api.send("GET", f"/v1/changes?after={newest(api) + 1000}&wait_seconds=20")

    assert (answer.status_code, answer.json()["place"]) == (422, "after")


def test_forty_waiters_hold_no_thread_and_all_are_woken(api: Any) -> None:
    """While they wait others are answered; one commit wakes them all."""
    after = newest(api)
    told: list[Any] = []

    def wait() -> None:
        told.append(api.get(f"/v1/changes?after={after}&wait_seconds=30"))

    threads = [threading.Thread(target=wait) for _ in range(40)]
    for thread in threads:
        thread.start()
    while "tutela_waiting_polls 40.0" not in api.send("GET", "/metrics").text:
        pass
    hold_something(api, "change-2")
    for thread in threads:
        thread.join(timeout=60)

    assert [[each["id"] for each in page["changes"]] for page in told] == [["change-2"]] * 40


def test_a_wait_ends_empty_when_nothing_changes(api: Any) -> None:
    """With the number to go on from."""
    after = newest(api)

    assert told(api, f"{after}&wait_seconds=0.1") == ([], str(after), False)


@pytest.mark.parametrize(
    "query",
    [
        "after=-1",
        "after=x",
        "after=1.",
        "after=1.x",
        "after=1.itm_01.acc_0!",
        "after=%D9%A1",
        "limit=0",
        "limit=1001",
        "wait_seconds=31",
        "wait_seconds=nan",
        "other=1",
        "after=1&after=2",
    ],
)
def test_an_odd_query_is_refused(api: Any, query: str) -> None:
    """Unknown, doubled, or out of bounds."""
    assert api.send("GET", f"/v1/changes?{query}").status_code == 422


def test_a_change_tells_what_a_reader_needs_and_not_why_something_is_sealed(api: Any) -> None:
    """Kind, times and scope; neither clause nor decision of a hold."""
    after = newest(api)
    hold_something(api, "change-3")
    [change] = api.get(f"/v1/changes?after={after}")["changes"]

    assert (change["kind"], change["author"], change["published"], change["inside"]) == (
        "item",
        "a-change-3",
        False,
        [],
    )
    [held] = change["own"]
    assert (held["kind"], held["scope"], held["ends_at"]) == ("hold", {}, None)
    assert "clause" not in held
    assert "decision" not in held


def test_a_standing_says_in_words_what_a_platform_does_about_an_account(api: Any) -> None:
    """Each measure in its own words, until when they are good, and what stays possible whatever holds."""
    api.send("PUT", "/v1/accounts/worded", json={})
    ends_at = api.house.clock.now() + timedelta(days=3)
    withheld = Scope(countries=frozenset({"AT"}), legal_basis="an order of a court")
    grant(api, MeasureKind.BLOCK_MESSAGING, SubjectKind.ACCOUNT, "worded", scope=Scope(audience="minors"))
    grant(api, MeasureKind.WITHHOLD, SubjectKind.ACCOUNT, "worded", scope=withheld)
    suspended = grant(api, MeasureKind.SUSPEND, SubjectKind.ACCOUNT, "worded", ends_at=ends_at)

    told = api.get("/v1/accounts/worded/standing")

    until = ends_at.isoformat().replace("+00:00", "Z")
    assert (told["may_post"], told["may_message"], told["may_log_in"]) == (False, "nobody", False)
    assert told["suspended"]["until"] == told["valid_until"] == until
    assert (told["suspended"]["permanent"], told["suspended"]["decisions"]) == (False, [suspended.decision_id])
    assert told["hidden_in"] == [{"country": "AT", "legal_bases": ["an order of a court"]}]
    assert (told["reach"], told["earning"], told["locked"], told["cover"]) == ("nobody", "escrow", None, None)
    assert {"appeal", "get_help", "report"} <= set(told["always"])
    lift(api, suspended)
    assert api.get("/v1/accounts/worded/standing")["may_message"] == "adults_only"


def test_nothing_beside_what_is_sealed_tells_why(api: Any) -> None:
    """Neither clause nor decision of what was set with it, nor of what was set on suspicion alone."""
    after = int(api.get("/v1/status")["changes"])
    api.post("/v1/items", text("beside-1", "beside"))
    api.post("/v1/items", text("alone-1", "beside"))
    api.post("/v1/items", text("open-2", "beside"))
    for kind, name in (("HOLD", "beside-1"), ("LIMIT_REACH", "beside-1"), ("EXCLUDE", "alone-1"), ("COVER", "open-2")):
        grant(api, MeasureKind[kind], SubjectKind.ITEM, name)
    told = {
        change["id"]: {measure["kind"]: "clause" in measure or "decision" in measure for measure in change["own"]}
        for change in api.get(f"/v1/changes?after={after}")["changes"]
    }

    assert told["beside-1"] == {"hold": False, "limit_reach": False}
    assert told["alone-1"] == {"exclude": False}
    assert told["open-2"] == {"cover": True}


def test_pages_that_tell_nobody_anything_end_with_a_cursor(api: Any) -> None:
    """Media that nothing carries is passed; how many in one answer has an end, and the next question goes on there."""
    after = int(api.get("/v1/status")["changes"])
    for number in range(3 * MAX_PASSED_PAGES):
        grant(api, MeasureKind.BLOCK_MEDIA, SubjectKind.MEDIA, f"med_carried{number}")
    first = api.get(f"/v1/changes?after={after}&limit=1")
    second = api.get(f"/v1/changes?after={first['next']}&limit=1")

    assert (first["changes"], first["more"]) == ([], True)
    assert (second["changes"], second["more"]) == ([], False)
