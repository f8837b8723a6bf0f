"""The eleven files of a harmonised report: their names and their columns, as one table.

The words are those of the form, blanks at their ends left out.
Source: Implementing Regulation (EU) 2024/2835, Annex I.
"""

from dataclasses import dataclass
from enum import StrEnum


class Cell(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    WHOLE = "whole"  #: a count, or empty where the form asks for none
    NUMBER = "number"  #: hours or per cent, to a hundredth, or empty where there is none
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    header: str
    cell: Cell = Cell.TEXT
    is_needed: bool = False  #: never empty


@dataclass(frozen=True, slots=True)
class Form:
    """One file."""

    file: str
    columns: tuple[Column, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """Return its first line."""
        return tuple(each.header for each in self.columns)


def _needed(*headers: str) -> tuple[Column, ...]:
    return tuple(Column(each, is_needed=True) for each in headers)


_WHOSE = _needed("Applicability", "Service")
_OF = (*_WHOSE, *_needed("Reporting period"))
_OTHER = Column('Description of the sub-category "Other"')


def _with_context(columns: tuple[Column, ...], word: str) -> tuple[Column, ...]:
    return (*columns, *(Column(f"Contextual {word} on {each.header}") for each in columns))


def _wholes(*headers: str) -> tuple[Column, ...]:
    return tuple(Column(each, Cell.WHOLE) for each in headers)


_ORDERS = (
    *_wholes(
        "Number of orders to act against illegal content received",
        "Number of specific items of information included in the total number of orders to act against illegal content",
    ),
    Column(
        "Median time to inform the authority of the receipt of the order to act against illegal content", Cell.NUMBER
    ),
    Column("Median time to give effect to the order to act against illegal content", Cell.NUMBER),
    *_wholes("Number of orders to provide information"),
    Column("Median time to inform the authority of the receipt of the order to provide information", Cell.NUMBER),
    Column("Median time to give effect to the order to provide information", Cell.NUMBER),
)

_FLAGGER = "(Trusted Flagger notices)"
_ITEMS = "Number of specific items of information included in the total number of notices"
_LAW = "Number of actions taken on the basis of the law"
_TERMS = "Number of actions taken on the basis of the terms and conditions of the service"
_NOTICES = (
    *_wholes(
        "Number of notices received", "Number of notices received from Trusted flaggers", _ITEMS,
        f"{_ITEMS} by Trusted Flaggers {_FLAGGER}",
    ),
    Column("Median time to take action", Cell.NUMBER),
    Column(f"Median time to take action {_FLAGGER}", Cell.NUMBER),
    *_wholes(_LAW, f"{_LAW} {_FLAGGER}", _TERMS, f"{_TERMS} {_FLAGGER}"),
)  # fmt: skip

_MEASURES = _wholes(
    "Number of measures taken at the provider's own initiative",
    "Number of measures taken after detection with solely automated means",
    "Visibility restriction Removal", "Visibility restriction Disable", "Visibility restriction Demoted",
    "Visibility restriction Age restricted", "Visibility restriction Interaction restricted",
    "Visibility restriction Labelled", "Visibility restriction Other", "Monetary restriction Suspension",
    "Monetary restriction Termination", "Monetary restriction Other", "Provision of the service Suspension",
    "Provision of the service Termination", "Account restriction Suspension", "Account restriction Termination",
)  # fmt: skip

_LONG = (
    *_OF, *_needed("Section", "Indicator", "Scope"), Column("Value", Cell.NUMBER), Column("Contextual Information"),
)  # fmt: skip

_ILLEGAL = _needed("Category of illegal content")
_INCOMPATIBLE = _needed("Category of incompatibility with the provider's terms and conditions")

IDENTIFICATION = Form("1_report_identification.csv", (*_WHOSE, *_needed("Indicator"), Column("Value")))
CATEGORIES = Form(
    "2_categories_names.csv",
    (
        *_needed(
            "Category label", "Category description",
            "Category of illegal content / incompatible with the terms and conditions",
        ),
        Column("Contextual information"),
    ),
)  # fmt: skip
ORDERS = Form(
    "3_member_states_orders.csv",
    (*_OF, *_ILLEGAL, _OTHER, *_needed("Scope"), *_with_context(_ORDERS, "information")),
)
NOTICES = Form("4_notices.csv", (*_OF, *_ILLEGAL, _OTHER, *_with_context(_NOTICES, "information")))
OWN_ILLEGAL = Form("5_own_initiative_illegal.csv", (*_OF, *_ILLEGAL, _OTHER, *_with_context(_MEASURES, "Information")))
OWN_TERMS = Form("6_own_initiative_TC.csv", (*_OF, *_INCOMPATIBLE, _OTHER, *_with_context(_MEASURES, "Information")))
APPEALS = Form("7_appeals_and_recidivism.csv", _LONG)
AUTOMATED = Form("8_automated_means.csv", _LONG)
PEOPLE = Form("9_human_resources.csv", _LONG)
RECIPIENTS = Form("10_AMAR.csv", _LONG)
QUALITATIVE = Form("11_qualitative.csv", (*_OF, *_needed("Indicator"), Column("Value")))

FORMS = (
    IDENTIFICATION, CATEGORIES, ORDERS, NOTICES, OWN_ILLEGAL, OWN_TERMS, APPEALS, AUTOMATED, PEOPLE, RECIPIENTS,
    QUALITATIVE,
)  # fmt: skip
"""Every file, in its order."""

ORDER_FIGURES, NOTICE_FIGURES, MEASURE_FIGURES = len(_ORDERS), len(_NOTICES), len(_MEASURES)
"""How many columns of each hold figures; as many with context stand behind them."""
