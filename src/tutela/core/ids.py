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
StatementId = NewType("StatementId", str)
ReportId = NewType("ReportId", str)
ClauseId = NewType("ClauseId", str)

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
    "statement": "sta",
    "report": "rep",
    "audit": "aud",
    "brake": "brk",
    "import": "imp",
    "key": "key",
    "rescan": "rsc",
}
"""What each identifier of ours starts with, so that a stray one in a ticket says what it is."""
