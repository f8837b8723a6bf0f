"""The files in long format: appeals, automated means, people, recipients. One row is one figure with its scope."""

from collections.abc import Iterator, Mapping

from tutela.core.filing.retention import EUROPEAN_UNION
from tutela.core.transparency.categories import TOTAL
from tutela.core.transparency.counted import AppealOutcome, Entered
from tutela.core.transparency.figures import AppealFigures, Figures, hours
from tutela.core.transparency.period import Period

Value = str | int | float | None
LongRow = tuple[str, str, str, str, Value, str]  #: applicability, section, indicator, scope, value, context

_ALL, _HOSTING, _PLATFORMS, _LARGE = (
    "All", "Only for providers of hosting services, including online platforms",
    "Only for providers of online platforms", "Only for VLOPs and VLOSEs",
)  # fmt: skip
_NUMBER = "Total number"

COMPLAINTS = "Internal complaints mechanism"
DISPUTES = "Out-of-court dispute settlement bodies"
SUSPENSIONS = "Suspensions imposed on repeated offenders"
AUTOMATION = "Use of automated means for content moderation"
RESOURCES = "Human resources dedicated to content moderation"

_APPEALS: Mapping[str, str] = {
    "all": "Number of complaints submitted to the internal-complaints mechanism",
    "visibility": "Complaint regarding a decision to remove or disable access to or restrict visibility of information",
    "service": "Complaint regarding a decision to suspend or terminate the provision of the service",
    "account": "Complaint regarding a decision to suspend or terminate an account",
    "monetary": "Complaint regarding a decision to restrict the ability to monetise information",
}
_NOT_TAKEN_HERE = "Who told us and does not agree asks again with new facts: a new notice, and no complaint."


def appeals(figures: Figures, entered: Entered, _period: Period) -> Iterator[LongRow]:
    """Yield the rows about complaints, disputes and those who broke rules again."""
    for kind, indicator in _APPEALS.items():
        yield from _complaints(indicator, figures.appeals[kind], is_whole=kind == "all")
    for who in ("a notice submitted", "a notice submitted by a Trusted Flagger"):
        indicator = f"Complaint regarding a decision not to take action on {who} in accordance with Article 16"
        yield (_PLATFORMS, COMPLAINTS, indicator, _NUMBER, 0, _NOT_TAKEN_HERE)
    indicator = "Number of disputes submitted to out-of-court dispute settlement bodies"
    for scope, key in _DISPUTES.items():
        value = entered.disputes.get(key) if entered.disputes else None
        yield (_PLATFORMS, DISPUTES, indicator, scope, value, "" if value is not None else "Not entered.")
    enacted = "Number of suspensions enacted for the provision of manifestly"
    yield (_PLATFORMS, SUSPENSIONS, f"{enacted} illegal content", _NUMBER, figures.counted.suspensions, "")
    slowed = "Nobody is shut out who tells us or appeals: whoever misuses that is warned, and then slower."
    yield (_PLATFORMS, SUSPENSIONS, f"{enacted} unfounded notices", _NUMBER, 0, slowed)
    yield (_PLATFORMS, SUSPENSIONS, f"{enacted} unfounded complaints", _NUMBER, 0, slowed)


_DISPUTES = {
    _NUMBER: "total",
    "Decisions upheld": "upheld",
    "Decisions partially reversed": "partly",
    "Decisions reversed": "overturned",
    "Median time": "median_hours",
    "Percentage of outcomes implemented": "implemented_percent",
}


def _complaints(indicator: str, figures: AppealFigures, *, is_whole: bool) -> Iterator[LongRow]:
    took = hours(figures.times)
    outcomes = figures.outcomes
    values: dict[str, Value] = {
        _NUMBER: figures.total,
        "Decisions upheld": outcomes[AppealOutcome.UPHELD],
        "Decisions partially reversed": outcomes[AppealOutcome.PARTLY],
        "Decisions reversed": outcomes[AppealOutcome.OVERTURNED],
        "Median time": took,
    }
    if is_whole:
        values["Decision omitted"] = outcomes[AppealOutcome.OMITTED]
    for scope, value in values.items():
        context = "In hours" if scope == "Median time" and took is not None else ""
        yield (_PLATFORMS, COMPLAINTS, indicator, scope, value, context)


def automated(figures: Figures, _entered: Entered, _period: Period) -> Iterator[LongRow]:
    """Yield the rows about what machines decided, and how right they were."""
    of = figures.automated
    yield (_ALL, AUTOMATION, "Number of measures solely taken by automated means", _NUMBER, of.automated, "")
    yield (_ALL, AUTOMATION, "Number of measures not taken by automated means", _NUMBER, of.not_automated, "")
    yield from _accuracy(figures, _NUMBER)
    own = "Own-initiative"
    yield (_ALL, AUTOMATION, "Number of measures solely taken by automated means", own, of.own_automated, "")
    yield (_ALL, AUTOMATION, "Number of measures not taken by automated means", own, of.own_not_automated, "")
    error = "Possible rate of error of the automated means"
    told = f"Per cent of the automated measures that people ended up to now: {of.overturned} of {of.automated}."
    yield (_ALL, AUTOMATION, error, _NUMBER, percent(of.overturned, of.automated), told)
    decisions = (
        f"Automated decisions that were reversed, wholly or partly, upon a complaint: {of.overturned_by_appeal}."
    )
    yield (_ALL, AUTOMATION, f"{error} - Reversed upon complaints", _NUMBER, of.overturned_by_appeal, decisions)
    notices = len(figures.counted.notices)
    by_people = "Every notice is decided by people."
    yield (_HOSTING, AUTOMATION, "Number of notices solely processed by automated means", "NAM Total", 0, by_people)
    yield (_HOSTING, AUTOMATION, "Number of notices not processed by automated means", "NAM Total", notices, by_people)
    flagged = sum(each.is_flagger for each in figures.counted.notices)
    yield (
        _PLATFORMS, AUTOMATION, "Number of notices not processed by automated means", "NAM Trusted Flagger", flagged,
        by_people,
    )  # fmt: skip


def _accuracy(figures: Figures, scope: str) -> Iterator[LongRow]:
    of = figures.automated
    agreed = (
        f"Per cent of decisions, drawn by chance, in which a second person came to the same, blind to the first: "
        f"{of.samples_agreed} of {of.samples}."
    )
    stands = of.automated - of.overturned
    kept = f"Per cent of the automated measures that no person ended up to now: {stands} of {of.automated}."
    name = "Accuracy of the automated means"
    yield (_ALL, AUTOMATION, f"{name} - Accuracy", scope, percent(of.samples_agreed, of.samples), agreed)
    yield (_ALL, AUTOMATION, f"{name} - Precision", scope, percent(stands, of.automated), kept)
    unknown = "Not measured: nobody looks at everything that no machine noticed."
    yield (_ALL, AUTOMATION, f"{name} - Recall", scope, None, unknown)


def percent(part: int, whole: int) -> float | None:
    """Return per cent to a hundredth; none of nothing."""
    return round(100 * part / whole, 2) if whole else None


def people(_figures: Figures, entered: Entered, _period: Period) -> Iterator[LongRow]:
    """Yield the rows about who moderates, as the operator enters them."""
    inside, outside = entered.internal_moderators, entered.external_moderators
    both = None if inside is None and outside is None else (inside or 0) + (outside or 0)
    rows: tuple[tuple[str, str, Value], ...] = (
        ("Number of internal moderators employed by the provider", _NUMBER, inside),
        ("Number of external moderators contracted by the provider", _NUMBER, outside),
        ("Number of total moderators with sufficient linguistic expertise", _NUMBER, both),
        *(
            ("Number of total moderators with sufficient linguistic expertise", language, count)
            for language, count in sorted(entered.by_language.items())
        ),
    )
    for indicator, scope, value in rows:
        yield (_LARGE, RESOURCES, indicator, scope, value, "" if value is not None else "Not entered.")


def recipients(_figures: Figures, entered: Entered, period: Period) -> Iterator[LongRow]:
    """Yield the monthly recipients on the average of the months that were entered."""
    indicator = "Number of average monthly active recipients during the reporting period"
    months = [entered.recipients[each] for each in period.months if each in entered.recipients]
    context = f"The average of {len(months)} of {len(period.months)} months."
    for scope in (TOTAL, *sorted(EUROPEAN_UNION)):
        known = [each[scope] for each in months if scope in each]
        value = round(sum(known) / len(known)) if known else None
        yield (_LARGE, "AMAR", indicator, scope, value, context if known else "Not entered.")
