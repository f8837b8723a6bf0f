"""Mails to the people who asked, over real connections: encrypted or not at all, and with nothing in their heads."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailing import Post, posting
from receiving import Trusted, trusted
from tutela.adapters.mail.desk import DeskMail, mail_of
from tutela.core.mail import MailFailure
from tutela.ports.messages import Letter

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA = "anna@example.org"
SENDER = "hello@notes.example"
LETTER = Letter("msg_1", ANNA, AT, "A message for you", "Hello,\n\nthere is something new.\n")


@pytest.fixture
def trust(tmp_path: Path) -> Trusted:
    """Return a certificate of `localhost`."""
    return trusted(tmp_path, "localhost")


@pytest.mark.parametrize("is_tls_at_once", [True, False], ids=["at once", "STARTTLS"])
def test_a_letter_arrives_and_its_head_says_nothing(trust: Trusted, is_tls_at_once: bool) -> None:  # noqa: FBT001 - a table
    """No name of a sender, one plain part, and the same identifier at every try."""
    post = Post(trust, is_tls_at_once)
    with posting(post) as server:
        mail = DeskMail(server, trust.client)
        assert [mail.send(LETTER) for _ in range(2)] == [None, None]
    first, second = (message_from_bytes(raw, policy=policy.default) for raw in post.mails)
    assert set(first.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
        "MIME-Version",
    }  # fmt: skip
    assert (first["Subject"], first["From"], first["To"]) == ("A message for you", "duty@tutela.example", ANNA)
    assert first["Message-ID"] == second["Message-ID"] == "<msg_1@tutela.example>"
    assert first.get_content_type() == "text/plain"
    assert first.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize(
    ("verb", "refusal", "failure"),
    [
        ("RCPT", "550 no such user", MailFailure.BOUNCED),
        ("RCPT", "553 never", MailFailure.BOUNCED),
        ("RCPT", "450 try later", MailFailure.REJECTED),
        ("RCPT", "421 busy", MailFailure.REJECTED),
        ("MAIL", "550 no such sender", MailFailure.REJECTED),
        ("DATA", "554 refused", MailFailure.REJECTED),
    ],
)
def test_only_an_address_that_is_not_there_bounces(
    trust: Trusted, verb: str, refusal: str, failure: MailFailure
) -> None:
    """What is refused for now, or because of the sender or the text, is tried again."""
    post = Post(trust, refuses=verb, refusal=refusal)
    with posting(post) as server:
        assert DeskMail(server, trust.client).send(LETTER) is failure
    assert post.mails == []


@pytest.mark.parametrize("takes", [True, False])
def test_an_address_of_another_script_arrives_where_the_server_can(trust: Trusted, takes: bool) -> None:  # noqa: FBT001 - a table
    """And bounces where it cannot: no other server is there to ask."""
    post = Post(trust, takes_every_script=takes)
    with posting(post) as server:
        sent = DeskMail(server, trust.client).send(replace(LETTER, address="jörg@example.org"))
    assert sent is (None if takes else MailFailure.BOUNCED)
    assert len(post.mails) == int(takes)
    if takes:
        assert any("RCPT" in each.upper() and "jörg@example.org" in each for each in post.says)


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, subject="A\r\nBcc: other@example.org"),
        replace(LETTER, subject="A\nB"),
        replace(LETTER, address="anna@example.org\r\nRCPT TO:<other@example.org>"),
        replace(LETTER, address="anna@example.org>\r\nDATA\r\n"),
        replace(LETTER, address="anna@example.org, other@example.org"),
        replace(LETTER, address="\ud800@example.org"),
        replace(LETTER, id="msg_1>\r\nBcc: other@example.org"),
    ],
)
def test_nothing_that_is_put_in_becomes_a_header_or_a_command(trust: Trusted, letter: Letter) -> None:
    """Such a letter is not sent at all, and no server hears of it."""
    post = Post(trust, takes_every_script=True)
    with posting(post) as server:
        assert DeskMail(server, trust.client).send(letter) is not None
    assert post.mails == []
    assert not any("other@" in each for each in post.says)


@given(st.text(max_size=400))
def test_whatever_a_text_holds_stays_in_the_text(text: str) -> None:
    """Lines that look like headers or the end of a mail, NULs, half a surrogate pair: no header more, or no mail."""
    try:
        made = mail_of(replace(LETTER, text=text), SENDER).as_bytes()
    except ValueError:
        assert any(0xD800 <= ord(each) <= 0xDFFF for each in text)
        return
    assert len(message_from_bytes(made, policy=policy.default).keys()) == 9


def test_a_letter_of_a_megabyte_arrives_whole(trust: Trusted) -> None:
    """In lines as mail servers take them."""
    text = "ä very long line " * 60_000 + "\n.\nthe end\n"
    post = Post(trust)
    with posting(post) as server:
        assert DeskMail(server, trust.client).send(replace(LETTER, text=text)) is None
    [raw] = post.mails
    assert max(map(len, raw.splitlines())) <= 998
    # The server of this test leaves the dots doubled that end no mail.
    got = message_from_bytes(raw.replace(b"\r\n..", b"\r\n."), policy=policy.default).get_content()
    assert got.replace("\r\n", "\n") == text


def test_what_is_under_way_when_the_house_closes_is_told_as_stopped(trust: Trusted) -> None:
    """It is given back at once, and nothing more goes out."""
    post = Post(trust, drips=True)
    with posting(post) as server:
        mail = DeskMail(server, trust.client)
        answers: list[MailFailure | None] = []
        sending = threading.Thread(target=lambda: answers.append(mail.send(LETTER)))
        sending.start()
        assert post.is_spoken_to.wait(10)
        mail.close()
        sending.join(10)
        assert answers == [MailFailure.STOPPED]
        assert mail.send(LETTER) is MailFailure.STOPPED
