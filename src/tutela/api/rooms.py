"""What this face needs of the house, so that it never has to know how the house is wired."""

import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

from tutela.config import Settings
from tutela.core.policy import Policy
from tutela.flows.answer_case import AnswerCase
from tutela.flows.bulk import DecideInBulk
from tutela.flows.decide import Decide
from tutela.flows.evidence import Evidence
from tutela.flows.expand_links import ExpandLinks
from tutela.flows.filing import Filing
from tutela.flows.fill_word_bank import FillWordBank
from tutela.flows.find_copies import FindCopies
from tutela.flows.import_members import ImportMembers
from tutela.flows.keep_banks import KeepBanks
from tutela.flows.keep_choices import KeepChoices
from tutela.flows.keep_destructions import KeepDestructions
from tutela.flows.keep_event_kinds import KeepEventKinds
from tutela.flows.keep_exports import KeepExports
from tutela.flows.keep_holds import KeepHolds
from tutela.flows.keep_keys import KeepKeys
from tutela.flows.keep_labels import KeepLabels
from tutela.flows.keep_opinions import KeepOpinions
from tutela.flows.keep_profile import KeepProfile
from tutela.flows.keep_quotas import KeepQuotas
from tutela.flows.keep_webhooks import KeepWebhooks
from tutela.flows.keep_word_banks import KeepWordBanks
from tutela.flows.look_up import LookUp
from tutela.flows.messaging import Messaging
from tutela.flows.observe import Observe
from tutela.flows.on_call import OnCall
from tutela.flows.permit import Permit
from tutela.flows.read_classifiers import ReadClassifiers
from tutela.flows.read_coverage import ReadCoverage
from tutela.flows.receive_media import ReceiveMedia
from tutela.flows.report_figures import ReportFigures
from tutela.flows.reverse import Reverse
from tutela.flows.rules import Rules
from tutela.flows.show import Show
from tutela.flows.simulate_effects import SimulateEffects
from tutela.flows.staff import Staff
from tutela.flows.submit import Submit
from tutela.flows.take_back import TakeBack
from tutela.flows.tell_answer import ReadAnswers
from tutela.flows.verbs_of_appeals import AppealVerbs
from tutela.flows.verbs_of_cases import CaseVerbs
from tutela.flows.verbs_of_drafting import Drafting
from tutela.flows.verbs_of_duties import DutyVerbs
from tutela.flows.verbs_of_notices import NoticeVerbs
from tutela.flows.verbs_of_orders import OrderVerbs
from tutela.flows.verbs_of_quality import Quality
from tutela.flows.verbs_of_statements import StatementVerbs
from tutela.flows.watch_seconds import WatchSeconds
from tutela.flows.word_engine import WordEngine
from tutela.ports.clock import Clock
from tutela.ports.committer import Committer
from tutela.ports.desk import Desk
from tutela.ports.entropy import Entropy
from tutela.ports.index import IndexName, IndexState, SignalIndex
from tutela.ports.scanner import MediaScanner
from tutela.ports.store import Store
from tutela.ports.webhooks import Webhooks
from tutela_client.table import EffectTable


class JobLike(Protocol):
    """How a background job is going."""

    @property
    def name(self) -> str:
        """Return its name."""
        ...

    @property
    def failures(self) -> int:
        """Return how often it failed in a row."""
        ...


class KeysLike(Protocol):
    """The keys, as far as the checklist asks."""

    def has_escrow(self) -> bool:
        """Return whether a recovery copy was made."""
        ...


class HouseLike(Protocol):  # every member is an attribute of `bootstrap.House`, described there
    """The house as this face sees it."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102  # see the class
    @property
    def policy(self) -> Policy: ...  # noqa: D102  # see the class
    @property
    def feed_id(self) -> str: ...  # noqa: D102  # see the class
    @property
    def effects(self) -> EffectTable: ...  # noqa: D102  # see the class
    @property
    def clock(self) -> Clock: ...  # noqa: D102  # see the class
    @property
    def entropy(self) -> Entropy: ...  # noqa: D102  # see the class
    @property
    def store(self) -> Store: ...  # noqa: D102  # see the class
    @property
    def notices(self) -> NoticeVerbs: ...  # noqa: D102  # see the class
    @property
    def desk(self) -> Desk: ...  # noqa: D102  # see the class
    @property
    def committer(self) -> Committer: ...  # noqa: D102  # see the class
    @property
    def scanner(self) -> MediaScanner: ...  # noqa: D102  # see the class
    @property
    def keys(self) -> KeysLike: ...  # noqa: D102  # see the class
    @property
    def known(self) -> SignalIndex: ...  # noqa: D102  # see the class
    @property
    def stored(self) -> SignalIndex: ...  # noqa: D102  # see the class
    @property
    def changed(self) -> threading.Condition: ...  # noqa: D102  # see the class
    @property
    def quotas(self) -> KeepQuotas: ...  # noqa: D102  # see the class
    @property
    def profile(self) -> KeepProfile: ...  # noqa: D102  # see the class
    def checklist(self) -> dict[str, bool]: ...  # noqa: D102  # see the class
    @property
    def duties(self) -> DutyVerbs: ...  # noqa: D102  # see the class
    @property
    def submit(self) -> Submit: ...  # noqa: D102  # see the class
    @property
    def observe(self) -> Observe: ...  # noqa: D102  # see the class
    @property
    def event_kinds(self) -> KeepEventKinds: ...  # noqa: D102  # see the class
    @property
    def labels(self) -> KeepLabels: ...  # noqa: D102  # see the class
    @property
    def show(self) -> Show: ...  # noqa: D102  # see the class
    @property
    def permit(self) -> Permit: ...  # noqa: D102  # see the class
    @property
    def look_up(self) -> LookUp: ...  # noqa: D102  # see the class
    @property
    def find_copies(self) -> FindCopies: ...  # noqa: D102  # see the class
    @property
    def decide_in_bulk(self) -> DecideInBulk: ...  # noqa: D102  # see the class
    @property
    def read_coverage(self) -> ReadCoverage: ...  # noqa: D102  # see the class
    @property
    def receive_media(self) -> ReceiveMedia: ...  # noqa: D102  # see the class
    @property
    def decide(self) -> Decide: ...  # noqa: D102  # see the class
    @property
    def drafting(self) -> Drafting: ...  # noqa: D102  # see the class
    @property
    def answer_case(self) -> AnswerCase: ...  # noqa: D102  # see the class
    @property
    def watch_seconds(self) -> WatchSeconds: ...  # noqa: D102  # see the class
    @property
    def read_answers(self) -> ReadAnswers: ...  # noqa: D102  # see the class
    @property
    def cases(self) -> CaseVerbs: ...  # noqa: D102  # see the class
    @property
    def quality(self) -> Quality: ...  # noqa: D102  # see the class
    @property
    def reverse(self) -> Reverse: ...  # noqa: D102  # see the class
    @property
    def take_back(self) -> TakeBack: ...  # noqa: D102  # see the class
    @property
    def keep_banks(self) -> KeepBanks: ...  # noqa: D102  # see the class
    @property
    def keep_opinions(self) -> KeepOpinions: ...  # noqa: D102  # see the class
    @property
    def import_members(self) -> ImportMembers: ...  # noqa: D102  # see the class
    @property
    def simulate_effects(self) -> SimulateEffects: ...  # noqa: D102  # see the class
    @property
    def keep_keys(self) -> KeepKeys: ...  # noqa: D102  # see the class

    @property
    def staff(self) -> Staff: ...  # noqa: D102  # see the class
    @property
    def messaging(self) -> Messaging: ...  # noqa: D102  # see the class
    @property
    def on_call(self) -> OnCall: ...  # noqa: D102  # see the class
    @property
    def rules(self) -> Rules: ...  # noqa: D102  # see the class
    @property
    def read_classifiers(self) -> ReadClassifiers: ...  # noqa: D102  # see the class
    @property
    def expand_links(self) -> ExpandLinks: ...  # noqa: D102  # see the class
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
    @property
    def evidence(self) -> Evidence: ...  # noqa: D102  # see the class
    @property
    def keep_choices(self) -> KeepChoices: ...  # noqa: D102  # see the class
    @property
    def webhooks(self) -> Webhooks: ...  # noqa: D102  # see the class
    @property
    def keep_webhooks(self) -> KeepWebhooks: ...  # noqa: D102  # see the class
    @property
    def keep_word_banks(self) -> KeepWordBanks: ...  # noqa: D102  # see the class
    @property
    def fill_word_bank(self) -> FillWordBank: ...  # noqa: D102  # see the class

    @property
    def word_engine(self) -> WordEngine: ...  # noqa: D102  # see the class

    @property
    def jobs(self) -> Sequence[JobLike]: ...  # noqa: D102  # see the class

    def index_states(self) -> Mapping[IndexName, IndexState]:
        """Return what the indexes are made of."""
        ...

    def why_not_ready(self) -> list[str]:
        """Return what keeps the indexes from answering; empty when nothing does."""
        ...
