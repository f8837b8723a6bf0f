"""Every verb about quality in one place, as the faces get them."""

from dataclasses import dataclass

from tutela.flows.end_looks import EndLooks
from tutela.flows.give_golden import GiveGolden
from tutela.flows.lay_samples import LaySamples
from tutela.flows.list_golden import ListGolden
from tutela.flows.mark_golden import MarkGolden
from tutela.flows.read_agreement import ReadAgreement
from tutela.flows.withdraw_golden import WithdrawGolden


@dataclass(frozen=True, slots=True)
class Quality:
    """What can be done about quality, and what is done in the background."""

    mark: MarkGolden
    withdraw: WithdrawGolden
    list: ListGolden
    agreement: ReadAgreement
    give: GiveGolden
    lay: LaySamples
    end: EndLooks
