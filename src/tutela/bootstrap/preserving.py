"""Wire what keeps evidence, destroys it by proof, and hands it out."""

from typing import TYPE_CHECKING

from tutela.flows.give_own_keys import GiveOwnKeys
from tutela.worker import Job

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def preserving_jobs(house: "House") -> list[Job]:
    """Return what is done in the background; wired when it first runs."""

    def give_own_keys() -> int:
        return GiveOwnKeys(house.store, house.vault, house.keys)()

    return [Job("give_own_keys", give_own_keys, pause_seconds=3600.0)]
