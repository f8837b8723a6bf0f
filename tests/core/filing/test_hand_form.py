"""Forms of authorities without an interface: every value stands once, in their order, and nothing is lost."""

import tomllib
from collections import Counter
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings

from core.filing import reports
from core.filing.strategies import models
from core.filing.test_duty import TABLE
from laws import examples
from tutela.core.filing.duty import FilesBy
from tutela.core.filing.hand_form import ELSEWHERE, as_text, fill
from tutela.core.filing.hand_form_file import parse_hand_forms
from tutela.core.filing.package import Package, PackageFile
from tutela.core.filing.report import Report
from tutela.core.filing.schema import spots
from tutela.core.filing.table import SHAPES
from tutela.errors import Misconfigured

FILE = tomllib.loads(resources.files("tutela.policy").joinpath("hand_forms.toml").read_text(encoding="utf-8"))
FORMS = parse_hand_forms(FILE, place="hand_forms.toml")
MAXIMAL = Package(reports.maximal(), (PackageFile("content_1", reports.maximal_file(), "0" * 32),))


def test_every_authority_without_an_interface_has_a_form() -> None:
    """And none that has one."""
    assert set(FORMS) == {each.id for each in TABLE.authorities if each.files is FilesBy.HAND}


@settings(max_examples=examples(30))
@given(models("report"))
def test_every_value_stands_exactly_once(report: Report) -> None:
    """Also what the form does not ask for: it stands at the end."""
    package = Package(report, MAXIMAL.files)
    told = Counter(spot.place for spot in spots(report, "report", SHAPES))
    for form in FORMS.values():
        filled = Counter(
            value.place
            for section in fill(form, package)
            for line in section.lines
            for value in line.values
            if not value.place.startswith("files.")
        )
        assert filled == told


def test_the_nca_reads_who_reports_first_and_the_port_beside_the_address() -> None:
    """In the order of the schedule, with what is not known said to be so."""
    form = FORMS["nca"]
    sections = fill(form, MAXIMAL)

    assert [each.title for each in sections if each.title != ELSEWHERE] == [each.title for each in form.sections]
    text = as_text(form, sections, title="A report for the National Crime Agency")
    assert text.index("== Who reports") < text.index("== The content") < text.index("== The person reported")
    assert "192.0.2" in text or "2001:db8" in text
    empty = as_text(form, fill(form, Package(reports.text_only())), title="")
    assert "Digest of the original: not known" in empty


@pytest.mark.parametrize(
    "broken",
    [
        {"meadow": 1},
        {"form": [FILE["form"][0], FILE["form"][0]]},
        {
            "form": [
                {
                    "authority": "x",
                    "source": "y",
                    "section": [{"title": "t", "line": [{"label": "l", "from": ["meadow"]}]}],
                }
            ]
        },
        {
            "form": [
                {
                    "authority": "x",
                    "source": "y",
                    "section": [{"title": "t", "line": [{"label": "l", "from": ["incident.meadow"]}]}],
                }
            ]
        },
        {"form": [{"authority": "x", "source": "y", "section": [{"title": "t", "line": [{"from": ["note"]}]}]}]},
    ],
)
def test_a_broken_file_of_forms_is_refused_with_its_place(broken: dict[str, Any]) -> None:
    """Unknown keys, doubled authorities, places that no report has."""
    with pytest.raises(Misconfigured) as raised:
        parse_hand_forms({**FILE, **broken}, place="hand_forms.toml")

    assert str(raised.value.place).startswith("hand_forms.toml")
