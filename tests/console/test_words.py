"""Every value that a page may show has words, and no words are left over."""

import inspect
import re
import tomllib
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import get_args

import pytest

import tutela.console
from make import AT
from tutela.adapters.db import filings
from tutela.console.report_way import step_words
from tutela.console.words import say, sayings
from tutela.core.appeals.misuse import ConductStep
from tutela.core.appeals.misuse import Weight as AppealWeight
from tutela.core.appeals.states import AppealState
from tutela.core.appeals.states import Outcome as AppealOutcome
from tutela.core.case_moves import DangerOver, HoldReason, SkipReason
from tutela.core.case_states import CaseState
from tutela.core.cases import CaseReason
from tutela.core.clocks import ClockId, ClockSubject
from tutela.core.conclusions import Conclusion, Context
from tutela.core.content import AgeBand, AgeProvenance
from tutela.core.dsa.words import Category
from tutela.core.exposure import Blur
from tutela.core.filing import transitions
from tutela.core.filing.answers import Fault
from tutela.core.filing.channel import OffBecause
from tutela.core.filing.clocks import ClockStage
from tutela.core.filing.completeness import CRITERIA
from tutela.core.filing.destruction import Fate
from tutela.core.filing.destructions import Basis, DestructionState
from tutela.core.filing.duty import ChildKnown, Explicitness, Imagery, Obligation, Trait
from tutela.core.filing.exports import ExportState
from tutela.core.filing.holds import HoldSource
from tutela.core.filing.incident import Details
from tutela.core.filing.provenance import Origin
from tutela.core.filing.reading import kind_name, lines_of
from tutela.core.filing.states import Alarm, Environment, Phase, Step
from tutela.core.filing.table import SHAPES
from tutela.core.filing.wire_words import FileAnnotation, IncidentType, ReportAnnotation
from tutela.core.licences import LicenceState
from tutela.core.looks import LookEnd
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.messages import MessageAbout, MessageKind, MessageState
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.draft import ContactChannel
from tutela.core.notices.notice import NoticeOutcome, NoticeState
from tutela.core.notices.outcomes import ItemOutcome
from tutela.core.operator import Technique
from tutela.core.opinions import Opinion
from tutela.core.orders.conflicts import ConflictKind
from tutela.core.orders.conflicts import Weight as OrderWeight
from tutela.core.orders.kinds import OrderKind, Wish
from tutela.core.orders.progress import OrderState
from tutela.core.orders.progress import StepKind as OrderStepKind
from tutela.core.orders.progress import Way as OrderWay
from tutela.core.paging import Waking
from tutela.core.policy import MatchKind, Material, Verification
from tutela.core.roles import Role
from tutela.core.rules.rule import RuleState
from tutela.core.rules.rule_layout import EFFECT_KEYS, RULE_KEYS, TEST_KEYS
from tutela.core.statement_states import StatementState
from tutela.core.statements import DelayBasis, StatementCode
from tutela.core.ties import TieKind
from tutela.core.timeline import EntryKind
from tutela.core.transparency.edition import EditionState
from tutela.core.views import MediaState
from tutela.core.waiting import Lane
from tutela.core.word_banks import WordBankKind
from tutela.flows import file_reports
from tutela.flows.oversee_banks import ListForm
from tutela.flows.prepare_words import WordFormat
from tutela.flows.read_bases import BasisState
from tutela.flows.read_clocks import Due
from tutela.flows.what_they_see import Persona
from tutela.ports.events import FireOutcome
from tutela.ports.filings import StepNote
from tutela.ports.holds import HoldStep, Part
from tutela.ports.reports import ReportKind, ReportState
from tutela_client.verdict import Exposure

SECTIONS: dict[str, type[Enum]] = {
    "reason": CaseReason, "state": CaseState, "conclusion": Conclusion, "conclusion_hint": Conclusion,
    "context": Context, "role": Role, "skip": SkipReason, "hold_reason": HoldReason, "measure": MeasureKind,
    "subject": SubjectKind, "media": MediaState, "match": MatchKind, "age": AgeBand, "provenance": AgeProvenance,
    "rule_state": RuleState, "fire": FireOutcome, "entry": EntryKind, "tie": TieKind, "statement": StatementCode,
    "material": Material, "verification": Verification, "licence": LicenceState, "opinion": Opinion,
    "word_bank_kind": WordBankKind, "list_form": ListForm, "persona": Persona, "basis": BasisState,
    "delay": DelayBasis, "blur": Blur, "danger_over": DangerOver, "waking": Waking,
    "imagery": Imagery, "explicitness": Explicitness,
    "child_known": ChildKnown, "trait": Trait, "report_kind": ReportKind, "report_state": ReportState, "phase": Phase,
    "phase_says": Phase, "environment": Environment, "origin": Origin, "alarm": Alarm, "alarm_remedy": Alarm,
    "fault": Fault, "fault_remedy": Fault, "step": Step, "hold_source": HoldSource, "hold_part": Part,
    "hold_step": HoldStep, "fate": Fate, "destruction_basis": Basis, "destruction_state": DestructionState,
    "destruction_says": DestructionState, "channel_environment": Environment, "off_because": OffBecause,
    "export_state": ExportState, "statement_state": StatementState, "edition_state": EditionState,
    "appeal_state": AppealState, "appeal_outcome": AppealOutcome, "appeal_conduct": ConductStep,
    "appeal_weight": AppealWeight, "branch": Branch, "notice_kind": NoticeKind, "notice_state": NoticeState,
    "notice_outcome": NoticeOutcome, "notice_channel": ContactChannel, "item_outcome": ItemOutcome,
    "clock_asks": ClockId, "clock_subject": ClockSubject, "due_choice": Due, "dsa_category": Category,
    "message_about": MessageAbout, "message_kind": MessageKind, "message_state": MessageState,
    "order_kind": OrderKind, "order_state": OrderState, "order_step": OrderStepKind, "order_way": OrderWay,
    "order_wish": Wish, "order_conflict": ConflictKind, "order_weight": OrderWeight, "lane": Lane,
    "technique": Technique, "word_form": WordFormat, "word_form_texts": WordFormat, "word_columns": WordBankKind,
}  # fmt: skip


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_words_for_each_value_and_for_nothing_else(section: str) -> None:
    """A new value takes its words with it."""
    assert sayings(section) == {each.value for each in SECTIONS[section]}
    assert all(say(section, each.value).strip() for each in SECTIONS[section])


@pytest.mark.parametrize(
    ("section", "keys"), [("rule_key", RULE_KEYS), ("effect", EFFECT_KEYS), ("test_key", TEST_KEYS)]
)
def test_every_key_of_a_rule_has_words(section: str, keys: Iterable[str]) -> None:
    """The editor says of each what it is."""
    assert sayings(section) == set(keys)


def test_every_exposure_has_words() -> None:
    """Whatever the visibility engine answers can be read."""
    assert sayings("sees") == {each.name.lower() for each in Exposure}


def test_every_obligation_and_every_stage_of_a_clock_has_words() -> None:
    """They are numbers in an order, and are said by their names."""
    assert sayings("obligation") == {each.name.lower() for each in Obligation}
    assert sayings("clock_stage") == {each.name.lower() for each in ClockStage}


def test_everything_of_a_report_has_words() -> None:
    """Each field of each shape, each kind of place, each mark, each kind of incident, each line of the meter."""
    named = {field for shape in SHAPES for field in lines_of(SHAPES, shape)}
    assert sayings("report_field") == named | {"files"}
    assert sayings("details_kind") == {kind_name(each) for each in get_args(Details)}
    assert sayings("annotation") == {each.value for of in (ReportAnnotation, FileAnnotation) for each in of}
    assert sayings("incident_type") == {each.name.lower() for each in IncidentType}
    assert sayings("criterion") == {each.id for each in CRITERIA}


def test_every_note_of_the_log_of_steps_has_words() -> None:
    """Read out of the code that writes them, so that a new one takes its words with it."""
    written = inspect.getsource(transitions) + inspect.getsource(filings) + inspect.getsource(file_reports)
    notes = {note for _, note in re.findall(r"""(?:Turn\(.*|StepNote\(now), (f?)"([a-z{][\w.{}]+)"\)?""", written)}
    whole = {each for each in notes if "{" not in each}
    ends = {each.rpartition(".")[2] for each in notes if "step" in each}
    assert {"submit.lost", "gone.failed", "hastened"} <= whole
    assert {"asked", "lost", "again", "refused", "unwritable"} <= ends
    for note in whole | {f"{step}.{end}" for step in Step for end in ends} | {"file.0.unreadable"}:
        step = next((each for each in Step if note.startswith(each.value)), None)
        assert step_words(StepNote(AT, note, step, 0)) != note


def test_no_two_pages_or_sections_have_the_same_name() -> None:
    """The one that is read last would hide the other; a file is a page or holds sections, and nothing of both."""
    folder = Path(tutela.console.__file__).parent / "texts" / "en"
    named = []
    for path in folder.iterdir():
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        [kind] = {type(each) for each in told.values()}
        named += [path.stem] if kind is str else told
    assert len(named) == len(set(named)) > 100


def test_every_end_of_a_look_is_told() -> None:
    """Whoever answered a look for quality is told how it ended."""
    assert {each.value for each in LookEnd} <= sayings("done")


def test_every_section_that_a_page_asks_for_is_there() -> None:
    """A page that names a section of no file would break when it is opened."""
    folder = Path(tutela.console.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in [*folder.rglob("*.html"), *folder.rglob("*.py")])
    asked = set(re.findall(r"""say\(["'](\w+)["']""", text))
    assert asked
    assert all(sayings(section) for section in asked)
