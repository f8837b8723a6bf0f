"""Wire what is done about quality: second looks, golden cases and figures."""

from typing import TYPE_CHECKING

from tutela.flows.end_looks import EndLooks
from tutela.flows.give_golden import GiveGolden
from tutela.flows.lay_samples import LaySamples
from tutela.flows.list_golden import ListGolden
from tutela.flows.mark_golden import MarkGolden
from tutela.flows.read_agreement import ReadAgreement
from tutela.flows.verbs_of_quality import Quality
from tutela.flows.withdraw_golden import WithdrawGolden
from tutela.worker import Job

if TYPE_CHECKING:
    from tutela.bootstrap.deciding import Deciding


def open_quality(house: "Deciding") -> Quality:
    """Return the verbs of quality for *house*."""
    store, committer, clock, entropy = house.store, house.committer, house.clock, house.entropy
    return Quality(
        mark=MarkGolden(store, committer, house.policy, clock, entropy),
        withdraw=WithdrawGolden(store, committer, clock),
        list=ListGolden(store),
        agreement=ReadAgreement(store, clock),
        give=GiveGolden(entropy, house.settings.golden_per_thousand),
        lay=LaySamples(store, committer, clock, entropy),
        end=EndLooks(store, committer, clock),
    )


def quality_jobs(house: "Deciding") -> list[Job]:
    """Return what is done in the background; wired when it first runs."""

    def lay() -> int:
        return house.quality.lay()

    def end() -> int:
        return house.quality.end()

    return [Job("lay_samples", lay, pause_seconds=30.0), Job("end_looks", end, pause_seconds=60.0)]
