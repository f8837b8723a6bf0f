"""How far a report is on its way to an authority, in words: what is done, what is wrong, and what somebody does now."""

from datetime import datetime
from typing import Any

from tutela.console.visits import Visit
from tutela.console.words import say, sayings
from tutela.core.filing.answers import Fault
from tutela.core.filing.channel import Channel
from tutela.core.filing.holds import PRESERVED_YEARS
from tutela.core.filing.states import Phase, alarms
from tutela.core.filing.years import years_after
from tutela.ports.filings import StepNote, StoredFiling


def way_told(visit: Visit, stored: StoredFiling) -> dict[str, Any]:
    """Return what the page of a report tells of its way."""
    now, filing = visit.house.clock.now(), stored.filing
    channel = visit.house.filing.channels.channel(stored.authority) or Channel(authority=stored.authority)
    return {
        "stored": stored,
        "filing": filing,
        "is_held": stored.is_held(now),
        "alarms": alarms(filing, now, channel.environment),
        "is_waiting_for_channel": not filing.is_over and not channel.sends,
        "described": sum(each.is_described for each in filing.files),
        "sent": sum(each.file_id is not None for each in filing.files),
        "kept_until": _kept_until(stored),
        "may_retry": filing.phase is Phase.FAILED or not (filing.is_over or stored.is_held(now)),
        "may_give_up": not filing.is_over and stored.abandon_by is None,
        "may_note": filing.is_over and stored.seen_by is None and _is_noted(stored),
        "says_fault": filing.fault is not Fault.NONE and filing.phase is not Phase.FINISHED,
    }


def step_words(step: StepNote) -> str:
    """Return one line of the log of steps in words; a code that has none is told as it is."""
    if step.note in sayings("step_note"):
        told = say("step_note", step.note)
    elif step.step is not None and step.note.rpartition(".")[2] in sayings("step_came"):
        what, came = say("step", step.step), say("step_came", step.note.rpartition(".")[2])
        told = came.format(what=what)
    else:
        told = say("step_note", "file.unreadable") if step.note.endswith(".unreadable") else step.note
    return told.format(file="" if step.file is None else step.file + 1)


def _kept_until(stored: StoredFiling) -> datetime | None:
    """Return until when what was reported is kept at least; of a test, until when it would be."""
    return None if stored.finished_at is None else years_after(stored.finished_at, PRESERVED_YEARS)


def _is_noted(stored: StoredFiling) -> bool:
    receipt = stored.filing.receipt
    is_odd = receipt is not None and not receipt.is_verified
    return stored.filing.phase is Phase.FAILED or is_odd or stored.filing.unknown_open > 0
