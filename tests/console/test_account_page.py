"""The page of an account: what is known, what happened, and who is around it, as a picture and as a table."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from console.conftest import serving_pages
from console_browser import Browser, Reader
from make import photo, submission
from reviewing import laid
from ruled import ADULT, PUBLIC, event, message, who
from tutela.core.content import Media
from tutela.core.findings import Decider, Facts
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.permissions import StaffRole
from tutela.flows.name_finding import Asked, AskedMeasure, On

PAGE = "/console/account?id="


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


@pytest.fixture
def reviewer(browser: Browser, member: Any) -> Browser:
    """Return the browser of a reviewer."""
    return browser.as_member(member(StaffRole.REVIEWER))


def upload(browser: Browser, content: bytes) -> Media:
    """Upload bytes."""
    with browser.house.receive_media.open() as reception:
        reception.write(content)
        return reception.finish()


def page_of(browser: Browser, name: str) -> Any:
    """Open the page of an account."""
    return browser.get(PAGE + quote(name, safe=""))


def test_the_picture_and_the_table_say_the_same(reviewer: Browser) -> None:
    """Each other account is in both; a case about it can be opened from both; nothing of any measure is told."""
    picture = upload(reviewer, photo("flower", width=320))
    posts = [submission(f"net-{name}", picture, author=name) for name in ("net-alice", "net-ben", "net-clo")]
    reviewer.house.submit(posts, None)
    case_id, _, _ = laid(reviewer.house, author="net-ben")
    text = page_of(reviewer, "net-alice").text
    drawn = text.partition("<svg")[2].partition("</svg>")[0]
    table = text.partition('<caption class="hidden">The network around the account')[2].partition("</table>")[0]
    for part in (drawn, table):
        assert "net-ben" in part
        assert "net-clo" in part
        assert f'href="/console/cases/{case_id}"' in part
        assert 'href="/console/account?id=net-clo"' in part
    assert "the same picture or file" in table
    assert 'role="group"' in text.partition("<svg")[2].partition(">")[0]
    assert "What happened" in text
    assert "<bdi>net-net-alice</bdi>" in text


def test_any_name_is_shown_as_text_and_leads_back_to_itself(reviewer: Browser) -> None:
    """Markup, right to left, emoji, slashes and quotes."""
    picture = upload(reviewer, photo("china", width=320))
    names = ["<script>alert(1)</script>", "שלום", "🌊/../lake?x=1&y=2#z", "quo\"te'd", "x" * 200]
    reviewer.house.submit([submission(f"odd-{n}", picture, author=name) for n, name in enumerate(names)], None)
    for name in names:
        page = page_of(reviewer, name)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        links = {unescape(each) for each in re.findall(r'href="(/console/account\?id=[^"&]*)"', page.text)}
        assert {PAGE + quote(other, safe="") for other in names if other != name} <= links


def test_pages_of_what_happened_go_on_and_can_be_narrowed(reviewer: Browser) -> None:
    """Everything once; the same event over and over is one line; a wrong page is told."""
    reviewer.house.observe(
        [event(f"page-{n}", ("block", "follow")[n % 2], who("pages"), who("followed")) for n in range(90)]
    )
    reviewer.house.observe([event(f"again-{n}", "login", who("pages")) for n in range(5)])
    seen, pages, address = 0, 0, f"{PAGE}pages"
    while address:
        text = reviewer.get(address).text
        times = re.findall(r"(\d+) times since", text)
        seen += text.count('class="entry-event"') - len(times) + sum(map(int, times))
        pages += 1
        found = re.search(r'<a href="([^"]+)" rel="next"', text)
        address = unescape(found[1]).partition("#")[0] if found else ""
    assert pages == 3
    assert seen == 95
    assert "Nothing." in reviewer.get(f"{PAGE}pages&show=done").text.partition('id="happened"')[2]
    assert reviewer.get(f"{PAGE}pages&after=nonsense").status_code == 422
    assert reviewer.get(f"{PAGE}pages&show=nonsense").status_code == 200


def test_what_happened_leads_to_what_it_is_about(reviewer: Browser, member: Any) -> None:
    """The other account, the case and the decision; the rule for whoever reads rules."""
    house = reviewer.house
    names = [f"led-{n}<b>" for n in range(5)]
    house.observe([message(f"led-{n}", who("led", ADULT), who(name, ADULT)) for n, name in enumerate(names)])
    keep = AskedMeasure(MeasureKind.READ_ONLY, On(SubjectKind.ACCOUNT, "led"))
    made = house.decide(Asked("house.spam", Facts("seen"), Decider("key_desk"), (keep,)))
    text = page_of(reviewer, "led").text.partition('id="happened"')[2]
    assert f'href="/console/decisions/{made.decision.id}">the decision</a>' in text
    shown = re.findall(r'<a href="(/console/account\?id=led-[^"]*)"><bdi>([^<]*)</bdi></a>', text)
    assert len({unescape(each) for _, each in shown} & set(names)) == 3
    assert all(unescape(address) == PAGE + quote(unescape(name), safe="") for address, name in shown)
    assert "and 2 more" in text
    assert "5 times since" in text


def test_what_is_not_there_or_not_theirs_is_told(reviewer: Browser, member: Any) -> None:
    """No account named, an unknown one, and one of their own."""
    assert reviewer.get("/console/account").status_code == 422
    assert page_of(reviewer, "nobody-at-all").status_code == 404
    assert page_of(reviewer, "y" * 501).status_code == 422
    house = reviewer.house
    house.submit([submission("own-post", author="own-account")], None)
    house.cases.own.add(member(StaffRole.REVIEWER).principal, ["own-account"])
    assert page_of(reviewer, "own-account").status_code == 403


def test_the_page_is_light_and_can_be_read_by_whoever_cannot_see_it(reviewer: Browser) -> None:
    """With as many around it as are ever shown: 150 KB at most with what it loads; ids once, nothing inline."""
    picture = upload(reviewer, photo("china", width=300))
    reviewer.house.submit([submission(f"w-{n}", picture, author=f"{'w' * 150}-{n}") for n in range(40)], None)
    told = [message(f"w-m{n}", who(f"{'w' * 150}-0", ADULT), who(f"k{n}", ADULT), channel=PUBLIC) for n in range(50)]
    reviewer.house.observe(told)
    page = page_of(reviewer, f"{'w' * 150}-0")
    loaded = sum(len(reviewer.get(f"/console/static/{name}").content) for name in ("console.css", "review.js"))
    read = Reader(page.text)
    ids = [each["id"] for _, each in read.elements if "id" in each]
    assert len(page.content) + loaded <= 150_000
    assert "15 more share less with it" in page.text
    assert len(ids) == len(set(ids))
    assert len(read.all("h1")) == 1
    assert not [each for _, each in read.elements if "style" in each or any(name.startswith("on") for name in each)]


def test_500_measures_stay_readable_and_the_page_light(reviewer: Browser) -> None:
    """Of the decisions that hold some are told, and how many more; all of them are in the list of what happened."""
    house = reviewer.house
    house.submit([submission("measured-post", author="measured")], None)
    ways = [MeasureKind.WARN, MeasureKind.LIMIT_REACH, MeasureKind.DE_EMPHASISE, MeasureKind.NO_ADS]
    now, on = house.clock.now(), On(SubjectKind.ACCOUNT, "measured")
    for number in range(125):
        ends_at = now + timedelta(days=30 + number)
        measures = tuple(AskedMeasure(kind, on, ends_at=ends_at) for kind in ways)
        house.decide(Asked("house.spam", Facts("seen"), Decider("key_tests"), measures=measures))
    page = page_of(reviewer, "measured")
    assert page.status_code == 200
    assert "more decisions hold" in page.text
    assert len(page.content) <= 60_000
    assert 'rel="next"' in page.text
