"""Name every breach of the database's rules in a record, by field. One value at a time, then one rule at a time."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tutela.core.dsa.fields import AT_LEAST_ONE, BY_NAME, CONDITIONS, FIELDS, ISO_639_1, LATEST, NOT_WITH, Field, Form

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEY = re.compile(r"[A-Za-z0-9_-]+")
_EAN = re.compile(r"[0-9]{13}")
_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*")


class Wrong(StrEnum):
    """What is wrong with a field."""

    UNKNOWN_FIELD = "unknown_field"
    MISSING = "missing"
    WRONG_FORM = "wrong_form"
    UNKNOWN_WORD = "unknown_word"
    TWICE = "twice"
    TOO_LONG = "too_long"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    DOES_NOT_GO_WITH = "does_not_go_with"  #: the service leaves it out in silence


@dataclass(frozen=True, slots=True)
class FieldBreach:
    """One breach."""

    field: str
    wrong: Wrong
    message: str


def breaches(record: Mapping[str, Any]) -> tuple[FieldBreach, ...]:
    """Return every breach, in the order of the fields; nothing when the database takes it.

    A value of none counts as left out, as the service counts it.
    """
    given = {name: value for name, value in record.items() if value is not None}
    found = [FieldBreach(name, Wrong.UNKNOWN_FIELD, "is not known") for name in given if name not in BY_NAME]
    for field in FIELDS:
        if field.name not in given:
            found += [FieldBreach(field.name, Wrong.MISSING, "is required")] if field.is_required else []
        else:
            found += _FORMS[field.form](field, given[field.name])
    return *found, *_between(given)


def _between(given: Mapping[str, Any]) -> Iterator[FieldBreach]:
    if not any(given.get(name) for name in AT_LEAST_ONE):
        for name in AT_LEAST_ONE:
            yield FieldBreach(name, Wrong.MISSING, f"one of {', '.join(AT_LEAST_ONE)} is required")
    for rule in CONDITIONS:
        is_so, is_there = _has(given, rule.other, rule.value), rule.field in given
        if is_so and rule.is_required and not is_there:
            yield FieldBreach(rule.field, Wrong.MISSING, f"is required with {rule.value}")
        elif is_there and not is_so:
            yield FieldBreach(rule.field, Wrong.DOES_NOT_GO_WITH, f"goes with {rule.other} {rule.value} only")
    for name, other, value in NOT_WITH:
        if name in given and _has(given, other, value):
            yield FieldBreach(name, Wrong.DOES_NOT_GO_WITH, f"does not go with {value}")


def _has(given: Mapping[str, Any], name: str, value: str) -> bool:
    said = given.get(name)
    return value in said if isinstance(said, list) else said == value


def _word(field: Field, value: object) -> Iterator[FieldBreach]:
    if not isinstance(value, str):
        yield FieldBreach(field.name, Wrong.WRONG_FORM, "must be text")
    elif value not in field.known:
        yield FieldBreach(field.name, Wrong.UNKNOWN_WORD, f"is none of {len(field.known)} known words")


def _words(field: Field, value: object) -> Iterator[FieldBreach]:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        yield FieldBreach(field.name, Wrong.WRONG_FORM, "must be a list of words that is not empty")
        return
    if len(set(value)) != len(value):
        yield FieldBreach(field.name, Wrong.TWICE, "names something twice")
    if not set(value) <= set(field.known):
        yield FieldBreach(field.name, Wrong.UNKNOWN_WORD, f"has a word that is none of {len(field.known)} known ones")


def _text(field: Field, value: object) -> Iterator[FieldBreach]:
    if not isinstance(value, str) or not value.strip():
        yield FieldBreach(field.name, Wrong.WRONG_FORM, "must be text that is not blank")
    elif len(value) > field.most:
        yield FieldBreach(field.name, Wrong.TOO_LONG, f"has more than {field.most} characters")


def _like(pattern: re.Pattern[str], what: str) -> "_Check":
    def check(field: Field, value: object) -> Iterator[FieldBreach]:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            yield FieldBreach(field.name, Wrong.WRONG_FORM, f"must be {what}")
        elif len(value) > field.most:
            yield FieldBreach(field.name, Wrong.TOO_LONG, f"has more than {field.most} characters")

    return check


def _date(field: Field, value: object) -> Iterator[FieldBreach]:
    said = _read_date(value)
    if said is None:
        yield FieldBreach(field.name, Wrong.WRONG_FORM, "must be a date as 2026-03-02")
    elif field.earliest is not None and said < field.earliest:
        yield FieldBreach(field.name, Wrong.TOO_EARLY, f"is before {field.earliest}")
    elif said > LATEST:
        yield FieldBreach(field.name, Wrong.TOO_LATE, f"is after {LATEST}")


def _read_date(value: object) -> date | None:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _language(field: Field, value: object) -> Iterator[FieldBreach]:
    if not isinstance(value, str) or value not in ISO_639_1:
        yield FieldBreach(field.name, Wrong.UNKNOWN_WORD, "must be a language of ISO 639-1 in capital letters")


def _product(field: Field, value: object) -> Iterator[FieldBreach]:
    number = value.get("EAN-13") if isinstance(value, dict) and set(value) == {"EAN-13"} else None
    if not isinstance(number, str) or not _EAN.fullmatch(number):
        yield FieldBreach(field.name, Wrong.WRONG_FORM, 'must be {"EAN-13": 13 digits}')


_Check = Callable[[Field, object], Iterator[FieldBreach]]
_FORMS: Mapping[Form, _Check] = {
    Form.WORD: _word,
    Form.WORDS: _words,
    Form.TEXT: _text,
    Form.ADDRESS: _like(_ADDRESS, "an address of http or https"),
    Form.DATE: _date,
    Form.LANGUAGE: _language,
    Form.KEY: _like(_KEY, "letters, digits, _ and -"),
    Form.PRODUCT: _product,
}
