"""Statements of reasons (P8; Regulation (EU) 2022/2065 Article 17): what somebody is told of a measure, and why.

`facts` has what one is made from, `covering` which measures a statement is about, `table` what each clause means to the
law, `statement` puts a statement together, `wording` says it in a language. No id, date, list, message or person that
could be recognised is in any of it: none of them reaches `Reasons`, so that no wording can tell it.
"""

from tutela.core.reasons.facts import Automation, Decided, Ground, Origin, Restriction
from tutela.core.reasons.statement import Reasons, Redress, reasons_of
from tutela.core.reasons.table import ReasonRow, ReasonTable

__all__ = [
    "Automation",
    "Decided",
    "Ground",
    "Origin",
    "ReasonRow",
    "ReasonTable",
    "Reasons",
    "Redress",
    "Restriction",
    "reasons_of",
]
