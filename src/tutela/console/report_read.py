"""A report as the authority reads it: each document, element by element in its order, and as it is sent."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from tutela.console.visits import Visit
from tutela.core.filing.hand_form import EMPTY
from tutela.flows.preview_report import Document

LONGEST_WRITTEN = 20_000
"""Characters that are shown of a file that is written for a report."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a document, as it is read."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    text: str
    inside: tuple["Element", ...]


@dataclass(frozen=True, slots=True)
class Read:
    """One document."""

    number: int  #: of the file; 0 for the report itself
    element: Element | None  #: none where it cannot be written yet
    raw: str


def read_page(visit: Visit) -> Response:
    """Show what would be sent, or was."""
    preview = visit.house.drafting.preview(visit.principal, visit.part("id"))
    return visit.page(
        "report-read.html",
        report=preview.report,
        documents=list(_read(preview.documents)),
        written=[(key, content.decode(errors="replace")[:LONGEST_WRITTEN]) for key, content in preview.written.items()],
        moved=preview.moved,
    )


def by_hand_page(visit: Visit) -> Response:
    """Show a report in the order in which an authority without an interface asks, to be copied from."""
    authority, table = visit.part("authority"), visit.house.duties.confirm.table
    laid = visit.house.duties.lay_out(visit.principal, visit.part("id"), authority)
    line = visit.house.filing.read.one(visit.principal, visit.part("id")).line
    return visit.page(
        "report-by-hand.html",
        line=line,
        laid=laid,
        authority=next((each for each in table.authorities if each.id == authority), None),
        empty=EMPTY,
    )


def _read(documents: Iterable[Document]) -> Iterable[Read]:
    for number, each in enumerate(documents):
        if each.xml is None:
            yield Read(number, None, "")
        else:
            # Written by ourselves a moment ago: nothing in it comes from elsewhere but texts.
            root = ET.fromstring(each.xml)  # noqa: S314  # our own document
            ET.indent(root)
            yield Read(number, _element(root), ET.tostring(root, encoding="unicode"))


def _element(node: ET.Element) -> Element:
    attributes = tuple((name.rpartition("}")[2], value) for name, value in node.attrib.items())
    return Element(node.tag, attributes, (node.text or "").strip(), tuple(map(_element, node)))
