"""What the authority answers, and what each answer means: every code, every status, and bytes that may be anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.filing.answers import (
    CODES,
    LONGEST_ANSWER,
    AuthorityAnswer,
    Fault,
    Outcome,
    Verdict,
    judge,
    read_answer,
)

PLAIN = b"""<?xml version="1.0" encoding="UTF-8"?>
<reportResponse><responseCode>0</responseCode><responseDescription>Success</responseDescription>
<reportId>900000001</reportId><fileId>f1</fileId><hash>ABCDEF</hash></reportResponse>"""
DONE = b"<reportDoneResponse><responseCode>0</responseCode><reportId>1</reportId><files>%s</files></reportDoneResponse>"


def test_a_plain_answer_is_read_whole() -> None:
    """The digest in lower case, whatever they write."""
    answer = read_answer(200, PLAIN, request_id="r-1")

    assert answer == AuthorityAnswer(200, 0, "Success", "900000001", "f1", "abcdef", None, "r-1")
    assert judge(answer) == Verdict(Outcome.DONE, Fault.NONE)


def test_a_finish_names_its_files() -> None:
    """None, some, and no list at all are three different things."""
    assert read_answer(200, DONE % b"<fileId>a</fileId><fileId> b </fileId><fileId/>").file_ids == ("a", "b")
    assert read_answer(200, DONE % b"").file_ids == ()
    assert read_answer(200, PLAIN).file_ids is None


RETRYABLE = {1000, 1100, 1110, 1111, 1300}


@pytest.mark.parametrize("code", CODES)
def test_each_code_means_what_the_list_says(code: int) -> None:
    """Only a few are tried again by themselves; the HTTP status changes nothing."""
    body = f"<reportResponse><responseCode>{code}</responseCode></reportResponse>".encode()
    verdicts = {judge(read_answer(status, body)) for status in (200, 400, 401, 500, CODES[code].http_status)}

    (verdict,) = verdicts
    assert verdict.is_retryable is (code in RETRYABLE)
    assert verdict.outcome is (Outcome.DONE if code == 0 else Outcome.NOT_DONE)
    assert verdict.fault is CODES[code].fault


@pytest.mark.parametrize(
    ("code", "fault", "again"),
    [
        (1999, Fault.SERVER, True),
        (2001, Fault.AUTH, False),
        (3999, Fault.AUTH, False),
        (4999, Fault.REJECTED, False),
        (5999, Fault.STATE, False),
        (7, Fault.SERVER, True),
    ],
)
def test_a_code_that_nobody_documented_is_read_by_its_thousand(code: int, fault: Fault, *, again: bool) -> None:
    """Their list calls itself incomplete."""
    assert judge(AuthorityAnswer(200, code)) == Verdict(Outcome.NOT_DONE, fault, again)


@pytest.mark.parametrize(
    ("status", "outcome", "fault", "again"),
    [
        (200, Outcome.UNKNOWN, Fault.GARBLED, True),
        (302, Outcome.NOT_DONE, Fault.CONFIG, False),
        (400, Outcome.NOT_DONE, Fault.REJECTED, False),
        (401, Outcome.NOT_DONE, Fault.AUTH, False),
        (403, Outcome.NOT_DONE, Fault.AUTH, False),
        (404, Outcome.NOT_DONE, Fault.CONFIG, False),
        (408, Outcome.NOT_DONE, Fault.RATE, True),
        (429, Outcome.NOT_DONE, Fault.RATE, True),
        (500, Outcome.UNKNOWN, Fault.SERVER, True),
        (502, Outcome.UNKNOWN, Fault.SERVER, True),
        (503, Outcome.NOT_DONE, Fault.RATE, True),
        (504, Outcome.UNKNOWN, Fault.SERVER, True),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>maintenance</html>", b"\xff\xfe", b"{}"])
def test_an_answer_that_is_not_theirs_is_read_by_its_status(
    status: int, outcome: Outcome, fault: Fault, body: bytes, *, again: bool
) -> None:
    """After a gateway's error nobody knows what came of the request."""
    assert judge(read_answer(status, body)) == Verdict(outcome, fault, again)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><reportResponse><responseCode>&x;</responseCode></reportResponse>',
        b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><reportResponse><responseCode>0</responseCode></reportResponse>',
        b"<other><responseCode>0</responseCode></other>",
        b"<reportResponse><responseCode>zero</responseCode></reportResponse>",
        b"<reportResponse><responseCode>" + b"9" * 5000 + b"</responseCode></reportResponse>",
        b"<reportResponse><responseCode>0</responseCode>",
        b"<?xml version='1.0' encoding='no-such'?><reportResponse/>",
        b"<reportResponse>" + b" " * LONGEST_ANSWER + b"<responseCode>0</responseCode></reportResponse>",
    ],
)
def test_a_hostile_answer_has_no_code(body: bytes) -> None:
    """No entity is resolved, no file read, and nothing raised."""
    assert read_answer(200, body).code is None


@given(st.integers(100, 599), st.binary(max_size=200), st.none() | st.text(max_size=8))
def test_any_bytes_are_read_and_judged(status: int, body: bytes, retry_after: str | None) -> None:
    """The parser never fails, and every answer means something."""
    for text in (body, PLAIN[: len(body)] + body, b"<reportResponse>" + body + b"</reportResponse>"):
        verdict = judge(read_answer(status, text, retry_after=retry_after))
        assert (verdict.outcome is Outcome.DONE) <= (verdict.fault is Fault.NONE)


@pytest.mark.parametrize(
    ("told", "seconds"), [("120", 120), ("soon", None), ("-1", None), ("9" * 400, None), (None, None)]
)
def test_when_to_come_back_is_read_where_it_is_a_number(told: str | None, seconds: int | None) -> None:
    """A date, or nonsense, is left to our own patience."""
    assert read_answer(429, b"", retry_after=told).retry_after_seconds == seconds
