"""One picture, thousands of carriers: a finding reaches all of them in one transaction, and asking stays cheap."""

import pytest

import make
from flows.test_decide import K, asked, on
from make import Home
from tutela.core.content import Digests
from tutela.flows.refer import MediaReference
from tutela_client.viewer import Viewer

ONE = MediaReference(digests=Digests(sha256="ab" * 32))
ASKED = 100


def carried(home: Home, carriers: int) -> None:
    """Have so many people post the same picture."""
    posts = [make.submission(f"copy-{number}", ONE, author=f"author-{number}") for number in range(carriers)]
    for start in range(0, carriers, 200):
        home.submit_all(*posts[start : start + 200])


def steps_of_asking(home: Home) -> int:
    """Return how many thousand steps of SQLite it takes to say what a stranger sees of some of them."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    with home.house.store.read() as reader:
        driver = reader._connection.connection.driver_connection  # type: ignore[union-attr]  # SQLite's own
        driver.set_progress_handler(count, 1000)
        seen = reader.seen([f"copy-{number}" for number in range(ASKED)], Viewer(), home.clock.now())
        driver.set_progress_handler(None, 0)
    assert len(seen) == ASKED
    return counted[0]


@pytest.mark.parametrize("clause", ["adults.intimate", "minors.exploitative"])
def test_a_finding_under_an_ordinary_clause_takes_every_copy_with_it(home: Home, clause: str) -> None:
    """Whoever asked for an intimate image to go asked for every copy; what spreads less stays where it is."""
    carried(home, 30)
    home.house.decide(asked(on("item", "copy-0", K.REMOVE), clause=clause))
    assert all(home.is_absent(f"copy-{number}") for number in range(30))


def test_a_clause_that_does_not_spread_leaves_copies_where_they_are(home: Home) -> None:
    """Conduct in one place says nothing of a picture elsewhere."""
    carried(home, 3)
    home.house.decide(asked(on("item", "copy-0", K.REMOVE), clause="house.conduct"))
    assert not home.is_absent("copy-1")


def test_asking_costs_as_much_however_many_carry_the_picture(home: Home) -> None:
    """Steps of the database, not seconds: ten times the carriers take at most a fifth more."""
    carried(home, 200)
    home.house.decide(asked(on("item", "copy-0", K.REMOVE), clause="adults.intimate"))
    few = steps_of_asking(home)
    posts = [make.submission(f"more-{number}", ONE, author=f"other-{number}") for number in range(1800)]
    for start in range(0, 1800, 200):
        home.submit_all(*posts[start : start + 200])
    assert steps_of_asking(home) <= max(few, 5) * 1.2
