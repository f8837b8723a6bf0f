"""What is answered about decisions; see `answers`."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Place, Told

_AT = "2026-11-22T08:30:00Z"
_DECISION = "dec_01m7zt3q2xw9c5r8k4n6v0b1hd"
ItemAnswer = Literal["publish", "hold", "refuse"]
UndoUntil = Annotated[
    datetime | None,
    Field(description="Until when whoever made it may take it back, and nobody is told; null where nobody may."),
]
Undo = Annotated[
    str | None,
    Field(description="What `POST /v1/decisions/{id}/undo` takes until then; null where nothing may be taken back."),
]


class Subject(Told):
    """What a measure is on: ids of items, accounts and everything else but media are the platform's own."""

    kind: str
    id: str


class Granted(Told):
    """One measure of a decision, or, without an id, one that it would grant."""

    id: str | None
    kind: str
    subject: Subject
    clause: str
    decision: str | None
    scope: dict[str, Any]
    starts_at: datetime
    ends_at: datetime | None
    review_by: datetime | None
    in_force: bool


class Strike(Told):
    """What the finding counts against an account, and what the account meets by it."""

    account: str
    points: Annotated[int, Field(description="Zero for a warning.")]
    before: int
    after: int
    meets: str | None


class Message(Told):
    """What somebody is told, in the platform's own words for the code; or why it waits."""

    account: str
    code: str
    tell_at: datetime
    delayed_for: str | None


class BankTold(Told):
    """What is entered into the operator's own bank of the clause. Nothing in it is a hash."""

    name: str
    new: Annotated[bool, Field(description="The bank is made with it.")]
    entries: Annotated[int, Field(description="Digests and picture hashes that are entered.")]
    supported: Annotated[int, Field(description="There already by another decision: they rest on both from then on.")]
    known: Annotated[int, Field(description="There already by your own word, which stays what it is.")]
    left_out: Annotated[int, Field(description="Media that a bank of known harmless pictures holds.")]
    asked: Annotated[bool, Field(description="False: the bank is switched off; entries wait until it is on.")]
    obstacle: Annotated[str | None, Field(description="Why nothing is entered.")]


class EntriesThatGo(Told):
    """What becomes of entries of one bank when what they rest on is undone."""

    bank: str
    out: Annotated[int, Field(description="Taken out: they rested on nothing else.")]
    stays: Annotated[int, Field(description="Another decision that stands supports them as well.")]


class EntriesUndone(Told):
    """What became of entries of banks."""

    out: int
    back: int


class CaseToLookAt(Told):
    """What another person has to look at, and by when."""

    account: str
    item: str | None
    reason: str
    due_at: datetime


class Part(Told):
    """What part an account has."""

    id: str
    role: str


class Reason(Told):
    """What was found, in the words of whoever decided."""

    code: str
    line: str


class ItemTold(Told):
    """What the platform is told about an item, and what it was told before."""

    id: str
    answer: ItemAnswer
    before: ItemAnswer


class Decision(Told):
    """One decision as it was made, and what came of it."""

    id: str
    at: datetime
    by: Annotated[str | None, Field(description="The key or person; null for a machine.")]
    proposed_by: Annotated[str | None, Field(description="Of a reversal that took two people: the first.")]
    automated: bool
    source: Literal["match", "scan", "person"]
    clause: str | None
    policy_version: str
    reason: Reason | None
    accounts: list[Part]
    measures: list[Granted]
    items: list[ItemTold]
    rests_on: list[str]
    reverses: str | None
    reversed_by: str | None
    undo_until: UndoUntil
    bulk: str | None
    example: ClassVar[Any] = {
        "id": _DECISION,
        "at": _AT,
        "by": "key_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "proposed_by": None,
        "automated": False,
        "source": "person",
        "clause": "house.spam",
        "policy_version": "2026-11-22+2026-11-22",
        "reason": {"code": "reported", "line": ""},
        "accounts": [{"id": "user-7", "role": "actor"}],
        "measures": [],
        "items": [{"id": "post-1001", "answer": "publish", "before": "publish"}],
        "rests_on": [],
        "reverses": None,
        "reversed_by": None,
        "undo_until": None,
        "bulk": None,
    }


class DecisionPlan(Told):
    """What a decision does, whole. In a dry run, or when it is refused, nothing of it has happened."""

    dry_run: bool
    allowed: bool
    refusals: Annotated[list[Place], Field(description="Why it is not allowed, and what would answer.")]
    warnings: Annotated[list[Place], Field(description="What to know before, such as a range that many share.")]
    decision: Annotated[str | None, Field(description="The id, once it is made.")]
    undo: Undo
    undo_until: UndoUntil
    grants: list[Granted]
    already: Annotated[list[Granted], Field(description="In force as far, under the same clause, by another decision.")]
    ends: Annotated[list[Granted], Field(description="Of the decision that this one replaces.")]
    stays: Annotated[list[Granted], Field(description="In force on the same subjects by other decisions.")]
    strikes: list[Strike]
    messages: list[Message]
    cases: list[CaseToLookAt]
    closes: Annotated[list[str], Field(description="Cases of which nothing is left to look at.")]
    items: list[ItemTold]
    reports: Annotated[int, Field(description="Drafts of reports that a person may file.")]
    evidence_wanted: Annotated[list[str], Field(description="Media that is held until you send its bytes.")]
    also_hides: Annotated[int, Field(description="Other items that carry the same media, up to 1,000.")]
    served: Annotated[list[str], Field(description="Kinds whose time was served under what is replaced.")]
    bank: Annotated[BankTold | None, Field(description="What is entered into your own bank, and where.")]
    example: ClassVar[Any] = {
        "dry_run": True,
        "allowed": True,
        "refusals": [],
        "warnings": [],
        "decision": None,
        "undo": None,
        "undo_until": None,
        "grants": [
            {
                "id": None,
                "kind": "limit_reach",
                "subject": {"kind": "item", "id": "post-1001"},
                "clause": "house.spam",
                "decision": None,
                "scope": {},
                "starts_at": _AT,
                "ends_at": None,
                "review_by": None,
                "in_force": True,
            }
        ],
        "already": [],
        "ends": [],
        "stays": [],
        "strikes": [{"account": "user-7", "points": 0, "before": 0, "after": 0, "meets": "warn"}],
        "messages": [{"account": "user-7", "code": "item_restricted", "tell_at": _AT, "delayed_for": None}],
        "cases": [],
        "closes": [],
        "items": [{"id": "post-1001", "answer": "publish", "before": "publish"}],
        "reports": 0,
        "evidence_wanted": [],
        "also_hides": 0,
        "served": [],
        "bank": None,
    }


class StrikeThatGoes(Told):
    """A strike that counts no more."""

    account: str
    points: int
    decision: str


class Proposal(Told):
    """That one person would undo it; another one, who does not see this, has to as well."""

    by: str
    at: datetime


class ReversalPlan(Told):
    """What undoing a decision does, whole. Answered with 202 while it waits for a second person."""

    dry_run: bool
    decision: Annotated[str, Field(description="The decision that is undone.")]
    reversal: Annotated[str | None, Field(description="The decision that undid it, once it is made.")]
    undo: Undo
    undo_until: UndoUntil
    overturned: Annotated[list[str], Field(description="It, and all that rests on nothing else.")]
    kept: Annotated[list[str], Field(description="What rests on it, and on something else that stands.")]
    ends: list[Granted]
    stays: list[Granted]
    carries: Annotated[list[Granted], Field(description="Of what ends: granted anew, as another finding relies on it.")]
    strikes: list[StrikeThatGoes]
    items: list[ItemTold]
    messages: list[Message]
    closes: list[str]
    cleared: Annotated[list[str], Field(description="Items that the same facts do not hold again.")]
    needs_two_people: list[str]
    bank_entries: list[EntriesThatGo]
    elsewhere: Annotated[
        int, Field(description="Items of others with the same media that stay hidden, each by a decision of its own.")
    ]
    cannot_undo: list[str]
    proposal: Proposal | None
    example: ClassVar[Any] = {
        "dry_run": True,
        "decision": _DECISION,
        "reversal": None,
        "undo": None,
        "undo_until": None,
        "overturned": [_DECISION],
        "kept": [],
        "ends": [],
        "stays": [],
        "carries": [],
        "strikes": [],
        "items": [{"id": "post-1001", "answer": "publish", "before": "refuse"}],
        "messages": [],
        "closes": [],
        "cleared": [],
        "needs_two_people": ["a quarantine, or a block of media, is not lifted by one person"],
        "bank_entries": [{"bank": "own.cse.depiction", "out": 4, "stays": 0}],
        "elsewhere": 0,
        "cannot_undo": ["1 measure was in force for a time, and that time is not given back"],
        "proposal": None,
    }


class Undone(Told):
    """What was taken back. What was before it is as it was, and nobody is told of it."""

    undone: Annotated[list[str], Field(description="The decisions that were taken back.")]
    answer: Annotated[str | None, Field(description="The answer to a case that was taken back.")]
    decision: Annotated[str | None, Field(description="The decision that took them back; null where there were none.")]
    overturned: Annotated[list[str], Field(description="What machines had derived from them meanwhile.")]
    restored: Annotated[list[str], Field(description="Measures that they had ended.")]
    cases: Annotated[list[str], Field(description="Cases that stand as before.")]
    bank_entries: Annotated[EntriesUndone, Field(description="Entries taken out of banks, or put back into them.")]
    example: ClassVar[Any] = {
        "undone": [_DECISION],
        "answer": None,
        "decision": "dec_01m7zt3q2xw9c5r8k4n6v0b1he",
        "overturned": [],
        "restored": [],
        "cases": [],
        "bank_entries": {"out": 0, "back": 0},
    }
