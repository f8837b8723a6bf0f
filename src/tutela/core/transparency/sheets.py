"""The rows of the eleven files. A row that the form has is there also where nothing happened."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tutela.core.dsa.words import Category, Keyword
from tutela.core.filing.retention import EUROPEAN_UNION
from tutela.core.transparency import forms
from tutela.core.transparency.categories import KEYWORDS, LEGAL, NOT_SPECIFIED_ORDER, TOTAL
from tutela.core.transparency.counted import Entered
from tutela.core.transparency.figures import (
    RESTRICTIONS,
    Figures,
    MeasureFigures,
    NoticeFigures,
    OrderFigures,
    Place,
    hours,
    summed,
)
from tutela.core.transparency.forms import Form
from tutela.core.transparency.long_sheets import appeals, automated, people, recipients
from tutela.core.transparency.period import Period

Value = str | int | float | None
Row = Sequence[Value]

ALL, HOSTING, PLATFORMS, VERY_LARGE = (
    "All", "Only for providers of hosting services, including online platforms",
    "Only for providers of online platforms", "Only for VLOPs and VLOSEs",
)  # fmt: skip
"""Whom a row applies to."""

IN_HOURS = "In hours"
NOT_BROKEN_DOWN = "Orders are registered by category, and not broken down further."

TEXTS = {
    "summary": (ALL, "Summary of the content moderation engaged in at the providers' own initiative"),
    "information": (
        ALL,
        (
            "Meaningful and comprehensible information regarding content moderation engaged in at the "
            "providers' own initiative"
        ),
    ),
    "automated": (ALL, "Qualitative description of the automated means"),
    "accuracy": (
        ALL, "Qualitative description of indicators of accuracy and possible rate of error of automated means"
    ),
    "purposes": (ALL, "Specification of the precise purposes to apply automated means"),
    "safeguards": (ALL, "Safeguards applied to the use of automated means"),
    "governance": (VERY_LARGE, "High-level description of the content moderation governance structure"),
    "qualifications": (VERY_LARGE, "Qualifications of the human resources dedicated to content moderation"),
    "training": (VERY_LARGE, "Training given to human resources dedicated to content moderation"),
    "support": (VERY_LARGE, "Support given to human resources dedicated to content moderation"),
    "methodology": (
        VERY_LARGE, "Methodology used to compute the number of human resources dedicated to content moderation"
    ),
}  # fmt: skip
"""The qualitative part: each text by its key, whom it applies to, and its indicator."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a report is drawn up from."""

    period: Period
    entered: Entered
    figures: Figures
    at: datetime  #: when it is published, as far as is known
    version: int = 1
    previous_at: datetime | None = None  #: when the one before was published
    correction: str = ""  #: why it was drawn up anew

    @property
    def service(self) -> str:
        """Return of which service it is."""
        return self.entered.service or "(service)"

    @property
    def span(self) -> str:
        """Return its period as the form writes it, the last day included."""
        return f"{self.period.starts_at.date()}/{_last_day(self.period)}"


PUBLISHED_ON = "Date of the publication of the report"


def rows_of(form: Form, drawn: Drawn) -> Iterator[Row]:
    """Yield the rows of one file."""
    yield from _WRITERS[form.file](drawn)


def _last_day(period: Period) -> date:
    return (period.ends_at - timedelta(days=1)).date()


def _identification(drawn: Drawn) -> Iterator[Row]:
    said: Mapping[str, Value] = {
        "Name of the service provider": drawn.entered.provider,
        PUBLISHED_ON: drawn.at.date().isoformat(),
        "Date of the publication of the latest previous report": (
            drawn.previous_at.date().isoformat() if drawn.previous_at else ""
        ),
        "Starting date of reporting period": drawn.period.starts_at.date().isoformat(),
        "Ending date of reporting period": _last_day(drawn.period).isoformat(),
        "Contact": drawn.entered.contact,
        "Version of the report": str(drawn.version),
        "Reason of the correction": drawn.correction,
    }
    yield from ((ALL, drawn.service, indicator, value) for indicator, value in said.items())


def _categories(_drawn: Drawn) -> Iterator[Row]:
    yield ("TOTAL", "All the entries", TOTAL, "")
    for number, (category, keywords) in enumerate(KEYWORDS.items(), 1):
        yield (f"Category {number}", _words(category), category.value, "")
        for letter, keyword in zip("abcdefgh", (*keywords, Keyword.OTHER), strict=False):
            words = "Not captured by any other sub-category" if keyword is Keyword.OTHER else _words(keyword)
            yield (f"Category {number}{letter}", words, keyword.value, "")
    yield ("Category 16", "Type of illegal content not specified by the public authority", NOT_SPECIFIED_ORDER, "")
    yield (
        "Category 17", "Type of alleged illegal content not specified by the notifier",
        Category.NOT_SPECIFIED_NOTICE.value, "",
    )  # fmt: skip


def _words(code: Category | Keyword) -> str:
    return code.name.replace("_", " ").capitalize()


def _orders(drawn: Drawn) -> Iterator[Row]:
    known = drawn.figures.orders
    for scope in (TOTAL, *sorted(EUROPEAN_UNION)):
        in_scope = {each: f for (each, country), f in known.items() if scope in {TOTAL, country}}
        of: dict[Category, list[OrderFigures]] = {}
        for (category, country), figures in known.items():
            if scope in {TOTAL, country}:
                of.setdefault(category, []).append(figures)
        yield _order_row(drawn, TOTAL, scope, [figures for each in of.values() for figures in each])
        for category in LEGAL:
            yield _order_row(drawn, category.value, scope, of.get(category, []))
            if scope == TOTAL:
                yield from (
                    (ALL, drawn.service, drawn.span, keyword.value, "", scope, *[None] * forms.ORDER_FIGURES,
                     *([NOT_BROKEN_DOWN] + [""] * (forms.ORDER_FIGURES - 1)))
                    for keyword in (*KEYWORDS[category], Keyword.OTHER)
                )  # fmt: skip
        rest = [each for each in in_scope if each not in LEGAL]
        yield _order_row(drawn, NOT_SPECIFIED_ORDER, scope, [figures for each in rest for figures in of.get(each, [])])


def _order_row(drawn: Drawn, category: str, scope: str, of: Sequence[OrderFigures]) -> Row:
    def times(name: str) -> float | None:
        return hours([each for figures in of for each in getattr(figures, name)])

    values: list[Value] = [
        sum(each.acts for each in of), sum(each.items for each in of), times("act_acknowledged"), times("act_effect"),
        sum(each.informations for each in of), times("information_acknowledged"), times("information_effect"),
    ]  # fmt: skip
    context = ["", "", *_in_hours(values[2:4]), "", *_in_hours(values[5:7])]
    return (ALL, drawn.service, drawn.span, category, "", scope, *values, *context)


def _in_hours(values: Sequence[Value]) -> list[str]:
    return [IN_HOURS if each is not None else "" for each in values]


def _notices(drawn: Drawn) -> Iterator[Row]:
    known = drawn.figures.notices
    yield _notice_row(drawn, TOTAL, list(known.values()))
    for category in LEGAL:
        yield _notice_row(drawn, category.value, [f for (each, _), f in known.items() if each is category])
        for keyword in (*KEYWORDS[category], Keyword.OTHER):
            yield _notice_row(drawn, keyword.value, _at(known, category, keyword))
    rest = [f for (each, _), f in known.items() if each not in LEGAL]
    yield _notice_row(drawn, Category.NOT_SPECIFIED_NOTICE.value, rest)


def _at(known: Mapping[Place, NoticeFigures], category: Category, keyword: Keyword) -> list[NoticeFigures]:
    found = known.get((category, keyword))
    return [] if found is None else [found]


def _notice_row(drawn: Drawn, category: str, of: Sequence[NoticeFigures]) -> Row:
    def total(name: str) -> int:
        return sum(getattr(each, name) for each in of)

    values: list[Value] = [
        total("notices"), total("flagger_notices"), total("items"), total("flagger_items"),
        hours([each for figures in of for each in figures.times]),
        hours([each for figures in of for each in figures.flagger_times]),
        total("on_law"), total("flagger_on_law"), total("on_terms"), total("flagger_on_terms"),
    ]  # fmt: skip
    context = ["", "", "", "", *_in_hours(values[4:6]), "", "", "", ""]
    return (HOSTING, drawn.service, drawn.span, category, "", *values, *context)


def _measures(drawn: Drawn, known: Mapping[Place, MeasureFigures], categories: Sequence[Category]) -> Iterator[Row]:
    yield _measure_row(drawn, TOTAL, summed(known.values()))
    for category in categories:
        yield _measure_row(drawn, category.value, summed(f for (each, _), f in known.items() if each is category))
        for keyword in (*KEYWORDS[category], Keyword.OTHER):
            yield _measure_row(drawn, keyword.value, known.get((category, keyword), MeasureFigures()))


def _measure_row(drawn: Drawn, category: str, figures: MeasureFigures) -> Row:
    counts = [figures.restrictions[each.value] for each in RESTRICTIONS]
    context = [""] * forms.MEASURE_FIGURES
    return (ALL, drawn.service, drawn.span, category, "", figures.total, figures.detected, *counts, *context)


def _qualitative(drawn: Drawn) -> Iterator[Row]:
    for key, (applies, indicator) in TEXTS.items():
        yield (applies, drawn.service, drawn.span, indicator, drawn.entered.texts.get(key, ""))


def _long(
    write: Callable[[Figures, Entered, Period], Iterator[tuple[str, str, str, str, Value, str]]],
) -> Callable[[Drawn], Iterator[Row]]:
    def rows(drawn: Drawn) -> Iterator[Row]:
        for applies, *rest in write(drawn.figures, drawn.entered, drawn.period):
            yield (applies, drawn.service, drawn.span, *rest)

    return rows


_WRITERS: Mapping[str, Callable[[Drawn], Iterator[Row]]] = {
    forms.IDENTIFICATION.file: _identification,
    forms.CATEGORIES.file: _categories,
    forms.ORDERS.file: _orders,
    forms.NOTICES.file: _notices,
    forms.OWN_ILLEGAL.file: lambda drawn: _measures(drawn, drawn.figures.illegal, LEGAL),
    forms.OWN_TERMS.file: lambda drawn: _measures(drawn, drawn.figures.terms, tuple(KEYWORDS)),
    forms.APPEALS.file: _long(appeals),
    forms.AUTOMATED.file: _long(automated),
    forms.PEOPLE.file: _long(people),
    forms.RECIPIENTS.file: _long(recipients),
    forms.QUALITATIVE.file: _qualitative,
}
