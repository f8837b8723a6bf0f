"""The database's own records: what it takes, what it refuses, and what it answers. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from tutela.sandbox.transparency.rules import errors_of, taken

PLATFORM = "A platform of the sandbox"
_NAMES = UUID("6f1d2f0e-7a3c-4d55-9d1b-0a54e7c3a9d2")
MOST_IN_BATCH = 100

Answer = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class Database:
    """All records, by key of whoever sent them."""

    base_url: str = ""
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def take_one(self, record: object, now: datetime) -> Answer:
        """Take a record, or say what is wrong with it; one whose key is there already is named."""
        errors = self._errors(record)
        if not errors and isinstance(record, Mapping):
            return HTTPStatus.CREATED, self._store(record, now)
        existing = self.stored.get(_key(record))
        told: dict[str, Any] = {"message": _message(errors), "errors": errors}
        return HTTPStatus.UNPROCESSABLE_ENTITY, told if existing is None else {**told, "existing": existing}

    def take_many(self, sent: object, now: datetime) -> Answer:
        """Take all records, or none; what is wrong is told by the place of each."""
        records = sent.get("statements") if isinstance(sent, Mapping) else None
        if not isinstance(records, list) or not records:
            return _refused({"statements": ["The statements field is required."]})
        if len(records) > MOST_IN_BATCH:
            return _refused({"statements": [f"The statements field must not have more than {MOST_IN_BATCH} items."]})
        errors = {f"statement_{at}": found for at, each in enumerate(records) if (found := self._errors(each))}
        for at in _repeated(records):
            errors.setdefault(f"statement_{at}", {})["puid"] = ["The puid is twice in this call."]
        if errors:
            return _refused(errors)
        return HTTPStatus.CREATED, {"statements": [self._store(each, now) for each in records]}

    def existing(self, puid: str) -> str | None:
        """Return where the record of a key is, or nothing."""
        found = self.stored.get(puid)
        return None if found is None else str(found["self"])

    def by_uuid(self, uuid: str) -> dict[str, Any] | None:
        """Return a record by the database's own name of it."""
        return next((each for each in self.stored.values() if each["uuid"] == uuid), None)

    def _errors(self, record: object) -> dict[str, Any]:
        if not isinstance(record, Mapping):
            return {"statement": ["It must be an object."]}
        errors = errors_of(taken(record))
        if _key(record) in self.stored:
            errors.setdefault("puid", []).append("The identifier given is not unique within this platform.")
        return {**errors}

    def _store(self, record: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        number = next(self._numbers)
        uuid = str(uuid5(_NAMES, f"{record['puid']} {number}"))
        kept = {
            **taken(record),
            "id": number,
            "uuid": uuid,
            "created_at": now.isoformat(timespec="seconds"),
            "platform_name": PLATFORM,
            "permalink": f"{self.base_url}/statement/{uuid}",
            "self": f"{self.base_url}/api/v1/statement/{uuid}",
        }
        self.stored[str(record["puid"])] = kept
        return kept


def _key(record: object) -> str:
    """Return the key of a record; empty where it has none."""
    puid = record.get("puid") if isinstance(record, Mapping) else None
    return puid if isinstance(puid, str) else ""


def _repeated(records: Sequence[object]) -> list[int]:
    seen: set[str] = set()
    found = []
    for at, each in enumerate(records):
        if (puid := _key(each)) and puid in seen:
            found.append(at)
        seen.add(puid)
    return found


def _refused(errors: dict[str, Any]) -> Answer:
    return HTTPStatus.UNPROCESSABLE_ENTITY, {"message": _message(errors), "errors": errors}


def _message(errors: Mapping[str, Any]) -> str:
    return f"{len(errors)} field(s) or record(s) cannot be taken."
