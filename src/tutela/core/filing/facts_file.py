"""Facts of an account as a platform sends them, and as they are stored."""

from datetime import datetime
from typing import Any

from tutela.core.filing.account_facts import AccountFacts
from tutela.core.filing.facts_table import FACT_SHAPES, MOST
from tutela.core.filing.problems import Problem
from tutela.core.filing.reading import MOST_PROBLEMS, Reading, lines_of, parse
from tutela.core.filing.value_file import read_value, value_json
from tutela.errors import WrongFields

_SHAPE = "accountFacts"


def parse_facts(sent: bytes | str, now: datetime) -> AccountFacts:
    """Return the facts that a platform sent.

    Raises:
        tutela.errors.BadInput: It is no JSON.
        tutela.errors.WrongFields: Fields are wrong; each is named with what to do. Nothing of it is taken.
    """
    return read_facts(parse(sent), now)


def read_facts(told: Any, now: datetime) -> AccountFacts:
    """Return the facts in parsed JSON; see `parse_facts`."""
    reading = Reading(FACT_SHAPES, now, MOST)
    facts: AccountFacts = reading.model(told, _SHAPE)
    if isinstance(facts, AccountFacts):
        reading.problems += _doubled(facts)
    if reading.problems:
        raise wrong_fields(reading.problems)
    return facts


def wrong_fields(problems: list[Problem]) -> WrongFields:
    """Return the error that names what is wrong, each with what to do."""
    return WrongFields([(each.place, f"{each.sentence} {each.remedy}") for each in problems[:MOST_PROBLEMS]])


def facts_json(facts: AccountFacts) -> bytes:
    """Return *facts* as they are stored: the same bytes for the same facts."""
    return value_json(facts)


def stored_facts(stored: bytes) -> AccountFacts:
    """Return what `facts_json` wrote.

    Raises:
        tutela.errors.BadInput: It was stored by another version of Tutela.
    """
    return read_value(stored, AccountFacts, "facts")


def parts_told(facts: AccountFacts) -> tuple[str, ...]:
    """Return which fields are told, by name: what may be said of facts without saying them."""
    return tuple(name for name in lines_of(FACT_SHAPES, _SHAPE) if getattr(facts, name) not in (None, ()))


def _doubled(facts: AccountFacts) -> list[Problem]:
    names = [each.id for each in facts.items]
    return [
        Problem("form", f"items.{at}.id", "This item is told twice.", "Send each item once.")
        for at, name in enumerate(names)
        if name in names[:at]
    ]
