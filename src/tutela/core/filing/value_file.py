"""Frozen values as JSON and back: what is stored of a report, of its way to the authority, and of the channel.

The classes themselves are the format: a field that is what it is by default is left out, so that what was stored before
a field came opens afterwards. What cannot be read is refused with its place, and nothing is guessed.
"""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from tutela.core.filing.moments import is_aware
from tutela.errors import BadInput

_KIND = "="
"""Beside the fields of one of several classes: the name of the class."""

_Value = TypeVar("_Value")


def value_json(value: Any) -> bytes:
    """Return a frozen dataclass as canonical JSON: the same bytes for the same value.

    Raises:
        ValueError: A moment in it has no zone.
    """
    written = _written(value, type(value))
    # Half surrogates, which a platform may send, stay what they are: as ASCII escapes they survive.
    return json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def read_value(stored: bytes | str, kind: type[_Value], place: str) -> _Value:
    """Return what `value_json` wrote of a *kind*.

    Raises:
        tutela.errors.BadInput: It is none, or one of another version of Tutela; the place, below *place*, says where.
    """
    try:
        parsed = json.loads(stored)
    except (ValueError, RecursionError) as error:
        raise _wrong(place, "is not JSON") from error
    read: _Value = _read(parsed, kind, place)
    return read


# ----------------------------------------------------------------------------------------------------------- writing


def _written(value: Any, kind: Any) -> Any:
    if is_dataclass(value):
        return _fields_of(value, kind)
    if isinstance(value, Mapping):
        return {str(name): _written(each, get_args(kind)[1]) for name, each in value.items()}
    if isinstance(value, tuple | frozenset):
        written = [_written(each, get_args(kind)[0]) for each in value]
        return sorted(written) if isinstance(value, frozenset) else written
    return _written_leaf(value)


def _written_leaf(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime) and not is_aware(value):
        raise ValueError("a moment without a zone says nothing")
    return value.isoformat() if isinstance(value, date) else value  # a moment is a date too


def _fields_of(value: Any, kind: Any) -> dict[str, Any]:
    made_of: Any = type(value)
    hints = _hints(made_of)
    told = {
        field.name: _written(getattr(value, field.name), hints[field.name])
        for field in fields(value)
        if not _is_default(field, getattr(value, field.name))
    }
    return {_KIND: type(value).__name__, **told} if len(_classes(kind)) > 1 else told


def _is_default(field: Any, value: Any) -> bool:
    if field.default is not MISSING:
        return bool(value == field.default)
    return field.default_factory is not MISSING and bool(value == field.default_factory())


# ----------------------------------------------------------------------------------------------------------- reading


def _read(value: Any, kind: Any, place: str) -> Any:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _one_of(value, kind, place)
    if origin is tuple:
        return tuple(_read(each, get_args(kind)[0], f"{place}.{at}") for at, each in enumerate(_list(value, place)))
    if origin is frozenset:
        return frozenset(_read(each, get_args(kind)[0], place) for each in _list(value, place))
    if origin is not None and issubclass(origin, Mapping):
        return {name: _read(each, get_args(kind)[1], f"{place}.{name}") for name, each in _table(value, place).items()}
    if is_dataclass(kind):
        return _made(_table(value, place), kind, place)
    return _leaf(value, kind, place)


def _one_of(value: Any, kind: Any, place: str) -> Any:
    options = [each for each in get_args(kind) if each is not types.NoneType]
    if value is None and len(options) < len(get_args(kind)):
        return None
    if len(options) == 1:
        return _read(value, options[0], place)
    table = _table(value, place)
    named = next((each for each in options if getattr(each, "__name__", "") == table.get(_KIND)), None)
    if named is None:
        raise _wrong(place, "is of no kind that is known here")
    return _made({name: each for name, each in table.items() if name != _KIND}, named, place)


def _made(table: Mapping[str, Any], kind: Any, place: str) -> Any:
    hints = _hints(kind)
    if unknown := table.keys() - {field.name for field in fields(kind)}:
        raise _wrong(f"{place}.{min(unknown)}", "is not known here")
    read = {name: _read(each, hints[name], f"{place}.{name}") for name, each in table.items()}
    try:
        return kind(**read)
    except TypeError as error:
        raise _wrong(place, "lacks what every one of its kind has") from error


def _leaf(value: Any, kind: Any, place: str) -> Any:
    reader = _READERS.get(kind) or (_enum(kind) if isinstance(kind, type) and issubclass(kind, Enum) else _text)
    try:
        return reader(value)
    except (TypeError, ValueError) as error:
        raise _wrong(place, "is not written as it must be") from error


def _moment(value: Any) -> datetime:
    read = datetime.fromisoformat(_text(value))
    if not is_aware(read):
        raise ValueError("a moment without a zone says nothing")
    return read


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("text")
    return value


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(kind.__name__)
        return value

    return read


def _number(value: Any) -> float:
    if type(value) not in {int, float}:
        raise TypeError("a number")
    return float(value)


def _enum(kind: type[Enum]) -> Callable[[Any], Any]:
    return kind


_READERS: Mapping[Any, Callable[[Any], Any]] = {
    bool: _exactly(bool),
    int: _exactly(int),
    float: _number,
    datetime: _moment,
    date: lambda value: date.fromisoformat(_text(value)),
}


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _classes(kind: Any) -> list[Any]:
    is_union = get_origin(kind) in {Union, types.UnionType}
    return [each for each in get_args(kind) if is_dataclass(each)] if is_union else []


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(place, "is no list")
    return value


def _table(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(place, "is no table")
    return value


def _wrong(place: str, what: str) -> BadInput:
    return BadInput(f"What is stored {what}.", place=place, remedy="It is of another version, or was changed by hand.")
