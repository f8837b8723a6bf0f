"""A module that no longer fits in a head is split."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAX_MODULE_LINES = 600
MAX_FUNCTION_LINES = 60

PATHS = [path for folder in ("src", "client", "benchmarks", "docs") for path in sorted((ROOT / folder).rglob("*.py"))]


def test_modules_and_functions_stay_small() -> None:
    """Split by noun or verb. A migration is one flat list of columns, and never grows again: its length is free."""
    assert len(PATHS) > 100, "they are found at all"
    assert [each for path in PATHS for each in too_long(path)] == []


def too_long(path: Path) -> Iterator[str]:
    """Yield a module, and each of its functions, that has too many lines."""
    text, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT)
    if len(text.splitlines()) > MAX_MODULE_LINES:
        yield str(name)
    for node in ast.walk(ast.parse(text)) if "migrations" not in path.parts else ():
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES:
            yield f"{name}: {node.name}"
