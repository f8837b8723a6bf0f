"""The pages of people: who may open which, and what no stranger can have a browser do."""

import time
from typing import Any

import pyotp
import pytest
import structlog

from console_browser import Browser, Reader
from login import PASSWORD
from tutela.console.site import HOME, safe_next
from tutela.console.table import ANY_SESSION, FULL, MUST_BE_PROVEN, OPEN, PAGES, Page
from tutela.core.charter.logs import of_log_record
from tutela.core.permissions import ROLE_SCOPES, SCOPES, StaffRole

OPEN_PAGES = {
    "GET /console/sign-in", "POST /console/sign-in", "GET /console/sign-in/second", "POST /console/sign-in/second",
    "POST /console/sign-in/recovery", "POST /console/sign-in/passkey/options", "POST /console/sign-in/passkey",
    "GET /console/provider", "GET /console/provider/back", "GET /console/invitation/{secret}",
    "POST /console/invitation/{secret}", "GET /console/invitation/{secret}/provider",
}  # fmt: skip
CLOSED = [page for page in PAGES if page.takes != OPEN]
FORMS = [page for page in PAGES if page.method == "POST"]


def named(page: Page) -> str:
    """Return a page as a reader of the table knows it."""
    return f"{page.method} {page.path}"


def asked(browser: Browser, page: Page, **headers: str) -> Any:
    """Open a page, or send its form with nothing in it, about nobody."""
    path = page.path.replace("{id}", "per_nobody").replace("{secret}", "nothing")
    return browser.get(path) if page.method == "GET" else browser.post(path, **headers)


def test_only_the_way_in_is_open() -> None:
    """A page becomes open only by being listed here."""
    assert {named(page) for page in PAGES if page.takes == OPEN} == OPEN_PAGES
    assert {page.takes for page in PAGES} <= {OPEN, ANY_SESSION, MUST_BE_PROVEN, FULL, *SCOPES}
    assert all({page.takes, *page.or_takes} <= set(SCOPES) for page in PAGES if page.or_takes)


@pytest.mark.parametrize("page", CLOSED, ids=named)
def test_nobody_is_sent_to_the_sign_in(browser: Browser, page: Page) -> None:
    """Whoever is not signed in sees no page, whatever its form says."""
    answer = asked(browser, page)
    if page.path.endswith("/options"):
        assert answer.status_code == 401
        return
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in?next=/console")


@pytest.mark.parametrize("page", [each for each in CLOSED if each.path != "/console/sign-out"], ids=named)
def test_a_page_opens_for_the_roles_of_its_scope_and_no_other(browser: Browser, member: Any, page: Page) -> None:
    """Every role in a session of its own; a page of people is 403 for everybody who does not keep them."""
    for role in StaffRole:
        answer = asked(browser.as_member(member(role)), page)
        is_refused = answer.status_code == 403
        opens = {page.takes, *page.or_takes} & ROLE_SCOPES[role]
        assert is_refused == (page.takes in SCOPES and not opens), (role, answer.text)


@pytest.mark.parametrize("page", FORMS, ids=named)
def test_no_form_of_another_site_is_taken(browser: Browser, member: Any, page: Page) -> None:
    """CSRF, signing in included: the browser says where a form comes from, and a silent one is refused as well."""
    browser.as_member(member(StaffRole.ADMINISTRATOR))
    for headers in (
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"}, {"Sec_Fetch_Site": "none"}, {"Origin": f"http://localhost:{browser.port}1"},
    ):  # fmt: skip
        answer = asked(browser, page, **headers)
        assert answer.status_code == 403
        assert "does not come from a page of ours" in answer.text


@pytest.mark.parametrize("page", [page for page in FORMS if page.takes != OPEN], ids=named)
def test_no_form_without_the_token_of_its_session_is_taken(browser: Browser, member: Any, page: Page) -> None:
    """Nor one with the token of somebody else's."""
    browser.as_member(member(StaffRole.ADMINISTRATOR))
    other = browser.house.staff.secrets.csrf_token(member(StaffRole.AUDITOR).signed.secret)
    path = page.path.replace("{id}", "per_nobody")
    for token in ("", "x", other):
        assert browser.post(path, {"csrf": token}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "/console/../../x", "/console//evil.example",
        "javascript:alert(1)", "/console/x\r\nSet-Cookie: a=b", "/consoled", "/docs", "/console/@evil", "/console/%2f",
        "", "/console/x?next=//evil", "\t//evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(browser: Browser, member: Any, address: str) -> None:
    """Open redirect: after signing in the browser goes to a page of ours, whatever the address said."""
    assert safe_next(address) == HOME
    login = member(StaffRole.AUDITOR, "by-password", is_enrolled=False).login
    answer = browser.enter(login, next=address)
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)


def test_a_page_of_ours_is_gone_on_to(browser: Browser, member: Any) -> None:
    """Whoever had to sign in first lands where they wanted to."""
    assert safe_next("/console/people/per_1") == "/console/people/per_1"
    answer = browser.enter(member(StaffRole.AUDITOR, "by-password", is_enrolled=False).login, next="/console/sessions")
    assert answer.headers["location"] == "/console/sessions"


def test_signing_in_gives_a_cookie_of_its_own_that_no_script_reads(browser: Browser, member: Any) -> None:
    """Session fixation: what was planted is not taken over, and is worth nothing afterwards."""
    planted = member(StaffRole.AUDITOR, "planted", is_enrolled=False)
    browser.cookies["tutela_session"] = planted.signed.secret
    answer = browser.enter(member(StaffRole.AUDITOR, "by-password", is_enrolled=False).login)
    cookies = {value.split("=")[0]: value for value in answer.headers.get_list("set-cookie")}

    assert planted.signed.secret not in cookies["tutela_session"]
    for cookie in cookies.values():
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
    fresh = Browser(browser.house, browser.port)
    fresh.cookies["tutela_session"] = planted.signed.secret
    assert fresh.get("/console").headers["location"].startswith("/console/sign-in")


def test_brute_force_is_told_to_wait_and_a_known_browser_is_not(browser: Browser, member: Any) -> None:
    """Not one password more is looked at until the wait is over, but from a browser that is known."""
    victim = member(StaffRole.AUDITOR, "victim", is_enrolled=False)
    answers = [browser.enter("victim", "not the password") for _ in range(8)]
    assert [each.status_code for each in answers[:5]] == [401] * 5
    # The first wait is a second: on a busy machine it may be over before the eighth is sent.
    told = [each.text for each in answers[5:] if each.status_code == 429]
    assert told
    assert all("Wait" in text for text in told)
    known = Browser(browser.house, browser.port)
    known.cookies["tutela_browser"] = victim.device
    assert known.enter("victim").status_code == 303


def test_a_stolen_cookie_is_worth_nothing_in_another_browser(browser: Browser, member: Any) -> None:
    """And from then on nowhere."""
    robbed = member(StaffRole.AUDITOR, "robbed", is_enrolled=False)
    thief = Browser(browser.house, browser.port, agent="another one").as_member(robbed)
    assert browser.as_member(robbed).get("/console").status_code == 200
    assert thief.get("/console").status_code == 303
    assert browser.get("/console").status_code == 303


def test_under_another_name_there_is_no_sign_in(browser: Browser) -> None:
    """DNS rebinding, and a copy of our page under a name of its own; a number is sent to the name."""
    for host in ("evil.example", f"evil.example:{browser.port}", "localhost.evil.example", ""):
        assert browser.get("/console/sign-in", Host=host).status_code in {400, 403}
    answer = browser.get("/console/sign-in", Host=f"127.0.0.1:{browser.port}")
    assert answer.headers["location"] == f"{browser.origin}/console"


def test_without_a_script_somebody_comes_in_enrols_an_app_and_proves_anew(browser: Browser, member: Any) -> None:
    """Invitation, password, codes, recovery codes, a token, another password: all by plain forms."""
    boss = member(StaffRole.ADMINISTRATOR)
    boss.prove()
    page = Browser(browser.house, browser.port).as_member(boss)
    told = page.post("/console/people", {"login": "plain", "name": "<b>Plain</b>", "role": ["reviewer", "auditor"]})
    assert "<b>Plain" not in told.text
    link = told.text.partition("/console/invitation/")[2].partition("<")[0]
    wrong = browser.post(f"/console/invitation/{link}", {"password": PASSWORD, "again": "other"})
    assert (wrong.status_code, "differ" in wrong.text) == (401, True)
    came = browser.post(f"/console/invitation/{link}", {"password": PASSWORD, "again": PASSWORD})
    assert came.headers["location"] == "/console/security"
    assert browser.get("/console").headers["location"] == "/console/security"
    enrolling = browser.post("/console/security/codes")
    fields = {str(each.get("name")): each.get("value") for each in Reader(enrolling.text).all("input")}
    shared = enrolling.text.partition('class="long">')[2].partition("<")[0].replace(" ", "")
    again = browser.post("/console/security/codes/confirm", {"ceremony": fields["ceremony"], "code": "000000"})
    assert (again.status_code, shared[:4] in again.text) == (401, True)
    code = pyotp.TOTP(shared).now()
    done = browser.post("/console/security/codes/confirm", {"ceremony": fields["ceremony"], "code": code})
    assert (done.status_code, done.headers["location"]) == (303, "/console/security")
    codes = browser.post("/console/security/recovery-codes")
    assert codes.text.count("<li><code>") == 10
    made = browser.post("/console/tokens", {"name": "script", "scope": ["read"]})
    assert "tutela_" in made.text
    assert browser.get("/console/people").status_code == 403
    assert browser.post("/console/sign-out").headers["location"] == "/console/sign-in"
    half = browser.enter("plain", next="/console/sessions")
    assert half.headers["location"] == "/console/sign-in/second?next=/console/sessions"
    recovery = codes.text.partition("<li><code>")[2].partition("<")[0]
    back = browser.post("/console/sign-in/recovery", {"code": recovery, "next": "/console/sessions"})
    assert back.headers["location"] == "/console/sessions"
    assert "this one" in browser.get("/console/sessions").text


def test_every_page_can_be_read_by_whoever_cannot_see_it(browser: Browser, member: Any) -> None:
    """WCAG 2.2: a language, one first heading, a title, a label for each field, ids once, no style or script inside."""
    boss = member(StaffRole.ADMINISTRATOR)
    boss.prove()
    link = browser.house.staff.invite(boss.principal, "reader", "Reader", ["auditor"]).secret
    pages = [browser.get("/console/sign-in").text, browser.get(f"/console/invitation/{link}").text]
    browser.as_member(boss)
    shown = ("", "/security", "/sessions", "/tokens", "/people", f"/people/{boss.id}", "/prove")
    pages.extend(browser.get(f"/console{path}").text for path in shown)
    person = browser.house.staff.keep_people.all(boss.principal)[-1]
    pages.append(browser.get(f"/console/people/{person.id}").text)
    pages.append(browser.post("/console/security/codes").text)
    pages.append(browser.post("/console/people", {"login": "x", "name": "", "role": []}).text)
    for text in pages:
        read = Reader(text)
        ids = [each["id"] for tag, each in read.elements if "id" in each]
        labels = {each.get("for") for each in read.all("label")}
        fields = [each for each in read.all("input", "select", "textarea") if each.get("type") != "hidden"]
        assert read.all("html")[0]["lang"] == "en"
        assert len(read.all("h1")) == len(read.all("title")) == len(read.all("main")) == 1
        assert len(ids) == len(set(ids))
        assert all(each["id"] in labels for each in fields)
        assert all(each.get("src", "").startswith("/console/static/") for each in read.all("script"))
        assert not read.all("style")
        assert not [
            attribute for _, each in read.elements for attribute in each if attribute.startswith(("on", "style"))
        ]
        for described in (each.get("aria-describedby", "") or "" for _, each in read.elements):
            assert set(described.split()) <= set(ids)


def test_no_page_can_be_framed_kept_or_made_to_run_what_it_was_not_given(browser: Browser) -> None:
    """The policy lets in our own two files and nothing else; nothing is cached."""
    headers = browser.get("/console/sign-in").headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "same-origin")
    for name, kind in (("console.css", "text/css"), ("passkey.js", "text/javascript")):
        assert browser.get(f"/console/static/{name}").headers["content-type"].startswith(kind)


@pytest.mark.parametrize(("body", "status"), [(b"\xff=1", 422), (b"a=1&" * 200, 422), (b"a" * 70_000, 413)])
def test_a_form_that_is_none_is_refused(browser: Browser, body: bytes, status: int) -> None:
    """Too large, too many fields, no text: told in words, never broken."""
    form = "application/x-www-form-urlencoded"
    assert browser.post_raw("/console/sign-in", body, form).status_code == status
    assert browser.post_raw("/console/sign-in", b"{}", "text/json").status_code == 422


def test_the_log_names_the_page_and_nobody_who_opened_it(browser: Browser, member: Any) -> None:
    """P10: no login, password, code, link or cookie, whatever was typed and whatever went wrong."""
    boss = member(StaffRole.ADMINISTRATOR)
    boss.prove()
    invited = browser.house.staff.invite(boss.principal, "planted-login", "Planted Name", ["auditor"])
    with structlog.testing.capture_logs() as records:
        browser.get(f"/console/invitation/{invited.secret}")
        browser.post(f"/console/invitation/{invited.secret}", {"password": PASSWORD, "again": PASSWORD})
        browser.enter("planted-login")
        browser.enter("planted-login", "a planted password")
        browser.post("/console/sign-in/second", {"code": "271828"})
        browser.get("/console/people/per_planted?next=planted-next")
        until = time.monotonic() + 60
        while records[-1]["route"] != "/console/people/{id}" and time.monotonic() < until:
            time.sleep(0.01)  # a request is logged after it was answered
    planted = {
        invited.secret, "planted", PASSWORD, "271828", *(value for value in browser.cookies.values() if value)
    }  # fmt: skip
    assert {record["route"] for record in records} >= {"/console/invitation/{secret}", "/console/people/{id}"}
    assert [found for record in records for found in of_log_record(record, secrets=planted)] == []
