"""Which measures of a decision each of its statements is about: every measure at least once, where anybody is told."""

from collections.abc import Iterable, Mapping, Sequence

from tutela.core.finding_outcome import code_of_kind
from tutela.core.ids import AccountId, ItemId
from tutela.core.measures import Measure, MeasureKind, SubjectKind
from tutela.core.statements import Statement, StatementCode

ABOUT_ACCOUNTS = frozenset(code for code in StatementCode if code.value.startswith("account_"))
"""Statements about what an account may do."""

TELLS_OF_AN_END = frozenset(
    {
        StatementCode.DECISION_REVERSED,
        StatementCode.DECISION_EASED,
        StatementCode.ACCOUNT_VERIFIED,
        StatementCode.HELP_OFFERED,
    }
)
"""Statements about no measure: that one has ended, or where help is."""

NOBODYS = frozenset({SubjectKind.TAG, SubjectKind.LINK, SubjectKind.DEVICE, SubjectKind.NETWORK})
"""What belongs to nobody in particular: of a measure on it nobody is told by name."""

HELPS_ONLY = frozenset({MeasureKind.PROTECT, MeasureKind.WARN})
"""Kinds that restrict nothing: help, and a word."""


def covered(statement: Statement, all_of: Sequence[Statement], measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """Return the measures that *statement* is about.

    Args:
        statement: One of *all_of*.
        all_of: Every statement of its decision.
        measures: Every measure of its decision on the account that is told, and on what that account posted.
    """
    if statement.code in TELLS_OF_AN_END:
        return ()
    side = [each for each in all_of if _is_beside(each, statement)]
    first = min(side, key=lambda each: (each.code.value, each.id), default=statement)
    codes = {each.code for each in side}
    return tuple(
        measure
        for measure in measures
        if measure.clause_id == statement.clause_id
        and _is_about_account(measure) == (statement.code in ABOUT_ACCOUNTS)
        and (
            code_of_kind(measure.kind, measure.subject.kind) == statement.code
            or _is_left(measure, codes, statement, first)
        )
    )


def concerned(measure: Measure, authors: Mapping[ItemId, AccountId], told: Iterable[AccountId]) -> frozenset[AccountId]:
    """Return the accounts that must be told of *measure* or have the delay recorded; none where it is nobody's.

    Args:
        measure: In force, or ended.
        authors: Of the items.
        told: The accounts that statements of its decision are addressed to: of media, those.
    """
    if measure.subject.kind is SubjectKind.ACCOUNT:
        return frozenset({AccountId(measure.subject.id)})
    if measure.subject.kind is SubjectKind.ITEM:
        author = authors.get(ItemId(measure.subject.id))
        return frozenset() if author is None else frozenset({author})
    return frozenset(told)


def _is_beside(one: Statement, other: Statement) -> bool:
    return (
        (one.account_id, one.clause_id) == (other.account_id, other.clause_id)
        and one.code not in TELLS_OF_AN_END
        and (one.code in ABOUT_ACCOUNTS) == (other.code in ABOUT_ACCOUNTS)
    )


def _is_about_account(measure: Measure) -> bool:
    return measure.subject.kind is SubjectKind.ACCOUNT


def _is_left(measure: Measure, codes: set[StatementCode], statement: Statement, first: Statement) -> bool:
    """Return whether no statement names the measure by its own code, and this one is the first of its side."""
    return code_of_kind(measure.kind, measure.subject.kind) not in codes and statement.id == first.id
