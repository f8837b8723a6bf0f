"""A decision in bulk whose process is killed in the middle: another one goes on, and each item is decided once."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

import make
from acceptance.bulk_driver import ITEMS
from forked import program
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.flows.run_bulks import CHUNK_ITEMS
from tutela.ports.decisions import BulkState

DRIVER = Path(__file__).with_name("bulk_driver.py")


@pytest.mark.parametrize("chunks", [1, 4])
def test_a_bulk_that_was_killed_is_decided_to_its_end_once(
    new_database: Callable[[], str], tmp_path: Path, chunks: int
) -> None:
    """What was decided stays, what was not is decided by whoever comes next, and nothing is decided twice."""
    folder, url = tmp_path / "var", new_database()
    bulk_id, position = killed(folder, url, chunks)
    scanner = ChildScanner(Limits(), children=1)
    with make.house(folder, scanner, url=url) as home:
        left = home.house.decide_in_bulk.find(bulk_id)
        assert left.state is BulkState.RUNNING
        assert position <= left.position < ITEMS
        assert home.house.run_bulks() == -(-(ITEMS - left.position) // CHUNK_ITEMS)

        done = home.house.decide_in_bulk.find(bulk_id)
        with home.house.store.read() as reader:
            rows = reader.bulk_items(bulk_id, 0, ITEMS)
            told = reader.answers_about(row.item_id for row in rows)
            findings = reader.findings(row.decision_id for row in rows if row.decision_id)
            accounts = reader.accounts_by_platform_id([f"u{n}" for n in range(40)])
            strikes = reader.strikes(account.id for account in accounts.values())
        assert (done.state, done.decided, done.position) == (BulkState.DONE, ITEMS, ITEMS)
        assert (len(told), {len(each) for each in told.values()}) == (ITEMS, {1})
        assert {finding.bulk_id for finding in findings.values()} == {bulk_id}
        assert (len(strikes), {len(each) for each in strikes.values()}) == (40, {1})
        assert home.house.verify().breaches == ()
    scanner.close()


def killed(folder: Path, url: str, chunks: int) -> tuple[str, int]:
    """Run a driver, kill it while it decides the chunk after so many, and return how far it said it was."""
    with program(DRIVER, folder, url) as driver:
        assert driver.stdout is not None
        bulk_id = json.loads(driver.stdout.readline())["bulk"]
        said = [json.loads(driver.stdout.readline())["position"] for _ in range(chunks)]
        driver.send_signal(signal.SIGKILL)
        assert driver.wait(20) == -signal.SIGKILL
    return str(bulk_id), int(said[-1])
