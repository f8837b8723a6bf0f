"""A module that no longer fits in a head is split."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_MODULE_LINES = 600
MAX_FUNCTION_LINES = 60

PATHS = [path for folder in ("src", "client", "benchmarks", "docs") for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    """Split by noun or verb. A migration is one flat list of columns, and never grows again: its length is free."""
    text = path.read_text(encoding="utf-8")
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES]

    assert len(text.splitlines()) <= MAX_MODULE_LINES
    assert long == [] or "migrations" in path.parts
