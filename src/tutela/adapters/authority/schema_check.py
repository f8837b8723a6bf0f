"""Validate documents against the schema that an operator downloaded. Loaded by who has one."""

from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships without types

from tutela.core.filing.schema_drift import drift
from tutela.errors import BadInput

MOST_TOLD = 10
"""Of what is wrong with one document."""

_XS = "{http://www.w3.org/2001/XMLSchema}"
_ELSEWHERE = (f"{_XS}import", f"{_XS}include", f"{_XS}redefine")


class SchemaCheck:
    """One schema, ready. Documents come from us; no entity is resolved, no DTD loaded, nothing asked of a network."""

    def __init__(self, schema: bytes) -> None:
        """Take a schema.

        Raises:
            tutela.errors.BadInput: It is none, is broken, or wants other files.
        """
        drift(schema)  # refuses what is no schema, too long, or has a DTD, before another parser sees it
        root = etree.fromstring(schema, _parser())
        if any(True for _ in root.iter(*_ELSEWHERE)):
            raise BadInput("The schema wants other files.", place="schema", remedy="Download the one that has it all.")
        try:
            self._schema: Any = etree.XMLSchema(root)
        except etree.XMLSchemaParseError as error:
            raise BadInput("This is no schema that can be used.", place="schema", remedy="Download it anew.") from error

    def __call__(self, document: bytes) -> Iterator[str]:
        """Yield what the schema refuses: where and by which of its rules, and never what stands there."""
        try:
            root = etree.fromstring(document, _parser())
        except etree.XMLSyntaxError:
            yield "it is no XML"
            return
        try:
            is_valid = self._schema.validate(root)
        except etree.XMLSchemaValidateError:  # as for an entity that was not resolved
            yield "it cannot be validated"
            return
        for each in () if is_valid else list(self._schema.error_log)[:MOST_TOLD]:
            yield f"{each.path or '/'} ({each.type_name})"


def _parser() -> Any:
    # One for each document: a parser keeps what went wrong with the last.
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False)
