"""Everything about reports until they are approved, in one place: what a face is handed."""

from dataclasses import dataclass

from tutela.flows.approve_report import ApproveReport
from tutela.flows.ask_for_facts import AskForFacts
from tutela.flows.correct_report import CorrectReport
from tutela.flows.draw_up_report import DrawUpReport
from tutela.flows.edit_report import EditReport
from tutela.flows.follow_overturned import FollowOverturned
from tutela.flows.keep_facts import KeepFacts
from tutela.flows.prepare_report import PrepareReport
from tutela.flows.preview_report import PreviewReport


@dataclass(frozen=True, slots=True)
class Drafting:
    """The verbs of drafting."""

    facts: KeepFacts
    ask: AskForFacts
    draw_up: DrawUpReport
    edit: EditReport
    preview: PreviewReport
    prepare: PrepareReport
    approve: ApproveReport
    correct: CorrectReport
    follow: FollowOverturned
