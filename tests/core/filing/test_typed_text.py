"""What somebody types at a command line, as the value that the place takes."""

from typing import Any

import pytest

from tutela.core.filing.typed_text import read_typed


@pytest.mark.parametrize(
    ("place", "text", "value"),
    [
        ("note", "12", "12"),
        ("note", "true", "true"),
        ("incident.kind", "csam", "csam"),
        ("incident.annotations", "sextortion, spam", ["sextortion", "spam"]),
        ("victims.0.person.age", "14", 14),
        ("victims.0.person.age", "old", "old"),
        ("suspects.0.is_compromised", "yes", True),
        ("suspects.0.prior_reports.0", "900000001", 900000001),
        ("details.0.latitude", "48.5", 48.5),
        ("details.0.urls.0", "https://meadow.alt/", "https://meadow.alt/"),
        ("details.1", '{"kind":"chat"}', {"kind": "chat"}),
        ("details.1", "{broken", "{broken"),
        ("files.1.is_public", "false", False),
        ("files.1.annotations", "viral", ["viral"]),
        ("is_urgent", "true", True),
        ("nowhere.at.all", "7", "7"),
    ],
)
def test_a_value_is_read_by_the_table(place: str, text: str, value: Any) -> None:
    """Text stays text where a text belongs; what cannot be read is left for the table to refuse."""
    read = read_typed(place, text)

    assert read == value
    assert type(read) is type(value)
