"""What the authority answers, read from bytes that may be anything, and what each answer means.

Source: the response documents and codes of the CyberTipline Reporting API. The list of codes is not exhaustive, and the
HTTP status is no reliable discriminator: the code is read first, the status only where there is none.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

LONGEST_ANSWER = 4 * 1024 * 1024
"""Bytes of an answer that are read: a finish names every file, and no honest one is longer."""

SUCCESS = 0
NO_REPORT, NO_FILE, RETRACTED, FINISHED = 5001, 5002, 5101, 5102

_LONGEST_NUMBER = 9
"""Digits of a code or of seconds that are read as a number: Python refuses some thousands of them with an error."""

_ROOTS = {"reportResponse", "reportDoneResponse"}
_OK, _TOO_EARLY = range(200, 300), frozenset({408, 425, 429, 503})


class Fault(StrEnum):
    """What kind of trouble it is, for whoever has to do something about it."""

    NONE = "none"
    SERVER = "server"  #: theirs; it passes
    MEDIA = "media"  #: one file
    CONFIG = "config"  #: a wrong address
    AUTH = "auth"  #: credentials or permissions: the channel stops
    REJECTED = "rejected"
    VALIDATION = "validation"  #: a person has to look at the report
    STATE = "state"  #: the report or file is not what we think it is
    RATE = "rate"  #: too much at once
    GARBLED = "garbled"  #: an answer that cannot be read: what came of the request is unknown


class Outcome(StrEnum):
    """What came of a request."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"  #: it may have been done


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code of the authority."""

    code: int
    meaning: str
    http_status: int
    fault: Fault
    is_retryable: bool = False


CODES = {
    row.code: row
    for row in (
        CodeRow(0, "Success", 200, Fault.NONE),
        CodeRow(1000, "Server error", 500, Fault.SERVER, is_retryable=True),
        CodeRow(1100, "Save failed", 500, Fault.SERVER, is_retryable=True),
        CodeRow(1110, "Upload failed", 500, Fault.MEDIA, is_retryable=True),
        CodeRow(1111, "File upload failed", 500, Fault.MEDIA, is_retryable=True),
        CodeRow(1210, "Resource not found", 404, Fault.CONFIG),
        CodeRow(1300, "Update failed", 500, Fault.SERVER, is_retryable=True),
        CodeRow(2000, "Authentication required", 401, Fault.AUTH),
        CodeRow(3000, "Not authorised for this action", 403, Fault.AUTH),
        CodeRow(3100, "No authorisation to make submissions", 403, Fault.AUTH),
        CodeRow(3300, "No authorisation to make updates", 403, Fault.AUTH),
        CodeRow(4000, "Invalid request", 400, Fault.REJECTED),
        CodeRow(4100, "Validation failed", 400, Fault.VALIDATION),
        CodeRow(4110, "Malformed XML", 400, Fault.VALIDATION),
        CodeRow(4200, "Malformed file submittal", 400, Fault.MEDIA),
        CodeRow(5001, "Report does not exist", 404, Fault.STATE),
        CodeRow(5002, "File does not exist", 404, Fault.STATE),
        CodeRow(5101, "Report already retracted", 409, Fault.STATE),
        CodeRow(5102, "Report already finished", 409, Fault.STATE),
    )
}
"""Every code that is documented."""

_BY_THOUSAND = {1: Fault.SERVER, 2: Fault.AUTH, 3: Fault.AUTH, 4: Fault.REJECTED, 5: Fault.STATE}


@dataclass(frozen=True, slots=True)
class AuthorityAnswer:
    """One answer, as far as it could be read."""

    http_status: int
    code: int | None = None  #: none: the body was no answer of theirs
    description: str = ""  #: theirs; may quote what was sent, so never logged
    report_id: str | None = None
    file_id: str | None = None
    md5: str | None = None  #: of what they received
    file_ids: tuple[str, ...] | None = None  #: none: they named no list
    request_id: str | None = None  #: asked for by their support
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means."""

    outcome: Outcome
    fault: Fault
    is_retryable: bool = False


def read_answer(
    http_status: int, body: bytes, *, request_id: str | None = None, retry_after: str | None = None
) -> AuthorityAnswer:
    """Return what the authority answered. Never fails: what is not theirs has no code.

    Either root is taken for every request, because a finish that failed may come back as the other one. Documents with
    a DTD or entities are not read at all.
    """
    seconds = _whole(retry_after)
    bare = AuthorityAnswer(http_status, request_id=request_id, retry_after_seconds=seconds)
    root = _root(body)
    code = _whole(_text(root, "responseCode"))
    if root is None or code is None:
        return bare
    files = root.find("files")
    return AuthorityAnswer(
        http_status,
        code,
        _text(root, "responseDescription") or "",
        _text(root, "reportId"),
        _text(root, "fileId"),
        (_text(root, "hash") or "").lower() or None,
        None if files is None else tuple(_words(files)),
        request_id,
        seconds,
    )


def judge(answer: AuthorityAnswer) -> Verdict:
    """Return what *answer* means: by its code, and by the HTTP status only where it has none."""
    if answer.code is None:
        return _by_status(answer.http_status)
    if answer.code == SUCCESS:
        return Verdict(Outcome.DONE, Fault.NONE)
    row = CODES.get(answer.code)
    if row is not None:
        return Verdict(Outcome.NOT_DONE, row.fault, row.is_retryable)
    fault = _BY_THOUSAND.get(answer.code // 1000, Fault.SERVER)
    return Verdict(Outcome.NOT_DONE, fault, is_retryable=fault is Fault.SERVER)


def _by_status(status: int) -> Verdict:
    """Judge an answer that is not theirs: of a proxy, a maintenance page, or nothing readable."""
    if status in {401, 403}:
        return Verdict(Outcome.NOT_DONE, Fault.AUTH)
    if status in _TOO_EARLY:
        return Verdict(Outcome.NOT_DONE, Fault.RATE, is_retryable=True)
    if status in {404, 405, 410}:
        return Verdict(Outcome.NOT_DONE, Fault.CONFIG)
    if status in range(300, 400):
        return Verdict(Outcome.NOT_DONE, Fault.CONFIG)
    if status in range(400, 500):
        return Verdict(Outcome.NOT_DONE, Fault.REJECTED)
    fault = Fault.GARBLED if status in _OK else Fault.SERVER
    return Verdict(Outcome.UNKNOWN, fault, is_retryable=True)


def _root(body: bytes) -> Any:
    if len(body) > LONGEST_ANSWER:
        return None
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, ValueError, LookupError):
        return None  # LookupError: a declared encoding that does not exist
    return root if root.tag in _ROOTS else None


def _text(root: Any, name: str) -> str | None:
    text = None if root is None else root.findtext(name)
    return text.strip() or None if text else None


def _words(files: Any) -> list[str]:
    found = (each.text.strip() for each in files.findall("fileId") if each.text)
    return [each for each in found if each]


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None
