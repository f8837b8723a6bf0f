"""Typed identifiers. Ours are random and opaque; the platform's own stay beside them, never inside the audit."""

from typing import NewType

AccountId = NewType("AccountId", str)
ItemId = NewType("ItemId", str)
MediaId = NewType("MediaId", str)
BankId = NewType("BankId", str)
MemberId = NewType("MemberId", str)
DetectionId = NewType("DetectionId", str)
DecisionId = NewType("DecisionId", str)
MeasureId = NewType("MeasureId", str)
CaseId = NewType("CaseId", str)
CaseAnswerId = NewType("CaseAnswerId", str)
StatementId = NewType("StatementId", str)
ReportId = NewType("ReportId", str)
ClauseId = NewType("ClauseId", str)
WebhookId = NewType("WebhookId", str)
DeliveryId = NewType("DeliveryId", str)
PersonId = NewType("PersonId", str)
SessionId = NewType("SessionId", str)
ViewId = NewType("ViewId", str)
GoldenId = NewType("GoldenId", str)
ShiftId = NewType("ShiftId", str)
PageId = NewType("PageId", str)
EventId = NewType("EventId", str)
FireId = NewType("FireId", str)
WordBankId = NewType("WordBankId", str)
WordEntryId = NewType("WordEntryId", str)
HoldId = NewType("HoldId", str)
MessageId = NewType("MessageId", str)
DestructionId = NewType("DestructionId", str)
NoticeId = NewType("NoticeId", str)
ExportId = NewType("ExportId", str)
AppealId = NewType("AppealId", str)
NotifierId = NewType("NotifierId", str)
OrderId = NewType("OrderId", str)
TransparencyId = NewType("TransparencyId", str)
EvidenceId = NewType("EvidenceId", str)
"""What is kept: a content by the id of its media; what was written here for a report, by its id in the vault."""

PREFIXES = {
    "account": "acc",
    "item": "itm",
    "media": "med",
    "bank": "bnk",
    "member": "mem",
    "detection": "det",
    "decision": "dec",
    "measure": "msr",
    "case": "cas",
    "case_answer": "ans",
    "statement": "sta",
    "report": "rep",
    "audit": "aud",
    "brake": "brk",
    "import": "imp",
    "key": "key",
    "rescan": "rsc",
    "webhook": "whk",
    "delivery": "dlv",
    "bulk": "blk",
    "note": "nte",
    "dealing": "dlg",
    "person": "per",
    "session": "ses",
    "view": "vew",
    "shift": "shf",
    "page": "pag",
    "invitation": "inv",
    "device": "dev",
    "golden": "gld",
    "event": "evt",
    "fire": "fir",
    "word_bank": "wbk",
    "word_entry": "wen",
    "question": "qst",
    "hold": "hld",
    "message": "msg",
    "destruction": "dst",
    "export": "exp",
    "appeal": "apl",
    "order": "ord",
    "transparency": "trn",
    "notice": "ntc",
    "notifier": "nfr",
}
"""What each identifier of ours starts with, so that a stray one in a ticket says what it is."""

_PLACE_LETTERS = 12
_PLACE_BASE = 36
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def belonging(noun: str, identifier: str) -> str:
    """Return the identifier of the one thing of *noun* that comes of something: the same however often it is asked."""
    return f"{PREFIXES[noun]}_{identifier.partition('_')[2]}"


def to_place(identifier: str) -> int:
    """Return where an identifier of ours stands among those of its noun, as a number that a checkpoint can hold.

    Only its beginning fits into 63 bits: all of its milliseconds and ten random bits.
    """
    return int(identifier.partition("_")[2][:_PLACE_LETTERS], _PLACE_BASE)


def from_place(noun: str, place: int) -> str:
    """Return what comes before every identifier from *place* on, and behind every earlier one."""
    letters = []
    for _ in range(_PLACE_LETTERS):
        place, digit = divmod(place, _PLACE_BASE)
        letters.append(_DIGITS[digit])
    return f"{PREFIXES[noun]}_{''.join(reversed(letters))}"
