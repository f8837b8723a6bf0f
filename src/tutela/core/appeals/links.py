"""Links by which somebody appeals without an account here: signed, for one statement, and for nothing else.

A link says a statement, until when it is in time, and under which generation of keys it was made. What it is worth is
the signature: it binds the decision and the account of that statement as well, which the link does not name. Whoever
has somebody else's link can read its neutral statement and appeal for them, and no more. A new generation makes every
link before it worthless.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from tutela.core.ids import AccountId, DecisionId, StatementId
from tutela.errors import UnknownLink

PURPOSE = "appeal-links/"
"""What the key is derived for, with the generation behind it."""

SIGNATURE_HEX = 40
"""160 bits: nobody guesses one."""

_STATEMENT = "sta_"
_FORM = re.compile(rf"([0-9a-z]{{20,40}})\.([0-9a-z]{{1,10}})\.([0-9a-z]{{1,6}})\.([0-9a-f]{{{SIGNATURE_HEX}}})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE = 36


@dataclass(frozen=True, slots=True)
class AppealTicket:
    """What a link says, before anybody looked whether it is true."""

    statement_id: StatementId
    until_s: int  #: seconds since 1970
    generation: int
    signature: str


@dataclass(frozen=True, slots=True)
class Bound:
    """What a link is for."""

    statement_id: StatementId
    decision_id: DecisionId
    account_id: AccountId


def token_of(bound: Bound, until_s: int, generation: int, key: bytes) -> str:
    """Return the token of a link: the same each time, so that a statement has one link."""
    parts = bound.statement_id.removeprefix(_STATEMENT), _base36(until_s), _base36(generation)
    return ".".join((*parts, _signed(bound, until_s, generation, key)))


def parse(token: str) -> AppealTicket:
    """Return what a token says.

    Raises:
        tutela.errors.UnknownLink: It has not the form of one.
    """
    found = _FORM.fullmatch(token)
    if found is None:
        raise UnknownLink(place="link")
    statement, until, generation, signature = found.groups()
    return AppealTicket(StatementId(_STATEMENT + statement), int(until, _BASE), int(generation, _BASE), signature)


def check(token: str, bound: Bound, ticket: AppealTicket, generation: int, key: bytes) -> None:
    """Refuse a token that is not, letter by letter, the one that was made for *bound*; in constant time.

    Args:
        token: As it came.
        bound: What the statement that it names is about; of nothing at all where there is none.
        ticket: What the token says.
        generation: The one whose links are worth something.
        key: The one of that generation.

    Raises:
        tutela.errors.UnknownLink: It is not.
    """
    made = token_of(bound, ticket.until_s, generation, key)
    if not hmac.compare_digest(made.encode(), token.encode()):
        raise UnknownLink(place="link")


def _signed(bound: Bound, until_s: int, generation: int, key: bytes) -> str:
    said = "\0".join((bound.statement_id, bound.decision_id, bound.account_id, str(until_s), str(generation)))
    return hmac.digest(key, said.encode(), hashlib.sha256).hex()[:SIGNATURE_HEX]


def _base36(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number, _BASE)
        letters = _DIGITS[digit] + letters
    return letters or "0"
