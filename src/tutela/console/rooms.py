"""What this face needs of the house."""

from typing import Protocol

from tutela.config import Settings
from tutela.core.policy import Policy
from tutela.flows.answer_case import AnswerCase
from tutela.flows.decide import Decide
from tutela.flows.endangered import ProtectEndangered
from tutela.flows.evidence import Evidence
from tutela.flows.filing import Filing
from tutela.flows.find_anything import FindAnything
from tutela.flows.keep_bases import KeepBases
from tutela.flows.keep_destructions import KeepDestructions
from tutela.flows.keep_exports import KeepExports
from tutela.flows.keep_holds import KeepHolds
from tutela.flows.lay_out_account import LayOutAccount
from tutela.flows.messaging import Messaging
from tutela.flows.on_call import OnCall
from tutela.flows.oversee_banks import OverseeBanks
from tutela.flows.oversee_connections import OverseeConnections
from tutela.flows.read_bases import ReadBases
from tutela.flows.read_coverage import ReadCoverage
from tutela.flows.read_figures import ReadFigures
from tutela.flows.report_figures import ReportFigures
from tutela.flows.reverse import Reverse
from tutela.flows.rules import Rules
from tutela.flows.show_decision import ShowDecision
from tutela.flows.staff import Staff
from tutela.flows.switch_banks import SwitchBanks
from tutela.flows.take_back import TakeBack
from tutela.flows.tell_answer import ReadAnswers
from tutela.flows.verbs_of_appeals import AppealVerbs
from tutela.flows.verbs_of_cases import CaseVerbs
from tutela.flows.verbs_of_drafting import Drafting
from tutela.flows.verbs_of_duties import DutyVerbs
from tutela.flows.verbs_of_notices import NoticeVerbs
from tutela.flows.verbs_of_orders import OrderVerbs
from tutela.flows.verbs_of_statements import StatementVerbs
from tutela.flows.verify_beside import VerifyBeside
from tutela.flows.what_they_see import WhatTheySee
from tutela.ports.clock import Clock


class HouseLike(Protocol):  # every member is an attribute of `bootstrap.House`, described there
    """The house as this face sees it."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102  # see the class
    @property
    def clock(self) -> Clock: ...  # noqa: D102  # see the class
    @property
    def staff(self) -> Staff: ...  # noqa: D102  # see the class
    @property
    def read_coverage(self) -> ReadCoverage: ...  # noqa: D102  # see the class
    @property
    def policy(self) -> Policy: ...  # noqa: D102  # see the class
    @property
    def cases(self) -> CaseVerbs: ...  # noqa: D102  # see the class
    @property
    def decide(self) -> Decide: ...  # noqa: D102  # see the class
    @property
    def answer_case(self) -> AnswerCase: ...  # noqa: D102  # see the class
    @property
    def read_answers(self) -> ReadAnswers: ...  # noqa: D102  # see the class
    @property
    def show_decision(self) -> ShowDecision: ...  # noqa: D102  # see the class
    @property
    def reverse(self) -> Reverse: ...  # noqa: D102  # see the class
    @property
    def take_back(self) -> TakeBack: ...  # noqa: D102  # see the class
    @property
    def find_anything(self) -> FindAnything: ...  # noqa: D102  # see the class
    @property
    def evidence(self) -> Evidence: ...  # noqa: D102  # see the class
    @property
    def rules(self) -> Rules: ...  # noqa: D102  # see the class
    @property
    def lay_out_account(self) -> LayOutAccount: ...  # noqa: D102  # see the class
    @property
    def oversee_banks(self) -> OverseeBanks: ...  # noqa: D102  # see the class
    @property
    def switch_banks(self) -> SwitchBanks: ...  # noqa: D102  # see the class
    @property
    def what_they_see(self) -> WhatTheySee: ...  # noqa: D102  # see the class
    @property
    def read_bases(self) -> ReadBases: ...  # noqa: D102  # see the class
    @property
    def keep_bases(self) -> KeepBases: ...  # noqa: D102  # see the class
    @property
    def verify_beside(self) -> VerifyBeside: ...  # noqa: D102  # see the class
    @property
    def read_figures(self) -> ReadFigures: ...  # noqa: D102  # see the class
    @property
    def protect_endangered(self) -> ProtectEndangered: ...  # noqa: D102  # see the class
    @property
    def messaging(self) -> Messaging: ...  # noqa: D102  # see the class
    @property
    def on_call(self) -> OnCall: ...  # noqa: D102  # see the class
    @property
    def oversee_connections(self) -> OverseeConnections: ...  # noqa: D102  # see the class
    @property
    def duties(self) -> DutyVerbs: ...  # noqa: D102  # see the class
    @property
    def notices(self) -> NoticeVerbs: ...  # noqa: D102  # see the class
    @property
    def drafting(self) -> Drafting: ...  # noqa: D102  # see the class
    @property
    def statements(self) -> StatementVerbs: ...  # noqa: D102  # see the class
    @property
    def filing(self) -> Filing: ...  # noqa: D102  # see the class
    @property
    def appeals(self) -> AppealVerbs: ...  # noqa: D102  # see the class
    @property
    def holds(self) -> KeepHolds: ...  # noqa: D102  # see the class
    @property
    def report_figures(self) -> ReportFigures: ...  # noqa: D102  # see the class
    @property
    def orders(self) -> OrderVerbs: ...  # noqa: D102  # see the class
    @property
    def destructions(self) -> KeepDestructions: ...  # noqa: D102  # see the class
    @property
    def exports(self) -> KeepExports: ...  # noqa: D102  # see the class
