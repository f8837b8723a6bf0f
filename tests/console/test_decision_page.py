"""The page of a decision, its reversal from preview to commit, telling later, and measures of one's own choice."""

import hashlib
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from console_browser import Browser, fields
from make import CLAUSE, photo, submission
from reviewing import laid
from tutela.core.banks import Material, SignalType, Verification
from tutela.core.permissions import StaffRole
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.flows.refer import MediaReference


@pytest.fixture
def reviewer(browser: Browser, member: Any) -> Browser:
    """Return the browser of a reviewer."""
    return browser.as_member(member(StaffRole.REVIEWER))


def claimed(browser: Browser, **more: Any) -> tuple[Any, str, dict[str, Any]]:
    """Claim a new case; return it, its account, and the hidden fields of its finding."""
    case_id, _, account = laid(browser.house, **more)
    browser.post(f"/console/cases/{case_id}/claim")
    return case_id, account, fields(browser.get(f"/console/cases/{case_id}").text, "finding")


def decided(browser: Browser, **more: Any) -> str:
    """Decide a new case as spam, and return the decision."""
    case_id, _, hidden = claimed(browser, **more)
    asked = {**hidden, "conclusion": "violation", "violated": "house.spam", "role": "actor", "line": "a <b>lake</b>"}
    plan = browser.post(f"/console/cases/{case_id}/plan", asked).text
    browser.post(f"/console/cases/{case_id}/answer", fields(plan, "commit"))
    with browser.house.store.read() as reader:
        found = reader.case_of(case_id)
    assert found is not None
    assert found.closed_by is not None
    return str(found.closed_by)


def hidden_of(text: str, action: str) -> dict[str, str]:
    """Return the hidden fields of a form by where it goes."""
    form = text.partition(f'action="{action}"')[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in found if name != "csrf"}


def test_a_decision_is_shown_previewed_and_reversed_once(reviewer: Browser) -> None:
    """What it did in words; the preview writes nothing; the same form sent twice is one reversal; then it is over."""
    decision = decided(reviewer, author="keeps-a-<lake>")
    address = f"/console/decisions/{decision}"
    page = reviewer.get(address).text
    for words in (
        "Who is told",
        "that an item was removed <span",
        "<bdi>keeps-a-&lt;lake&gt;</bdi></a>: did it",
        "a &lt;b&gt;lake&lt;/b&gt;",
        ">stands<",
        "in force",
        "by you",
    ):
        assert words in page
    wrong = reviewer.post(f"{address}/plan", {"code": "because", "line": "as I said"})
    assert (wrong.status_code, 'value="as I said"' in wrong.text) == (422, True)
    plan = reviewer.post(f"{address}/plan", {"code": "mistaken", "line": "it was mine"}).text
    assert "ends: " in plan
    assert "Two people reverse this" not in plan
    assert ">stands<" in reviewer.get(address).text
    commit = hidden_of(plan, f"{address}/reversal")
    for _ in range(2):
        done = reviewer.post(f"{address}/reversal", commit)
        assert done.headers["location"] == f"{address}?done=reversed"
    after = reviewer.get(f"{address}?done=reversed").text
    assert "Reversed. What rested on nothing else ends with it." in after
    assert ">reversed<" in after
    assert 'id="reverse"' not in after
    reversal = re.findall(r"Reversed by <a href=\"(/console/decisions/dec_\w+)\"", after)[0]
    assert f'It reversed <a href="{address}">' in reviewer.get(reversal).text
    again = reviewer.post(f"{address}/plan", {"code": "mistaken"})
    assert again.status_code == 409


def test_what_nobody_lifts_alone_is_proposed_by_one_and_done_by_another(browser: Browser, member: Any) -> None:
    """A seal by a match: the second is not told that somebody proposed it; the first alone never does it."""
    house, content = browser.house, photo("brick", width=280)
    bank = NewBank("sealed-lakes", CLAUSE, Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, "test")
    house.keep_banks.create(bank)
    house.keep_banks.add(bank.name, [NewMember(SignalType.SHA256, hashlib.sha256(content).hexdigest())])
    with house.receive_media.open() as reception:
        reception.write(content)
        media = reception.finish()
    [answered] = house.submit([submission("sealed-1", MediaReference(media.id), author="sealed-author")], None)[0]
    address = f"/console/decisions/{answered.decision_id}"
    first = browser.as_member(member(StaffRole.REVIEWER))
    plan = first.post(f"{address}/plan", {"code": "mistaken"}).text
    assert "Two people reverse this" in plan
    for _ in range(2):  # saying it twice makes nobody two people
        commit = hidden_of(first.post(f"{address}/plan", {"code": "mistaken"}).text, f"{address}/reversal")
        done = first.post(f"{address}/reversal", commit)
        assert done.headers["location"] == f"{address}?done=proposed"
    page = first.get(address).text
    assert "You proposed to reverse this" in page
    assert '<a href="/console/banks/sealed-lakes"><bdi>sealed-lakes</bdi></a>: identical' in page
    withdrawn = first.post(f"{address}/withdraw")
    assert withdrawn.headers["location"] == f"{address}?done=withdrawn_proposal"
    assert "You proposed to reverse this" not in first.get(address).text
    assert first.post(f"{address}/withdraw").status_code == 422
    commit = hidden_of(first.post(f"{address}/plan", {"code": "mistaken"}).text, f"{address}/reversal")
    first.post(f"{address}/reversal", commit)
    second = browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    page = second.post(f"{address}/plan", {"code": "new_facts"}).text
    assert "proposed" not in page.replace("proposes it", "")
    assert second.post(f"{address}/withdraw").status_code == 422, "it is not theirs"
    done = second.post(f"{address}/reversal", hidden_of(page, f"{address}/reversal"))
    assert done.headers["location"] == f"{address}?done=reversed"
    assert ">reversed<" in second.get(address).text


def test_a_decision_that_awaits_a_second_answer_is_shown_to_nobody_else(browser: Browser, member: Any) -> None:
    """What holds meanwhile would tell the first answer (P3); and what does not exist is not there."""
    browser.as_member(member(StaffRole.REVIEWER))
    case_id, account, hidden = claimed(browser, clause="cse.depiction")
    asked = {**hidden, "conclusion": "violation", "violated": "cse.depiction", "account": account, "role": "actor"}
    plan = browser.post(f"/console/cases/{case_id}/plan", asked).text
    browser.post(f"/console/cases/{case_id}/answer", fields(plan, "commit"))
    with browser.house.store.read() as reader:
        [stored] = reader.case_answers(case_id)
    address = f"/console/decisions/{stored.meanwhile}"
    assert stored.meanwhile is not None
    assert browser.get(address).status_code == 200
    senior = browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    assert senior.get(address).status_code == 403
    assert "another answer is awaited" in senior.get(address).text
    assert senior.get("/console/decisions/dec_none").status_code == 404


def test_telling_waits_as_long_as_was_chosen_and_no_longer_than_the_charter_lets(reviewer: Browser) -> None:
    """The plan says until when; too long is refused with the longest; what was chosen stays in the form."""
    case_id, _, hidden = claimed(reviewer)
    asked = {**hidden, "conclusion": "violation", "violated": "house.spam", "role": "actor", "delay": "review_pending"}
    nonsense = reviewer.post(f"/console/cases/{case_id}/plan", {**asked, "delay_days": "2"})
    assert nonsense.status_code == 422
    too_long = reviewer.post(f"/console/cases/{case_id}/plan", {**asked, "delay_days": "90"}).text
    assert "This cannot be decided so." in too_long
    assert '<option value="review_pending" selected>' in too_long
    plan = reviewer.post(f"/console/cases/{case_id}/plan", {**asked, "delay_days": "7"}).text
    day = (reviewer.house.clock.now() + timedelta(days=7)).strftime("%Y-%m-%d")
    assert f"(waits until {day}" in plan
    commit = fields(plan, "commit")
    assert (commit["delay"], commit["delay_days"]) == (["review_pending"], ["7"])
    assert reviewer.post(f"/console/cases/{case_id}/answer", commit).status_code == 303
    with reviewer.house.store.read() as reader:
        found = reader.case_of(case_id)
    assert found is not None
    page = reviewer.get(f"/console/cases/{case_id}").text
    assert f'href="/console/decisions/{found.closed_by}"' in page


def test_measures_of_ones_own_choice_are_planned_and_decided_beside_the_answer(reviewer: Browser) -> None:
    """On the account and on what lies in the case; what the clause does not allow is refused; sent twice it is one."""
    case_id, account, _ = claimed(reviewer, clause="house.spam")
    address = f"/console/cases/{case_id}/measures"
    assert f'href="{address}"' in reviewer.get(f"/console/cases/{case_id}").text
    version = hidden_of(reviewer.get(address).text, f"{address}/plan")["version"]
    asked: dict[str, Any] = {"version": version, "clause": "house.spam", "role": "actor", "days": "7", "line": "a lake"}
    assert reviewer.post(f"{address}/plan", asked).status_code == 422
    assert reviewer.post(f"{address}/plan", {**asked, "measure": "account:withhold"}).status_code == 422
    refused = reviewer.post(f"{address}/plan", {**asked, "measure": "item:age_gate"}).text
    assert "This cannot be decided so." in refused
    assert 'id="m-item-age_gate" name="measure" value="item:age_gate" checked' in refused
    chosen = ["account:block_messaging", "item:limit_reach"]
    plan = reviewer.post(f"{address}/plan", {**asked, "measure": chosen}).text
    assert f"account {account}: " in plan
    assert ", until " in plan
    commit = {**hidden_of(plan, address), "measure": chosen}
    done = reviewer.post(address, commit)
    assert done.status_code == 303
    assert reviewer.post(address, commit).headers["location"] == done.headers["location"]
    page = reviewer.get(done.headers["location"]).text
    assert "Decided." in page
    with reviewer.house.store.read() as reader:
        assert reader.case_of(case_id) is not None
    stale = reviewer.post(f"{address}/plan", {**asked, "version": "1" * 30, "measure": chosen})
    assert stale.status_code == 422


def test_a_decision_of_two_names_both(browser: Browser, member: Any) -> None:
    """Whoever answered last made it; who agreed stands beside them."""
    case_id, account = laid(browser.house, clause="cse.conversation")[::2]
    for role in (StaffRole.SENIOR_REVIEWER, StaffRole.CHILD_SAFETY_OFFICER):
        browser.as_member(member(role))
        browser.post(f"/console/cases/{case_id}/claim")
        hidden = fields(browser.get(f"/console/cases/{case_id}").text, "finding")
        asked = {
            **hidden,
            "conclusion": "violation",
            "violated": "cse.conversation",
            "account": account,
            "role": "actor",
        }
        plan = browser.post(f"/console/cases/{case_id}/plan", asked).text
        browser.post(f"/console/cases/{case_id}/answer", fields(plan, "commit"))
    with browser.house.store.read() as reader:
        [settled] = reader.settlements_of(case_id)
    page = browser.get(f"/console/decisions/{settled.decision_id}").text
    first = member(StaffRole.SENIOR_REVIEWER)
    names = browser.house.staff.names(first.principal)
    assert f"by you and {names[first.principal.id]}" in page


def test_an_address_of_no_page_is_told_as_a_page(browser: Browser, member: Any) -> None:
    """With the menu of whoever is signed in, and without it for anybody else."""
    missing = browser.as_member(member(StaffRole.REVIEWER)).get("/console/anything")
    assert (missing.status_code, "There is no page of this address" in missing.text) == (404, True)
    assert 'href="/console/queue"' in missing.text
    nobody = Browser(browser.house, browser.port).get("/console/anything")
    assert (nobody.status_code, 'href="/console/queue"' in nobody.text) == (404, False)
    assert missing.headers["content-type"].startswith("text/html")
