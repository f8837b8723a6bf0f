"""Wire what keeps evidence, destroys it by proof, and hands it out."""

from typing import TYPE_CHECKING

from tutela.adapters.db.finished_reports import DatabaseFinishedReports
from tutela.adapters.db.holds import DatabaseHolds
from tutela.flows.give_own_keys import GiveOwnKeys
from tutela.flows.keep_holds import KeepHolds
from tutela.flows.preserve_reported import PreserveReported
from tutela.flows.seal_held import SealHeld
from tutela.worker import Job

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def open_holds(house: "House") -> KeepHolds:
    """Return the verbs of holds for *house*."""
    book = DatabaseHolds(house.engine, house.chain, house.clock)
    return KeepHolds(house.store, book, open_seal_held(house), house.clock, house.entropy)


def open_seal_held(house: "House") -> SealHeld:
    """Return what seals what is held."""
    return SealHeld(house.store, house.committer, house.vault, house.profile.read, house.clock)


def open_preserve_reported(house: "House") -> PreserveReported:
    """Return what begins the year of the law."""
    book, reported = DatabaseHolds(house.engine, house.chain, house.clock), DatabaseFinishedReports(house.engine)
    return PreserveReported(house.store, book, (reported,), open_seal_held(house), house.clock, house.entropy)


def preserving_jobs(house: "House") -> list[Job]:
    """Return what is done in the background; wired when it first runs."""

    def give_own_keys() -> int:
        return GiveOwnKeys(house.store, house.vault, house.keys)()

    def preserve_reported() -> int:
        return open_preserve_reported(house)()

    def seal_held() -> int:
        return open_seal_held(house)()

    return [
        Job("give_own_keys", give_own_keys, pause_seconds=3600.0),
        Job("preserve_reported", preserve_reported, pause_seconds=5.0, follows_commits=True),
        Job("seal_held", seal_held, pause_seconds=60.0),
    ]
