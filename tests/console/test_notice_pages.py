"""The pages of notices: what presses is in sight, what was told opens on the record, two people answer where due."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text as sql

from console.conftest import serving_pages
from console_browser import Browser, Reader
from login import MACHINE
from make import submission
from tutela.console.notices import CASE_NOTICES_SHOWN, PAGE_NOTICES
from tutela.core.ids import NoticeId
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.draft import Contact, ContactChannel, NoticeDraft
from tutela.core.notices.notice import Notice
from tutela.core.permissions import ROLE_SCOPES, StaffRole
from tutela.flows.enrol_notifiers import NewNotifier
from tutela.flows.take_notice import Receipt, Teller

OFFICER, REVIEWER = StaffRole.CHILD_SAFETY_OFFICER, StaffRole.REVIEWER
HOSTILE = "<script>alert(1)</script>\u202e\x07 \N{PILE OF POO}" + "a" * 500
PAGES = ("/console/notices", "/console/notifiers")

pytestmark = pytest.mark.usefixtures("emptied")


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module: what was told stays told."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


@pytest.fixture
def emptied(served_pages: Browser) -> None:
    """Answer all notices of tests before, so that none of them presses."""
    with served_pages.house.engine.begin() as connection:
        connection.execute(sql("UPDATE notices SET state = 'answered', wants_call_back = false"))


@pytest.fixture
def ada(served_pages: Browser, member: Any) -> Browser:
    """Return the browser of an officer."""
    return Browser(served_pages.house, served_pages.port).as_member(member(OFFICER))


@pytest.fixture
def bea(served_pages: Browser, member: Any) -> Browser:
    """Return the browser of a reviewer."""
    return Browser(served_pages.house, served_pages.port).as_member(member(REVIEWER, "bea"))


_counted = iter(range(1, 10_000))


def posted(browser: Browser, author: str = "") -> str:
    """Have somebody post words, and return the name of it."""
    name = f"notice-item-{next(_counted)}"
    browser.house.submit([submission(name, author=author or f"author-of-{name}", text="a lake")], None)
    return name


def tell(browser: Browser, *items: str, branch: Branch = Branch.IT_SHOWS_ME, **fields: Any) -> Receipt:
    """Have somebody outside tell us, each from a place of their own."""
    place = Teller(f"192.0.2.{next(_counted) % 250}-{next(_counted)}")
    return browser.house.notices.take(NoticeDraft(branch, items=items, **fields), place)


def stored(browser: Browser, notice_id: NoticeId) -> Notice:
    """Return a notice as it is stored."""
    with browser.house.store.read() as reader:
        found = reader.notice_of(notice_id)
    assert found is not None
    return found


def page_of(receipt: Receipt) -> str:
    """Return the address of the page of a notice."""
    return f"/console/notices/{receipt.notice_id}"


def read_by(browser: Browser, notice_id: NoticeId) -> int:
    """Return how often the audit says that somebody opened a notice."""
    with browser.house.engine.connect() as connection:
        asked = sql("SELECT count(*) FROM audit_entries WHERE kind = 'person:notice:read' AND subject = :id")
        return int(connection.execute(asked, {"id": notice_id}).scalar_one())


@pytest.mark.parametrize("role", StaffRole, ids=lambda role: role.value)
def test_each_page_opens_for_whoever_works_with_notices_and_for_nobody_else(
    served_pages: Browser, member: Any, role: StaffRole
) -> None:
    """By its scope: the list, one notice, who is enrolled; and the menu leads there only then."""
    browser = Browser(served_pages.house, served_pages.port).as_member(member(role))
    receipt = tell(browser, words="a lake")
    is_theirs = "desk" in ROLE_SCOPES[role]
    for page in (*PAGES, page_of(receipt)):
        assert browser.get(page).status_code == (200 if is_theirs else 403), page
    assert ('href="/console/notices"' in browser.get("/console/security").text) == is_theirs
    enrols = browser.post(
        "/console/notifiers", {"kind": "hotline", "name": "A line", "country": "DE", "checked_by": ""}
    )
    assert enrols.status_code == (422 if "enrol" in ROLE_SCOPES[role] else 403)


def test_what_was_told_is_opened_on_the_record_and_says_so_before(bea: Browser) -> None:
    """The page itself shows no word of it; opening shows all of it as text, and no link that anybody could follow."""
    words = f"it shows me {HOSTILE}"
    receipt = tell(bea, words=words, links=("https://photos.example/p/<b>1</b>",), organisation="A <b>line</b>")
    closed = bea.get(page_of(receipt))
    assert "it shows me <" not in closed.text
    assert "photos.example" not in closed.text
    assert "It is recorded who opens it." in closed.text
    assert read_by(bea, receipt.notice_id) == 0
    opened = bea.post(f"{page_of(receipt)}/told")
    assert opened.status_code == 200
    assert "it shows me &lt;script&gt;" in opened.text
    assert "<script>alert" not in opened.text
    assert "A &lt;b&gt;line&lt;/b&gt;" in opened.text
    assert not any("photos.example" in str(each.get("href")) for each in Reader(opened.text).all("a"))
    assert read_by(bea, receipt.notice_id) == 1


def test_a_form_that_was_not_taken_leaves_what_was_told_open(bea: Browser) -> None:
    """Whoever types a name wrongly reads on; that it was shown again is on the record as well."""
    receipt = tell(bea, words="the picture with the lake")
    wrong = bea.post(f"{page_of(receipt)}/locate", {"told": "yes", "items": "no-such-item"})
    assert wrong.status_code == 422
    assert "the picture with the lake" in wrong.text
    assert "nothing of this is known here" in wrong.text
    assert "no-such-item" in wrong.text
    assert read_by(bea, receipt.notice_id) == 1
    closed = bea.post(f"{page_of(receipt)}/locate", {"items": "no-such-item"})
    assert "the picture with the lake" not in closed.text


def test_what_presses_is_in_sight_whatever_narrows_the_list(ada: Browser) -> None:
    """Somebody in danger first, then what is late; both stand above a list that shows others."""
    calm, late, danger = tell(ada, words="calm"), tell(ada, words="late"), tell(ada, branch=Branch.THREATENED)
    with ada.house.engine.begin() as connection:
        moved = sql("UPDATE clocks SET due_us = due_us - 90 * 86400000000 WHERE subject_id = :id")
        connection.execute(moved, {"id": late.notice_id})
    text = ada.get("/console/notices?state=answered&kind=hotline").text
    press = text.partition('id="press"')[2].partition("</section>")[0]
    assert re.findall(r"/console/notices/(ntc_\w+)", press) == [danger.notice_id, late.notice_id]
    assert calm.notice_id not in text
    assert "There is no such notice." in text
    first = Reader(ada.get("/console").text).words
    assert "Notices that say that somebody is in danger and lie in no case: 1" in first
    assert "Notices of which nothing was found yet: 3" in first


def test_a_list_is_narrowed_by_its_address_and_pages(ada: Browser) -> None:
    """By state, kind, case and call back; the next page begins where this one ends, still narrowed."""
    told = [tell(ada, words=f"lake {number}") for number in range(PAGE_NOTICES + 2)]
    police = tell(ada, branch=Branch.AUTHORITY, words="police", organisation="Harbour police")
    first = ada.get("/console/notices?state=unlocated&kind=depicted_person").text
    table = first.partition("<tbody>")[2].partition("</tbody>")[0]
    assert len(re.findall(r"<th scope=.row", table)) == PAGE_NOTICES
    [following] = [str(each["href"]) for each in Reader(first).all("a") if each.get("rel") == "next"]
    second = ada.get(following).text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert [each.notice_id in second for each in told[:3]] == [True, True, False]
    called = ada.get("/console/notices?call_back=yes").text.partition("<tbody>")[2]
    assert police.notice_id in called
    assert told[0].notice_id not in called


@pytest.mark.parametrize(
    "query",
    ["state=gone", "kind=%3Cb%3E", "case=%00", "same_as=" + "x" * 41, "after=%27--", "after=" + "9" * 41],
)
def test_what_narrows_no_list_is_refused_by_name(ada: Browser, query: str) -> None:
    """No list of something else, and no error of ours."""
    refused = ada.get(f"/console/notices?{query}")
    assert refused.status_code == 422
    assert "<b>" not in refused.text


@pytest.mark.parametrize("case", ["cas_none", HOSTILE[:30]])
def test_a_case_without_notices_has_none(ada: Browser, case: str) -> None:
    """Whatever it is called."""
    assert ada.get(f"/console/notices?{urlencode({'case': case})}").status_code in {200, 422}


def test_the_same_told_again_is_counted_until_the_first_is_answered(ada: Browser) -> None:
    """One line with their number, which leads to each; once the first is answered the next stands for itself."""
    told = [tell(ada, words="the same lake") for _ in range(3)]
    table = ada.get("/console/notices?state=unlocated").text.partition("<tbody>")[2]
    assert "2 more say the same" in table
    assert told[1].notice_id not in table
    same = ada.get(f"/console/notices?same_as={told[0].notice_id}").text.partition("<tbody>")[2]
    assert all(each.notice_id in same for each in told[1:])
    assert f"/console/notices/{told[0].notice_id}" in ada.get(page_of(told[1])).text
    with ada.house.engine.begin() as connection:
        connection.execute(sql("UPDATE notices SET state='answered' WHERE id = :id"), {"id": told[0].notice_id})
    assert told[1].notice_id in ada.get("/console/notices?state=unlocated").text.partition("<tbody>")[2]


def test_somebody_says_what_it_is_about_and_it_lies_in_a_case(bea: Browser) -> None:
    """The item, its account and the case are on the page, each with the way there; the case names the notice."""
    item = posted(bea)
    receipt = tell(bea, words="by the lake")
    done = bea.post(f"{page_of(receipt)}/locate", {"items": f"{item}\n\n  {item} "})
    assert done.headers["location"].endswith("?done=located")
    text = bea.get(done.headers["location"]).text
    [case_id] = stored(bea, receipt.notice_id).cases
    for address in (f"/console/cases/{case_id}", f"/console/account?id=author-of-{item}"):
        assert f'href="{address}"' in text, address
    assert "It is acted on as if they had named it at once." in text
    case = bea.get(f"/console/cases/{case_id}").text
    assert f'href="{page_of(receipt)}"' in case
    assert "by the lake" not in case


def test_a_case_names_its_newest_notices_and_leads_to_all(bea: Browser) -> None:
    """A thousand notices are a few lines."""
    item = posted(bea)
    told = [tell(bea, item, branch=Branch.SAW_SOMETHING, clause_id=None, words=f"{n}") for n in range(3)]
    more = [
        tell(bea, item, posted(bea, author=f"author-of-{item}"), words=f"b{n}") for n in range(CASE_NOTICES_SHOWN + 1)
    ]
    [case_id] = stored(bea, told[0].notice_id).cases
    text = bea.get(f"/console/cases/{case_id}").text
    assert text.count("/console/notices/ntc_") == CASE_NOTICES_SHOWN
    assert f"/console/notices?case={case_id}" in text
    listed = bea.get(f"/console/notices?case={case_id}").text
    assert all(each.notice_id in listed for each in more)


def test_that_nothing_is_here_takes_two_who_do_not_see_each_other(ada: Browser, bea: Browser) -> None:
    """P3: the second reads that a colleague answered, and not what; the first cannot confirm themselves."""
    receipt = tell(bea, words="it shows me, somewhere")
    first = bea.post(f"{page_of(receipt)}/answer", {"outcome": "elsewhere"})
    assert first.headers["location"].endswith("?done=awaits_second")
    mine = Reader(bea.get(page_of(receipt)).text).words
    assert "You have answered. Another person confirms it." in mine
    again = bea.post(f"{page_of(receipt)}/answer", {"outcome": "elsewhere"})
    assert again.status_code == 409
    text = ada.get(page_of(receipt)).text
    assert "A colleague has answered" in text
    assert "checked" not in text
    assert "elsewhere" not in Reader(text).words
    done = ada.post(f"{page_of(receipt)}/answer", {"outcome": "elsewhere"})
    assert done.headers["location"].endswith("?done=answered")
    assert "on another platform" in ada.get(page_of(receipt)).text


@pytest.mark.parametrize("outcome", ["", "removed", "<b>", "kept"])
def test_nobody_answers_what_only_a_decision_can(bea: Browser, outcome: str) -> None:
    """Two outcomes are said by people; all others follow from what is decided."""
    receipt = tell(bea, branch=Branch.SAW_SOMETHING, words="x")
    refused = bea.post(f"{page_of(receipt)}/answer", {"outcome": outcome})
    assert refused.status_code == 422
    assert stored(bea, receipt.notice_id).is_open


def test_an_officer_calls_back_and_what_was_named_is_hidden(ada: Browser, bea: Browser, member: Any) -> None:
    """By the number of a directory, as somebody enrolled; a reviewer cannot, and a false one is heard like anybody."""
    item = posted(ada)
    verbs = ada.house.notices.enrol
    notifier, _ = verbs.enrol(member(OFFICER).principal, NewNotifier(NoticeKind.HOTLINE, "Line <1>", "DE", "directory"))
    receipt = tell(ada, item, branch=Branch.AUTHORITY, organisation="Line", words="please hide it")
    page = page_of(receipt)
    assert "to be called back" in bea.get(page).text
    assert "/call-back" not in bea.get(page).text
    assert bea.post(f"{page}/call-back", {"notifier": notifier.id, "how": "x"}).status_code == 403
    assert "Line &lt;1&gt;" in ada.get(page).text
    for form in ({"notifier": "", "how": "x"}, {"notifier": notifier.id, "how": " "}):
        refused = ada.post(f"{page}/call-back", form)
        assert refused.status_code == 422, form
    assert ada.post(f"{page}/call-back", {"notifier": "nfr_none", "how": "x"}).status_code == 404
    done = ada.post(f"{page}/call-back", {"notifier": notifier.id, "how": "+49 30 1, of the directory"})
    assert done.headers["location"].endswith("?done=counts_as")
    text = Reader(ada.get(page).text).words
    assert "hidden while people look" in text
    assert "a hotline enrolled" in text
    false = tell(ada, item, branch=Branch.AUTHORITY, organisation="Nobody", words="hide it")
    done = ada.post(f"{page_of(false)}/call-back", {"notifier": "nobody", "how": "called: nobody knew"})
    assert done.headers["location"].endswith("?done=was_not_them")
    assert not stored(ada, false.notice_id).is_enrolled


def test_a_notice_is_marked_as_manifestly_unfounded_with_a_reason_once_it_is_answered(bea: Browser) -> None:
    """Not before, and not without saying why."""
    receipt = tell(bea, branch=Branch.SAW_SOMETHING, words="nothing at all")
    page = page_of(receipt)
    assert "Manifestly unfounded" not in bea.get(page).text
    assert bea.post(f"{page}/unfounded", {"reason": "invented"}).status_code == 409
    bea.post(f"{page}/answer", {"outcome": "not_found"})
    assert bea.post(f"{page}/unfounded", {"reason": " "}).status_code == 422
    done = bea.post(f"{page}/unfounded", {"reason": "invented again"})
    assert done.headers["location"].endswith("?done=unfounded")


def test_somebody_says_that_nobody_is_in_danger_any_more_and_why(bea: Browser) -> None:
    """It presses no more, and still waits to be answered; without a reason nothing changes."""
    receipt = tell(bea, branch=Branch.THREATENED, words="they want money")
    page = page_of(receipt)
    assert "Somebody is in danger, as they say." in bea.get(page).text
    for over in ("", "<b>"):
        refused = bea.post(f"{page}/danger-over", {"over": over})
        assert refused.status_code == 422
        assert "say why nobody is in danger any more" in refused.text
    done = bea.post(f"{page}/danger-over", {"over": "safe"})
    assert done.headers["location"].endswith("?done=danger_over")
    assert "/danger-over" not in bea.get(page).text
    assert 'id="press"' not in bea.get("/console/notices").text
    assert stored(bea, receipt.notice_id).is_open
    assert bea.post(f"{page}/danger-over", {"over": "safe"}).status_code == 409


def test_nobody_sees_a_notice_about_an_account_of_their_own(ada: Browser, bea: Browser, member: Any) -> None:
    """Neither in the list, nor in what presses, nor counted, nor by its address: it would tell them who told."""
    item = posted(bea, author="beas-own")
    bea.house.cases.own.add(member(REVIEWER, "bea").principal, ["beas-own"])
    receipt = tell(bea, item, is_danger=True)
    page = page_of(receipt)
    for answer in (bea.get(page), bea.post(f"{page}/told"), bea.post(f"{page}/locate", {"items": item})):
        assert answer.status_code == 403
        assert "It shows me" not in answer.text
    assert receipt.notice_id not in bea.get("/console/notices").text
    assert receipt.notice_id in ada.get("/console/notices").text
    assert read_by(ada, receipt.notice_id) == 0


def test_somebody_is_enrolled_with_a_key_that_is_shown_once_and_ended(ada: Browser) -> None:
    """The key hands notices in, until it is ended; it stands on no later page."""
    form = {"kind": "hotline", "name": "Harbour <line>", "country": "de", "checked_by": "+49 30 1 of the directory"}
    done = ada.post("/console/notifiers", form)
    assert done.status_code == 200
    [secret] = re.findall(r'<code class="long">(\S+)</code>', done.text)
    assert "Harbour &lt;line&gt;" in done.text
    again = ada.get("/console/notifiers").text
    assert secret not in again
    notifier = next(each for each in ada.house.notices.enrol.all(MACHINE) if each.name == "Harbour <line>")
    assert (notifier.country, notifier.ended_at) == ("DE", None)
    ended = ada.post("/console/notifiers/end", {"notifier": notifier.id})
    assert ended.headers["location"].endswith("?done=ended")
    assert "End the enrolment of Harbour" not in ada.get("/console/notifiers").text
    assert ada.post("/console/notifiers/end", {"notifier": notifier.id}).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"kind": "user"}, {"kind": ""}, {"name": ""}, {"name": "a\nb"}, {"country": "DEU"}, {"checked_by": " "}]
)
def test_nobody_is_enrolled_unchecked(ada: Browser, wrong: dict[str, str]) -> None:
    """What is wrong is named on the form, with what was typed still in it."""
    before = len(ada.house.notices.enrol.all(MACHINE))
    form = {"kind": "hotline", "name": "Typed in", "country": "DE", "checked_by": "the directory"}
    refused = ada.post("/console/notifiers", {**form, **wrong})
    assert refused.status_code == 422
    assert "aria-invalid" in refused.text
    assert len(ada.house.notices.enrol.all(MACHINE)) == before


@pytest.mark.parametrize("notice", ["ntc_none", "%00", "..%2f..%2fetc", "ntc_" + "0" * 300])
def test_a_notice_that_is_not_there_is_said_to_be_so(ada: Browser, notice: str) -> None:
    """Whatever is typed in its place."""
    for answer in (ada.get(f"/console/notices/{notice}"), ada.post(f"/console/notices/{notice}/told")):
        assert answer.status_code == 404


def test_clocks_and_messages_stand_on_the_page(ada: Browser, bea: Browser) -> None:
    """Each clock with what is asked, what is left and the law it comes from; what was told to them, and how it went."""
    contact = Contact(ContactChannel.EMAIL, "ada@example.org")
    receipt = tell(ada, words="it shows me", country="DE", age_said="13_15", contact=contact)
    text = Reader(bea.get(page_of(receipt)).text).words
    assert "All times are in UTC" in text
    assert "Decide, and say so" in text
    assert " left: " in text
    assert "that it arrived: waits by e-mail" in text
    assert "ada@example.org" not in text
