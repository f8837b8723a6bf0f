"""Ctrl-K: any identifier, link, hash or picture, as far as somebody's roles may ask; nothing is kept or logged."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
import structlog

from console_browser import Browser
from make import CLAUSE, photo
from reviewing import laid
from tutela.core.banks import Material, SignalType, Verification
from tutela.core.findings import Decider, Facts
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.permissions import StaffRole
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.flows.name_finding import Asked, AskedMeasure, On
from tutela.flows.refer import MediaReference

BANK = "lakes-of-the-test"


def picture_form(browser: Browser, content: bytes, *, token: str = "") -> tuple[bytes, str]:
    """Return a form with a file as browsers send it, and its type."""
    token = token or browser.house.staff.secrets.csrf_token(browser.cookies.get("tutela_session", ""))
    parts = (
        b'--lake\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + token.encode(),
        b'--lake\r\nContent-Disposition: form-data; name="file"; filename="a b.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + content,
        b"--lake--\r\n",
    )
    return b"\r\n".join(parts), "multipart/form-data; boundary=lake"


@pytest.fixture(scope="module")
def known(served_pages: Browser) -> bytes:
    """Return a picture that a bank holds, and that somebody posted under a case."""
    house, content = served_pages.house, photo("rocket", width=300)
    house.keep_banks.create(NewBank(BANK, CLAUSE, Material.APPARENT_CSAM, Verification.ONE_ANALYST, "test"))
    sha256 = hashlib.sha256(content).hexdigest()
    house.keep_banks.add(BANK, [NewMember(SignalType.SHA256, sha256)])
    with house.receive_media.open() as reception:
        reception.write(content)
        media = reception.finish()
    laid(house, author="carries-a-copy", media=(MediaReference(media.id),))
    house.feed_indexes()
    return content


def test_a_hash_leads_to_banks_copies_and_open_cases(browser: Browser, member: Any, known: bytes) -> None:
    """In hex, of either case; who may not ask for banks or copies is told so, and learns nothing."""
    digest = hashlib.sha256(known).hexdigest().upper()
    senior = browser.as_member(member(StaffRole.SENIOR_REVIEWER)).post("/console/find", {"q": digest}).text
    assert f'In the bank</strong> <a href="/console/banks/{BANK}"><bdi>{BANK}</bdi></a>' in senior
    assert "identical by sha256" in senior
    assert "1 item carries it or something near it, by 1 account" in senior
    assert "<bdi>carries-a-copy</bdi>" in senior
    assert "Open case about somebody who carries a copy" in senior

    analyst = browser.as_member(member(StaffRole.POLICY_ANALYST)).post("/console/find", {"q": digest}).text
    assert BANK in analyst
    assert "carries-a-copy" not in analyst
    assert "find who carries copies of a picture <code>copies</code>" in analyst

    reviewer = browser.as_member(member(StaffRole.REVIEWER)).post("/console/find", {"q": digest}).text
    assert BANK not in reviewer
    assert "carries-a-copy" not in reviewer
    assert "Nothing is known here of what you asked for, as far as your roles may ask." in reviewer


def test_a_picture_is_hashed_and_let_go(browser: Browser, member: Any, known: bytes) -> None:
    """Neither the database nor the disk holds it afterwards, and no log says anything of it."""
    house = browser.as_member(member(StaffRole.SENIOR_REVIEWER)).house
    near = photo("rocket", width=300, quality=40)
    for content, said in ((known, "identical by sha256"), (near, "of 256 bits apart")):
        with structlog.testing.capture_logs() as logs:
            answer = browser.post_raw("/console/find/picture", *picture_form(browser, content))
        assert said in answer.text
        assert "carries-a-copy" in answer.text
        assert "a b.jpg" not in str(logs)
        assert hashlib.sha256(content).hexdigest() not in str(logs)
    with house.store.read() as reader:
        assert reader.media_by_digest(SignalType.SHA256, [hashlib.sha256(near).hexdigest()]) == []
    assert all(near[:64] not in path.read_bytes() for path in Path(house.settings.var).rglob("*") if path.is_file())
    text = browser.post_raw("/console/find/picture", *picture_form(browser, b"no picture at all")).text
    assert "compared by its bytes alone" in text


def test_a_file_is_taken_from_nobody_who_may_not_send_it(browser: Browser, member: Any) -> None:
    """Not without a session, not with the token of another, not beyond the limit, and not broken off."""
    form, kind = picture_form(browser, photo("coffee"), token="x")  # noqa: S106  # of no session
    assert browser.post_raw("/console/find/picture", form, kind).headers["location"].startswith("/console/sign-in")
    browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    assert browser.post_raw("/console/find/picture", form, kind).status_code == 403
    whole, kind = picture_form(browser, photo("coffee"))
    assert browser.post_raw("/console/find/picture", whole[:-20], kind).status_code == 422
    assert browser.post_raw("/console/find/picture", whole, "multipart/form-data").status_code == 422
    many = b"\r\n".join([whole.partition(b"\r\n--lake--")[0]] * 6 + [b"--lake--\r\n"])
    assert browser.post_raw("/console/find/picture", many, kind).status_code in {413, 422}
    analyst = browser.as_member(member(StaffRole.AUDITOR))
    assert "Nothing is known here" in analyst.post_raw("/console/find/picture", *picture_form(analyst, b"x")).text


def test_a_link_leads_to_what_blocks_it(browser: Browser, member: Any) -> None:
    """Also a longer address below a domain that is blocked; to whoever may read decisions."""
    asked = Asked(
        "house.spam", Facts("reported"), Decider("name:tests"),
        (AskedMeasure(MeasureKind.BLOCK_LINK, On(SubjectKind.LINK, "boats.lakes.example")),),
    )  # fmt: skip
    made = browser.house.decide(asked).written.decisions[0].id
    browser.as_member(member(StaffRole.REVIEWER))
    for link in ("boats.lakes.example", "https://boats.lakes.example/a?b=c", "HTTPS://BOATS.lakes.example"):
        page = browser.post("/console/find", {"q": link}).text
        assert "Blocked by" in page
        assert made in page
        assert "boats.lakes.example, house.spam" in page
    assert made not in browser.post("/console/find", {"q": "https://lakes.example"}).text
    auditor = browser.as_member(member(StaffRole.AUDITOR))
    assert made not in auditor.post("/console/find", {"q": "boats.lakes.example"}).text


def test_every_identifier_is_found_and_none_stands_in_an_address(browser: Browser, member: Any) -> None:
    """Ours of account and item, names of banks and rules; a question in the address is not read."""
    case_id, item, account = laid(browser.house)
    with browser.house.store.read() as reader:
        inner = reader.items_by_platform_id([item])[item].item
    browser.as_member(member(StaffRole.REVIEWER))
    for name in (inner.id, item, case_id):
        assert browser.post("/console/find", {"q": name}).headers["location"] == f"/console/cases/{case_id}"
    for name in (inner.account_id, account):
        page = browser.post("/console/find", {"q": name}).text
        assert f'href="/console/account?id={account}"' in page
        assert f'href="/console/cases/{case_id}"' in page
    assert '<h2 id="found">' not in browser.get(f"/console/find?q={account}").text
    analyst = browser.as_member(member(StaffRole.POLICY_ANALYST))
    rule = analyst.post("/console/find", {"q": "adult-reaches-many-minors"})
    assert rule.headers["location"] == "/console/rules/adult-reaches-many-minors"
    assert account not in analyst.post("/console/find", {"q": case_id}).text


def test_the_beginning_of_a_name_finds_accounts_and_banks(browser: Browser, member: Any, known: bytes) -> None:
    """Capitals or not, with three letters or more; signs of a pattern are signs of a name."""
    laid(browser.house, author="Lake-Visitor-1")
    laid(browser.house, author="lake_visitor-2")
    senior = browser.as_member(member(StaffRole.SENIOR_REVIEWER))
    page = senior.post("/console/find", {"q": "lake"}).text
    assert 'href="/console/account?id=Lake-Visitor-1"' in page
    assert "lake_visitor-2" in page
    assert f'href="/console/banks/{BANK}"' in page
    assert "Lake-Visitor-1" not in senior.post("/console/find", {"q": "lake_"}).text
    assert "Lake-Visitor-1" not in senior.post("/console/find", {"q": "la"}).text
    assert "by the beginning of their names" in senior.post("/console/find", {"q": "nobody-at-all"}).text
