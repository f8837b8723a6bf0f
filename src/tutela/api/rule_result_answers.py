"""What is answered about what rules did, and would do; see `answers`."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told

_AT = "2026-11-22T08:30:00Z"
_FIRE = {
    "id": "fir_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "rule": "adult-reaches-many-minors",
    "version": "shipped:0f3c5a1e9b7d2468",
    "clause": "cse.conversation",
    "event": "evt_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "account": "user-7",
    "at": _AT,
    "outcome": "acted",
    "because": "wrote to 6 different minors within a day",
    "queue": "grooming",
    "case": "cas_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "decision": "dec_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "parts": [{"text": "author.is_adult", "value": True}],
    "spotted": {
        "spots": [
            {
                "bank": "our-words", "kind": "keywords", "clause": "cse.conversation",
                "entry": "wen_01m7zt3q2xw9c5r8k4n6v0b1hd", "spans": [[4, 11]], "steps": ["case", "sign"], "share": None,
            }
        ],
        "complete": True,
        "unasked": [],
    },
}  # fmt: skip
_JUDGED = {"found": 3, "cleared": 1, "precision": 0.75, "at_least": 0.301}
_SIDE = {"version": "candidate", "fires": 4, "accounts": 2, "cases": 2, "measures": 2}
_SAMPLE = {
    "event": "evt_01m7zt3q2xw9c5r8k4n6v0b1hd", "account": "user-7",
    "because": "wrote to 4 different minors within a day",
}  # fmt: skip
_CASE = {"account": "user-7", "clause": "cse.conversation"}


class FirePart(Told):
    """A part of a condition, and what it came to; null where it is unknown, or was written by somebody."""

    text: str
    value: Annotated[Any, Field(description="A duration such as 2d 4h and a time in ISO 8601, in whole seconds.")]


class Spot(Told):
    """One entry of a bank of words that a text holds."""

    bank: str
    kind: str
    clause: str
    entry: str
    spans: Annotated[
        list[tuple[int, int]], Field(description="In characters of the text; none of a link that was named beside it.")
    ]
    steps: Annotated[list[str], Field(description="What had to be undone before it was found: how it was disguised.")]
    share: Annotated[float | None, Field(description="Of a known text: how much of it is there.")]


class Spotted(Told):
    """What banks of words found in the text of an event. Never any words of it."""

    spots: list[Spot]
    complete: Annotated[bool, Field(description="All of the text was looked at.")]
    unasked: Annotated[list[str], Field(description="Kinds of which a bank could not be asked: unknown, not nothing.")]


class Fire(Told):
    """That a rule fired, and why."""

    id: str
    rule: str
    version: str
    clause: str
    event: str
    account: str
    at: datetime
    outcome: Annotated[str, Field(description="`acted`, `asked` (a classifier), `shadow`, `repeated` or `over_quota`.")]
    because: str
    queue: str
    case: str | None
    decision: str | None
    parts: list[FirePart]
    spotted: Spotted | None
    example: ClassVar[Any] = _FIRE


class Fires(Told):
    """Rules that fired, newest first."""

    fires: list[Fire]
    next: str | None = None
    example: ClassVar[Any] = {"fires": [_FIRE], "next": None}


class Judged(Told):
    """What people decided about accounts that a rule met. Of those that nobody looked at nothing is known."""

    found: int
    cleared: int
    precision: Annotated[float | None, Field(description="Found of found and cleared; null where there are none.")]
    at_least: Annotated[float | None, Field(description="What the precision is at least, in 95 of 100 cases.")]


class FigureRow(Told):
    """What one version did, with one outcome."""

    version: str
    outcome: str
    fires: int
    accounts: int
    cases: int
    first_at: datetime
    last_at: datetime


class RuleFigures(Told):
    """What a rule did in a stretch of time."""

    rule: str
    since: str
    rows: list[FigureRow]
    accounts: int
    judged: Judged | None
    example: ClassVar[Any] = {
        "rule": "adult-reaches-many-minors",
        "since": "7d",
        "rows": [
            {
                "version": "4", "outcome": "shadow", "fires": 12, "accounts": 5, "cases": 0, "first_at": _AT,
                "last_at": _AT,
            }
        ],
        "accounts": 5,
        "judged": _JUDGED,
    }  # fmt: skip


class ReplaySide(Told):
    """What a rule did on one side of a replay."""

    version: str
    fires: int
    accounts: int
    cases: int
    measures: int


class ReplaySample(Told):
    """One event at which a rule of the candidate set would have fired."""

    event: str
    account: str
    because: str


class ReplayRule(Told):
    """One rule on both sides of a replay."""

    rule: str
    same: bool
    before: ReplaySide | None
    after: ReplaySide | None
    samples: list[ReplaySample]
    judged: Judged | None


class ReplayCase(Told):
    """A case that would be opened, or would not be any more."""

    account: str
    clause: str


class Replay(Told):
    """What would have been otherwise."""

    since: datetime
    until: datetime
    events: int
    warmed_up: Annotated[int, Field(description="Events before, by which the counters were filled.")]
    cut: Annotated[bool, Field(description="More are recorded than one replay looks at: the newest were.")]
    without_text: Annotated[int, Field(description="Events whose text is not kept.")]
    unknown_without_text: Annotated[
        list[str], Field(description="Facts that are unknown of those, beside texts that kinds of events declare.")
    ]
    without_basis: Annotated[int, Field(description="Events that are recorded, and that nobody may look at any more.")]
    cases_won: list[ReplayCase]
    cases_lost: list[ReplayCase]
    cases_won_count: int
    cases_lost_count: int
    cases_by_others_count: Annotated[
        int, Field(description="Of rules that would do something else: cases that other rules open already.")
    ]
    accounts_won_count: int
    accounts_lost_count: int
    measures_before: int
    measures_after: int
    rules: list[ReplayRule]
    example: ClassVar[Any] = {
        "since": _AT, "until": _AT, "events": 5120, "warmed_up": 300, "cut": False, "without_text": 0,
        "unknown_without_text": ["text.body", "text.links", "text.hosts", "item.tags"], "without_basis": 0,
        "cases_won": [_CASE], "cases_lost": [], "cases_won_count": 1, "cases_lost_count": 0,
        "cases_by_others_count": 2, "accounts_won_count": 1, "accounts_lost_count": 0,
        "measures_before": 1, "measures_after": 2,
        "rules": [
            {
                "rule": "adult-reaches-many-minors", "same": False,
                "before": {**_SIDE, "version": "shipped:0f3c5a1e9b7d2468"}, "after": _SIDE,
                "samples": [_SAMPLE], "judged": _JUDGED,
            }
        ],
    }  # fmt: skip


class Counter(Told):
    """One counter, and how much it holds."""

    id: str
    text: str
    since: datetime
    keys: int
    bytes: int
    full: Annotated[bool, Field(description="New keys are turned away: what it would say of them is unknown.")]
    not_counted: int
    in_use: bool


class Counters(Told):
    """Every counter that holds anything."""

    counters: list[Counter]
    keys: int
    bytes: int
    example: ClassVar[Any] = {
        "counters": [
            {
                "id": "0f3c5a1e9b7d24680f3c5a1e9b7d2468", "text": 'count(by=author.id, within="24h", where=true)',
                "since": _AT, "keys": 120, "bytes": 5400, "full": False, "not_counted": 0, "in_use": True,
            }
        ],
        "keys": 120,
        "bytes": 5400,
    }  # fmt: skip
