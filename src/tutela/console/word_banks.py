"""The page of a bank of words: how much it holds, taking a list in, and switching it. Never what an entry holds.

A list that was sent is in no answer: neither in its field again, nor on the page of an ended session, nor in an error.
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from tutela.console.banks import ERRORS_SHOWN, PAGE_MEMBERS
from tutela.console.forms import after_of, chosen, done_of, pasted
from tutela.console.moments import end_of_field, is_day
from tutela.console.visits import Visit
from tutela.core.word_banks import WordBankKind
from tutela.flows.fill_word_bank import WordList
from tutela.flows.prepare_words import WordFormat

LIST = "list"
"""The field of a list. Not one of those that are shown again when a session has ended."""

FORMS: Mapping[WordBankKind, tuple[WordFormat, ...]] = {
    WordBankKind.KEYWORDS: (WordFormat.TEXT, WordFormat.CSV, WordFormat.JSONL),
    WordBankKind.LINKS: (WordFormat.TEXT, WordFormat.CSV),
    WordBankKind.NAMES: (WordFormat.CSV, WordFormat.JSONL),
    WordBankKind.TEXTS: (WordFormat.TEXT, WordFormat.CSV, WordFormat.JSONL),
}
"""How a list of each kind may be written."""


def word_bank_page(visit: Visit) -> Response:
    """Show one bank of words."""
    return _show(visit)


def preview(visit: Visit) -> Response:
    """Say what taking a list in would do."""
    return _show(visit, report=_taken(visit, is_preview=True), is_preview=True)


def take_list(visit: Visit) -> Response:
    """Take a list in."""
    return _show(visit, report=_taken(visit, is_preview=False), is_preview=False)


def switch(visit: Visit) -> Response:
    """Switch the bank on or off."""
    is_active = visit.said("is") == "on"
    visit.house.switch_banks.of_words(visit.principal, visit.part("name"), is_active=is_active)
    return visit.go(f"/console/word-banks/{visit.part('name')}?done={'on' if is_active else 'off'}")


def _taken(visit: Visit, *, is_preview: bool) -> Any:
    form, content = chosen(visit, "form", WordFormat), pasted(visit, LIST).replace("\r\n", "\n")
    words = WordList(content.encode(), form, end_of_field(visit.said("ends"), "ends"))
    return visit.house.oversee_banks.take_words(visit.principal, visit.part("name"), words, is_preview=is_preview)


def _show(visit: Visit, **told: Any) -> Response:
    after = after_of(visit)
    found = visit.house.oversee_banks.read_words(visit.principal, visit.part("name"), after, PAGE_MEMBERS)
    return visit.page(
        "word-bank.html",
        found=found,
        is_first=not after,
        clauses=visit.house.policy.clauses,
        forms=FORMS[found.seen.size.bank.kind],
        errors_shown=ERRORS_SHOWN,
        ends=ends if is_day(ends := visit.said("ends")) else "",
        done=done_of(visit, "bank_done"),
        **{"report": None, "is_preview": False, **told},
    )
