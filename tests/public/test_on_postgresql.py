"""The desk once more, on PostgreSQL: the very tests of its pages, with another house behind them."""

from collections.abc import Iterator
from typing import Any

import pytest

from console.conftest import serving_pages
from public.conftest import DESK_FILE, Desk
from public.test_pages import (  # noqa: F401  # collected here: they are names of this module
    test_a_code_that_opens_nothing_is_answered_as_any_other_that_opens_nothing,
    test_more_can_be_told_by_the_code,
    test_sending_twice_is_one_notice_and_a_changed_one_is_another,
    test_what_was_answered_is_what_is_taken,
    test_whoever_guesses_waits_and_whoever_has_a_code_does_not,
)

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, postgresql: Any, migrated_postgresql: str) -> Iterator[Desk]:
    """Serve the desk from PostgreSQL, for every test that this file names."""
    folder, url = tmp_path_factory.mktemp("desk-on-postgresql"), postgresql.create(migrated_postgresql)
    (folder / "desk.toml").write_text(DESK_FILE, encoding="utf-8")
    more = {"desk_is_open": True, "desk_file": folder / "desk.toml", "proxy_hops": 1, "database_url": url}
    with serving_pages(folder / "var", **more) as browser:
        yield Desk(browser.house, browser.port)
    postgresql.drop(url)


def test_the_desk_behind_these_tests_is_on_postgresql(desk: Desk) -> None:
    """Or they would prove nothing."""
    assert desk.house.engine.dialect.name == "postgresql"
