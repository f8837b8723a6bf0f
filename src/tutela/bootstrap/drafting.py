"""Wire what reports are drawn up from, and how they come to be approved."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from tutela.adapters.db.account_facts import DatabaseFacts
from tutela.adapters.db.evidence_views import DatabaseEvidenceViews
from tutela.adapters.db.reported_before import DatabaseReportedBefore
from tutela.adapters.keys.seal import KeySeal
from tutela.bootstrap.loading import load_duties
from tutela.core.filing.channel import Channel, channel_facts
from tutela.core.filing.contacts import Person
from tutela.core.filing.known_case import Letterhead
from tutela.core.filing.report import Reporter
from tutela.core.filing.terms import Terms
from tutela.core.units import Duration
from tutela.flows.approve_report import ApproveReport
from tutela.flows.ask_for_facts import AskForFacts
from tutela.flows.check_report import CheckReport
from tutela.flows.correct_report import CorrectReport
from tutela.flows.draw_up_report import DrawUpReport
from tutela.flows.edit_report import EditReport
from tutela.flows.follow_overturned import FollowOverturned
from tutela.flows.keep_facts import KeepFacts
from tutela.flows.look_again import LookAgain
from tutela.flows.prepare_report import PrepareReport
from tutela.flows.preview_report import PreviewReport
from tutela.flows.read_known_case import ReadKnownCase
from tutela.flows.read_making import ReadMaking
from tutela.flows.verbs_of_drafting import Drafting

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def open_drafting(house: "House", terms: Callable[[str], Terms] | None = None) -> Drafting:
    """Return the verbs of drafting for *house*."""
    store, clock, entropy, vault = house.store, house.clock, house.entropy, house.vault
    terms = terms or terms_of(house)
    book = DatabaseFacts(house.engine, house.chain, clock, entropy)
    facts = KeepFacts(store, book, house.keys, KeySeal, clock, entropy)
    views = DatabaseEvidenceViews(house.engine, house.chain, clock)
    before = DatabaseReportedBefore(house.engine)
    known = ReadKnownCase(facts, before, views, house.policy, clock, ReadMaking(vault, house.renderer))

    def letterhead(authority: str) -> Letterhead:
        # Where nobody has said who reports it is drawn up all the same, and pre-flight says what is missing.
        reporter = terms(authority).reporter or Reporter(person=Person())
        return Letterhead(reporter, clock.now())

    authorities = frozenset(each.id for each in load_duties().authorities)
    filing = house.filing
    find = filing.find
    check = CheckReport(store, views, vault, terms, clock)
    correct = CorrectReport(find, before, clock, entropy)
    undo = timedelta(seconds=house.settings.undo_seconds)
    return Drafting(
        facts=facts,
        ask=AskForFacts(store, book, clock, Duration(seconds=house.settings.undo_seconds)),
        draw_up=DrawUpReport(store, known, filing.book, vault, letterhead, clock, entropy, authorities),
        edit=EditReport(find, clock),
        preview=PreviewReport(find, check, clock),
        prepare=PrepareReport(find, check, clock),
        approve=ApproveReport(find, check, LookAgain(store, house.committer, clock, entropy), vault, clock),
        correct=correct,
        follow=FollowOverturned(store, correct, filing.filings, house.committer, house.policy, clock, undo),
    )


def terms_of(house: "House") -> Callable[[str], Terms]:
    """Return what tells on what terms reports go out: the channel as it is stored now."""

    def terms(authority: str) -> Terms:
        filing = house.filing
        channel = filing.channels.channel(authority) or Channel(authority=authority)
        return Terms(
            channel=channel_facts(channel),
            schema_url=channel.schema_url,
            reporter=channel.reporter,
            features=channel.features,
            may_classify=channel.may_classify,
            people=channel.approval.people,
            least_complete_percent=channel.approval.least_complete_percent,
            validate=filing.schema.validator(authority),
        )

    return terms
