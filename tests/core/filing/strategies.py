"""Any model of a report, made from the table: right in form, harmless in content."""

from datetime import timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from core.filing.reports import NOW
from tutela.core.filing.report_file import NOBODY_LOOKED, ViewFacts
from tutela.core.filing.schema import Element, Flags, Form, Leaf, Nested, OneOf
from tutela.core.filing.table import SHAPES
from tutela.core.filing.wire_words import COUNTRIES, STATES
from tutela.core.ids import PersonId

_PAST = st.integers(1, 10**9).map(lambda seconds: NOW - timedelta(seconds=seconds))
_TEXT = st.text("abc \N{GREEK SMALL LETTER ALPHA}<&>\"'\n\x00\ud800", max_size=12)
_FORMS: dict[Form, st.SearchStrategy[Any]] = {
    Form.URL: st.integers(1, 99).map(lambda number: f"https://meadow.alt/{number}"),
    Form.EMAIL: st.integers(1, 99).map(lambda number: f"a{number}@meadow.alt"),
    Form.PHONE: st.integers(1000, 9999).map(str),
    Form.CALLING_CODE: st.integers(1, 999).map(lambda number: f"+{number}"),
    Form.EXTENSION: st.integers(1, 99).map(str),
    Form.IP: st.sampled_from(["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"]),
    Form.STATE: st.sampled_from(sorted(STATES)),
    Form.COUNTRY: st.sampled_from(sorted(COUNTRIES)),
    Form.MOMENT: _PAST,
    Form.DAY: st.integers(1, 20_000).map(lambda days: (NOW - timedelta(days=days)).date()),
    Form.FLAG: st.booleans(),
}


def leaf(holds: Leaf) -> st.SearchStrategy[Any]:
    """Return right values of a leaf."""
    if holds.words is not None:
        return st.sampled_from(list(holds.words))
    if holds.form is Form.NUMBER:
        return st.integers(int(holds.lowest or 0), int(holds.highest or 10**12))
    if holds.form is Form.DEGREES:
        return st.floats(holds.lowest, holds.highest)
    if holds.form is Form.TEXT:
        return _TEXT if holds.may_be_blank else _TEXT.map(lambda text: f"x{text}")
    return _FORMS[holds.form]


def held(holds: Any) -> st.SearchStrategy[Any]:
    """Return right values of anything that a line of the table holds, but flags."""
    if isinstance(holds, Leaf):
        return leaf(holds)
    if isinstance(holds, Nested):
        return models(holds.shape)
    assert isinstance(holds, OneOf)
    return st.one_of(*(models(shape) for _, shape in holds.shapes.values()))


def _field(element: Element, default: Any) -> st.SearchStrategy[Any]:
    if isinstance(element.holds, Flags):
        return st.lists(st.sampled_from(list(element.holds.words)), unique=True, max_size=3).map(tuple)
    inside = held(element.holds)
    if default == () or element.most is None:
        return st.lists(inside, min_size=element.least, max_size=max(2, element.least)).map(tuple)
    return inside if element.least else st.none() | inside


@cache
def models(shape: str) -> st.SearchStrategy[Any]:
    """Return models of a shape, each right by itself."""
    row = SHAPES[shape]
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for attribute in row.attributes:
        fields[attribute.field] = leaf(attribute.holds) if attribute.is_needed else st.none() | leaf(attribute.holds)
    for element in (*row.elements, *([row.content] if row.content else [])):
        fields[element.field] = _field(element, getattr(row.model, element.field, None))
    if shape == "fileDetails":
        for name in ("is_viewed", "is_exif_viewed", "report_id", "file_id"):
            del fields[name]
        fields["views"] = st.sampled_from(
            [NOBODY_LOOKED, ViewFacts(frozenset({PersonId("per_1")}), is_metadata_read=True)]
        )
        fields["relevance"] = leaf(next(e.holds for e in row.elements if e.field == "relevance"))  # type: ignore[arg-type]  # it is a leaf
    return st.builds(row.model, **fields)
