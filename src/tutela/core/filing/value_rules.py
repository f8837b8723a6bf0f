"""Rules about one value at a time, read from the table of elements: form, length, words, times."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

import ada_url

from tutela.core.filing.characters import is_legal
from tutela.core.filing.moments import is_aware, is_future
from tutela.core.filing.problems import Problem
from tutela.core.filing.schema import Form, Leaf, Spot
from tutela.core.filing.wire_words import COUNTRIES, STATES

LONGEST_LOCAL_PART = 64

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_CALLING_CODE = re.compile(r"\+[0-9]{1,3}")
_EXTENSION = re.compile(r"[0-9]+")
_UNWRITTEN = re.compile(r"[\s\x00-\x1f\x7f]")
_OF_TEXT = frozenset({Form.TEXT, Form.URL, Form.EMAIL, Form.PHONE, Form.IP})


def of_value(spot: Spot, now: datetime) -> Iterator[Problem]:
    """Yield what is wrong with one value by itself."""
    if isinstance(spot.value, str) and type(spot.value) is str:
        yield from _of_text(spot)
    if isinstance(spot.value, datetime):
        yield from _of_moment(spot, now)
    elif isinstance(spot.value, date) and spot.value > now.date():
        yield Problem("times", spot.place, "This day lies in the future.", "Enter the right one, or none.")
    elif isinstance(spot.value, int | float) and not isinstance(spot.value, bool):
        yield from _of_number(spot)


def _of_text(spot: Spot) -> Iterator[Problem]:
    text, leaf = spot.value, spot.holds
    if leaf.longest is not None and len(text) > leaf.longest:
        yield Problem(
            "lengths", spot.place, f"This is {len(text)} characters long and at most {leaf.longest} are taken.",
            "Shorten it; the whole text can go into a supplemental file.",
        )  # fmt: skip
    if not leaf.may_be_blank and not text.strip():
        yield Problem("blank", spot.place, "This is blank.", "Enter it, or leave the field out.")
    elif leaf.form in _FORMS and not _FORMS[leaf.form](text):
        yield Problem("forms", spot.place, f"This is no right {leaf.form.value}.", _REMEDIES[leaf.form])
    if leaf.form in _OF_TEXT and not is_legal(text):
        yield Problem(
            "characters", spot.place, "This holds characters that the form cannot carry.",
            "They are sent as replacements, and the whole text goes into a supplemental file.", is_blocking=False,
        )  # fmt: skip


def _of_moment(spot: Spot, now: datetime) -> Iterator[Problem]:
    if not is_aware(spot.value):
        yield Problem("times", spot.place, "This time has no zone.", "Enter it with its zone, or in UTC.")
    elif spot.holds.is_past and is_future(spot.value, now):
        yield Problem("times", spot.place, "This time lies in the future.", "Look at the clock that it came from.")


def _of_number(spot: Spot) -> Iterator[Problem]:
    leaf: Leaf = spot.holds
    is_low = leaf.lowest is not None and not spot.value >= leaf.lowest  # not `<`: nothing compares with NaN
    is_high = leaf.highest is not None and not spot.value <= leaf.highest
    if is_low or is_high:
        between = f"from {leaf.lowest:g}" + (f" to {leaf.highest:g}" if leaf.highest is not None else "")
        yield Problem("numbers", spot.place, f"This must be a number {between}.", "Enter the right one, or none.")


def is_url(text: str) -> bool:
    """Return whether the authority takes this link: whole, without white space."""
    return _UNWRITTEN.search(text) is None and "://" in text and ada_url.check_url(text)


def is_email(text: str) -> bool:
    """Return whether the authority takes this e-mail address."""
    return _EMAIL.fullmatch(text) is not None and len(text.partition("@")[0]) <= LONGEST_LOCAL_PART


def is_ip(text: str) -> bool:
    """Return whether this is an address on the network: IPv4, IPv6, or one mapped into the other."""
    try:
        return "%" not in str(ipaddress.ip_address(text))
    except ValueError:
        return False


_FORMS: Mapping[Form, Callable[[str], bool]] = {
    Form.URL: is_url,
    Form.EMAIL: is_email,
    Form.IP: is_ip,
    Form.CALLING_CODE: lambda text: _CALLING_CODE.fullmatch(text) is not None,
    Form.EXTENSION: lambda text: _EXTENSION.fullmatch(text) is not None,
    Form.STATE: lambda text: text in STATES,
    Form.COUNTRY: lambda text: text in COUNTRIES,
}
_REMEDIES: Mapping[Form, str] = {
    Form.URL: "Enter the whole link, with https:// and without spaces.",
    Form.EMAIL: "Enter one address, such as name@host.",
    Form.IP: "Enter an IPv4 or IPv6 address, without a port.",
    Form.CALLING_CODE: "Enter + and one to three digits.",
    Form.EXTENSION: "Enter digits only.",
    Form.STATE: "Enter the two letters of a state or territory of the United States; others go into another field.",
    Form.COUNTRY: "Enter the two letters of ISO 3166-1.",
}
