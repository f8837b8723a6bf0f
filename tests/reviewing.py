"""Cases for tests of the review journey: harmless posts, laid before a person."""

import itertools
from datetime import timedelta
from typing import Any

from make import submission
from tutela.bootstrap import House
from tutela.core.cases import CaseDraft, CaseReason
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Facts
from tutela.core.ids import CaseId, ClauseId
from tutela.core.permissions import Principal
from tutela.core.roles import Role
from tutela.flows.answer_case import AskedAnswer
from tutela.flows.enact import Ledger

_numbers = itertools.count(1)


def laid(
    house: House, *, text: str = "a lake", author: str = "", hours: float = 24, clause: str = "house.spam",
    reason: CaseReason = CaseReason.RULE, media: tuple[Any, ...] = (), **fields: Any,
) -> tuple[CaseId, str, str]:  # fmt: skip
    """Submit an item and lay it before a person; return case, item and account."""
    number = next(_numbers)
    item, account = f"review-item-{number}", author or f"review-user-{number}"
    house.submit([submission(item, *media, author=account, text=text, **fields)], None)
    with house.store.read() as reader:
        stored = reader.items_by_platform_id([item])[item].item
        ledger = Ledger(house.entropy, house.clock.now(), reader.open_cases([stored.account_id]))
    due_at = house.clock.now() + timedelta(hours=hours)
    ledger.open(CaseDraft(stored.account_id, ClauseId(clause), reason, stored.id, due_at))
    house.committer.commit(ledger.changeset())
    return ledger.open_cases[stored.account_id, ClauseId(clause)].id, item, account


def found(house: House, *people: Principal, clause: str = "cse.depiction", **fields: Any) -> tuple[CaseId, str]:
    """Have these people find what a new case is about, one after the other; return case and account."""
    case_id, _, account = laid(house, clause=clause, **fields)
    for each in people:
        house.cases.claim(each, case_id)
        facts = Facts("violation", "as I saw it")
        house.answer_case(each, AskedAnswer(case_id, Conclusion.VIOLATION, facts, parts=((account, Role.ACTOR),)))
    return case_id, account
