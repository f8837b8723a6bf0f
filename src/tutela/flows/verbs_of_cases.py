"""Every verb about cases in one place, as the faces get them."""

from dataclasses import dataclass

from tutela.flows.claim_case import ClaimCase, RenewCase
from tutela.flows.find_cases import FindCases
from tutela.flows.hand_over_case import Colleagues, HandOverCase
from tutela.flows.hold_case import HoldCase, ResumeCase
from tutela.flows.keep_exposure import KeepExposure
from tutela.flows.keep_own_accounts import KeepOwnAccounts
from tutela.flows.lay_out_case import LayOutCase
from tutela.flows.list_cases import ListCases, ListQueues
from tutela.flows.list_colleagues import ListColleagues
from tutela.flows.mark_danger import MarkDanger
from tutela.flows.move_case import CaseWork
from tutela.flows.next_case import Give, NextCase
from tutela.flows.note_case import NoteCase, ReadNotes
from tutela.flows.read_case import ReadCase
from tutela.flows.read_shift import ReadShift
from tutela.flows.release_case import ReleaseCase
from tutela.flows.skip_case import SkipCase
from tutela.ports.people import People
from tutela_client.table import EffectTable


@dataclass(frozen=True, slots=True)
class CaseVerbs:
    """What can be done with cases. Each takes who asks first."""

    list: ListCases
    queues: ListQueues
    read: ReadCase
    next: NextCase
    claim: ClaimCase
    renew: RenewCase
    release: ReleaseCase
    skip: SkipCase
    hold: HoldCase
    resume: ResumeCase
    hand_over: HandOverCase
    danger: MarkDanger
    note: NoteCase
    notes: ReadNotes
    own: KeepOwnAccounts
    lay_out: LayOutCase
    shift: ReadShift
    find: FindCases
    colleagues: ListColleagues
    exposure: KeepExposure


def verbs(
    work: CaseWork, colleagues: Colleagues, people: People, effects: EffectTable, exposure: KeepExposure, give: Give
) -> CaseVerbs:
    """Return every verb, on the same house."""
    return CaseVerbs(
        list=ListCases(work),
        queues=ListQueues(work),
        read=ReadCase(work),
        next=NextCase(work, give, exposure.book.declined),
        claim=ClaimCase(work),
        renew=RenewCase(work),
        release=ReleaseCase(work),
        skip=SkipCase(work),
        hold=HoldCase(work),
        resume=ResumeCase(work),
        hand_over=HandOverCase(work, colleagues),
        danger=MarkDanger(work),
        note=NoteCase(work),
        notes=ReadNotes(work),
        own=KeepOwnAccounts(work),
        lay_out=LayOutCase(work, effects),
        shift=ReadShift(work),
        find=FindCases(work),
        colleagues=ListColleagues(people.all),
        exposure=exposure,
    )
