"""What an operator's downloaded schema and our table say differently: names, and what is new.

It is no validation: that is done against the schema itself. This tells at start, and after each download, whether the
authority knows elements that we never send, or has dropped some that we do.
"""

from dataclasses import dataclass
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tutela.core.filing.schema import Flags, OneOf
from tutela.core.filing.table import SHAPES
from tutela.core.filing.wire_words import Feature
from tutela.errors import BadInput

LONGEST_SCHEMA = 8 * 1024 * 1024
NEVER_SENT = frozenset({"fileName", "accountType"})
"""Known, and left out on purpose; see the page on filing."""

_XS = "{http://www.w3.org/2001/XMLSchema}"
_ANSWERS = frozenset(
    ["reportResponse", "reportDoneResponse", "responseCode", "responseDescription", "hash", "files", "file"]
)
"""Of the answers, which the same schema describes."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The difference, by names."""

    unknown_to_us: tuple[str, ...]
    unknown_to_them: tuple[str, ...]
    features: frozenset[Feature]  #: additions that their schema knows

    @property
    def is_none(self) -> bool:
        """Return whether both know the same."""
        return not (self.unknown_to_us or self.unknown_to_them)


def drift(schema: bytes) -> Drift:
    """Return what *schema* and our table say differently.

    Raises:
        tutela.errors.BadInput: It is no XML schema, or longer than any honest one.
    """
    theirs = _names(schema)
    newer = {each.value for each in Feature}
    ours = _ours() - newer
    features = frozenset(each for each in Feature if each.value in theirs)
    return Drift(
        tuple(sorted(theirs - ours - newer - NEVER_SENT - _ANSWERS)),
        tuple(sorted(ours - theirs)),
        features,
    )


def _names(schema: bytes) -> frozenset[str]:
    if len(schema) > LONGEST_SCHEMA:
        raise BadInput("The schema is longer than any honest one.", place="schema", remedy="Download it anew.")
    try:
        root: Any = ElementTree.fromstring(schema, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, ValueError, LookupError) as error:
        raise BadInput("This is no XML schema.", place="schema", remedy="Download it anew.") from error
    if root.tag != f"{_XS}schema":
        raise BadInput("This is no XML schema.", place="schema", remedy="Download it anew.")
    kinds = (f"{_XS}element", f"{_XS}attribute")
    return frozenset(each.get("name") for each in root.iter() if each.tag in kinds and each.get("name"))


def _ours() -> frozenset[str]:
    found = {"report", "fileDetails"}
    for shape in SHAPES.values():
        found |= {attribute.wire for attribute in shape.attributes}
        for element in shape.elements:
            found.add(element.wire)
            if isinstance(element.holds, OneOf):
                found |= {wire for wire, _ in element.holds.shapes.values()}
            if isinstance(element.holds, Flags):
                found |= {str(word.value) for word in element.holds.words}
    return frozenset(found)
