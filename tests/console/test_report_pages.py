"""The pages of a report, without a script: drawn up, typed, prepared, approved by another person, sent, read."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from console.conftest import serving_pages
from console_browser import Browser, Reader
from reported import NCMEC, complete, draw_up, found_with_picture, keep, operate_in_us, set_channel_up, version
from tutela.core.filing.report_key import report_period
from tutela.core.ids import CaseId
from tutela.core.permissions import StaffRole
from tutela.sandbox.ncmec.faults import Does, Fault
from tutela.sandbox.ncmec.server import Sandbox, listening

OFFICER = StaffRole.CHILD_SAFETY_OFFICER
WAIT_SECONDS = 60.0


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Start the stand-in of the authority."""
    with listening(Sandbox()) as listens:
        yield listens


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module, for an operator in the United States."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        operate_in_us(browser.house)
        yield browser


@pytest.fixture
def ada(served_pages: Browser, member: Any, sandbox: Sandbox) -> Browser:
    """Return the browser of an officer, with a channel that works and asks for two people."""
    house, ada = served_pages.house, member(OFFICER)
    channel = house.filing.channels.channel(NCMEC)
    if channel is None or not channel.is_enabled:
        set_channel_up(house, sandbox, ada.principal)
    return Browser(house, served_pages.port).as_member(ada)


@pytest.fixture
def bea(served_pages: Browser, member: Any) -> Browser:
    """Return the browser of another officer."""
    return Browser(served_pages.house, served_pages.port).as_member(member(OFFICER, "bea"))


@pytest.fixture
def case_id(ada: Browser, member: Any) -> CaseId:
    """Return a case with a picture that two people have found."""
    return found_with_picture(ada.house, member(OFFICER).principal, member(OFFICER, "bea").principal)


@pytest.fixture
def page(ada: Browser, case_id: CaseId) -> str:
    """Return the page of a report that is drawn up."""
    return draw_up(ada, case_id)


def send(browser: Browser, page: str, verb: str, **form: str) -> Any:
    """Send a form of a report."""
    return browser.post(f"{page}/{verb}", {"version": version(browser, page), **form})


def until(browser: Browser, page: str, words: str) -> str:
    """Look again until a page says something."""
    end = time.monotonic() + WAIT_SECONDS
    while words not in (text := browser.get(page).text):
        assert time.monotonic() < end, text
        time.sleep(0.1)
    return text


def approved(ada: Browser, bea: Browser, page: str) -> None:
    """Have one person prepare a report, and another one approve it."""
    complete(ada, page)
    assert send(ada, page, "prepare", reason="Nothing more is known.").status_code == 303
    assert send(bea, page, "approve").status_code == 303


def test_a_draft_shows_every_field_with_where_it_comes_from(ada: Browser, page: str, case_id: CaseId) -> None:
    """What is missing is named with its remedy and a link to it; the kind is only suggested before one chooses it."""
    text = ada.get(page).text
    assert "told by the platform" in text
    assert "computed here" in text
    assert "from the channel&#39;s settings" in text
    assert "The kind of incident is only suggested." in text
    assert f'href="{page}/edit?place=incident.at">Nobody has said when it happened.' in text
    assert text.count("Nobody has said when it happened.") == 1
    assert "Nobody here has seen all of it." in text
    assert "How complete it is:" in text
    duties = ada.get(f"/console/cases/{case_id}/duties").text
    assert f'href="{page}"' in duties
    assert "Draw up a report" not in duties
    assert ada.post(f"/console/cases/{case_id}/reports", {"authority": NCMEC}).status_code == 409
    assert f'href="{page}"' in ada.get("/console/reports").text
    assert f'href="{page}"' in ada.get("/console/report-lists/drafts").text


def test_every_kind_of_field_can_be_typed(ada: Browser, page: str) -> None:
    """A text, a time, a mark, a word, a number, a whole address, one more of it; each stands in the report then."""
    asked: dict[str, dict[str, Any]] = {
        "incident.at_means": {"value": "of the upload"},
        "incident.at": {"value": "2026-03-02T15:30"},
        "incident.annotations": {"value": ["sextortion", "spam"]},
        "suspects.0.is_compromised": {"value": "no"},
        "suspects.0.person": {"field.first_name": "Mallory <b>", "field.age": "31", "field.born_on": ""},
        "suspects.0.person.emails.0": {"field.address": "mallory@meadow.alt", "field.kind": "Home"},
        "suspects.0.profile_urls.0": {"value": "https://meadow.alt/mallory"},
        "suspects.0.ip_events.0": {"field.ip": "192.0.2.7", "field.port": "44312", "field.at": "2026-03-02T15:29"},
        "details.1": {"kind": "chat", "field.client": "the meadow", "field.room": "by the lake"},
        "law_enforcement": {"field.agency": "Harbour police", "field.is_told": "yes"},
        "files.0.is_public": {"value": "yes"},
    }  # fmt: skip
    for place, form in asked.items():
        assert ada.get(f"{page}/edit?place={place}&kind={form.get('kind', '')}").status_code == 200
        done = keep(ada, page, place, **form)
        assert done.status_code == 303, (place, done.text)
        assert done.headers["location"] == f"{page}?done=edited#at-{place}"
    text = ada.get(page).text
    shown = ("of the upload", "2026-03-02 15:30:00 UTC", "sextortion, spam", "Mallory &lt;b&gt;", "mallory@meadow.alt")
    for words in (*shown, "44312", "by the lake", "Harbour police"):
        assert words in text
    assert "typed by you" in text
    taken = ada.post(f"{page}/clear", {"place": "law_enforcement", "version": version(ada, page)})
    assert taken.status_code == 303
    assert "Harbour police" not in ada.get(page).text


def test_what_is_wrong_is_told_at_its_place_and_nothing_is_lost(ada: Browser, page: str) -> None:
    """A number that is none, a link that is none, a country that is none, nothing at all, a place that is not there."""
    wrong: tuple[tuple[str, dict[str, Any]], ...] = (
        ("suspects.0.person", {"field.first_name": "Mallory", "field.age": "old"}),
        ("suspects.0.profile_urls.0", {"value": "not a link"}),
        ("suspects.0.location", {"field.country": "XX", "field.city": "Lakeside"}),
        ("incident.at", {"value": "soon"}),
        ("incident.platform", {"value": "  "}),
    )
    for place, form in wrong:
        refused = keep(ada, page, place, **form)
        assert refused.status_code == 422, place
        assert 'aria-invalid="true"' in refused.text, place
        for said in form.values():
            assert f'value="{said}"' in refused.text, place
    for place in (
        "nothing",
        "suspects.7.person",
        "files.3.url",
        "reporter.person.nobody",
        "incident.at.more",
        "x" * 300,
    ):
        assert ada.get(f"{page}/edit?place={place}").status_code == 422, place
    assert keep(ada, page, "files.0.report_id", value="1").status_code == 422


def test_what_the_platform_told_is_typed_over_only_when_somebody_says_so(ada: Browser, page: str) -> None:
    """It is recorded then; and who read an older version is told what was typed since, and loses nothing."""
    place = "suspects.0.identifier"
    assert "Type over what the platform told." in ada.get(f"{page}/edit?place={place}").text
    assert keep(ada, page, place, value="somebody-else").status_code == 422
    old = version(ada, page)
    assert keep(ada, page, place, value="somebody-else", override="yes").status_code == 303
    moved = ada.post(f"{page}/edit", {"place": "note", "version": old, "value": "My own words."})
    assert moved.status_code == 409
    assert "Nothing of yours is lost" in moved.text
    assert "My own words." in moved.text
    assert f"<code>{place}</code>" in moved.text


def test_the_kind_is_chosen_from_words_with_the_sections_they_stand_for(ada: Browser, page: str) -> None:
    """Beside each is what it means."""
    text = ada.get(f"{page}/edit?place=incident.kind").text
    assert "18 U.S.C. 2422(b)" in text
    assert "Somebody talks a child into it" in text
    radios = [each for each in Reader(text).all("input") if each.get("type") == "radio"]
    assert len(radios) == 8
    assert "Take it out" not in text


def test_what_is_missing_asks_for_a_reason_and_the_kind_for_a_choice(ada: Browser, bea: Browser, page: str) -> None:
    """What was written stays; whoever prepared it does not approve it; an unprepared one is not approved."""
    refused = send(ada, page, "prepare", reason="It is <late>.")
    assert refused.status_code == 422
    assert "The kind of incident is only suggested." in refused.text
    assert "It is &lt;late&gt;.</textarea>" in refused.text
    complete(ada, page)
    assert send(bea, page, "approve").status_code == 409
    assert send(ada, page, "prepare").status_code == 422
    assert send(ada, page, "prepare", reason="Nothing more is known.").status_code == 303
    assert "You prepared it: another person approves it." in ada.get(page).text
    assert send(ada, page, "approve").status_code == 403
    assert "Approve it, and let it go out" in bea.get(page).text
    assert ada.post(f"{page}/prepare", {"version": "x"}).status_code == 422


def test_it_is_read_as_the_authority_reads_it(ada: Browser, page: str) -> None:
    """Element by element in its order, and as it is sent; what cannot be written yet is told so."""
    assert "It cannot be written yet" in ada.get(f"{page}/read").text
    complete(ada, page)
    text = ada.get(f"{page}/read").text
    order = [
        text.index(f">{name}<") for name in ("incidentSummary", "internetDetails", "reporter", "personOrUserReported")
    ]
    assert order == sorted(order)
    assert "&lt;incidentType&gt;" in text
    assert "What is told of file 1" in text
    assert "fileViewedByEsp" in text


def test_it_goes_out_and_its_receipt_steps_and_time_of_keeping_are_shown(
    ada: Browser, bea: Browser, page: str, sandbox: Sandbox
) -> None:
    """In the test environment, which counts as nothing and says so; after that nothing of it can be typed."""
    approved(ada, bea, page)
    text = until(ada, page, "Receipt")
    number = text.partition("<dt>Number</dt><dd><code>")[2].partition("<")[0]
    assert number in {each.id for each in sandbox.authority.finished()}
    assert "the authority named exactly what was sent" in text
    assert "A test orders nothing to be kept." in text
    assert "test environment: counts as nothing" in text
    assert "Done: opening the report." in text
    assert "Done: sending file 1." in text
    assert "Done: finishing the report." in text
    assert "/edit?place=" not in text
    assert ada.get(f"{page}/edit?place=note").status_code == 409
    assert ada.post(f"{page}/edit", {"place": "note", "version": "1", "value": "later"}).status_code == 409
    listed = ada.get("/console/reports").text
    assert number in listed.partition('id="list-finished"')[2]
    assert ada.post(f"{page}/correct", {"why": "It was a drawing."}).status_code == 409


def test_what_fails_is_told_in_plain_words_with_what_to_do(
    ada: Browser, bea: Browser, page: str, sandbox: Sandbox, member: Any
) -> None:
    """Credentials that are wrong stop the channel; the report waits, and goes on when they are right again."""
    account = sandbox.account
    sandbox.account = type(account)("somebody", "else")
    try:
        approved(ada, bea, page)
        text = until(ada, page, "The authority refuses us as such.")
        assert "Enter the credentials anew in the channel" in text
        assert "The channel is off, stopped, or not set up" in text
        listed = ada.get("/console/reports").text
        assert "Somebody has to look at these" in listed
    finally:
        sandbox.account = account
    ada.house.filing.check.check(member(OFFICER).principal, NCMEC)
    assert "Receipt" in until(ada, page, "Receipt")


def test_one_that_waits_is_given_up_and_in_danger_one_person_sends_it_at_once(
    ada: Browser, bea: Browser, member: Any, sandbox: Sandbox
) -> None:
    """A draft is withdrawn; in danger a draft goes out by one person, and another report is not needed."""
    people = (member(OFFICER).principal, member(OFFICER, "bea").principal)
    urgent, dropped = (draw_up(ada, found_with_picture(ada.house, *people)) for _ in range(2))
    assert send(ada, dropped, "withdraw").status_code == 303
    assert "withdrawn" in ada.get(dropped).text
    assert send(ada, urgent, "danger", danger="yes").status_code == 303
    complete(ada, urgent)
    assert "one person sends it at once" in ada.get(urgent).text
    assert send(ada, urgent, "approve").status_code == 303
    until(ada, urgent, "Receipt")
    waits = draw_up(ada, found_with_picture(ada.house, *people))
    sandbox.faults.add(Fault(Does.CODE, "/submit"))
    approved(ada, bea, waits)
    text = until(ada, waits, "It is tried again at")
    assert "The authority does not answer as it should. It passes." in text.replace("</strong>", "")
    assert ada.post(f"{waits}/give-up").status_code == 303
    assert "given up" in ada.get(waits).text
    assert f'href="{waits}"' in ada.get("/console/report-lists/ended").text
    assert ada.post(f"{waits}/retry").status_code == 409


def test_an_authority_without_an_interface_has_it_laid_out_in_its_order(ada: Browser, case_id: CaseId) -> None:
    """To be copied from; it is prepared and approved by nobody, and its receipt is recorded with the case."""
    at = f"/console/cases/{case_id}/duties"
    sheet = {"imagery": "real", "explicitness": "unknown", "child": "unknown", "published": "GB"}
    assert ada.post(f"{at}/sheet", sheet).status_code == 303
    assert "Draw up a report for them" in ada.get(at).text
    drawn = ada.post(f"/console/cases/{case_id}/reports", {"authority": "nca"}).headers["location"].partition("?")[0]
    text = ada.get(drawn).text
    assert "Tell them by hand" in text
    assert "Prepare it" not in text
    assert f'href="{drawn}/by-hand/nca"' in ada.get(at).text
    laid = ada.get(f"{drawn}/by-hand/nca").text
    assert "Order of fields:" in laid
    assert "review-user-" in laid
    assert re.search(r"<bdi>SHA256</bdi><br><bdi>[0-9a-f]{64}</bdi><br>", laid)
    assert "not known" in laid
    assert f'href="{at}#nca"' in laid
    assert ada.get(f"{drawn}/by-hand/ncmec").status_code == 422
    assert ada.get(f"{drawn}/by-hand/nobody").status_code == 422


def test_a_report_whose_key_was_destroyed_says_so(ada: Browser, page: str) -> None:
    """That it was there stays; what it said is gone."""
    ada.house.keys.destroy_period(report_period(page.rpartition("/")[2]))
    text = ada.get(page).text
    assert "What this report said was destroyed with its key" in text
    assert "What keeps it back" not in text
    for unreadable in (f"{page}/read", f"{page}/edit?place=note"):
        refused = ada.get(unreadable)
        assert (refused.status_code, "was destroyed; what it wrapped" in refused.text) == (503, True)


def test_who_files_nothing_approves_nothing_and_who_reports_nothing_sees_none(
    browser: Browser, member: Any, page: str
) -> None:
    """A senior reviewer draws up and prepares; a reviewer has no part in it; nobody finds one that is not there."""
    browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    assert "A child-safety officer approves it" not in browser.get(page).text
    assert send(browser, page, "approve").status_code == 403
    assert browser.get("/console/reports/rep_nobody").status_code == 404
    assert browser.get("/console/report-lists/nobody").status_code == 422
    browser.as_member(member(StaffRole.REVIEWER))
    assert browser.get(page).status_code == 403
    assert browser.get("/console/reports").status_code == 403
