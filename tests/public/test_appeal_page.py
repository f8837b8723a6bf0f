"""Appeal by the link of a statement, without an account and without scripts."""

import re
from itertools import count

import pytest

from answering import BEA
from appealed import AppealOffice
from make import at_home
from public.conftest import Desk
from tutela.core.appeals.states import Outcome
from tutela.core.ids import DecisionId
from tutela.core.reasons.covering import TELLS_OF_AN_END
from tutela.core.statements import StatementCode
from tutela.public.words import languages, texts

_numbers = count(1)


@pytest.fixture
def decided(desk: Desk) -> tuple[str, DecisionId, str]:
    """Return the path of a link with the decision, and the account that it is about."""
    number = next(_numbers)
    office = AppealOffice(at_home(desk.house))
    account = f"somebody-{number}"
    decision_id = office.spam(f"appealed-{number}", account)
    return f"/appeal/{office.link(decision_id)}", decision_id, account


def test_every_code_that_can_be_appealed_has_words_in_every_language() -> None:
    """None names an item, a list, a date, a notifier or a child."""
    appealed = {code.value for code in StatementCode if code not in TELLS_OF_AN_END}
    for language in languages():
        told = {key.removeprefix("codes.") for key in texts(language)["appeal"] if key.startswith("codes.")}
        assert told == appealed, language


def test_somebody_appeals_reads_how_it_stands_and_what_came_of_it(
    desk: Desk, decided: tuple[str, DecisionId, str]
) -> None:
    """The neutral words, what they say, one appeal however often it is sent, and the outcome on the same page."""
    path, decision_id, account = decided
    page = desk.get(path)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "You do not have to give a reason" in page.text
    assert not any(each in page.text for each in (account, decision_id, "buy now", "house.spam"))
    sent = desk.post(path, words="It was a <b>quotation</b>.", contact="")
    assert sent.status_code == 303
    again = desk.post(path, words="other words")
    assert (again.status_code, again.headers["location"]) == (303, sent.headers["location"])
    shown = desk.get(sent.headers["location"])
    assert "Nothing changes until a person has decided" in shown.text
    assert "A person looks at it." in shown.text
    assert "quotation" not in shown.text
    with desk.house.store.read() as reader:
        alice = reader.accounts_by_platform_id([account])[account]
        [appeal] = reader.appeals_against(decision_id, alice.id)
    assert appeal.language == "en"
    AppealOffice(at_home(desk.house)).decide(appeal, BEA, Outcome.OVERTURNED)
    after = desk.get(path).text
    assert "You were right." in after
    assert "This was taken back" in after
    assert "<textarea" not in after
    assert BEA.id not in after


@pytest.mark.parametrize("outcome", [Outcome.UPHELD, Outcome.OVERTURNED])
def test_whoever_lost_reads_where_to_turn_and_whoever_won_does_not(
    desk: Desk, decided: tuple[str, DecisionId, str], outcome: Outcome
) -> None:
    """Nothing is left to take elsewhere once all of it has ended (DSA Art. 21)."""
    path, decision_id, account = decided
    desk.post(path, words="It was a quotation.")
    with desk.house.store.read() as reader:
        alice = reader.accounts_by_platform_id([account])[account]
        [appeal] = reader.appeals_against(decision_id, alice.id)
    AppealOffice(at_home(desk.house)).decide(appeal, BEA, outcome)
    assert (texts("en")["appeal"]["court"] in desk.get(path).text) is (outcome is Outcome.UPHELD)


def test_one_that_is_withdrawn_leaves_the_decision_and_may_be_sent_again(
    desk: Desk, decided: tuple[str, DecisionId, str]
) -> None:
    """Withdrawn twice is once."""
    path, _, _ = decided
    desk.post(path, words="x", contact="a@example.org")
    gone = desk.post(f"{path}/withdraw")
    assert gone.status_code == 303
    assert "You took it back." in desk.get(path).text
    assert desk.post(f"{path}/withdraw").status_code == 200
    assert desk.post(path, words="once more").status_code == 303


@pytest.mark.parametrize(("form", "says"), [
    ({"words": "x" * 10_001}, "10000 letters at most"), ({"contact": "no address"}, "does not look like"),
])  # fmt: skip
def test_what_cannot_be_used_is_said_and_nothing_is_lost(
    desk: Desk, decided: tuple[str, DecisionId, str], form: dict[str, str], says: str
) -> None:
    """What was written stands in the form again."""
    answered = desk.post(decided[0], **form)
    assert answered.status_code == 422
    assert says in answered.text
    assert next(iter(form.values())) in answered.text


def test_a_link_that_was_changed_leads_to_a_page_that_says_so(desk: Desk, decided: tuple[str, DecisionId, str]) -> None:
    """By one letter, cut off, or made up; reading and sending alike."""
    path = decided[0]
    changed = path[:-1] + ("0" if path[-1] != "0" else "1")
    for wrong in (changed, path[:-3], "/appeal/x", "/appeal/" + "0" * 500):
        assert desk.get(wrong).status_code == 404
        assert "This link does not work" in desk.post(wrong, words="x").text
        assert desk.post(f"{wrong}/withdraw").status_code == 404


def test_a_form_from_another_site_sends_nothing(desk: Desk, decided: tuple[str, DecisionId, str]) -> None:
    """Nobody appeals for somebody by a page of their own."""
    answered = desk.sent("POST", decided[0], data={"words": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answered.status_code == 200
    assert "A person looks at it." not in desk.get(decided[0]).text


def test_a_link_without_a_language_leads_to_the_readers_own(desk: Desk, decided: tuple[str, DecisionId, str]) -> None:
    """As in a statement; German is complete."""
    answered = desk.sent("GET", f"/desk{decided[0]}", headers={"Accept-Language": "de"})
    assert answered.status_code == 303
    german = desk.sent("GET", answered.headers["location"])
    assert "Bitte uns, noch einmal hinzusehen" in german.text
    assert re.search(r'<html lang="de"', german.text)
