"""Addresses that mail can go to, and why a mail did not go out."""

import unicodedata
from enum import StrEnum

from tutela.errors import BadInput

MAX_ADDRESS_BYTES = 254
"""Source: RFC 5321, 4.5.3.1.3, less the brackets."""

MAX_LOCAL_BYTES, MAX_LABEL_BYTES = 64, 63
_SIGNS = frozenset("_+&'~-.")
"""Less than RFC 5322 allows: `=?...?=` is decoded by who writes or reads mail, and could hold a line break or another
recipient; `%` and `!` were routes once."""


class MailFailure(StrEnum):
    """Why a mail did not go out."""

    NO_ADDRESS = "no_address"  #: the name of the mail server leads nowhere
    NOT_CONNECTED = "not_connected"
    TLS = "tls"
    TIMED_OUT = "timed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    REJECTED = "rejected"  #: by the mail server, for now or because of something else than the address
    BOUNCED = "bounced"  #: there is no such address, says the mail server
    BROKEN = "broken"
    STOPPED = "stopped"  #: the process was told to end; the next one sends it


OF_THE_SERVER = frozenset(
    {
        MailFailure.NO_ADDRESS, MailFailure.NOT_CONNECTED, MailFailure.TLS, MailFailure.TIMED_OUT,
        MailFailure.SIGN_IN_REFUSED,
    }
)  # fmt: skip
"""What says something of the mail server, and nothing of who is written to: the next mail would fail as well."""


def mail_address(written: str) -> str:
    """Return an address that mail can go to, as it is handed to a mail server: its host in ASCII.

    Letters and digits of every script are taken before the @; a mail server says whether it can.

    Raises:
        tutela.errors.BadInput: It is none. What was written is not repeated.
    """
    address = written.strip()
    if len(address) <= MAX_ADDRESS_BYTES:  # first: what follows takes long on what is enormous
        address = unicodedata.normalize("NFC", address)
    local, at, host = address.rpartition("@")
    if not at or len(address) > MAX_ADDRESS_BYTES or not _is_local(local):
        raise BadInput("this is no address of the form name@host", place="email")
    found = f"{local}@{_ascii_host(host)}"
    if len(found.encode()) > MAX_ADDRESS_BYTES:
        raise BadInput("this is no address of the form name@host", place="email")
    return found


def is_mail_address(address: str) -> bool:
    """Return whether it is one, as `mail_address` returns it."""
    try:
        return mail_address(address) == address
    except BadInput:
        return False


def _is_local(local: str) -> bool:
    words = local.split(".")
    return (
        all(words)
        and len(local.encode(errors="replace")) <= MAX_LOCAL_BYTES
        and all(each in _SIGNS or unicodedata.category(each)[0] in "LMN" for each in local)
    )


def _ascii_host(host: str) -> str:
    try:
        labels = host.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError:
        labels = []
    if not labels or not all(_is_label(each) for each in labels) or labels[-1].isdigit():
        raise BadInput("this is no address of the form name@host", place="email")
    return ".".join(labels)


def _is_label(label: str) -> bool:
    is_bounded = 0 < len(label) <= MAX_LABEL_BYTES
    return is_bounded and label.strip("-") == label and label.replace("-", "").isalnum() and label.isascii()
