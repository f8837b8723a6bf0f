"""The reader printed in the documentation reads what the vault writes, without Tutela."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.vault.local import LocalVault

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "vault-format.md"


class NoonClock:
    """A clock that stands."""

    def now(self) -> datetime:
        """Return noon."""
        return datetime(2026, 3, 1, 12, tzinfo=UTC)


class SystemEntropy:
    """Randomness of the operating system."""

    def new_id(self, noun: str) -> str:
        """Return an identifier."""
        return f"{noun}_{os.urandom(8).hex()}"

    def token(self, size_bytes: int) -> bytes:
        """Return random bytes."""
        return os.urandom(size_bytes)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_the_printed_reader_reads_evidence(tmp_path: Path, size: int) -> None:
    """Copied from the page and run as a program of its own, it returns the same bytes, also after a move."""
    program = PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0]
    keys = FileKeyRing.create(tmp_path / "keys", tmp_path / "master")
    vault = LocalVault(tmp_path / "vault", keys, NoonClock(), SystemEntropy())
    content = os.urandom(size)
    with vault.receive(period="transient", max_bytes=size) as writer:
        writer.write(content)
        content_id = writer.finish().content_id
    vault.move_period(content_id, "evidence-2026")
    where = [tmp_path / "vault", tmp_path / "keys", tmp_path / "master"]
    read = subprocess.run(
        [sys.executable, "-I", "-c", program, *map(str, where), content_id], check=True, capture_output=True
    )
    assert read.stdout == content
    assert b"tutela" not in b"".join(line for line in program.encode().splitlines() if b"import" in line)
