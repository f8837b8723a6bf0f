"""Everything that is done about appeals, for the faces."""

from collections.abc import Callable
from dataclasses import dataclass

from tutela.core.appeals.rules import AppealRules
from tutela.flows.appeal_links import AppealLinks
from tutela.flows.appeal_messages import AppealContacts
from tutela.flows.decide_appeal import DecideAppeal
from tutela.flows.follow_appeals import FollowAppeals
from tutela.flows.forget_appeals import ForgetAppeals
from tutela.flows.keep_appeal_conduct import KeepAppealConduct
from tutela.flows.move_appeal import MoveAppeal
from tutela.flows.read_appeals import ReadAppeals
from tutela.flows.show_appealed import ShowAppealed
from tutela.flows.take_appeal import TakeAppeal


@dataclass(frozen=True, slots=True)
class AppealVerbs:
    """Everything that is done about appeals."""

    links: AppealLinks
    take: TakeAppeal
    move: MoveAppeal
    decide: DecideAppeal
    read: ReadAppeals
    conduct: KeepAppealConduct
    follow: FollowAppeals
    forget: ForgetAppeals
    by_link: ShowAppealed
    contacts: AppealContacts
    rules: Callable[[], AppealRules]
    keep_texts: Callable[[], int]
