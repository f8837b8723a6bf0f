"""Every page that somebody can open, looked over by axe-core in a real browser: nothing serious on any of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyrage
import pytest

from appealed import PLATFORM, AppealOffice
from asking import begin
from browser.axe import flaws, script
from browser.chromium import Tab, chromium, installed, kept
from console.conftest import serving_pages
from console_browser import Browser, fields
from login import Member, join
from make import at_home, photo
from preserved import over
from reported import draw_up, found_with_picture, operate_in_us
from reviewing import laid
from tutela.bootstrap import House
from tutela.console.table import ANY_SESSION, CASE, FULL, MUST_BE_PROVEN, PAGES, REPORT
from tutela.console.words import tell
from tutela.core.cases import CaseReason
from tutela.core.clocks import ClockSubject
from tutela.core.filing.holds import HoldSource
from tutela.core.ids import EvidenceId, NoticeId
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.draft import NoticeDraft
from tutela.core.orders import OrderKind, Wish
from tutela.core.permissions import ROLE_SCOPES, Principal, StaffRole
from tutela.core.transparency.period import Period
from tutela.core.visitors import visitor_of
from tutela.core.word_banks import WordBankKind
from tutela.flows.enrol_notifiers import NewNotifier
from tutela.flows.keep_exports import NewExport
from tutela.flows.keep_holds import NewHold
from tutela.flows.keep_orders import NewOrder
from tutela.flows.keep_word_banks import NewWordBank
from tutela.flows.refer import MediaReference
from tutela.flows.take_appeal import AskedAppeal
from tutela.flows.take_notice import Teller

pytestmark = [
    pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)"),
    pytest.mark.skipif(script() is None, reason="no axe-core here (./dev test installs it)"),
]

ROLES = (StaffRole.CHILD_SAFETY_OFFICER, StaffRole.POLICY_ANALYST, StaffRole.ADMINISTRATOR)
"""Between them they may open every page."""

ELSEWHERE = frozenset(
    {
        "/console/provider", "/console/provider/back", "/console/invitation/{secret}/provider",
        "/console/destruction/{id}/certificate", "/console/export/{id}/custody", "/console/figures/{id}/files",
    }
)  # fmt: skip
"""These lead to another site, or hand out a file."""

NAME = str.maketrans({"/": "-", "{": None, "}": None})

PROBLEM = str(tell("problem.not_possible"))

START = "/console"
"""Where everybody arrives, and finds something else."""

THE_WAY_IN = frozenset({"/console/sign-in", "/console/sign-in/second", "/console/invitation/{secret}"})
"""Pages for whoever is not signed in, or half."""


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    """Open one tab for all pages."""
    with chromium() as open_tab:
        yield open_tab()


@pytest.fixture(scope="module")
def staff(served_pages: Browser, tab: Tab) -> dict[StaffRole, Member]:
    """Return people who are signed in in this browser."""
    there = visitor_of("127.0.0.1", str(tab.run("navigator.userAgent")))
    return {
        role: join(served_pages.house, f"axe-{role.value.replace('_', '-')}", role, visitor=there) for role in ROLES
    }


@pytest.fixture(scope="module")
def things(served_pages: Browser, tab: Tab, staff: dict[StaffRole, Member]) -> dict[str, str]:
    """Return the addresses of one thing of each kind: a case that is held with a picture, its item, a decision."""
    house = served_pages.house
    long_over = over(house, "axe-moored")
    with house.receive_media.open() as reception:
        reception.write(photo("flower", width=500))
        media = MediaReference(reception.finish().id)
    case_id, item, author = laid(
        house, text="a lake", media=(media,), reason=CaseReason.NEAR_MATCH, clause="house.spam"
    )
    done_id, _, _ = laid(house, text="another lake")
    agent = str(tab.run("navigator.userAgent"))
    browser = Browser(house, served_pages.port, agent=agent).as_member(staff[StaffRole.CHILD_SAFETY_OFFICER])
    browser.post(f"/console/cases/{done_id}/claim")
    hidden = fields(browser.get(f"/console/cases/{done_id}").text, "finding")
    asked = {**hidden, "conclusion": "violation", "violated": "house.spam", "role": "actor"}
    plan = browser.post(f"/console/cases/{done_id}/plan", asked).text
    browser.post(f"/console/cases/{done_id}/answer", fields(plan, "commit"))
    browser.post(f"/console/cases/{case_id}/claim")
    with house.store.read() as reader:
        found = reader.case_of(done_id)
        inner = reader.items_by_platform_id([item])[item].item.id
    assert found is not None
    person = staff[StaffRole.ADMINISTRATOR].id
    house.keep_word_banks.create(NewWordBank("oars", WordBankKind.KEYWORDS, "cse.seeking", "a test"), "tests")
    officer = staff[StaffRole.CHILD_SAFETY_OFFICER].principal
    other = join(house, "axe-second", StaffRole.CHILD_SAFETY_OFFICER).principal
    operate_in_us(house)
    notice = told_of(house, officer, item)
    found_id = found_with_picture(house, other, officer)
    report = draw_up(browser, found_id)
    hold = house.holds.place(officer, NewHold(HoldSource.POLICE, "14 Js 7/26", "a letter", cases=(found_id,),
                                              review_by=house.clock.now() + timedelta(days=1))).hold  # fmt: skip
    gone = house.destructions.propose(other, [EvidenceId(long_over.id)], "the year is over")
    key = str(pyrage.x25519.Identity.generate().to_public())
    package = house.exports.request(other, NewExport("Harbour police", "H-7", "a letter", key, cases=(found_id,)))
    now = house.clock.now()
    begin(house, "ntc_axe", now - timedelta(days=2), ClockSubject.NOTICE)
    begin(house, "apl_axe", now - timedelta(days=5))
    order = house.orders.keep.register(officer, an_order(house.clock.now())).order
    year = Period(house.clock.now().year - 1)
    edition = house.report_figures.draw_up(officer, year)
    return {
        "/console/figures/{id}": f"/console/figures/{edition.id}",
        "/console/orders/{id}": f"/console/orders/{order.id}",
        f"{CASE}/duties": f"/console/cases/{found_id}/duties",
        REPORT: report,
        f"{REPORT}/read": f"{report}/read",
        f"{REPORT}/by-hand/{{authority}}": f"{report}/by-hand/nca",
        f"{REPORT}/edit": f"{report}/edit?place=suspects.0.person",
        "/console/report-lists/{list}": "/console/report-lists/drafts",
        "/console/settings/channels/{authority}": "/console/settings/channels/ncmec",
        "/console/holds/{id}": f"/console/holds/{hold.id}",
        "/console/appeals/{id}": f"/console/appeals/{an_appeal(house, officer)}",
        "/console/destruction/{id}": f"/console/destruction/{gone.id}",
        "/console/export/{id}": f"/console/export/{package.id}",
        "/console/cases/{id}": f"/console/cases/{case_id}",
        "/console/cases/{id}/items/{item}": f"/console/cases/{case_id}/items/{inner}",
        "/console/cases/{id}/measures": f"/console/cases/{case_id}/measures",
        "/console/decisions/{id}": f"/console/decisions/{found.closed_by}",
        "/console/notices/{id}": f"/console/notices/{notice}",
        "/console/people/{id}": f"/console/people/{person}",
        "/console/banks/{name}": "/console/banks/moorings",
        "/console/word-banks/{name}": "/console/word-banks/oars",
        "/console/rules/{name}": "/console/rules/adult-reaches-many-minors",
        "/console/account": f"/console/account?id={author}",
    }


def an_order(at: datetime) -> NewOrder:
    """Return an order that lacks something, and reaches far."""
    return NewOrder(
        OrderKind.ACT, Wish.REMOVE, "Court of the lake", "DE", "7 O 1/26", at, locations=("https://a.example",)
    )


def told_of(house: House, officer: Principal, item: str) -> NoticeId:
    """Return a notice that wants a call back, beside one of danger and somebody who is enrolled."""
    verbs = house.notices
    verbs.enrol.enrol(officer, NewNotifier(NoticeKind.HOTLINE, "Harbour line", "DE", "+49 30 1, of the directory"))
    verbs.take(NoticeDraft(Branch.THREATENED, words="a lake"), Teller("192.0.2.7"))
    asked = NoticeDraft(Branch.AUTHORITY, items=(item,), words="please hide the lake", organisation="Harbour police")
    return verbs.take(asked, Teller("192.0.2.8")).notice_id


def an_appeal(house: House, officer: Principal) -> str:
    """Have something decided and appealed, and claimed by somebody."""
    decision_id = AppealOffice(at_home(house)).spam("appealed", "appellant")
    asked = AskedAppeal("It was a quotation.", account="appellant", decision_id=decision_id)
    return house.appeals.move.claim(officer, house.appeals.take(PLATFORM, asked).appeal.id).id


def opened(tab: Tab, origin: str, address: str) -> None:
    """Open a page, and hold that it is this one: neither another one nor a problem, which has few flaws to find."""
    tab.go(f"{origin}{address}")
    assert tab.run("location.pathname + location.search") == address
    assert tab.run("performance.getEntriesByType('navigation')[0].responseStatus") == 200, address
    assert tab.run("document.querySelector('h1').innerText") != PROBLEM, address
    assert tab.run("document.documentElement.scrollWidth <= innerWidth"), f"{address} scrolls sideways"


def looked_over(tab: Tab, path: str) -> list[str]:
    """Return what is grave on the page of this path, and keep its pictures for whoever wants them."""
    told = flaws(tab)
    kept(tab, f"page{path.translate(NAME)}")
    return told


def opened_by(role: StaffRole) -> list[str]:
    """Return the pages that a role may open, each by its path in the table; those of an earlier one were seen then."""
    every = {FULL, ANY_SESSION, MUST_BE_PROVEN}
    before = [every | ROLE_SCOPES[each] for each in ROLES[: ROLES.index(role)]]
    shown = [each for each in PAGES if each.method == "GET" and each.path not in ELSEWHERE]
    new = [each for each in shown if each.takes in every | ROLE_SCOPES[role]]
    return [each.path for each in new if each.path == START or not any(each.takes in scopes for scopes in before)]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
def test_nothing_grave_is_on_any_page_of_a_role(
    served_pages: Browser, tab: Tab, staff: dict[StaffRole, Member], things: dict[str, str], role: StaffRole
) -> None:
    """In both themes; a page that a new address leads to is looked over as soon as it is in the table."""
    tab.is_signed_in(served_pages.origin, staff[role].signed.secret)
    found: dict[str, Any] = {}
    for path in opened_by(role):
        address = things.get(path, path)
        assert "{" not in address, f"{path}: say of what thing, above"
        opened(tab, served_pages.origin, address)
        if told := looked_over(tab, path):
            found[path] = told
    assert found == {}


def test_nothing_grave_is_on_the_way_in(served_pages: Browser, tab: Tab, staff: dict[StaffRole, Member]) -> None:
    """An invitation that is open, the first step, and the second one of somebody whose password was right."""
    boss, origin = staff[StaffRole.ADMINISTRATOR], served_pages.origin
    boss.prove()
    invited = served_pages.house.staff.invite(boss.principal, "axe-invited", "Axel Invited", ["auditor", "reviewer"])
    agent = str(tab.run("navigator.userAgent"))
    somebody = join(served_pages.house, "axe-half-way", StaffRole.AUDITOR, visitor=visitor_of("127.0.0.1", agent))
    somebody.enrol_totp()
    half = Browser(served_pages.house, served_pages.port, agent=agent)
    assert half.enter(somebody.login).headers["location"].startswith("/console/sign-in/second")
    tab.is_signed_in(origin, "nobody")
    tab.call("Network.setCookie", name="tutela_half_way", value=half.cookies["tutela_half_way"], url=origin)
    addresses = {"/console/invitation/{secret}": f"/console/invitation/{invited.secret}"}
    found: dict[str, Any] = {}
    for path in THE_WAY_IN:
        opened(tab, origin, addresses.get(path, path))
        if told := looked_over(tab, path):
            found[path] = told
    assert found == {}


def test_every_page_is_looked_over() -> None:
    """By a role, on the way in, or not at all for a reason that is written down."""
    pages = {each.path for each in PAGES if each.method == "GET"}
    assert {path for role in ROLES for path in opened_by(role)} | THE_WAY_IN | ELSEWHERE == pages


def test_what_is_grave_is_seen(served_pages: Browser, tab: Tab) -> None:
    """A picture without words, and words that hardly differ from their ground: it finds both."""
    tab.go(f"{served_pages.origin}/console/sign-in")
    tab.run("document.querySelector('main').append(new Image())")
    tab.run("document.querySelector('h1').style.opacity = '0.2'")
    seen = {each.partition(" ")[0] for each in flaws(tab)}
    assert seen == {"image-alt", "color-contrast"}


def test_nothing_grave_is_on_a_plan_the_map_of_keys_or_what_was_found(
    served_pages: Browser, tab: Tab, staff: dict[StaffRole, Member], things: dict[str, str]
) -> None:
    """What comes of a key or a form, and stands at no address of its own."""
    tab.is_signed_in(served_pages.origin, staff[StaffRole.CHILD_SAFETY_OFFICER].signed.secret)
    tab.go(f"{served_pages.origin}{things['/console/cases/{id}']}")
    tab.key("1")
    tab.until(lambda: tab.run("document.activeElement.id") == "commit-button", "the plan")
    assert flaws(tab) == []
    tab.key("?")
    tab.says("Keys on this page")
    assert flaws(tab) == []
    for _ in range(2):  # the first blanks the screen, whatever is open
        tab.key("Escape")
    tab.write("find", "moorings.example")
    tab.key("Enter")
    tab.title("Find")
    assert flaws(tab) == []


def test_nothing_grave_is_on_a_notice_that_was_opened(
    served_pages: Browser, tab: Tab, staff: dict[StaffRole, Member], things: dict[str, str]
) -> None:
    """With what was told on it: it stands at no address of its own."""
    tab.is_signed_in(served_pages.origin, staff[StaffRole.CHILD_SAFETY_OFFICER].signed.secret)
    tab.go(f"{served_pages.origin}{things['/console/notices/{id}']}")
    tab.key("o")
    tab.says("please hide the lake")
    assert looked_over(tab, "/console/notices/opened") == []
