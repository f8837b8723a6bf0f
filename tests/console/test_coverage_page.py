"""The page that names what nothing looks for."""

from collections.abc import Iterator
from typing import Any

import pytest

from console.conftest import serving_pages
from console_browser import Browser
from tutela.core.permissions import StaffRole


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve where nothing was ever told."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


def test_every_clause_is_named_and_what_nothing_looks_for_comes_first(browser: Browser, member: Any) -> None:
    """On a fresh installation nothing is told and no list is connected: all twelve are open, whatever ships."""
    page = browser.as_member(member(StaffRole.POLICY_ANALYST)).get("/console/coverage")
    clauses = browser.house.policy.clauses
    missing, _, ordinary = page.text.partition("<h2>Left to people</h2>")

    assert page.status_code == 200
    assert "Nothing that works looks for 12 clauses of zero tolerance." in missing
    assert all((clause.is_zero_tolerance) == (f"<code>{name}</code>" in missing) for name, clause in clauses.items())
    assert "<code>house.spam</code>" in ordinary
    assert all(f"<code>{clause_id}</code>" in page.text for clause_id in clauses)
    assert "rule <code>words-of-seeking</code>: waits" in page.text
    assert "rule <code>adult-reaches-many-minors</code>: untold" in page.text
    assert 'aria-current="page">Coverage' in page.text
