"""What one finding would do, in words for whoever decides. Names no one: it says `item`, `author`, `media`."""

from collections.abc import Iterator
from datetime import datetime

from tutela.core.findings import FindingPlan
from tutela.core.measures import Subject, SubjectKind
from tutela.core.plans import Grant

_WORD = {SubjectKind.ACCOUNT: "author"}


def in_words(plan: FindingPlan) -> tuple[str, ...]:
    """Return a sentence for each thing that a plan about one item does."""
    return tuple(_sentences(plan))


def _sentences(plan: FindingPlan) -> Iterator[str]:
    yield from (_granted(grant) for grant in plan.grants)
    for measure in plan.holds_already:
        yield f"{_word(measure.subject)}: `{measure.kind}` holds already"
    for outcome in plan.strikes:
        met = "" if outcome.rung is None else f", which brings `{outcome.rung.kind}`"
        strike = "a warning" if outcome.strike.is_warning else f"a strike of {outcome.strike.points}"
        yield f"author: {strike} under {outcome.strike.clause_id}{met}"
    for statement in plan.statements:
        later = "" if statement.delay_basis is None else f", not before {_day(statement.tell_at)}"
        yield f"author is told: {statement.code}{later}"
    for case in plan.cases:
        yield f"a person looks at it by {_day(case.due_at)}: {case.reason}"
    yield from (f"the case is closed: {case.clause_id}" for case in plan.closes)
    yield from ("a report is drafted" for _ in plan.reports)
    if plan.evidence_wanted:
        yield f"held until {len(plan.evidence_wanted)} media are preserved"


def _granted(grant: Grant) -> str:
    begins = "" if grant.starts_at is None else f" from {_day(grant.starts_at)}"
    ends = "" if grant.ends_at is None else f" until {_day(grant.ends_at)}"
    return f"{_word(grant.subject)}: `{grant.kind}`{begins}{ends}"


def _word(subject: Subject) -> str:
    return _WORD.get(subject.kind, subject.kind.value)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
