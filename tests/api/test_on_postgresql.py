"""The main journeys once more, on PostgreSQL: the very tests of the other files, with another house behind them."""

from typing import Any

import pytest

from api.test_banks import (  # noqa: F401  # collected here: they are names of this module
    test_a_bank_is_created_once_and_changed,
    test_a_list_is_previewed_imported_and_exported,
    test_a_look_up_says_which_bank_knows_what,
    test_a_picture_is_banked_by_its_signals_and_recognised,
    test_a_repeated_creation_and_filling_is_answered_as_the_first,
    test_members_are_added_listed_and_removed,
)
from api.test_items import (  # noqa: F401  # collected here: they are names of this module
    test_a_batch_answers_each_in_order,
    test_a_form_brings_an_item_and_its_files,
    test_a_new_item_is_201_and_the_same_again_200,
    test_a_repeated_request_is_answered_with_the_same_bytes,
    test_an_id_may_hold_slashes,
    test_hashes_stand_for_media_that_is_not_sent,
    test_known_media_is_refused_with_a_neutral_notice_and_never_shown,
    test_other_content_under_the_same_id_is_a_conflict,
    test_what_was_refused_may_be_sent_again_under_the_same_key,
)
from api.test_readers import (  # noqa: F401  # collected here: they are names of this module
    test_a_wait_ends_empty_when_nothing_changes,
    test_account_facts_are_recorded_and_replaced,
    test_an_item_on_hold_is_absent_and_explained_only_with_the_scope,
    test_changes_are_told_once_in_order,
    test_forty_waiters_hold_no_thread_and_all_are_woken,
    test_what_was_never_submitted_is_absent_and_named,
)
from api.test_uploads import (  # noqa: F401  # collected here: they are names of this module
    test_the_same_bytes_are_one_media,
    test_what_is_no_picture_is_kept_and_says_so,
)

pytestmark = pytest.mark.postgresql


@pytest.fixture
def api(served_on_postgresql: Any) -> Any:
    """Return a client of the server on PostgreSQL, for every test that this file names."""
    return served_on_postgresql


def test_the_house_behind_these_tests_is_on_postgresql(api: Any) -> None:
    """Or they would prove nothing; and its trail is sound, whatever they did."""
    assert api.house.engine.dialect.name == "postgresql"
    assert api.house.verify().breaches == ()
