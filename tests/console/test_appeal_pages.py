"""The pages of appeals, without scripts: the queue, one screen to decide on, the plan before it is committed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from appealed import AppealOffice
from console.conftest import serving_pages
from console_browser import Browser
from make import at_home
from tutela.core.appeals.appeal import Appeal
from tutela.core.ids import DecisionId, PersonId
from tutela.core.permissions import Principal, StaffRole
from tutela.flows.take_appeal import AskedAppeal

SENIOR = StaffRole.SENIOR_REVIEWER
PLATFORM = Principal("key_platform", frozenset({"appeal"}))


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


@pytest.fixture
def ada(served_pages: Browser, member: Any) -> Browser:
    """Return the browser of a senior reviewer."""
    return Browser(served_pages.house, served_pages.port).as_member(member(SENIOR, "ada"))


@pytest.fixture
def bea(served_pages: Browser, member: Any) -> Browser:
    """Return the browser of another one."""
    return Browser(served_pages.house, served_pages.port).as_member(member(SENIOR, "bea"))


def appealed(browser: Browser, name: str, by: str, text: str = "It was <a> quotation.") -> tuple[Appeal, DecisionId]:
    """Have something decided by somebody, and appealed."""
    office = AppealOffice(at_home(browser.house))
    decision_id = office.spam(f"post-{name}", f"user-{name}", by=Principal(by, frozenset(), PersonId(by)))
    asked = AskedAppeal(text, account=f"user-{name}", decision_id=decision_id)
    return browser.house.appeals.take(PLATFORM, asked).appeal, decision_id


def sent(browser: Browser, page: str, verb: str, **form: Any) -> Any:
    """Send a form of the page of an appeal."""
    return browser.post(f"{page}/{verb}", form)


def test_an_appeal_is_claimed_shown_and_overturned_on_one_screen(ada: Browser, bea: Browser, member: Any) -> None:
    """What they say, what was decided, what would end and stay; never by whom; then the outcome."""
    decider = member(SENIOR, "bea").principal.id
    appeal, _ = appealed(ada, "one", decider)
    page = f"/console/appeals/{appeal.id}"
    assert f'href="{page}"' in ada.get("/console/appeals").text
    assert "it is for a colleague" in bea.get("/console/appeals").text
    shown = ada.get(page).text
    assert "It was &lt;a&gt; quotation." in shown
    assert "ends: account user-one" in shown
    assert decider not in shown
    assert "had no part" in bea.get(page).text
    assert sent(bea, page, "claim").status_code == 403
    assert sent(ada, page, "claim").status_code == 303
    planned = sent(ada, page, "plan", outcome="overturned", code="context", line="A quotation", version="2").text
    once = re.findall(r'name="once" value="([0-9a-f]+)"', planned)[0]
    form = {"outcome": "overturned", "code": "context", "line": "A quotation", "version": "2", "once": once}
    first, again = sent(ada, page, "answer", **form), sent(ada, page, "answer", **form)
    assert first.headers["location"] == again.headers["location"] == f"{page}?done=decided"
    after = ada.get(first.headers["location"]).text
    assert "Whoever appealed is told" in after
    assert "overturned" in after
    assert f'href="{page}"' not in ada.get("/console/appeals").text
    assert f'href="{page}"' in ada.get("/console/appeals?all=yes").text


@pytest.mark.parametrize(("form", "says"), [
    ({"outcome": "overtaken", "code": "context"}, "nobody answers so"),
    ({"outcome": "x", "code": "context"}, "choose a outcome"),
    ({"outcome": "upheld", "code": "x"}, "say why"),
    ({"outcome": "partly", "code": "context"}, "which measures end"),
    ({"outcome": "upheld", "code": "context", "line": "x" * 300}, "characters at most"),
])  # fmt: skip
def test_what_is_missing_is_said_on_the_page(ada: Browser, form: dict[str, str], says: str) -> None:
    """Nothing is lost of what was chosen, and nothing is written."""
    appeal, _ = appealed(ada, re.sub(r"\W", "", says)[:9] + form["outcome"], "key_other")
    page = f"/console/appeals/{appeal.id}"
    sent(ada, page, "claim")
    answered = sent(ada, page, "plan", **form)
    assert answered.status_code == 422
    assert says in answered.text


def test_who_is_partly_right_sees_the_named_measure_end(ada: Browser) -> None:
    """The rest stays, and the page says both before."""
    appeal, decision_id = appealed(ada, "part", "key_other")
    page = f"/console/appeals/{appeal.id}"
    sent(ada, page, "claim")
    removal = next(
        each for each in AppealOffice(at_home(ada.house)).granted(decision_id) if each.kind.value == "remove"
    )
    form = {"outcome": "partly", "code": "context", "ends": removal.id}
    planned = sent(ada, page, "plan", **form).text
    assert "stays: account user-part" in planned
    once = re.findall(r'name="once" value="([0-9a-f]+)"', planned)[0]
    assert sent(ada, page, "answer", once=once, **form).headers["location"].endswith("decided")
    assert sent(ada, page, "answer", once="not a number!", **form).status_code in {409, 422}


def test_a_form_that_was_changed_meanwhile_is_refused_and_one_is_given_back(ada: Browser) -> None:
    """Whoever gives it back has it no more."""
    appeal, _ = appealed(ada, "back", "key_other", text="")
    page = f"/console/appeals/{appeal.id}"
    assert "need none" in ada.get(page).text
    sent(ada, page, "claim")
    assert sent(ada, page, "release").status_code == 303
    form = {"outcome": "upheld", "code": "decided_rightly", "once": "a1"}
    assert sent(ada, page, "answer", **form).status_code == 409
    refused = sent(ada, page, "conduct", step="warn", gravity="low", intent="low", why="x")
    assert refused.status_code == 422
    assert "takes 3" in refused.text
