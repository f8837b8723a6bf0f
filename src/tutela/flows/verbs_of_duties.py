"""Everything that is done about what incidents owe to authorities, for the faces."""

from dataclasses import dataclass

from tutela.flows.close_dealt import CloseDealt
from tutela.flows.confirm_duties import ConfirmDuties
from tutela.flows.decline_duty import DeclineDuty
from tutela.flows.file_by_hand import FileByHand
from tutela.flows.fill_duty_sheet import FillDutySheet
from tutela.flows.lay_out_by_hand import LayOutByHand
from tutela.flows.read_duties import ReadDuties
from tutela.flows.take_duty import TakeDuty
from tutela.flows.watch_duties import WatchDuties


@dataclass(frozen=True, slots=True)
class DutyVerbs:
    """Everything that is done about duties."""

    read: ReadDuties
    fill: FillDutySheet
    decline: DeclineDuty
    take: TakeDuty
    file_by_hand: FileByHand
    close: CloseDealt
    watch: WatchDuties
    confirm: ConfirmDuties
    lay_out: LayOutByHand
