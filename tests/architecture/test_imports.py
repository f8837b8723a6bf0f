"""The arrows of the house, read from the imports themselves: core <- ports <- flows <- faces; adapters look inwards."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = {"tutela": ROOT / "src" / "tutela", "tutela_client": ROOT / "client" / "src" / "tutela_client"}

SHARED = {
    "core",
    "errors",
    "tutela_client",
}  # the client holds the one evaluator of visibility; the server is its other host
FACE = SHARED | {"ports", "flows", "config", "statuses"}

ROOMS = {
    "errors": set(),
    "statuses": {"errors"},
    "policy": set(),
    "core": SHARED,
    "config": SHARED,
    "ports": SHARED | {"ports"},
    "adapters": SHARED | {"ports", "adapters"},
    "flows": SHARED | {"ports", "flows", "config"},
    "api": FACE | {"api"},
    "hma": FACE | {"hma"},
    "console": FACE | {"console"},
    "public": FACE | {"public"},
    "worker": FACE | {"worker"},
    "cli": FACE | {"cli", "bootstrap", "sandbox"},
    "sandbox": {"sandbox", "tutela_client"},  # a platform: it knows the client and nothing else of us
    "tutela_client": {"tutela_client"},
}
"""What each room may import of ours. `bootstrap` is not here: it wires everything."""

PURE = {
    "core": {"numpy", "ada_url", "ahocorasick_rs", "defusedxml", "publicsuffixlist", "py3langid", "re2", "yaml"},
    "ports": {"numpy"},
    "errors": set(),
    "statuses": set(),
    "tutela_client": set(),
    "sandbox": {"numpy", "PIL", "defusedxml", "python_multipart"},
}
"""Rooms that may import only these beside the standard library."""


def modules() -> Iterator[tuple[str, Path]]:
    """Yield the room of each module, and its file."""
    for package, folder in FOLDERS.items():
        for path in sorted(folder.rglob("*.py")):
            inside = path.relative_to(folder).with_suffix("").parts
            yield (package if package == "tutela_client" or inside == ("__init__",) else inside[0]), path


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; write the whole name"
            # `from tutela import flows` names the room in the alias.
            names = [f"tutela.{alias.name}" for alias in node.names] if node.module == "tutela" else [str(node.module)]
            yield from names


def test_a_room_imports_only_what_lies_inwards() -> None:
    """Move the code, or hand the thing in through a port; `bootstrap` alone picks adapters."""
    found = list(modules())

    assert len(found) > 100, "they are found at all"
    assert [each for room, path in found for each in outwards(room, path)] == []


def outwards(room: str, path: Path) -> Iterator[str]:
    """Yield what a module must not import."""
    if room in {"bootstrap", "tutela", "__main__"}:
        return
    assert room in ROOMS, f"{room} is a new room: say in ROOMS what it may import"
    for name in imported(path):
        top, _, rest = name.partition(".")
        if top in FOLDERS:
            target = top if top == "tutela_client" else rest.partition(".")[0]
            if target not in ROOMS[room]:
                yield f"{path.relative_to(ROOT)}: {room} must not import {name}"
        elif room in PURE and top not in sys.stdlib_module_names | PURE[room]:
            yield f"{path.relative_to(ROOT)}: {room} must not import {name}"
