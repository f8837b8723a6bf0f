"""Decisions that are taken back over HTTP: what is told of it, to whom, and what is refused in words."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from api.conftest import Api, serve
from api.test_answers import CLEAR, matched
from api.test_bulk import SPAM, ended, post
from tutela.core.permissions import StaffRole

SECONDS = 60


@pytest.fixture(scope="module")
def windowed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Yield a client of a server where there is a minute to take things back."""
    with serve(tmp_path_factory.mktemp("undo"), undo_seconds=SECONDS) as served:
        yield served


def remove(api: Api, name: str, *, scope: str = "all") -> Any:
    """Have an item removed that was posted just now."""
    api.post("/v1/items", {"id": name, "author": {"id": f"by-{name}"}, "text": "buy now"}, status=201)
    body = {
        "clause": "house.spam",
        "reason": {"code": "seen"},
        "accounts": [{"id": f"by-{name}", "role": "actor"}],
        "measures": [{"kind": "remove", "on": {"kind": "item", "id": name}}],
    }
    return api.post("/v1/decisions", body, status=201, scope=scope)


def undo(api: Api, known_by: str, **more: Any) -> Any:
    """Return the answer to an undo."""
    return api.send("POST", f"/v1/decisions/{known_by}/undo", **more)


def test_a_decision_tells_until_when_and_is_taken_back(windowed: Api) -> None:
    """What hid is there again; a second time it is told that it was, and by what."""
    made = remove(windowed, "undone")
    path = f"/v1/decisions/{made['decision']}"
    before = windowed.get(path)
    assert (made["undo"], made["undo_until"]) == (made["decision"], before["undo_until"])
    assert datetime.fromisoformat(made["undo_until"]) > datetime.fromisoformat(before["at"])
    assert windowed.get("/v1/items/undone")["answer"] == "refuse"
    done, again = undo(windowed, made["decision"]), undo(windowed, made["decision"])

    assert (done.status_code, done.json()["undone"]) == (200, [made["decision"]])
    assert windowed.get("/v1/items/undone")["answer"] == "publish"
    after = windowed.get(path)
    assert (after["undo_until"], after["reversed_by"]) == (None, done.json()["decision"])
    assert (again.status_code, "taken back already" in again.text) == (409, True)
    assert done.json()["decision"] in again.text


def test_who_may_is_whoever_made_it_with_the_scope_for_it(windowed: Api) -> None:
    """Not another key, nor a person of any role, nor nobody, nor a key that may not decide; it stands as it was."""
    made = remove(windowed, "kept")
    others = [
        undo(windowed, made["decision"], scope="decide"),
        undo(windowed, made["decision"], scope="read"),
        undo(windowed, made["decision"], scope=None),
        *(
            windowed.send_as(windowed.person(role), "POST", f"/v1/decisions/{made['decision']}/undo")
            for role in StaffRole
        ),
    ]

    assert {each.status_code for each in others} <= {401, 403}
    assert windowed.get("/v1/items/kept")["answer"] == "refuse"
    assert undo(windowed, made["decision"], scope="all").status_code == 200


def test_a_key_that_was_revoked_within_the_window_takes_nothing_back(windowed: Api) -> None:
    """Whatever it decided: somebody else reverses it."""
    key, secret = windowed.house.keep_keys.create("for a moment", ["decide"])
    windowed.keys["momentary"] = secret
    made = remove(windowed, "momentary", scope="momentary")
    windowed.house.keep_keys.revoke(key.id)
    while windowed.send("GET", "/v1/decisions/bulk/blk_none", scope="momentary").status_code != 401:
        time.sleep(0.1)  # a key is believed for a second after it was checked

    assert undo(windowed, made["decision"], scope="momentary").status_code == 401
    assert windowed.get("/v1/items/momentary")["answer"] == "refuse"


def test_a_case_and_its_answer_tell_what_takes_it_back(windowed: Api) -> None:
    """To whoever answered and to nobody else, until it is taken back or a colleague has gone on from it."""
    case_id, _ = matched(windowed)
    windowed.post(f"/v1/cases/{case_id}/claim", status=200)
    assert windowed.get(f"/v1/cases/{case_id}")["undo"] is None
    given = windowed.post(f"/v1/cases/{case_id}/answers", CLEAR, status=202)
    told = windowed.get(f"/v1/cases/{case_id}")
    assert (told["undo"], told["undo_until"]) == (given["answer"], given["undo_until"])
    assert (given["undo"], told["undo_until"] is None) == (given["answer"], False)
    senior = windowed.person(StaffRole.SENIOR_REVIEWER)
    theirs = windowed.send_as(senior, "GET", f"/v1/cases/{case_id}").json()
    assert (theirs["undo"], theirs["undo_until"]) == (None, None)

    assert undo(windowed, given["answer"]).json()["answer"] == given["answer"]
    told = windowed.get(f"/v1/cases/{case_id}")
    assert (told["undo"], told["undo_until"], told["state"], told["answers"]) == (None, None, "claimed", 0)
    again = windowed.post(f"/v1/cases/{case_id}/answers", CLEAR, status=202)
    windowed.send_as(senior, "POST", f"/v1/cases/{case_id}/claim")
    assert windowed.get(f"/v1/cases/{case_id}")["undo"] is None
    late = undo(windowed, again["answer"])
    assert (late.status_code, "gone on with the case" in late.text) == (409, True)


def test_what_was_decided_in_bulk_is_refused_with_what_is_left(windowed: Api) -> None:
    """409, with the bulk that is cancelled and the call that reverses."""
    names = post(windowed, "bulk-undo", 2)
    body = {**SPAM, "items": names, "confirm_count": 2}
    bulk = ended(windowed, windowed.post("/v1/decisions/bulk", body, status=202)["bulk"]["id"])
    decision = bulk["items"][0]["decision"]
    refused = undo(windowed, decision)

    assert refused.status_code == 409
    assert "what is decided in bulk has no window" in refused.text
    assert f"/v1/decisions/bulk/{bulk['id']}/cancel" in refused.text
    assert f"/v1/decisions/{decision}/reversal" in refused.text
    assert windowed.get(f"/v1/decisions/{decision}")["undo_until"] is None


def test_what_nobody_decided_is_unknown(windowed: Api) -> None:
    """404, for decisions and answers."""
    assert [undo(windowed, each).status_code for each in ("dec_none", "ans_none", "x")] == [404] * 3


def test_without_windows_nothing_is_offered(api: Any) -> None:
    """And an undo is told that there is none."""
    made = remove(api, "windowless")
    refused = undo(api, made["decision"])

    assert (made["undo"], made["undo_until"]) == (None, None)
    assert (refused.status_code, "reversal" in refused.text) == (409, True)
