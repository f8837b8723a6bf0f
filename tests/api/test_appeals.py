"""Appeals over HTTP: a platform hands them in and reads what became of them; people decide in their own session."""

from itertools import count
from typing import Any

import pytest

from api.conftest import Api
from tutela.core.permissions import StaffRole

SENIOR, OFFICER = StaffRole.SENIOR_REVIEWER, StaffRole.CHILD_SAFETY_OFFICER
_numbers = count(1)


class Case:
    """An item and its author, about whom something was decided."""

    def __init__(self, api: Api) -> None:
        """Submit and decide."""
        number = next(_numbers)
        self.api, self.item, self.account = api, f"appealed-{number}", f"appellant-{number}"
        item = {"id": self.item, "author": {"id": self.account}, "kind": "post", "text": "buy now"}
        assert api.send("POST", "/v1/items", json=item).status_code == 201
        measures = [
            {"kind": "remove", "on": {"kind": "item", "id": self.item}},
            {"kind": "no_payout", "on": {"kind": "account", "id": self.account}},
        ]
        parts = [{"id": self.account, "role": "actor"}]
        wanted = {"clause": "house.spam", "reason": {"code": "seen"}, "accounts": parts, "measures": measures}
        api.post("/v1/decisions", wanted, status=201)
        self.statement = self.standing()["statements"][0]
        self.decision = self.statement["decision"]

    def standing(self) -> Any:
        """Return what the account may do."""
        return self.api.get(f"/v1/accounts/{self.account}/standing")

    def take(self, *, status: int = 201, headers: dict[str, str] | None = None, **more: Any) -> Any:
        """Hand in an appeal."""
        body = {"account": self.account, "decision": self.decision, "text": "It was a quotation.", **more}
        answer = self.api.send("POST", "/v1/appeals", scope="appeal", json=body, headers=headers or {})
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def case(api: Api) -> Case:
    """Return something that was decided."""
    return Case(api)


def as_person(api: Api, role: StaffRole, path: str, status: int = 200, **body: Any) -> Any:
    """Send as somebody who is signed in."""
    more = {"json": body} if body else {}
    answer = api.send_as(api.person(role), "POST", path, **more)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_an_appeal_goes_from_the_platform_to_its_outcome(api: Api, case: Case) -> None:
    """Handed in, claimed, shown before it is committed, overturned; what was held has ended, and escrow is released."""
    assert case.standing()["earning"] == "escrow"
    taken = case.take()
    assert (taken["state"], taken["outcome"], taken["account"]) == ("open", None, case.account)
    path = f"/v1/appeals/{taken['id']}"
    assert api.get(path, scope="appeal") == taken
    assert [each["id"] for each in api.get(f"/v1/appeals?account={case.account}", scope="appeal")["appeals"]] == [
        taken["id"]
    ]
    bench = as_person(api, SENIOR, f"{path}/claim")
    assert bench["words"]["text"] == "It was a quotation."
    assert {each["kind"] for each in bench["measures"]} == {"remove", "no_payout", "warn"}
    shown = as_person(api, SENIOR, f"{path}/answers", outcome="overturned", reason="context", dry_run=True)
    assert (shown["dry_run"], len(shown["ends"])) == (True, 3)
    assert case.standing()["earning"] == "escrow"
    done = as_person(api, SENIOR, f"{path}/answers", 201, outcome="overturned", reason="context", line="A quotation.")
    assert done["decided"]

    told = api.get(path, scope="appeal")
    assert (told["state"], told["outcome"], told["decided_by_people"]) == ("decided", "overturned", True)
    assert api.person(SENIOR).principal.id not in str(told)
    assert case.standing()["earning"] == "normal"
    assert api.get(f"/v1/items/{case.item}")["answer"] == "publish"
    again = api.send_as(api.person(OFFICER), "POST", f"{path}/claim")
    assert again.status_code == 409


def test_the_same_request_is_one_appeal_and_another_one_is_told_which_is_open(case: Case) -> None:
    """With a key it is answered as the first was; without one there is one open for each decision."""
    headers = {"Idempotency-Key": f"appeal-{case.account}"}
    first, again = case.take(headers=headers), case.take(headers=headers)
    assert first == again
    refused = case.take(status=409)
    assert first["id"] in refused["remedy"]
    case.take(status=422, headers=headers, text="other words")


def test_one_that_is_withdrawn_has_ended(api: Api, case: Case) -> None:
    """The decision stands as it did."""
    path = f"/v1/appeals/{case.take()['id']}"
    told = api.send("POST", f"{path}/withdraw", scope="appeal").json()
    assert (told["state"], told["due_at"]) == ("withdrawn", None)
    assert case.standing()["earning"] == "escrow"
    assert api.send("POST", f"{path}/withdraw", scope="appeal").status_code == 409


@pytest.mark.parametrize(("more", "status"), [
    ({"text": "x" * 10_001}, 422), ({"email": "nobody"}, 422), ({"account": "somebody-else"}, 404),
    ({"decision": "dec_none"}, 404), ({"decision": None}, 422), ({"language": "no language"}, 422),
    ({"what": 1}, 422),
])  # fmt: skip
def test_what_cannot_be_used_is_refused_and_nothing_is_taken(case: Case, more: dict[str, Any], status: int) -> None:
    """Each with its place; then the right one is taken."""
    case.take(status=status, **more)
    assert case.take(text="")["state"] == "open"


def test_the_link_of_a_statement_is_told_and_is_one_for_each(api: Api, case: Case) -> None:
    """What gives nothing back has none; another person's is another one."""
    link = case.statement["appeal"]
    assert "/desk/appeal/" in link
    assert link == case.standing()["statements"][0]["appeal"]
    assert link != Case(api).statement["appeal"]
    text = api.get(f"/v1/statements/{case.statement['id']}", scope="statements")
    assert link in str(text)


def test_what_people_do_about_misuse_is_recorded_with_what_was_weighed(api: Api, case: Case) -> None:
    """Nobody is warned of nothing, and a suspension has an end."""
    path = f"/v1/accounts/{case.account}/appeal-conduct"
    seen = api.send_as(api.person(SENIOR), "GET", path).json()
    assert (seen["decided"], seen["unfounded"], seen["steps"]) == (0, 0, [])
    weighed = {"gravity": "low", "intent": "low", "reason": "x"}
    as_person(api, SENIOR, path, 422, step="warn", **weighed)
    as_person(api, SENIOR, path, 422, step="suspend", **weighed)
    as_person(api, SENIOR, path, 422, step="lift", **weighed)


def test_an_appeal_that_does_not_exist_is_404(api: Api) -> None:
    """Whoever asks for it."""
    assert api.send("GET", "/v1/appeals/apl_none", scope="appeal").status_code == 404
    as_person(api, SENIOR, "/v1/appeals/apl_none/claim", 404)
