"""Every page can be found from the first one, and what the README tells a newcomer to send is right."""

import json
import re
import runpy
from pathlib import Path

import pytest

from tutela.api import bodies, sight_bodies

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def test_every_page_is_linked_from_the_first_one() -> None:
    """A page that nobody links is a page that nobody reads: name a new one in docs/README.md."""
    links = LINK.findall((DOCS / "README.md").read_text(encoding="utf-8"))
    linked = {(DOCS / link).resolve() for link in links}

    assert {page.resolve() for page in DOCS.rglob("*.md")} - linked - {(DOCS / "README.md").resolve()} == set()


def test_the_pages_that_are_written_are_those_that_say_so() -> None:
    """Run `./dev docs` when this fails."""
    pages = runpy.run_path(str(DOCS / "build.py"))["pages"]()
    say_so = {page.name for page in (DOCS / "reference").glob("*.md") if "Written by ./dev docs" in page.read_text()}

    assert set(pages) == say_so
    for name, text in pages.items():
        assert (DOCS / "reference" / name).read_text(encoding="utf-8") == text, name


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "src" / "tutela" / "api" / "pages.py"], ids=lambda p: p.name
)
def test_what_a_newcomer_is_told_to_send_is_taken(page: Path) -> None:
    """The form's item and the question of the README and of `/docs` are what the two routes read."""
    text = page.read_text(encoding="utf-8")
    items = re.findall(r"-F 'item=(\{.*?\})'", text)
    questions = re.findall(r"-d '(\{.*?\})'", text)

    assert (len(items), len(questions)) == (1, 1)
    assert bodies.Item.model_validate_json(items[0]).id == json.loads(items[0])["id"]
    assert sight_bodies.VisibilityQuestion.model_validate_json(questions[0]).surface == "feed"
    assert "Authorization: Bearer $KEY" in text
    assert "http://127.0.0.1:8420/v1/items" in text
