"""The heads that were handed out: what happens to the file is told, and never ends the verification."""

from pathlib import Path

import pytest

from make import Home


@pytest.fixture
def handed_out(home: Home) -> Path:
    """Return the file of a house that has sealed its heads twice."""
    for name in ("first", "second"):
        home.submit(name, text="a walk in the hills")
        assert home.house.sealer.seal()
    return home.house.settings.var / "audit-heads.jsonl"


def breaches(home: Home) -> list[tuple[str, str]]:
    """Return what a verification finds."""
    return [(breach.promise, breach.subject) for breach in home.house.verify().breaches]


def test_what_was_handed_out_and_kept_is_sound(home: Home, handed_out: Path) -> None:
    """Two lines, two seals, no breach, no note."""
    found = home.house.verify()

    assert (len(handed_out.read_bytes().splitlines()), found.seals, found.breaches, found.notes) == (2, 2, (), ())


@pytest.mark.parametrize("line", [b"nonsense", b'{"seal": 1, "signature": "00"}', b"[]", b'{"seal": {"number": "x"}}'])
def test_a_line_that_is_no_seal_is_a_breach(home: Home, handed_out: Path, line: bytes) -> None:
    """Named by the file; the verification goes on to its end."""
    handed_out.write_bytes(line + b"\n" + handed_out.read_bytes())

    assert breaches(home) == [("P9", "audit-heads.jsonl")]


def test_a_line_that_a_kill_has_cut_is_passed_over(home: Home, handed_out: Path) -> None:
    """It was never finished, so nobody was promised it; the seal itself is in the database and noted as not out."""
    handed_out.write_bytes(handed_out.read_bytes()[:-20])
    found = home.house.verify()

    assert found.breaches == ()
    assert found.notes == ("1 seals, first 2, are not in audit-heads.jsonl",)


def test_a_seal_that_the_database_has_lost_is_a_breach(home: Home, handed_out: Path) -> None:
    """A database that was rolled back does not know what it once signed."""
    with home.house.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_seals_no_delete")
        connection.exec_driver_sql("DELETE FROM audit_seals WHERE number = 2")

    assert ("P9", "seal/2") in breaches(home)
    assert handed_out.exists()
