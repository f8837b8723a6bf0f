"""One table of a parsed configuration file, read key by key: every error names its place, and nothing is overlooked."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import IntEnum, StrEnum
from typing import TypeVar

from tutela.errors import Misconfigured

_Choice = TypeVar("_Choice")
_Word = TypeVar("_Word", bound=StrEnum)
_Step = TypeVar("_Step", bound=IntEnum)


def words(enum: type[_Word]) -> dict[str, _Word]:
    """Return what each word of *enum* stands for."""
    return {str(member.value): member for member in enum}


def steps(enum: type[_Step]) -> dict[str, _Step]:
    """Return what each step of *enum* stands for, by its name in a file."""
    return {member.name.lower(): member for member in enum}


class FileTable:
    """One table of a parsed file: knows its place, and at the end refuses what nobody asked for."""

    def __init__(self, values: Mapping[str, object], place: str) -> None:
        self.values = values
        self.place = place
        self.seen: set[str] = set()

    def has(self, key: str) -> bool:
        """Return whether the key is there at all."""
        return key in self.values

    def text(self, key: str) -> str:
        """Return words: text that is not blank, without space at its ends."""
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self._error(key, "must be text")
        return value.strip()

    def choice(self, key: str, known: Mapping[str, _Choice]) -> _Choice:
        """Return what the word at *key* stands for."""
        return self._known(key, self._value(key), known)

    def choices(self, key: str, known: Mapping[str, _Choice], *, is_needed: bool = True) -> tuple[_Choice, ...]:
        """Return what each word of the list at *key* stands for; nothing when it is absent and not needed."""
        if not is_needed and key not in self.values:
            return ()
        value = self._value(key)
        if not isinstance(value, list) or not value:
            raise self._error(key, "must be a list that is not empty")
        if len({repr(word) for word in value}) != len(value):
            raise self._error(key, "names something twice")
        return tuple(self._known(key, word, known) for word in value)

    def texts(self, key: str) -> list[str]:
        """Return a list of words that is not empty."""
        value = self._value(key)
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(word, str) and word.strip() for word in value)
        ):
            raise self._error(key, "must be a list of words that is not empty")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self._error(key, "must be true or false")
        return value

    def hours(self, key: str) -> int | None:
        """Return a whole number of hours above zero, or None when it is absent."""
        if key not in self.values:
            return None
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self._error(key, "must be a whole number of hours above zero")
        return value

    def number(self, key: str) -> int:
        """Return a whole number."""
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._error(key, "must be a whole number")
        return value

    def raw_table(self, key: str, *, is_needed: bool = False) -> Mapping[str, object]:
        """Return the table at *key*; an empty one when it is absent and not needed."""
        if not is_needed and key not in self.values:
            return {}
        value = self._value(key)
        if not isinstance(value, dict):
            raise self._error(key, "must be a table")
        return value

    def tables(self, key: str) -> list[Mapping[str, object]]:
        """Return the tables of the list at *key*."""
        value = self._value(key)
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            raise self._error(key, "must be one table or more, each headed by `[[...]]`")
        return value

    def close(self) -> None:
        """Refuse keys that nothing asked for."""
        for key in self.values:
            if key not in self.seen:
                raise self._error(key, "is not known here", _nearest(key, self.seen))

    def _value(self, key: str) -> object:
        self.seen.add(key)
        if key not in self.values:
            raise self._error(key, "is missing")
        return self.values[key]

    def _known(self, key: str, value: object, known: Mapping[str, _Choice]) -> _Choice:
        if isinstance(value, str) and value in known:
            return known[value]
        raise self._error(key, f"must be one of {', '.join(known)}", _nearest(str(value), known))

    def _error(self, key: str, what: str, remedy: str | None = None) -> Misconfigured:
        return Misconfigured(f"`{key}` {what}.", place=f"{self.place}.{key}", remedy=remedy)


def _nearest(word: str, known: Iterable[str]) -> str | None:
    found = get_close_matches(word, list(known), n=1)
    return f"Did you mean `{found[0]}`?" if found else None
