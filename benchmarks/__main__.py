"""Run benchmarks by name and print a table, or JSON: `python -m benchmarks [name ...] [--json]`."""

import argparse
import importlib
import json
import os
import platform
import sys
from typing import Any

NAMES = (
    "hashing",
    "submit",
    "start",
    "search",
    "index",
    "rescan",
    "visibility",
    "visibility_server",
    "bulk",
    "cases",
    "console",
    "views",
    "rules",
    "counters",
    "events",
    "classifiers",
    "names",
    "similar",
    "links",
    "spotting",
    "words",
    "filing",
    "notices",
    "paint",
)
_COLUMNS = (("what", 58), ("ours", 10), ("peer", 10), ("unit", 12), ("ratio", 7), ("to reach", 14))


def main() -> int:
    """Run what was asked for and return the exit status."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(NAMES)}; all when none is given")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.names) - set(NAMES)):
        parser.error(f"there is no benchmark {unknown[0]!r}; known: {', '.join(NAMES)}")
    rows: list[dict[str, Any]] = []
    for name in asked.names or NAMES:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"benchmarks.{name}").run()
    if asked.json:
        print(json.dumps({"machine": machine(), "rows": rows}, indent=2))
    else:
        print_table(rows)
    return 0


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print the rows in columns, notes below them."""
    facts = machine()
    print(f"\nPython {facts['python']}, {facts['system']}, {facts['cores']} cores\n")
    print("".join(name.ljust(width) if name == "what" else name.rjust(width) for name, width in _COLUMNS))
    for number, row in enumerate(rows, start=1):
        mark = f" [{number}]" if row.get("note") else ""
        cells = [f"{row['what']}{mark}"[:57].ljust(58)]
        cells += [_cell(row.get(key)).rjust(width) for key, width in _COLUMNS[1:5]]
        cells.append(_cell(row.get("to_reach")).rjust(14))
        print("".join(cells))
    print()
    for number, row in enumerate(rows, start=1):
        if row.get("note"):
            print(f"[{number}] {row['what']}: {row['note']}")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
