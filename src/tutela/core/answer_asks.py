"""Make what an answer asks for from the table of remedies: nobody picks measures for the twelve by hand."""

from collections.abc import Iterable, Iterator

from tutela.core.case_answers import CaseAnswer, ItemFacts
from tutela.core.conclusions import REMOVES_ONLY, Conclusion
from tutela.core.findings import Ask
from tutela.core.ids import AccountId
from tutela.core.measures import MeasureKind, Subject
from tutela.core.policy import Policy
from tutela.core.remedies import Evidence, Remedy, cell_of
from tutela.core.roles import Role
from tutela.core.verifications import VerificationKind
from tutela_client.scope import EVERYTHING, Scope

_SCOPES = {MeasureKind.LOCK_UNTIL_VERIFIED: Scope(verification=VerificationKind.IDENTITY.value)}
"""How the owner of an account that somebody else used shows that it is theirs."""


def asks_of(answer: CaseAnswer, items: Iterable[ItemFacts], policy: Policy) -> tuple[Ask, ...]:
    """Return what an answer asks for, each once: on every item of the case, and on every account with a part."""
    lying = tuple(items)
    if answer.conclusion in REMOVES_ONLY:
        return tuple(Ask(MeasureKind.REMOVE, Subject.item(item.item_id)) for item in lying)
    if answer.conclusion is not Conclusion.VIOLATION:
        return ()
    return tuple(dict.fromkeys(_of_violation(answer, lying, policy)))


def _of_violation(answer: CaseAnswer, items: tuple[ItemFacts, ...], policy: Policy) -> Iterator[Ask]:
    for item in items:
        remedy = _remedy(answer, item.account_id, item.evidence, policy)
        if remedy is not None:
            yield from (Ask(kind, Subject.item(item.item_id)) for kind in remedy.on_item)
            yield from _on_account(item.account_id, remedy)
    posted = {item.account_id for item in items}
    for account_id in (each for each in answer.roles if each not in posted):
        remedy = _remedy(answer, account_id, Evidence.NONE, policy)
        if remedy is not None:
            yield from _on_account(account_id, remedy)


def _on_account(account_id: AccountId, remedy: Remedy) -> Iterator[Ask]:
    for kind in remedy.on_account:
        yield Ask(kind, Subject.account(account_id), _SCOPES.get(kind, EVERYTHING))


def _remedy(answer: CaseAnswer, account_id: AccountId, evidence: Evidence, policy: Policy) -> Remedy | None:
    cell = cell_of(policy.clause(answer.clause_id), answer.roles.get(account_id, Role.NONE), evidence)
    return None if cell is None else cell.remedy
