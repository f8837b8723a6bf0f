"""Two processes that look at events at the same moment: nothing counts twice or is lost, no threshold is missed."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

import make
from make import Home
from ruled import A_CASE, ADULT, YOUNG, account, fires, message, observe, rule, use, who
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.measures import MeasureKind
from tutela.core.rules.rule import GrantMeasure, Target
from tutela.core.units import Duration
from tutela.ports.events import FireOutcome

MESSAGES, THREADS = 40, 8
MANY = (
    'event.kind == "message" and author.is_adult and recipient.is_minor '
    'and count_distinct(recipient.id, by=author.id, within="24h") > 5'
)
BLOCK = GrantMeasure(MeasureKind.BLOCK_MESSAGING, Target.AUTHOR, Duration(hours=24), "minors")


@pytest.fixture
def homes(new_database: Callable[[], str], tmp_path: Path, scanner: ChildScanner) -> Iterator[tuple[Home, Home]]:
    """Yield two houses on one database and one set of keys, with the same rule in force."""
    url = new_database()
    with ExitStack() as opened:
        found = []
        for writer in ("one", "two"):
            keys = tmp_path / "keys"
            home = opened.enter_context(make.house(tmp_path / writer, scanner, url=url, keys=keys, writer=writer))
            use(home, rule(MANY, A_CASE, BLOCK))
            found.append(home)
        yield found[0], found[1]


@pytest.mark.both_databases
def test_every_message_past_the_threshold_fires_and_none_before(homes: tuple[Home, Home]) -> None:
    """Eight threads of two processes send one message each of the same adult, to another minor each time.

    The first five are below the threshold, whichever they are; every other one must be seen to be past it, though most
    were planned from a count that others had raised meanwhile.
    """
    observe(homes[0], *(message(f"first-{n}", who("other", ADULT), who(f"kid-{n}", YOUNG)) for n in range(2)))
    observe(homes[0], message("ann-0", who("ann", ADULT), who("kid-0", YOUNG)))
    gate = threading.Barrier(THREADS)

    def send(number: int) -> None:
        gate.wait()
        for n in range(number, MESSAGES, THREADS):
            if n:
                observe(homes[n % 2], message(f"ann-{n}", who("ann", ADULT), who(f"kid-{n}", YOUNG)))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, range(THREADS)))

    found = [fire for fire in fires(homes[0]) if fire.account_id == account(homes[0], "ann")]
    assert len(found) == MESSAGES - 5
    assert sum(fire.outcome is FireOutcome.ACTED for fire in found) >= 1
    assert len({fire.case_id for fire in found}) == 1
    assert homes[0].house.verify().breaches == ()
    with homes[0].house.store.read() as reader:
        [size] = reader.counter_sizes()
        assert len(reader.open_cases([account(homes[0], "ann")])) == 1
    assert size.keys == 2
