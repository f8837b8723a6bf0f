"""From the start of the process until it answers ready, and what it then takes, with banks below a million."""

import secrets
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.server import prepared, started

MEMBERS = 900_000
STARTS = 5
OSPREY_SECONDS, OSPREY_MIB = 3.4, 143.0
"""Osprey before any rule is loaded, as studied for the design; it is not run here."""


def run() -> list[dict[str, Any]]:
    """Measure and return a row each: empty, and with nearly a million hashes."""
    with TemporaryDirectory(prefix="tutela-bench-") as folder:
        listed = Path(folder) / "list.csv"
        write_list(listed)
        before = (
            ("bank", "create", "bench", "--clause", "cse.depiction", "--material", "apparent_csam",
             "--verification", "several_analysts", "--source", "random numbers"),
            ("bank", "import", str(listed), "--bank", "bench"),
        )  # fmt: skip
        return [*_measured("empty", ()), *_measured(f"{MEMBERS:,} PDQ hashes", before)]


def write_list(path: Path) -> None:
    """Write a list of random hashes."""
    with path.open("w") as file:
        file.write("type,value\n")
        file.writelines(f"pdq,{secrets.token_hex(32)}\n" for _ in range(MEMBERS))


def _measured(state: str, before: tuple[tuple[str, ...], ...]) -> list[dict[str, Any]]:
    """Start several times on the same folder."""
    with prepared(before) as (var, key):
        seconds, resident = [], []
        for _ in range(STARTS):
            with started(var, key) as server:
                seconds.append(server.ready_seconds)
                resident.append(server.resident_mib())
    return _rows(state, (statistics.median(seconds), max(resident)))


def _rows(state: str, measured: tuple[float, float]) -> list[dict[str, Any]]:
    seconds, resident = measured
    note = "the peer is Osprey before any rule, as studied, not run here"
    return [
        {
            "what": f"start: ready after, {state}", "ours": round(seconds, 2), "peer": OSPREY_SECONDS, "unit": "s",
            "ratio": round(OSPREY_SECONDS / seconds, 2), "to_reach": "at most 3", "note": note,
        },
        {
            "what": f"start: resident, {state}", "ours": round(resident, 1), "peer": OSPREY_MIB, "unit": "MiB",
            "ratio": round(OSPREY_MIB / resident, 2), "to_reach": "at most 220", "note": note,
        },
    ]  # fmt: skip
