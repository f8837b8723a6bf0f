"""Cases over HTTP: taken, kept, given back, decided, and refused in words."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tutela.core.cases import CaseDraft, CaseReason
from tutela.core.ids import ClauseId
from tutela.flows.enact import Ledger

_numbers = itertools.count(1)
CASE = "/v1/cases/{}/{}"


def opened(api: Any, *, language: str = "", author: str = "", hours: float = 24) -> tuple[str, str, str]:
    """Lay an item before a person; return case, item and account."""
    number = next(_numbers)
    item, account = f"case-item-{number}", author or f"case-user-{number}"
    more = {"language": language} if language else {}
    api.post("/v1/items", {"id": item, "author": {"id": account}, "text": "hello", **more}, status=201)
    with api.house.store.read() as reader:
        stored = reader.items_by_platform_id([item])[item].item
        ledger = Ledger(api.house.entropy, api.house.clock.now(), reader.open_cases([stored.account_id]))
    due_at = api.house.clock.now() + timedelta(hours=hours)
    clause = ClauseId("house.spam")
    ledger.open(CaseDraft(stored.account_id, clause, CaseReason.NEAR_MATCH, stored.id, due_at))
    api.house.committer.commit(ledger.changeset())
    return ledger.open_cases[stored.account_id, clause].id, item, account


def decision(item: str, account: str, **more: Any) -> dict[str, Any]:
    """Return a decision about one item."""
    return {
        "clause": "house.spam",
        "reason": {"code": "seen"},
        "accounts": [{"id": account, "role": "actor"}],
        "measures": [{"kind": "limit_reach", "on": {"kind": "item", "id": item}}],
        **more,
    }


def test_a_case_is_taken_kept_decided_and_read(api: Any) -> None:
    """Every answer says what may be done next; the decision ends the case."""
    case_id, item, account = opened(api, language="is")
    taken = api.post("/v1/cases/next", {"language": "is"}, status=200)["case"]
    assert (taken["id"], taken["state"], taken["yours"], taken["language"]) == (case_id, "claimed", True, "is")
    assert 0 < taken["seconds_left"] <= 900
    assert {"renew", "release", "hold", "decide"} <= set(taken["moves"])
    renewed = api.post(CASE.format(case_id, "renew"), status=200)
    assert renewed["version"] == taken["version"]
    api.post(CASE.format(case_id, "notes"), {"text": "Seen before"}, status=201)
    wanted = decision(item, account, case=case_id, case_version=taken["version"])
    assert api.post("/v1/decisions", {**wanted, "dry_run": True}, status=200)["closes"] == [case_id]
    made = api.post("/v1/decisions", wanted, status=201)
    ended = api.get(f"/v1/cases/{case_id}")
    assert (ended["state"], ended["decision"], ended["moves"], ended["clocks"]) == ("decided", made["decision"], [], [])
    assert [note["text"] for note in api.get(f"/v1/cases/{case_id}/notes")["notes"]] == ["Seen before"]
    assert api.post("/v1/cases/next", {"language": "is"}, status=200) == {"case": None}


def test_a_decision_that_comes_twice_is_made_once(api: Any) -> None:
    """By its key the first answer comes again; without one it is told which decision ended the case."""
    case_id, item, account = opened(api)
    api.post(CASE.format(case_id, "claim"), status=200)
    wanted, headers = decision(item, account, case=case_id), {"Idempotency-Key": f"twice-{case_id}"}
    first, second = (api.send("POST", "/v1/decisions", json=wanted, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code, first.content) == (201, 201, second.content)
    third = api.send("POST", "/v1/decisions", json=wanted)
    assert (third.status_code, third.json()["why"]) == (409, "no_such_move")
    assert third.json()["changed"]["decision"] == first.json()["decision"]


def test_a_decision_on_a_case_that_changed_tells_what_changed(api: Any) -> None:
    """409 with the items that came in; with the version of now it is made."""
    case_id, item, account = opened(api)
    version = api.post(CASE.format(case_id, "claim"), status=200)["version"]
    _, later, _ = opened(api, author=account)
    refused = api.send("POST", "/v1/decisions", json=decision(item, account, case=case_id, case_version=version))
    problem = refused.json()
    assert (refused.status_code, problem["why"], problem["changed"]["items_added"]) == (409, "changed", [later])
    again = decision(item, account, case=case_id, case_version=problem["changed"]["version"])
    api.post("/v1/decisions", again, status=201)
    assert api.get(f"/v1/cases/{case_id}")["state"] == "claimed"  # nobody has looked at what came in


def test_who_lost_a_case_is_told_at_once(api: Any) -> None:
    """With what may still be done with it; nothing was written."""
    case_id, item, account = opened(api)
    api.post(CASE.format(case_id, "claim"), status=200)
    api.post(CASE.format(case_id, "release"), status=200)
    api.post(CASE.format(case_id, "claim"), status=200, scope="cases")
    for path, body in ((CASE.format(case_id, "renew"), None), ("/v1/decisions", decision(item, account, case=case_id))):
        refused = api.send("POST", path, json=body) if body else api.send("POST", path)
        assert (refused.status_code, refused.json()["why"]) == (409, "not_the_holder")
        assert refused.json()["changed"]["yours"] is False
    assert api.get(f"/v1/items/{item}")["measures"] == []


def test_cases_are_held_skipped_and_handed_over(api: Any) -> None:
    """Each with its reason; the queue says how it stands."""
    case_id, _, _ = opened(api, language="ga")
    api.post(CASE.format(case_id, "claim"), status=200)
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    held = api.post(CASE.format(case_id, "hold"), {"until": until, "reason": "platform"}, status=200)
    assert (held["state"], held["moves"][0], held["clocks"]) == ("on_hold", "resume", ["hold", "due"])
    assert api.post("/v1/cases/next", {"language": "ga"}, status=200) == {"case": None}
    assert api.post(CASE.format(case_id, "resume"), status=200)["state"] == "claimed"
    colleague = {key.name: key.id for key in api.house.desk.keys()}["cases"]  # noqa: SIM118  # no mapping
    handed = api.post(CASE.format(case_id, "hand-over"), {"to": colleague}, status=200)
    assert (handed["holder"], handed["yours"]) == (colleague, False)
    api.post(CASE.format(case_id, "skip"), {"reason": "language"}, status=200, scope="cases")
    assert api.post("/v1/cases/next", {"language": "ga"}, status=200, scope="cases") == {"case": None}
    [queue] = [each for each in api.get("/v1/queues")["queues"] if each["language"] == "ga"]
    assert (queue["depth"], queue["claimed"], queue["overdue"]) == (1, 0, 0)


def test_danger_goes_first_and_only_the_rota_ends_it(api: Any) -> None:
    """Whoever may read cases may raise it."""
    first, _, _ = opened(api, language="mt", hours=1)
    second, _, _ = opened(api, language="mt", hours=9)
    api.post(CASE.format(second, "danger"), {"in_danger": True}, status=200, scope="cases")
    over = {"in_danger": False, "over": "safe"}
    assert api.send("POST", CASE.format(second, "danger"), json=over, scope="cases").status_code == 403
    assert api.send("POST", CASE.format(second, "danger"), json={"in_danger": False}).status_code == 422, (
        "nobody says why"
    )
    assert api.get("/v1/status")["cases"]["in_danger"] >= 1
    assert not {line["line"]: line["done"] for line in api.get("/v1/checklist")["lines"]}["cases_caught_up"]
    listed = [case["id"] for case in api.get("/v1/cases?language=mt")["cases"]]
    assert listed == [second, first]
    assert [api.post("/v1/cases/next", {"language": "mt"})["case"]["id"] for _ in range(2)] == listed
    assert api.post(CASE.format(second, "danger"), over, status=200)["in_danger"] is False


def test_a_next_case_that_is_asked_for_twice_is_one_case(api: Any) -> None:
    """By its key; without one the next request is for another case."""
    for _ in range(2):
        opened(api, language="lb")
    headers = {"Idempotency-Key": "next-lb"}
    first, again = (api.send("POST", "/v1/cases/next", json={"language": "lb"}, headers=headers) for _ in range(2))
    assert first.content == again.content
    assert api.post("/v1/cases/next", {"language": "lb"})["case"]["id"] != first.json()["case"]["id"]


def test_nobody_is_given_a_case_about_an_account_of_their_own(api: Any) -> None:
    """Nor may they claim it by its id."""
    case_id, _, account = opened(api, language="fo")
    assert account in api.post("/v1/own-accounts", {"accounts": [account]}, scope="cases")["accounts"]
    assert account in api.get("/v1/own-accounts", scope="cases")["accounts"]
    assert api.post("/v1/cases/next", {"language": "fo"}, scope="cases") == {"case": None}
    refused = api.send("POST", CASE.format(case_id, "claim"), scope="cases")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:tutela:problem:not-for-you")
    assert api.send("POST", "/v1/own-accounts", json={"accounts": ["nobody-here"]}).status_code == 404


def test_cases_are_paged_through_once_each(api: Any) -> None:
    """Whatever the size of a page, with the filter of the first."""
    made = {opened(api, language="cy")[0] for _ in range(5)}
    found: list[str] = []
    path = "/v1/cases?language=cy&limit=2"
    while True:
        page = api.get(path)
        found += [case["id"] for case in page["cases"]]
        if page["next"] is None:
            break
        path = f"/v1/cases?language=cy&limit=2&cursor={page['next']}"
    assert (len(found), set(found)) == (5, made)


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("hold", {"until": "2020-01-01T00:00:00Z", "reason": "platform"}),
        ("hold", {"until": "2099-01-01T00:00:00Z", "reason": "platform"}),
        ("hold", {"until": "2099-01-01T00:00:00", "reason": "platform"}),
        ("hold", {"until": "tomorrow", "reason": "platform"}),
        ("hold", {"until": "2099-01-01T00:00:00Z"}),
        ("hold", {"until": "2099-01-01T00:00:00Z", "reason": "because"}),
        ("skip", {}),
        ("skip", {"reason": "because"}),
        ("skip", {"reason": "language", "more": 1}),
        ("hand-over", {"to": ""}),
        ("hand-over", {"to": "key_nobody"}),
        ("notes", {"text": ""}),
        ("notes", {"text": " \n "}),
        ("notes", {"text": "a\x00b"}),
        ("notes", {"text": "x" * 4001}),
        ("danger", {"in_danger": "maybe"}),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(api: Any, verb: str, body: dict[str, Any]) -> None:
    """Nothing of the case changes, and nothing that was sent is repeated."""
    case_id, _, _ = opened(api)
    before = api.post(CASE.format(case_id, "claim"), status=200)["version"]
    refused = api.send("POST", CASE.format(case_id, verb), json=body)
    assert (refused.status_code, api.get(f"/v1/cases/{case_id}")["version"]) == (422, before)
    assert "because" not in refused.text


@pytest.mark.parametrize(
    "query", ["status=closed", "state=decided", "state=lost", "language=Deutsch", "limit=0", "cursor=x", "mine=perhaps"]
)
def test_a_list_that_means_nothing_is_refused(api: Any, query: str) -> None:
    """As everywhere."""
    assert api.send("GET", f"/v1/cases?{query}").status_code == 422


def test_a_version_without_a_case_means_nothing(api: Any) -> None:
    """The place is named."""
    _, item, account = opened(api)
    refused = api.send("POST", "/v1/decisions", json=decision(item, account, case_version=1))
    assert (refused.status_code, refused.json()["place"]) == (422, "case_version")


@pytest.mark.parametrize("verb", ["claim", "renew", "release", "resume"])
def test_a_case_that_is_not_there_is_404(api: Any, verb: str) -> None:
    """Whatever is asked of it."""
    assert api.send("POST", CASE.format("cas_nothing", verb)).status_code == 404


def test_no_note_is_in_the_log_or_in_a_problem(api: Any, logs: list[Any]) -> None:
    """A note is content: it is told to those who work on the case, and to nobody else."""
    marker = "a heron at the mill pond"
    case_id, _, _ = opened(api)
    api.post(CASE.format(case_id, "notes"), {"text": marker}, status=201)
    api.get(f"/v1/cases/{case_id}/notes")
    refused = api.send("POST", CASE.format(case_id, "notes"), json={"text": marker, "more": marker})
    assert marker not in refused.text
    assert marker not in str(logs)
    assert marker not in str(api.get("/v1/status"))
