"""What the operator aims at: from the settings to the clocks of a notice."""

from datetime import timedelta
from pathlib import Path

import pytest

import make
from tutela.adapters.media.scanner import ChildScanner
from tutela.config import load
from tutela.core.clocks import ClockId, ClockSubject
from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import NoticeDraft
from tutela.core.permissions import at_machine
from tutela.errors import Misconfigured

OPS = at_machine("ops")


def test_a_notice_runs_by_the_targets_of_the_settings(tmp_path: Path, scanner: ChildScanner) -> None:
    """Also after the profile was recorded, which knows nothing of them."""
    with make.house(tmp_path, scanner, desk_target_child_hours=2) as home:
        house = home.house
        house.profile.write(house.profile.read_now())
        receipt = house.notices.hand_in(OPS, NoticeDraft(Branch.IT_SHOWS_ME, names=("somebody",), age_said="13_15"))
        clocks = house.messaging.clocks.of(OPS, ClockSubject.NOTICE, receipt.notice_id)
        [decision] = [each for each in clocks if each.id is ClockId.DSA_DECISION]
        assert decision.due_at - decision.start.started_at == timedelta(hours=2)


@pytest.mark.parametrize("name", ["danger_minutes", "child_hours", "other_hours", "appeal_days"])
@pytest.mark.parametrize("value", ["0", "-1", "10000", "soon"])
def test_a_target_that_is_none_is_refused(name: str, value: str) -> None:
    """With its name."""
    with pytest.raises(Misconfigured, match=f"desk_target_{name}"):
        load({f"TUTELA_DESK_TARGET_{name.upper()}": value})
