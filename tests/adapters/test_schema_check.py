"""Validating against a downloaded schema: what it takes, what it refuses, and that it fetches nothing."""

import pytest

from core.filing import reports
from core.filing.test_xml import ALL
from tutela.adapters.authority.schema_check import SchemaCheck
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.errors import BadInput
from tutela.sandbox.ncmec.xsd import schema

GOOD = report_xml(reports.text_only(), schema_url=reports.SCHEMA_URL, now=reports.NOW)
HEAD = b'<?xml version="1.0"?><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'


def test_what_we_write_is_what_the_schema_takes() -> None:
    """The largest report with the additions of 2026, a batch, and the details of files."""
    check = SchemaCheck(schema(is_2026=True))
    known = {"schema_url": reports.SCHEMA_URL, "now": reports.NOW, "features": ALL}
    documents = [
        report_xml(each, **known)  # type: ignore[arg-type]  # all of the right kinds
        for each in (reports.text_only(), reports.with_image(), reports.maximal(), reports.batch())
    ]
    documents += [
        file_details_xml(each, report_id="1", file_id="f", **known)  # type: ignore[arg-type]  # as above
        for each in (reports.image(), reports.maximal_file(), reports.batch_file())
    ]

    assert [list(check(each)) for each in documents] == [[]] * len(documents)


def test_what_it_refuses_is_told_by_place_and_rule_and_never_by_content() -> None:
    """A schema of before 2026, a wrong word, another order."""
    check = SchemaCheck(schema(is_2026=False))
    newer = report_xml(reports.maximal(), schema_url="x", now=reports.NOW, features=ALL)
    planted = GOOD.replace(b"Online Enticement of Children for Sexual Acts", b"planted words")
    swapped = GOOD.replace(b"<platform>Meadow Chat</platform>", b"").replace(
        b"<incidentType>", b"<platform>Meadow Chat</platform><incidentType>"
    )

    for document in (newer, planted, swapped):
        told = list(check(document))
        assert told
        assert not [each for each in told if "planted" in each or "Meadow" in each]
    assert next(iter(check(planted))).startswith("/report/incidentSummary/incidentType")
    assert list(check(b"<report>")) == ["it is no XML"]


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"<html/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + schema(),
        HEAD + b'<xs:include schemaLocation="file:///etc/hostname"/></xs:schema>',
        HEAD + b'<xs:import namespace="urn:x" schemaLocation="http://127.0.0.1:9/x.xsd"/></xs:schema>',
        HEAD + b'<xs:element name="report" type="nowhere"/></xs:schema>',
    ],
)
def test_what_is_no_schema_of_one_file_is_refused(wrong: bytes) -> None:
    """Nothing is fetched, nothing guessed."""
    with pytest.raises(BadInput):
        SchemaCheck(wrong)


def test_entities_of_a_document_are_not_resolved() -> None:
    """Documents are ours; and if one were not, it would read no file."""
    hostile = b'<!DOCTYPE report [<!ENTITY a SYSTEM "file:///etc/hostname">]><report>&a;</report>'

    assert list(SchemaCheck(schema())(hostile))
