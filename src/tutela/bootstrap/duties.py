"""Wire what incidents owe to authorities, and what is done about it."""

from typing import TYPE_CHECKING

from tutela.bootstrap.loading import load_duties, load_hand_forms
from tutela.core.units import Duration
from tutela.flows.close_dealt import CloseDealt
from tutela.flows.confirm_duties import ConfirmDuties
from tutela.flows.deal import Deal
from tutela.flows.decline_duty import DeclineDuty
from tutela.flows.file_by_hand import FileByHand
from tutela.flows.fill_duty_sheet import FillDutySheet
from tutela.flows.lay_out_by_hand import LayOutByHand
from tutela.flows.read_duties import ReadDuties
from tutela.flows.take_duty import TakeDuty
from tutela.flows.verbs_of_duties import DutyVerbs
from tutela.flows.watch_duties import WatchDuties

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def open_duties(house: "House") -> DutyVerbs:
    """Return what is done about duties in *house*."""
    table = load_duties()
    read = ReadDuties(house.store, table, house.profile.read, house.clock)
    close = CloseDealt(house.store, house.committer, read, house.clock, Duration(seconds=house.settings.undo_seconds))
    deal = Deal(house.case_work, read, close)
    return DutyVerbs(
        read=read,
        fill=FillDutySheet(deal),
        decline=DeclineDuty(deal),
        take=TakeDuty(deal),
        file_by_hand=FileByHand(deal),
        close=close,
        watch=WatchDuties(house.store, read, house.clock),
        confirm=ConfirmDuties(house.desk, table, house.clock),
        lay_out=LayOutByHand(house.filing.find, load_hand_forms()),
    )
