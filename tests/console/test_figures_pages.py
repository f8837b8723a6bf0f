"""The pages of reports of figures: what is due, drawn up, looked at, published, corrected; files handed out."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from console.conftest import serving_pages
from console_browser import Browser, Reader
from tutela.core.permissions import StaffRole
from tutela.core.transparency.csv_set import unpacked
from tutela.core.transparency.validator import flaws


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module: what is published is published for everybody."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


@pytest.fixture
def ada(browser: Browser, member: Any) -> Browser:
    """Return the browser of a policy analyst."""
    return browser.as_member(member(StaffRole.POLICY_ANALYST))


def test_a_report_is_drawn_up_looked_at_published_and_corrected(ada: Browser, member: Any) -> None:
    """Each step on its page; the files are those whose digest is shown; an auditor reads and writes nothing."""
    assert "due by" in Reader(ada.get("/console/figures").text).words
    who = {"provider": "Lakes <Ltd>", "service": "Lakes", "contact": "desk@lakes.example"}
    assert ada.post("/console/figures/enter", who).status_code == 303
    assert ada.post("/console/figures/text", {"key": "summary", "text": "People decide."}).status_code == 303
    months = {"month": "2025-01", "recipients": "total 120\nDE=40"}
    assert ada.post("/console/figures/recipients", months).status_code == 303
    drawn = ada.post("/console/figures/draw-up", {"period": "2025"})
    page = drawn.headers["location"].partition("?")[0]
    shown = ada.get(f"{page}?done=drawn_up").text
    assert "Drawn up. Look at it" in shown
    assert "Own initiative: on what ground" in shown
    files = ada.get(f"{page}/files")
    assert hashlib.sha256(files.content).hexdigest() in shown
    assert flaws(unpacked(files.content)) == ()
    assert b"Lakes <Ltd>" in unpacked(files.content)["1_report_identification.csv"]
    assert ada.post(f"{page}/publish").status_code == 303
    assert "Kept until at least" in ada.get(page).text
    assert "Publish it" not in ada.get(page).text
    assert ada.post("/console/figures/draw-up", {"period": "2025"}).status_code == 422
    again = ada.post("/console/figures/correct", {"period": "2025", "reason": "a <late> appeal"})
    assert again.status_code == 303
    assert "a &lt;late&gt; appeal" in ada.get("/console/figures").text
    auditor = Browser(ada.house, ada.port).as_member(member(StaffRole.AUDITOR))
    assert auditor.get(page).status_code == 200
    assert "Draw up a report" not in auditor.get("/console/figures").text
    assert auditor.post("/console/figures/draw-up", {"period": "2024"}).status_code == 403


@pytest.mark.parametrize(
    ("verb", "form", "place"),
    [
        ("draw-up", {"period": "2099"}, "period"), ("draw-up", {"period": "x"}, "period"),
        ("recipients", {"month": "2025-13", "recipients": "TOTAL 1"}, "month"),
        ("enter", {"provider": "", "service": "x", "contact": "y"}, "provider"),
        ("correct", {"period": "2019", "reason": "x"}, "period"),
    ],
)  # fmt: skip
def test_a_form_that_is_not_taken_marks_its_field(ada: Browser, verb: str, form: dict[str, str], place: str) -> None:
    """And keeps what was written."""
    answered = ada.post(f"/console/figures/{verb}", form)
    assert answered.status_code == 422
    marked = [each for each in Reader(answered.text).all("input", "select", "textarea") if "aria-invalid" in each]
    assert [each["name"] for each in marked] == [place]


def test_recipients_that_are_no_number_are_refused(ada: Browser) -> None:
    """Nothing is entered of them."""
    for said in ("TOTAL many", "US 5", "DE -3", "DE 99999999999999"):
        assert ada.post("/console/figures/recipients", {"month": "2025-01", "recipients": said}).status_code == 422
