"""The pages of orders: registered, verified, previewed, given effect; what is wrong is shown beside its field."""

from typing import Any

import pytest

from console_browser import Browser, Reader
from make import submission
from tutela.core.permissions import StaffRole

OFFICER = StaffRole.CHILD_SAFETY_OFFICER
ORDER = {
    "kind": "act", "wish": "withhold", "authority": "Court <of> the lake", "country": "de", "language": "de",
    "category": "STATEMENT_CATEGORY_PROTECTION_OF_MINORS", "legal_basis": "§ 1004", "reasons": "it infringes",
    "redress": "objection", "answer_to": "the court", "is_readable": "yes", "territory": "DE",
}  # fmt: skip
CALL = {"way": "called_back", "directory": "the directory of courts", "spoken_to": "registry"}


@pytest.fixture
def ada(browser: Browser, member: Any) -> Browser:
    """Return the browser of an officer."""
    return browser.as_member(member(OFFICER))


def registered(ada: Browser, reference: str, **more: str) -> str:
    """Register an order about an item, and return the address of its page."""
    ada.house.submit([submission(f"of {reference}")], None)
    done = ada.post("/console/orders", {**ORDER, "reference": reference, "items": f"of {reference}", **more})
    assert done.status_code == 303, done.text
    return done.headers["location"].partition("?")[0]


def test_an_order_goes_from_its_receipt_to_its_effect(ada: Browser) -> None:
    """The list, the page, the plan, the decision; nothing can be done before the call-back."""
    page = registered(ada, "7 O <1>/26")
    listed = ada.get("/console/orders").text
    assert "7 O &lt;1&gt;/26" in listed
    assert "not verified" in Reader(listed).words
    assert "Give effect to it" not in ada.get(page).text
    assert ada.post(f"{page}/effect", {}).status_code == 409
    assert ada.post(f"{page}/verify", {**CALL, "is_real": "yes"}).status_code == 303
    assert ada.post(f"{page}/acknowledge").status_code == 303
    plan = ada.post(f"{page}/preview").text
    assert "hidden in some countries" in plan
    assert ada.post(f"{page}/effect", {"despite": ""}).status_code == 303
    shown = ada.get(f"{page}?done=effect").text
    assert "in effect" in Reader(shown).words
    assert "withheld in DE" in Reader(shown).words
    assert 'href="/console/decisions/dec_' in shown
    for verb in ("inform", "tell"):
        assert ada.post(f"{page}/{verb}").status_code == 303
    assert ada.post(f"{page}/withdraw", {"reason": "a letter"}).status_code == 303
    assert "7 O" not in ada.get("/console/orders").text
    assert "7 O" in ada.get("/console/orders?all=yes").text


def test_what_it_lacks_and_what_it_meets_stand_on_its_page(ada: Browser) -> None:
    """Before anything is done."""
    page = registered(ada, "8 O", redress="", territory="DE FR")
    words = Reader(ada.get(page).text).words
    assert "how the provider and the recipient can seek redress" in words
    assert "It reaches further than the country of its authority." in words
    ada.post(f"{page}/verify", {**CALL, "is_real": "no"})
    after = ada.get(page).text
    assert "false" in Reader(after).words
    assert "Give effect to it" not in after
    assert ada.post(f"{page}/decline", {"reason": "x"}).status_code == 409


@pytest.mark.parametrize(
    ("fields", "place"), [({"country": "Germany"}, "country"), ({"wish": "keep"}, "wish"), ({"items": "no"}, "items")]
)
def test_a_form_that_is_not_taken_keeps_what_was_written(ada: Browser, fields: dict[str, str], place: str) -> None:
    """And marks its field."""
    answered = ada.post("/console/orders", {**ORDER, "reference": "9 O", **fields})
    assert answered.status_code in {404, 422}
    marked = [each for each in Reader(answered.text).all("input", "select", "textarea") if "aria-invalid" in each]
    assert [each["name"] for each in marked] == [place]
    assert 'value="9 O"' in answered.text
