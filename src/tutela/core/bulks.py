"""What a decision in bulk asks for: the same of every item, and of its author where that is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from tutela.core.findings import Ask, Decider, Delay, Facts, Finding
from tutela.core.ids import AccountId, ClauseId, ItemId
from tutela.core.measures import MeasureKind, Subject
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis
from tutela_client.scope import EVERYTHING, Scope

_TENTH = 10


class Target(StrEnum):
    """What of each item a measure is on."""

    ITEM = "item"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class BulkMeasure:
    """One measure that is asked for of each item."""

    kind: MeasureKind
    on: Target = Target.ITEM
    scope: Scope = EVERYTHING
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BulkAsk:
    """One finding that is made of many items, each for itself."""

    clause_id: ClauseId
    facts: Facts
    measures: tuple[BulkMeasure, ...]
    role: Role = Role.NONE  #: of the author of each
    delay: Delay | None = None

    def about(self, item_id: ItemId, author: AccountId, decider: Decider, *, is_settled: bool) -> Finding:
        """Return the finding about one item; whoever the same bulk has dealt with is not warned again."""
        subjects = {Target.ITEM: Subject.item(item_id), Target.AUTHOR: Subject.account(author)}
        asks = tuple(
            Ask(each.kind, subjects[each.on], each.scope, each.starts_at, each.ends_at)
            for each in self.measures
            if not (is_settled and each.kind is MeasureKind.WARN)
        )
        roles = {} if self.role is Role.NONE else {author: self.role}
        return Finding(self.clause_id, self.facts, decider, roles, asks, None, self.delay)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, as it is stored beside its items."""
        delay = self.delay
        return {
            "clause": self.clause_id,
            "code": self.facts.code,
            "line": self.facts.line,
            "role": self.role.value,
            "measures": [_measure_as_json(each) for each in self.measures],
            "delay": None if delay is None else {"until": delay.until.isoformat(), "basis": delay.basis.value},
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "BulkAsk":
        """Return what `as_json` told."""
        delay = said["delay"]
        return cls(
            ClauseId(said["clause"]),
            Facts(said["code"], said["line"]),
            tuple(map(_measure_from_json, said["measures"])),
            Role(said["role"]),
            None if delay is None else Delay(datetime.fromisoformat(delay["until"]), DelayBasis(delay["basis"])),
        )


def has_moved(confirmed: int, found: int) -> bool:
    """Return whether more than a tenth of what was confirmed has come or gone: a person looks again."""
    return abs(found - confirmed) * _TENTH > confirmed


def _measure_as_json(measure: BulkMeasure) -> dict[str, Any]:
    times = {"starts_at": measure.starts_at, "ends_at": measure.ends_at}
    return {
        "kind": measure.kind.value,
        "on": measure.on.value,
        "scope": measure.scope.as_json(),
        **{name: None if moment is None else moment.isoformat() for name, moment in times.items()},
    }


def _measure_from_json(said: Mapping[str, Any]) -> BulkMeasure:
    starts_at, ends_at = (said[name] and datetime.fromisoformat(said[name]) for name in ("starts_at", "ends_at"))
    return BulkMeasure(
        MeasureKind(said["kind"]), Target(said["on"]), Scope.from_json(said["scope"]), starts_at, ends_at
    )
