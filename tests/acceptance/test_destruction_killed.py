"""A destruction whose process is killed between two steps is taken up by another one, to the same end."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from make import photo
from tutela.bootstrap import House, build
from tutela.config import load
from tutela.core.content import EvidenceState
from tutela.core.filing.certificates import read_certificate
from tutela.core.filing.destructions import Basis, Destruction, DestructionState, Doomed
from tutela.core.ids import DestructionId, EvidenceId
from tutela.core.permissions import at_machine

DRIVER = Path(__file__).with_name("destruction_driver.py")
STEPS = ("destroy_period", "destroy", "destroyed", "prove")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Yield a house on a folder in which another process works as well."""
    built = build(load({"TUTELA_WRITER": "tests"}, var=tmp_path / "var"))
    yield built
    built.close()


@pytest.mark.parametrize("step", STEPS)
def test_whoever_takes_over_finishes_it(house: House, tmp_path: Path, step: str) -> None:
    """Key, bytes, record and certificate agree in the end, and the audit is sound."""
    with house.receive_media.open() as reception:
        reception.write(photo("china"))
        media = reception.finish()
    keep, now = house.destructions, house.clock.now()
    waiting = Destruction(DestructionId(house.entropy.new_id("destruction")), Basis.TWO_PEOPLE, "over", "name:ann", now)
    keep.book.propose(waiting, [Doomed(EvidenceId(media.id), "evidence.unreported")])
    for period in house.keys.periods():
        if period.startswith("transient-"):
            house.vault.move_period(media.content_id or "", "evidence-2026-01")
            house.keys.destroy_period(period)

    # Its time is not over by the clock, so the intent is stored as an agreement would have.
    weighed = keep.due(at_machine("ann"))[0] or keep._weighed(at_machine("ann"), [EvidenceId(media.id)])
    contents = keep.doom(weighed)
    house.keys.destroy_period("evidence-2026-01")
    keep.book.begin(
        Destruction(
            waiting.id, waiting.basis, waiting.reason, waiting.proposed_by, now, DestructionState.DESTROYING, None,
            "name:ben", now,
        ),
        contents, now, {each.id: each.facts for each in weighed},
    )  # fmt: skip
    place = "before" if step == "destroy_period" else "after"
    command = [sys.executable, str(DRIVER), str(tmp_path / "var"), waiting.id, step, place]
    killed = subprocess.run(command, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-500:]

    keep.destroy.resume()

    stored = keep.book.destruction(waiting.id)
    assert stored is not None
    assert stored.state is DestructionState.PROVED
    assert list(house.vault.contents()) == []
    with house.store.read() as reader:
        assert reader.media_by_id([media.id])[media.id].evidence is EvidenceState.DESTROYED
    assert len(read_certificate(keep.certificate(at_machine("ann"), waiting.id)).told["contents"]) == 1
    assert house.verify().breaches == ()
