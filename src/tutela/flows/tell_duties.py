"""Say what incidents owe to authorities: one wording for API and command line."""

from datetime import datetime
from typing import Any

from tutela.core.case_states import ENDS
from tutela.core.filing.states import Filing
from tutela.flows.confirm_duties import ConfirmDuties
from tutela.flows.read_duties import Duties, OwedDuty


def duties_told(duties: Duties, now: datetime, table_version: str) -> dict[str, Any]:
    """Return what an incident owes as it is told."""
    sheet = duties.sheet
    return {
        "case": duties.case.id,
        "found_at": duties.found.found_at if duties.found else None,
        "due_at": duties.due_at,
        "settled": duties.is_settled,
        "ended": duties.case.state in ENDS,
        "version": duties.case.version,
        "table": table_version,
        "sheet": {
            "imagery": sheet.imagery.value,
            "explicitness": sheet.explicitness.value,
            "child": sheet.child.value,
            "traits": sorted(each.value for each in sheet.traits),
            "suspects": list(sheet.places.suspects),
            "children": list(sheet.places.children),
            "published": list(sheet.places.published),
            "by": sheet.by,
            "at": sheet.at,
        },
        "duties": [duty_told(each, now) for each in duties.lines],
        "unmet": [
            {"authority": each.authority, "sentence": each.sentence, "remedy": each.remedy} for each in duties.unmet
        ],
    }


def duty_told(line: OwedDuty, now: datetime) -> dict[str, Any]:
    """Return what one authority is owed, and what was done about it."""
    duty, dealt = line.duty, line.dealt
    declined, clock = dealt.declined, dealt.clock
    return {
        "authority": duty.authority,
        "obligation": duty.obligation.name.lower(),
        "row": duty.decided_by,
        "reason": duty.reason,
        "source": duty.source,
        "due_at": line.due_at,
        "is_limit": duty.is_limit,
        "files": duty.files.value,
        "final": duty.is_final,
        "concerned": duty.is_concerned,
        "open": line.is_open,
        "late": line.is_late(now),
        "filed": dealt.is_filed,
        "declined": declined and {"by": declined.by, "at": declined.at, "reason": declined.reason},
        "taken": clock and {"by": clock.by, "due_at": clock.due_at},
        "by_hand": [{"by": each.by, "at": each.at, "reference": each.reference} for each in dealt.by_hand],
        "filings": [_filing(each) for each in dealt.filings],
    }


def _filing(filing: Filing) -> dict[str, Any]:
    return {
        "report": filing.key,
        "environment": filing.environment.value,
        "phase": filing.phase.value,
        "authority_report": filing.report_id,
        "counts": filing.counts_as_filed,
    }


def table_told(confirm: ConfirmDuties) -> dict[str, Any]:
    """Return which table of duties is used, and who confirmed it."""
    last = confirm.read()
    return {
        "version": confirm.table.version,
        "checksum": confirm.table.checksum,
        "confirmed": confirm.is_confirmed(),
        "confirmed_version": last and last.version,
        "confirmed_by": last and last.by,
        "confirmed_at": last and last.at,
    }
