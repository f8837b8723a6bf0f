"""Open consistent reads; see `ports.store`."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from tutela.adapters.db.answers import AnswerReads
from tutela.adapters.db.appeal_involved import InvolvedReads
from tutela.adapters.db.appeals import AppealReads
from tutela.adapters.db.bank_precision import BankPrecisionReads
from tutela.adapters.db.banked import BankedReads
from tutela.adapters.db.banks import BankReads
from tutela.adapters.db.case_fates import CaseFateReads
from tutela.adapters.db.case_lanes import CaseLaneReads
from tutela.adapters.db.cases import CaseReads
from tutela.adapters.db.classifications import QuestionReads
from tutela.adapters.db.clearances import ClearanceReads
from tutela.adapters.db.content import ContentReads
from tutela.adapters.db.counter_reads import CounterReads
from tutela.adapters.db.decisions import DecisionReads
from tutela.adapters.db.duties import DutyReads
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.events import EventReads
from tutela.adapters.db.feed import FeedReads
from tutela.adapters.db.figures import FigureReads
from tutela.adapters.db.filings import FilingReads
from tutela.adapters.db.fires import FireReads
from tutela.adapters.db.hold_reads import HoldReads
from tutela.adapters.db.kept_reads import KeptReads
from tutela.adapters.db.notice_lists import NoticeListReads
from tutela.adapters.db.notices import NoticeReads
from tutela.adapters.db.opinions import OpinionReads
from tutela.adapters.db.overview import OverviewReads
from tutela.adapters.db.quality import QualityReads
from tutela.adapters.db.quotas import QuotaReads
from tutela.adapters.db.reported_before import ReportedReads
from tutela.adapters.db.samples import SampleReads
from tutela.adapters.db.sight import SightReads
from tutela.adapters.db.standing_findings import StandingFindingReads
from tutela.adapters.db.statistics import StatisticsReads
from tutela.adapters.db.strikes import StrikeReads
from tutela.adapters.db.ties import TieReads
from tutela.adapters.db.timeline import TimelineReads
from tutela.adapters.db.undo_windows import UndoReads
from tutela.adapters.db.verifications import VerificationReads
from tutela.adapters.db.views import ViewReads
from tutela.adapters.db.work import WorkReads


class DatabaseReader(
    ContentReads, FeedReads, ViewReads, SightReads, SampleReads, BankReads, OpinionReads, StatisticsReads,
    WorkReads, OverviewReads, StrikeReads, ClearanceReads, VerificationReads, DecisionReads, QuotaReads, AnswerReads,
    CaseReads, StandingFindingReads, QualityReads, FigureReads, UndoReads, BankedReads, EventReads, FireReads,
    CounterReads, QuestionReads, TieReads, TimelineReads, CaseFateReads, HoldReads, FilingReads, DutyReads, KeptReads,
    NoticeListReads,
    ReportedReads, BankPrecisionReads, CaseLaneReads, NoticeReads, AppealReads, InvolvedReads,
):  # fmt: skip
    """Every read of `ports.store.Reader` on one connection and one snapshot."""

    def __init__(self, connection: Connection) -> None:
        """Read from *connection*."""
        self._connection = connection


class DatabaseStore:
    """Open reads from any thread."""

    def __init__(self, engine: Engine) -> None:
        """Read through *engine*."""
        self._engine = engine

    @contextmanager
    def read(self) -> Iterator[DatabaseReader]:
        """Yield a reader on one snapshot."""
        with read_transaction(self._engine) as connection:
            yield DatabaseReader(connection)
