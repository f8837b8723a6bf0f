"""What is owed to authorities, without a script: the list, the sheet, and what people do about it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.conftest import serving_pages
from console_browser import Browser, Reader
from reviewing import found, laid
from tutela.core.content import ChannelKind
from tutela.core.ids import CaseId
from tutela.core.permissions import StaffRole

US = {"country": "US", "user_regions": ("US",), "services": (ChannelKind.PUBLIC,), "authorities": ("ncmec",)}
SHEET = {"imagery": "drawn", "explicitness": "unknown", "child": "not_identifiable"}


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module, for an operator in the United States."""
    with serving_pages(tmp_path_factory.mktemp("console"), undo_seconds=0) as browser:
        profile = browser.house.profile
        profile.write(replace(profile.read(), **US))  # type: ignore[arg-type]  # fields of a profile
        yield browser


@pytest.fixture
def officer(browser: Browser, member: Any) -> Browser:
    """Return the browser of a child-safety officer."""
    return browser.as_member(member(StaffRole.CHILD_SAFETY_OFFICER))


@pytest.fixture
def case_id(browser: Browser, member: Any) -> CaseId:
    """Return a case that two people have found to be what it is about, of an operator in the United States."""
    profile = browser.house.profile
    profile.write(replace(profile.read(), **US))  # type: ignore[arg-type]  # fields of a profile
    return found(browser.house, member(StaffRole.CHILD_SAFETY_OFFICER).principal,
                 member(StaffRole.SENIOR_REVIEWER).principal)[0]  # fmt: skip


def checked(text: str, name: str) -> list[str | None]:
    """Return what is chosen in a form."""
    return [each.get("value") for each in Reader(text).all("input") if each.get("name") == name and "checked" in each]


def test_what_is_owed_is_listed_with_its_clock_and_who_has_it(officer: Browser, case_id: CaseId) -> None:
    """In words; from the list to the case, from the case to the authorities."""
    page = officer.get("/console/reports").text
    row = page.partition(f'/console/cases/{case_id}/duties"')[0].rpartition("<tr>")[2]
    assert re.search(r"23 h \d+ min left: there is time", row)
    assert "must be told" in page
    assert "Nobody has it in hand." in page
    assert (
        f'href="/console/cases/{case_id}/duties">Tell the authorities' in officer.get(f"/console/cases/{case_id}").text
    )
    officer.post(f"/console/cases/{case_id}/duties/ncmec/take")
    assert "You has it" not in (listed := officer.get("/console/reports").text)
    assert "You have it until" in listed


def test_each_answer_has_its_reason_and_source(officer: Browser, case_id: CaseId) -> None:
    """Whom nothing binds here is told of apart, and nothing has to be decided about them."""
    page = officer.get(f"/console/cases/{case_id}/duties").text
    assert "18 U.S.C. " in page
    assert "authorities that you are not bound to" in page
    assert "Nobody has confirmed this version" in page
    assert checked(page, "imagery") == checked(page, "explicitness") == checked(page, "child") == ["unknown"]
    assert page.count("counts as the gravest it may be") >= 2


def test_the_sheet_is_kept_and_the_table_answers_anew(officer: Browser, case_id: CaseId) -> None:
    """A drawing may be told; then somebody decides, with a reason, and the case ends."""
    at = f"/console/cases/{case_id}/duties"
    kept = officer.post(f"{at}/sheet", {**SHEET, "suspects": "us, DE"})
    assert kept.headers["location"] == f"{at}?done=sheet"
    page = officer.get(f"{at}?done=sheet").text
    assert "The table has answered anew." in page
    assert checked(page, "imagery") == ["drawn"]
    assert 'value="US DE"' in page
    assert "may be told" in page
    refused = officer.post(f"{at}/ncmec/decline", {"reason": "  "})
    assert (refused.status_code, "Not telling takes a reason." in refused.text) == (422, True)
    done = officer.post(f"{at}/ncmec/decline", {"reason": "A <drawing>, and no child."})
    assert done.headers["location"] == f"{at}?done=declined#ncmec"
    told = officer.get(f"{at}?done=declined").text
    assert "A &lt;drawing&gt;, and no child." in told
    assert "Nothing is owed any more to anybody." in told
    assert "It was told by hand" not in told


def test_nothing_that_was_written_is_lost_and_the_place_is_named(officer: Browser, case_id: CaseId) -> None:
    """A country that is none, a time that is none, a time that has gone."""
    at = f"/console/cases/{case_id}/duties"
    wrong = officer.post(f"{at}/sheet", {**SHEET, "trait": ["planned"], "children": "XX FR"})
    assert wrong.status_code == 422
    inputs = Reader(wrong.text).all("input")
    assert [each["value"] for each in inputs if each.get("name") == "children" and "aria-invalid" in each] == ["XX FR"]
    assert checked(wrong.text, "imagery") == ["drawn"]
    assert checked(wrong.text, "trait") == ["planned"]
    for form, place in (
        ({"reference": "4711", "filed_at": "soon"}, "filed_at"),
        ({"filed_at": "2026-03-02T15:30"}, "reference"),
    ):
        wrong = officer.post(f"{at}/ncmec/file", form)
        marked = [each for each in Reader(wrong.text).all("input") if "aria-invalid" in each]
        assert (wrong.status_code, [each["name"] for each in marked]) == (422, [place])
        assert form.get("reference", "2026-03-02T15:30") in wrong.text
    ahead = officer.house.clock.now() + timedelta(days=2)
    assert (
        officer.post(f"{at}/ncmec/file", {"reference": "1", "filed_at": f"{ahead:%Y-%m-%dT%H:%M}"}).status_code == 422
    )
    assert officer.post(f"{at}/ncmec/take", {"due_at": "2026-01-01T00:00"}).status_code == 422
    assert officer.post(f"{at}/nobody/take").status_code == 422
    assert officer.post(f"{at}/sheet", {**SHEET, "imagery": "nonsense"}).status_code == 422
    assert officer.get("/console/reports?after=%3Cb%3E").status_code == 422


def test_what_must_be_told_is_declined_by_nobody(officer: Browser, case_id: CaseId) -> None:
    """No form offers it, and none that is sent is taken."""
    at = f"/console/cases/{case_id}/duties"
    assert "What must be told is declined by nobody." in officer.get(at).text
    assert officer.post(f"{at}/ncmec/decline", {"reason": "It is late."}).status_code == 403


def test_filed_by_hand_stops_the_clock_and_ends_the_case(officer: Browser, case_id: CaseId) -> None:
    """With reference and time; the list holds it no more."""
    at = f"/console/cases/{case_id}/duties"
    now = officer.house.clock.now()
    done = officer.post(f"{at}/ncmec/file", {"reference": "K-42", "filed_at": f"{now:%Y-%m-%dT%H:%M}"})
    assert done.headers["location"] == f"{at}?done=filed#ncmec"
    assert "K-42" in officer.get(at).text
    assert str(case_id) not in officer.get("/console/reports").text


def test_who_may_not_file_or_report_is_told_so(browser: Browser, member: Any, case_id: CaseId) -> None:
    """A senior reviewer decides and takes in hand, and files nothing; a reviewer has no part in it."""
    at = f"/console/cases/{case_id}/duties"
    browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    page = browser.get(at).text
    assert "A child-safety officer records what was filed by hand." in page
    assert browser.post(f"{at}/ncmec/file", {"reference": "1", "filed_at": "2026-03-02T15:30"}).status_code == 403
    browser.as_member(member(StaffRole.REVIEWER))
    assert browser.get(at).status_code == 403
    assert "What is owed" not in browser.get(f"/console/cases/{case_id}").text
    assert '/console/reports"' not in browser.get("/console").text


def test_what_nobody_has_found_is_told_as_such(officer: Browser) -> None:
    """Nothing can be done about it but to decide the case."""
    case_id, _, _ = laid(officer.house, clause="cse.depiction")
    page = officer.get(f"/console/cases/{case_id}/duties").text
    assert "No person has found what this case is about yet." in page
    assert "I have it" not in page
    assert officer.get("/console/cases/cas_nobody/duties").status_code == 404
