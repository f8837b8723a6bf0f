"""What is stored of a report: the same back, and anything else refused with its place."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.filing import reports
from core.filing.reports import NOW
from core.filing.strategies import models
from tutela.core.filing.package import Package, PackageFile
from tutela.core.filing.package_file import package_json, read_package
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.ids import PersonId
from tutela.errors import BadInput

_SOURCES = st.dictionaries(
    st.sampled_from(["incident", "suspects.0", "files.1.notes"]),
    st.builds(Provenance, st.sampled_from(Origin), st.just(NOW), st.none() | st.just(PersonId("per_1"))),
)
_PACKAGES = st.builds(
    Package,
    report=models("report"),
    files=st.lists(st.builds(PackageFile, st.text(), models("fileDetails"), st.text()), max_size=2).map(tuple),
    sources=_SOURCES,
    is_urgent=st.booleans(),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)


@given(_PACKAGES)
def test_what_is_stored_is_what_was_drawn_up(package: Package) -> None:
    """Half surrogates, empty persons and every one of the eight kinds of incident included; always the same bytes."""
    stored = package_json(package)

    assert read_package(stored) == package
    assert package_json(read_package(stored)) == stored


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for name, each in inside for place in _places(each, (*at, name)))]


def _with(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[at[0]] = _with(copied[at[0]], at[1:], new)
    return copied


MAXIMAL = Package(
    reports.maximal(),
    (PackageFile("content_1", reports.maximal_file(), "0" * 32),),
    {"incident": Provenance(Origin.TYPED, NOW, PersonId("per_1"))},
    is_urgent=True,
)
STORED = json.loads(package_json(MAXIMAL))


@given(st.sampled_from(_places(STORED)), _JSON)
def test_whatever_stands_in_any_place_is_read_or_refused_with_a_place(at: tuple[Any, ...], new: Any) -> None:
    """A stored report that was damaged opens as what it says, or not at all."""
    place = "package"
    try:
        read_package(json.dumps(_with(STORED, at, new)))
    except BadInput as error:
        place = str(error.place)
    assert place.startswith("package")


@pytest.mark.parametrize("stored", [b"", b"\xff", b"nothing", b"[" * 100_000, b'{"report":1}', b"null", b'"text"'])
def test_what_is_no_package_is_refused(stored: bytes) -> None:
    """Damage, or another file."""
    with pytest.raises(BadInput, match="Draw the report up anew"):
        read_package(stored)


def test_a_moment_without_a_zone_is_not_stored() -> None:
    """It could be hours off, and nobody would see it."""
    package = MAXIMAL
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  # the very thing
    incident = replace(package.report.incident, at=naive)

    with pytest.raises(ValueError, match="without a zone"):
        package_json(replace(package, report=replace(package.report, incident=incident)))
