"""The pages of what becomes of evidence: holds, destruction by two people with its certificate, and what is refused."""

import re
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from threading import current_thread
from typing import Any

import pyrage
import pytest
from sqlalchemy import event
from sqlalchemy import text as sql

from client.one_platform import soon
from console.conftest import serving_pages
from console_browser import Browser, Reader
from preserved import over
from reported import found_with_picture
from tutela.console.destruction import PAGE_KEPT
from tutela.core.filing.certificates import read_certificate
from tutela.core.ids import CaseId
from tutela.core.permissions import StaffRole

OFFICER = StaffRole.CHILD_SAFETY_OFFICER
HOLD = {"source": "police", "reference": "14 Js <7>/26", "reason": "their letter of today"}


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module: what is over is over for everybody."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


@pytest.fixture
def ada(served_pages: Browser, member: Any) -> Browser:
    """Return the browser of an officer."""
    return Browser(served_pages.house, served_pages.port).as_member(member(OFFICER))


@pytest.fixture
def bea(served_pages: Browser, member: Any) -> Browser:
    """Return the browser of another officer."""
    return Browser(served_pages.house, served_pages.port).as_member(member(OFFICER, "bea"))


@pytest.fixture
def case_id(ada: Browser, member: Any) -> CaseId:
    """Return a case with a picture that two people have found."""
    return found_with_picture(ada.house, member(OFFICER).principal, member(OFFICER, "bea").principal)


def day(browser: Browser, days: int) -> str:
    """Return a moment so many days from now, as a form holds it."""
    return f"{browser.house.clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M}"


def proofs_age(browser: Browser, minutes: int) -> None:
    """Let so many minutes pass since anybody proved who they are."""
    with browser.house.engine.begin() as connection:
        connection.execute(sql("UPDATE sessions SET proven_us = proven_us - :us"), {"us": minutes * 60_000_000})


def placed(browser: Browser, case_id: CaseId, **more: str) -> str:
    """Place a hold, and return the address of its page."""
    done = browser.post("/console/holds", {**HOLD, "cases": case_id, "until": day(browser, 90), **more})
    assert done.status_code == 303, done.text
    return done.headers["location"].partition("?")[0]


def test_a_hold_is_placed_extended_looked_at_and_released_each_with_a_reason(ada: Browser, case_id: CaseId) -> None:
    """It is listed with its end and the date on which somebody looks again; what was done with it stays."""
    page = placed(ada, case_id)
    text = ada.get(page).text
    assert "14 Js &lt;7&gt;/26" in text
    assert "What it keeps: 1" in text
    assert "their letter of today" in text
    listed = ada.get("/console/holds").text
    assert f'href="{page}"' in listed
    assert "89 d 23 h left" in listed
    longer = ada.post(f"{page}/extend", {"until": day(ada, 180), "reason": "their second letter"})
    assert longer.headers["location"] == f"{page}?done=extended"
    assert ada.post(f"{page}/review", {"review_by": day(ada, 30), "reason": "they called"}).status_code == 303
    text = ada.get(page).text
    assert "179 d 23 h left" in text
    assert "their second letter" in text
    shorter = ada.post(f"{page}/extend", {"until": day(ada, 10), "reason": "My <words>"})
    assert (shorter.status_code, "My &lt;words&gt;</textarea>" in shorter.text) == (422, True)
    assert ada.post(f"{page}/release", {"reason": ""}).status_code == 422
    assert ada.post(f"{page}/release", {"reason": "they wrote that it is over"}).status_code == 303
    assert "What you can do" not in ada.get(page).text
    assert f'href="{page}"' not in ada.get("/console/holds").text
    assert f'href="{page}"' in ada.get("/console/holds?all=yes").text


def test_the_form_of_a_hold_begins_empty_but_for_the_case_it_was_opened_from(ada: Browser, case_id: CaseId) -> None:
    """And is taken as it stands in the page, with what nobody filled in left empty."""
    text = ada.get(f"/console/holds?case={case_id}").text
    form = text.partition('action="/console/holds"')[2].partition("</form>")[0]
    held = dict(re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', form))
    assert held == {"reason": "", "cases": case_id, "reports": "", "items": "", "media": ""}
    sent = ada.post("/console/holds", {**HOLD, **held, "reason": "a letter", "until": day(ada, 9), "review_by": ""})
    assert sent.status_code == 303


def test_what_is_missing_of_a_hold_is_told_and_nothing_is_lost(ada: Browser, case_id: CaseId) -> None:
    """No end and no date of review, no reference, a case that is not there, a time that is none."""
    wrong: tuple[tuple[dict[str, str], int], ...] = (
        ({"cases": case_id}, 422),
        ({"cases": case_id, "until": day(ada, 5), "reference": " "}, 422),
        ({"cases": "cas_nobody", "until": day(ada, 5)}, 404),
        ({"cases": case_id, "until": "soon"}, 422),
        ({"until": day(ada, 5)}, 422),
        ({"cases": case_id, "until": day(ada, 5), "source": "report"}, 422),
    )
    for form, status in wrong:
        refused = ada.post("/console/holds", {**HOLD, **form})
        assert refused.status_code == status, form
        assert 'role="alert"' in refused.text
        assert "their letter of today</textarea>" in refused.text
    assert ada.get("/console/holds/hol_nobody").status_code == 404


def test_a_list_of_holds_goes_on_where_it_ended(ada: Browser, case_id: CaseId) -> None:
    """Fifty on a page, each once."""
    for number in range(51):
        placed(ada, case_id, reference=f"many-{number}")
    first = ada.get("/console/holds").text
    following = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = ada.get(following.replace("&amp;", "&")).text
    assert first.count('<th scope="row">') == 50
    assert all(f"many-{number}<" in first + second for number in range(51))


def test_what_is_held_or_not_over_is_destroyed_by_nobody(ada: Browser, case_id: CaseId) -> None:
    """Neither by a form that offers nothing of it, nor by one that somebody made up, nor by an order that is unsure."""
    media = over(ada.house, "held", picture="flower", quality=70)
    placed(ada, case_id, cases="", media=str(media.id))
    page = ada.get("/console/destruction").text
    assert f'value="{media.id}"' not in page
    assert ada.post("/console/destruction", {"media": media.id, "reason": "late"}).status_code == 409
    ordered = {"agency": "Harbour police", "reference": "O-1", "received_at": day(ada, -1), "reason": "by law",
               "ids": str(media.id)}  # fmt: skip
    unsure = ada.post("/console/destruction/order", ordered)
    assert (unsure.status_code, "Harbour police" in unsure.text) == (422, True)
    held = ada.post("/console/destruction/order", {**ordered, "sure": "yes"})
    assert (held.status_code, "Holds stand in the way" in held.text) == (409, True)
    assert ada.get("/console/destruction/des_nobody").status_code == 404


def test_an_order_of_law_is_carried_out_by_one_person(ada: Browser) -> None:
    """At once; a proposal can be taken back by whoever made it."""
    media = over(ada.house, "ordered", quality=60)
    proposed = ada.post("/console/destruction", {"media": media.id, "reason": "the year is over"})
    one = proposed.headers["location"].partition("?")[0]
    assert ada.post(f"{one}/decline").status_code == 303
    assert "Nothing was destroyed." in ada.get(one).text
    ordered = {"agency": "Harbour police", "reference": "O-2", "received_at": day(ada, -1), "reason": "by law",
               "ids": f"{media.id}\r\n", "sure": "yes"}  # fmt: skip
    done = ada.post("/console/destruction/order", ordered)
    assert done.status_code == 303, done.text
    text = ada.get(done.headers["location"]).text
    assert "Harbour police" in text
    assert "Carried out." in text


def test_a_whole_page_of_what_is_over_may_be_ticked(ada: Browser) -> None:
    """The form of a full page has no more fields than a form may have: it is read, and told what is not kept."""
    ids = [f"med_{number}" for number in range(PAGE_KEPT)]
    refused = ada.post("/console/destruction", {"media": ids, "reason": "the year is over"})
    assert (refused.status_code, "this form cannot be read" in refused.text) == (404, False)


def test_the_page_of_destruction_asks_as_often_whatever_waits(ada: Browser) -> None:
    """What is proposed is asked for at once, not by one proposal after the other; none of it is offered again."""
    counts = []
    for number, name in enumerate(("waits", "waits-too")):
        media = over(ada.house, name, quality=50 + number)
        assert ada.post("/console/destruction", {"media": media.id, "reason": "over"}).status_code == 303
        threads: list[str] = []  # of pages, or of what goes on in the background meanwhile
        event.listen(
            ada.house.engine, "before_cursor_execute", note := (lambda *_, of=threads: of.append(current_thread().name))
        )
        offered = Reader(ada.get("/console/destruction").text).all("input")
        event.remove(ada.house.engine, "before_cursor_execute", note)
        assert not [each for each in offered if each.get("value") == media.id]
        counts.append(threads.count("AnyIO worker thread"))
    assert counts[0] == counts[1] > 5


def test_only_officers_preserve(browser: Browser, member: Any) -> None:
    """Not even a senior reviewer."""
    browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    for page in ("/console/holds", "/console/destruction", "/console/export"):
        assert browser.get(page).status_code == 403
        assert browser.post(page, HOLD).status_code == 403
    assert "/console/holds" not in browser.get("/console").text


def test_a_package_for_police_takes_two_people_and_only_its_key_opens_it(
    ada: Browser, bea: Browser, case_id: CaseId
) -> None:
    """Whoever asked does not approve; each making has its checksum; nothing of it stays on this machine."""
    secret = pyrage.x25519.Identity.generate()
    asked = {"agency": "Harbour <police>", "reference": "H-7", "reason": "their letter", "cases": str(case_id),
             "key": str(secret.to_public())}  # fmt: skip
    assert str(case_id) in ada.get(f"/console/export?case={case_id}").text
    one = ada.post("/console/export", asked).headers["location"].partition("?")[0]
    assert "You asked for it: another person approves." in ada.get(one).text
    assert ada.post(f"{one}/approve").status_code == 403
    assert ada.post(f"{one}/make").status_code == 409
    assert "Harbour &lt;police&gt;" in bea.get("/console/export").text
    assert bea.post(f"{one}/approve").headers["location"] == f"{one}?done=approved"
    package = ada.post(f"{one}/make")
    assert package.headers["content-disposition"].endswith('.tar.age"')
    text = ada.get(one).text
    assert sha256(package.content).hexdigest() in text
    assert b"manifest.json" in pyrage.decrypt(package.content, [secret])
    soon(lambda: not list(ada.house.settings.var.glob("export-*")))  # it goes once the last byte is sent
    assert ada.get(f"{one}/custody").headers["content-disposition"].startswith("attachment")
    declined = ada.post("/console/export", {**asked, "reference": "H-8"}).headers["location"].partition("?")[0]
    assert bea.post(f"{declined}/decline").status_code == 303
    assert "Nothing was handed out." in bea.get(f"{declined}?done=declined").text


def test_what_is_missing_of_a_package_is_told_and_nothing_is_lost(ada: Browser, case_id: CaseId) -> None:
    """No key, a secret key, nothing in it, a case that is not there."""
    public = str(pyrage.x25519.Identity.generate().to_public())
    asked = {"agency": "Harbour police", "reference": "H-9", "reason": "their letter", "key": public}
    wrong = (
        ({"cases": str(case_id), "key": "nonsense"}, 422),
        ({"cases": str(case_id), "key": "AGE-SECRET-KEY-1"}, 422),
        ({}, 422),
        ({"cases": "cas_nobody"}, 404),
        ({"cases": str(case_id), "agency": " "}, 422),
    )
    for form, status in wrong:
        refused = ada.post("/console/export", {**asked, **form})
        assert refused.status_code == status, form
        assert "their letter</textarea>" in refused.text
    assert ada.get("/console/export/exp_nobody").status_code == 404


def test_two_people_destroy_what_is_over_and_its_certificate_is_handed_out(ada: Browser, bea: Browser) -> None:
    """Whoever proposed it does not agree; the certificate is there once every key is gone.

    The last of this module: after it nothing can be received any more with the key of today.
    """
    media = over(ada.house, "moored", quality=80)
    page = ada.get("/console/destruction").text
    assert [each["value"] for each in Reader(page).all("input") if each.get("name") == "media"] == [media.id]
    lost = ada.post("/console/destruction", {"media": media.id, "reason": ""})
    assert lost.status_code == 422
    assert "checked" in next(each for each in Reader(lost.text).all("input") if each.get("name") == "media")
    proposed = ada.post("/console/destruction", {"media": media.id, "reason": "The year is <over>."})
    one = proposed.headers["location"].partition("?")[0]
    assert "You proposed it: another person agrees." in ada.get(one).text
    assert ada.post(f"{one}/agree").status_code == 403
    assert "Waits for a second person" in bea.get("/console/destruction").text
    assert bea.get(f"{one}/certificate").status_code == 409
    proofs_age(bea, minutes=6)
    late = bea.post(f"{one}/agree")
    assert (late.status_code, late.headers["location"]) == (303, f"/console/prove?next={one}")
    asked = {
        "agency": "a",
        "reference": "1",
        "received_at": day(bea, 0),
        "ids": media.id,
        "reason": "a letter",
        "sure": "yes",
    }
    kept = bea.post("/console/destruction/order", asked)
    assert (kept.status_code, "a letter" in kept.text) == (403, True)
    proofs_age(bea, minutes=-6)
    assert bea.post(f"{one}/agree").headers["location"] == f"{one}?done=agreed"
    for period in ada.house.keys.periods():
        if period.startswith("transient-"):
            ada.house.keys.destroy_period(period)
    ada.house.destructions.destroy.resume()
    assert "destroyed and proved" in ada.get(one).text
    certificate = ada.get(f"{one}/certificate")
    assert certificate.headers["content-disposition"].startswith("attachment")
    assert read_certificate(certificate.content).told["reason"] == "The year is <over>."
