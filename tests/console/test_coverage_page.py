"""The page that names what nothing looks for."""

from typing import Any

from console_browser import Browser
from tutela.core.permissions import StaffRole


def test_every_clause_is_named_and_what_nothing_looks_for_comes_first(browser: Browser, member: Any) -> None:
    """On a fresh installation nothing is told and no list is connected: all twelve are open, whatever ships."""
    page = browser.as_member(member(StaffRole.POLICY_ANALYST)).get("/console/coverage")
    clauses = browser.house.policy.clauses

    assert page.status_code == 200
    assert f"{len(clauses)} of {len(clauses)} clauses have no detector that works." in page.text
    assert all(f"<code>{clause_id}</code>" in page.text for clause_id in clauses)
    assert "rule <code>words-of-seeking</code>: waits" in page.text
    assert "rule <code>adult-reaches-many-minors</code>: untold" in page.text
    assert 'aria-current="page">Coverage' in page.text
