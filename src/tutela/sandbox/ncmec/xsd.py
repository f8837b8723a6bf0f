"""The stand-in's grammar as an XML schema, for clients that validate against what they download."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from tutela.sandbox.ncmec.grammar import GRAMMAR, WORDS, Term, Type

_OFTEN = {"": "", "?": ' minOccurs="0"', "*": ' minOccurs="0" maxOccurs="unbounded"', "+": ' maxOccurs="unbounded"'}
_BASE = {
    "url": "anyURI", "mail": "string", "past": "dateTime", "when": "dateTime", "day": "date", "bool": "boolean",
    "double": "double", "country": "token", "state": "token", "ip": "token",
}  # fmt: skip


def schema(*, is_2026: bool = False) -> bytes:
    """Return the schema of reports and of the details of files."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">',
        '<xs:element name="report" type="report"/>',
        '<xs:element name="fileDetails" type="fileDetails"/>',
        *(line for name, of in GRAMMAR.items() for line in _type(name, of, is_2026=is_2026)),
        "</xs:schema>",
    ]
    return "\n".join(parts).encode()


def _type(name: str, of: Type, *, is_2026: bool) -> Iterator[str]:
    yield f'<xs:complexType name="{name}">'
    if of.value is not None:
        yield f'<xs:simpleContent><xs:extension base="xs:{_base(of.value)}">'
        yield from _attributes(of)
        yield "</xs:extension></xs:simpleContent>"
    else:
        if of.terms:
            yield "<xs:sequence>"
            for term in of.terms:
                yield from _term(term, is_2026=is_2026)
            yield "</xs:sequence>"
        yield from _attributes(of)
    yield "</xs:complexType>"


def _term(term: Term, *, is_2026: bool) -> Iterator[str]:
    known = [(tag, holds) for tag, holds in term.choices if is_2026 or tag != "ageAssertionDiscrepancy"]
    if len(known) == 1:
        yield _element(*known[0], _OFTEN[term.often], is_2026=is_2026)
    elif known:
        yield f"<xs:choice{_OFTEN[term.often]}>"
        yield from (_element(tag, holds, "", is_2026=is_2026) for tag, holds in known)
        yield "</xs:choice>"


def _element(tag: str, holds: str, often: str, *, is_2026: bool) -> str:
    if holds in GRAMMAR:
        return f'<xs:element name="{tag}" type="{holds}"{often}/>'
    if holds.startswith("~"):
        words = WORDS[holds[1:]] + (WORDS.get(f"{holds[1:]}2026", ()) if is_2026 else ())
        flags = "".join(f'<xs:element name="{word}" minOccurs="0"/>' for word in words)
        return f'<xs:element name="{tag}"{often}><xs:complexType><xs:all>{flags}</xs:all></xs:complexType></xs:element>'
    return f'<xs:element name="{tag}"{often}>{_simple(holds)}</xs:element>'


def _attributes(of: Type) -> Iterator[str]:
    for tag, holds, is_needed in of.attributes:
        use = ' use="required"' if is_needed else ""
        yield f'<xs:attribute name="{tag}"{use}>{_simple(holds)}</xs:attribute>'


def _simple(holds: str) -> str:
    inside = ""
    if holds.startswith("="):
        inside = "".join(f"<xs:enumeration value={quoteattr(word)}/>" for word in WORDS[holds[1:]])
    elif found := re.fullmatch(r"t(\d+)", holds):
        inside = f'<xs:maxLength value="{found[1]}"/>'
    elif found := re.fullmatch(r"n(\d+)-(\d*)", holds):
        highest = f'<xs:maxInclusive value="{found[2]}"/>' if found[2] else ""
        inside = f'<xs:minInclusive value="{found[1]}"/>{highest}'
    return f'<xs:simpleType><xs:restriction base="xs:{_base(holds)}">{inside}</xs:restriction></xs:simpleType>'


def _base(holds: str) -> str:
    return "long" if re.fullmatch(r"n\d+-\d*", holds) else _BASE.get(holds, "string")
