"""Habits of the house that no linter knows."""

import ast
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE_FOLDERS = ("src", "client", "tests", "benchmarks", "docs")
PYTHON = [path for folder in CODE_FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
IN_THE_HOUSE = [path for path in PYTHON if "tests" not in path.relative_to(ROOT).parts[:1]]

SILENCED = re.compile(r"#\s*(noqa\b|type:\s*ignore\b)")
REASONED = re.compile(r"# (noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[a-z-]+(, ?[a-z-]+)*\]) (-| #) \S.*")
LEFT_OPEN = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))")

# Built from parts, so that this file does not name what it looks for.
INDEX_HOSTS = re.compile("|".join((r"pypi\." + "org", r"python" + r"hosted\.org", r"--(extra-)?index" + "-url")))

LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")

FRAGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|fixed|security)\.md")


def named(path: Path) -> str:
    """Return the path as a reader of the repository knows it."""
    return str(path.relative_to(ROOT))


def comments(paths: list[Path], looked_for: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield each comment that holds what is looked for, with its module; a string that only looks like one is none."""
    for path in paths:
        if not looked_for.search(path.read_text(encoding="utf-8")):
            continue  # taking a module apart takes a hundred times as long as looking through it
        with path.open("rb") as file:
            for token in tokenize.tokenize(file.readline):
                if token.type == tokenize.COMMENT and looked_for.search(token.string):
                    yield named(path), token.string


def repository_files() -> list[Path]:
    """Return every text file that belongs to the repository, committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:  # an unpacked archive has no git; its own files will do
        found = [*PYTHON, *ROOT.glob("*.*"), *(ROOT / "requirements").iterdir()]
        return [path for path in found if path.is_file()]
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_every_test_says_what_it_promises() -> None:
    """The name is the claim; the docstring is the sentence beside it."""
    silent = [
        f"{named(path)}: {node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert silent == []


def test_every_silenced_check_has_a_reason() -> None:
    """Write `# noqa: X  # why`, or a dash before the reason: the next reader cannot ask you."""
    silenced = [(path, comment) for path, comment in comments(PYTHON, SILENCED) if SILENCED.match(comment)]

    assert len(silenced) > 100, "they are found at all"
    assert [each for each in silenced if not REASONED.fullmatch(each[1])] == []


def test_nothing_is_left_open_without_an_issue() -> None:
    """Finish it, or write `TODO(#123)`."""
    assert list(comments(IN_THE_HOUSE, LEFT_OPEN)) == []


def test_no_file_names_a_package_index() -> None:
    """Where packages come from is the operator's choice; a lock pins them by checksum."""
    found = []
    for path in repository_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if INDEX_HOSTS.search(text):
            found.append(named(path))

    assert found == []


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.lock")), ids=named)
def test_every_locked_package_is_pinned_by_checksum(path: Path) -> None:
    """A package without a hash would make `./dev` fail on the first machine that is not ours."""
    text = path.read_text(encoding="utf-8").strip()
    entries = re.split(r"\n(?=[a-z])", text)

    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_a_change_is_told_in_one_sentence() -> None:
    """`changelog.d/<slug>.<added|changed|fixed|security>.md`, one sentence for the operator, ending in a full stop."""
    fragments = [path for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md"]

    for path in fragments:
        text = path.read_text(encoding="utf-8").strip()
        assert FRAGMENT.fullmatch(path.name), path.name
        assert "\n" not in text, path.name
        assert text.endswith("."), path.name


def test_every_link_between_pages_leads_somewhere() -> None:
    """A page that moved takes its links along."""
    pages = [path for path in repository_files() if path.suffix == ".md"]
    links = [(path, link) for path in pages for link in LINK.findall(path.read_text(encoding="utf-8"))]

    assert len(links) > 100, "they are found at all"
    assert [(named(path), link) for path, link in links if not (path.parent / link).exists()] == []


def test_the_one_script_is_plain_shell_and_its_help_names_every_command() -> None:
    """`dev` has to run where there is no bash; what it can do, it says."""
    script = (ROOT / "dev").read_text(encoding="utf-8")
    told = subprocess.run(["sh", "dev", "help"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    commands = re.findall(r"^    ([a-z]+)\)$", script, flags=re.MULTILINE)

    assert script.startswith("#!/bin/sh\n")
    assert {"demo", "serve", "test", "lint", "bench"} <= set(commands)
    assert [command for command in commands if f"./dev {command} " not in told] == []


def test_a_misspelt_command_sets_nothing_up() -> None:
    """It fails at once, with the help."""
    done = subprocess.run(["sh", "dev", "dmeo"], cwd=ROOT, capture_output=True, check=False, text=True)

    assert done.returncode == 1
    assert "./dev demo" in done.stderr
