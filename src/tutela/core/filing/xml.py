"""From a report to the document that is sent, by the table of elements alone.

Nothing is cut, clamped or guessed here: what does not fit is moved into a supplemental file before (`fitting`), and
what is wrong is refused before (`preflight`).
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree as ET  # to write only: what others wrote is read by defusedxml

from tutela.core.filing.characters import legal
from tutela.core.filing.moments import written, written_day
from tutela.core.filing.report import Report
from tutela.core.filing.report_file import FileDetails
from tutela.core.filing.schema import Element, Flags, Form, Leaf, Nested, OneOf, values_of
from tutela.core.filing.table import SHAPES
from tutela.core.filing.wire_words import Feature
from tutela.errors import BadInput

XSI = "http://www.w3.org/2001/XMLSchema-instance"
CONTENT_TYPE = "text/xml; charset=utf-8"

_LOCATION = f"{{{XSI}}}noNamespaceSchemaLocation"


def report_xml(report: Report, *, schema_url: str, now: datetime, features: Collection[Feature] = ()) -> bytes:
    """Return the `<report>` document.

    Args:
        report: As it was approved; it has passed pre-flight.
        schema_url: Of the production host, also where the report goes to the test host.
        now: When it is built: a time that a fast clock put a little ahead is written as just past.
        features: What of the additions of 2026 the authority's schema knows.

    Raises:
        tutela.errors.BadInput: Something is missing that must be there, or is there that the schema does not know.
    """
    return _document(report, "report", schema_url, _Writer(now, frozenset(features)))


def file_details_xml(
    details: FileDetails, *, report_id: str, file_id: str, schema_url: str, now: datetime,
    features: Collection[Feature] = (),
) -> bytes:  # fmt: skip
    """Return the `<fileDetails>` document of one uploaded file; see `report_xml`."""
    known = replace(details, report_id=report_id, file_id=file_id)
    return _document(known, "fileDetails", schema_url, _Writer(now, frozenset(features)))


def _document(model: Any, shape: str, schema_url: str, writer: "_Writer") -> bytes:
    ET.register_namespace("xsi", XSI)
    root = ET.Element(shape, {_LOCATION: schema_url})
    writer.fill(root, model, shape, "")
    written_out: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written_out


class _Writer:
    """Writes shapes into elements; knows what time it is and what the schema knows."""

    def __init__(self, now: datetime, features: frozenset[Feature]) -> None:
        self.now, self.features = now, features

    def fill(self, node: ET.Element, model: Any, shape: str, place: str) -> None:
        """Write attributes, then the value or the elements in their order."""
        row = SHAPES[shape]
        for attribute in row.attributes:
            values = values_of(model, attribute.field)
            if attribute.is_needed and not values:
                raise _missing(f"{place}{attribute.field}")
            for value in values:
                node.set(attribute.wire, self._text(value, attribute.holds, f"{place}{attribute.field}"))
        if row.content is not None and isinstance(row.content.holds, Leaf):
            value = getattr(model, row.content.field)
            node.text = self._text(value, row.content.holds, f"{place}{row.content.field}")
        for element in row.elements:
            self._element(node, model, element, place)

    def _element(self, node: ET.Element, model: Any, element: Element, place: str) -> None:
        values = values_of(model, element.field)
        here = f"{place}{element.field}"
        if len(values) < element.least:
            raise _missing(here)
        if values and element.needs is not None and element.needs not in self.features:
            raise _unknown(here)
        if isinstance(element.holds, Flags):
            self._flags(node, element, values, here)
            return
        if element.most is not None and len(values) > element.most:
            raise BadInput("There is more of it than the authority takes.", place=here)
        for value in values:
            self._one(ET.SubElement(node, element.wire), element, value, here)

    def _one(self, node: ET.Element, element: Element, value: Any, place: str) -> None:
        if isinstance(element.holds, Leaf):
            node.text = self._text(value, element.holds, place)
        elif isinstance(element.holds, Nested):
            self.fill(node, value, element.holds.shape, f"{place}.")
        elif isinstance(element.holds, OneOf):
            wire, shape = element.holds.shapes[type(value)]
            self.fill(ET.SubElement(node, wire), value, shape, f"{place}.")

    def _flags(self, node: ET.Element, element: Element, values: tuple[Any, ...], place: str) -> None:
        if not values or not isinstance(element.holds, Flags):
            return
        flags = ET.SubElement(node, element.wire)
        for word in element.holds.words:
            if word in values:
                needs = element.holds.newer.get(word)
                if needs is not None and needs not in self.features:
                    raise _unknown(f"{place}.{word.name.lower()}")
                ET.SubElement(flags, str(word.value))

    def _text(self, value: Any, leaf: Leaf, place: str) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, datetime):
            return self._moment(value, leaf, place)
        if isinstance(value, date):
            return written_day(value)
        if isinstance(value, StrEnum):
            return str(value.value)
        if isinstance(value, float) and leaf.form is Form.DEGREES:
            return f"{value:.7f}".rstrip("0").rstrip(".")
        return legal(str(value))

    def _moment(self, value: datetime, leaf: Leaf, place: str) -> str:
        try:
            return written(value, self.now if leaf.is_past else None)
        except ValueError as error:
            raise BadInput("A time must have a zone.", place=place) from error


def _missing(place: str) -> BadInput:
    return BadInput("It must be there.", place=place)


def _unknown(place: str) -> BadInput:
    return BadInput("The authority's schema, as it was downloaded, does not know this yet.", place=place)
