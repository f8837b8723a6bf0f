"""Say how well people agree, and which cases are golden: one wording for API and command line."""

from typing import Any

from tutela.core.agreement import Agreement
from tutela.core.looks import Golden
from tutela.flows.list_golden import GoldenPage
from tutela.flows.read_agreement import Figures


def figures_told(figures: Figures) -> dict[str, Any]:
    """Return figures. Too few have no share; of a colleague it is then told only of how many."""
    samples = figures.samples
    return {
        "since": figures.since,
        "until": figures.until,
        "figures": [_figure(row, withholds_few=figures.withholds_few) for row in figures.rows],
        "samples": None
        if samples is None
        else {
            "drawn": samples.drawn,
            "waiting": samples.waiting,
            "agreed": samples.agreed,
            "differed": samples.differed,
            "unseen": samples.unseen,
        },
        "next": figures.following,
    }


def _figure(row: Agreement, *, withholds_few: bool) -> dict[str, Any]:
    figure = row.figure
    low, high = figure.interval
    is_withheld = figure.is_few and withholds_few
    return {
        "key": row.key,
        "kind": row.kind.value,
        "of": figure.of,
        "agreed": None if is_withheld else figure.agreed,
        "few": figure.is_few,
        "share": _rounded(figure.share),
        "low": None if figure.is_few else _rounded(low),
        "high": None if figure.is_few else _rounded(high),
        "alpha": _rounded(row.alpha),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


def golden_told(golden: Golden, names: dict[str, str]) -> dict[str, Any]:
    """Return a golden case with what is held to be right."""
    answer = golden.answer
    return {
        "id": golden.id,
        "case": golden.case.id,
        "clause": golden.case.clause_id,
        "language": golden.case.language,
        "kind": golden.case.kind,
        "answer": {
            "conclusion": answer.conclusion.value,
            "context": answer.context.value if answer.context else None,
            "clause": answer.clause_id,
            "accounts": [{"id": names[each], "role": role.value} for each, role in answer.roles.items()],
        },
        "reason": golden.reason,
        "by": answer.by,
        "at": answer.at,
        "withdrawn_by": golden.withdrawn_by,
        "withdrawn_at": golden.withdrawn_at,
        "withdrawn_for": golden.withdrawn_for or None,
    }


def golden_page_told(page: GoldenPage) -> dict[str, Any]:
    """Return a page of golden cases."""
    return {"golden": [golden_told(each, page.names) for each in page.golden], "next": page.following}
