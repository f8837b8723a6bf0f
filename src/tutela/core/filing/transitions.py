"""What each answer, and each lost one, makes of a report on its way. What is returned is stored before the next step.

Every way out of an open report leads through a retract that the authority confirms, or through a code that proves that
it is gone; that is why there are never two finished reports for one. Source: the retry table of the report service's
documentation and of its clients.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tutela.core.filing.answers import (
    FINISHED,
    NO_FILE,
    NO_REPORT,
    RETRACTED,
    AuthorityAnswer,
    Fault,
    Outcome,
    Verdict,
    judge,
)
from tutela.core.filing.backoff import wait
from tutela.core.filing.states import (
    MOST_RESTARTS,
    Asked,
    FileState,
    Filing,
    Phase,
    Receipt,
    Send,
    Step,
    Then,
)

_EVEN = 0.5
"""Of the spread of a pause: neither shorter nor longer."""

_STOPS_CHANNEL = frozenset({Fault.AUTH, Fault.CONFIG})


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of it, and what the step log says: a code of ours, never content."""

    filing: Filing
    note: str


def asked(filing: Filing, send: Send, now: datetime) -> Filing:
    """Return the report with a request written down: stored before it is sent, so that a crash is a lost answer.

    Raises:
        ValueError: Another request has no answer yet.
    """
    if filing.asked is not None:
        raise ValueError(f"{filing.asked.step} was asked and is not settled")
    is_finish = filing.is_finish_asked or send.step is Step.FINISH
    return replace(filing, asked=Asked(send.step, now, send.file), is_finish_asked=is_finish)


def answered(filing: Filing, answer: AuthorityAnswer, now: datetime, spread: float) -> Turn:
    """Return what an answer makes of the request that was written down.

    Args:
        filing: With a request.
        answer: To it.
        now: When it came.
        spread: A random number from 0 to 1; see `backoff`.
    """
    request = _request(filing)
    verdict = judge(answer)
    if verdict.outcome is Outcome.UNKNOWN or _is_unreadable(filing, request, verdict, answer):
        return lost(filing, now, spread, verdict.fault)
    settled = replace(filing, asked=None)
    if verdict.outcome is Outcome.DONE:
        return _done(_troubled(replace(settled, attempts=0, not_before=None), Fault.NONE), request, answer, now)
    known = _BY_CODE.get((request.step is Step.RETRACT, answer.code or 0))
    if known is not None and request.step is not Step.SUBMIT:  # nothing is known of a report that was not opened yet
        return known(settled, request, now)
    return _refused(settled, request, verdict, answer, now, spread)


def lost(filing: Filing, now: datetime, spread: float, fault: Fault = Fault.SERVER) -> Turn:
    """Return what it means that no answer came: the request may have been done, or not."""
    request = _request(filing)
    later = _later(_troubled(replace(filing, asked=None), fault), now, spread)
    if request.step is Step.SUBMIT:
        return Turn(replace(later, unknown_open=filing.unknown_open + 1), "submit.lost")
    if request.step is Step.UPLOAD:
        return _upload_lost(later, request)
    if request.step is Step.FILEINFO:
        files = _with_file(later, request, is_description_lost=True)
        return Turn(replace(later, files=files, changed_at=request.at), "fileinfo.lost")
    return Turn(later, f"{request.step.value}.lost")


def not_sent(filing: Filing, now: datetime, spread: float) -> Turn:
    """Return what it means that the request never left: no connection came about."""
    request = _request(filing)
    back = _troubled(replace(filing, asked=None), Fault.SERVER)
    return Turn(_later(back, now, spread), f"{request.step.value}.not_sent")


def resumed(filing: Filing, now: datetime, spread: float) -> Turn | None:
    """Return what whoever takes over makes of a request that was written down and never settled; none if there is none.

    Resume, never restart: what was acknowledged stands.
    """
    return None if filing.asked is None else lost(filing, now, spread)


def unreadable_file(filing: Filing, file: int) -> Turn:
    """Return what it means that the vault cannot give a file back as it was: nothing half is ever finished."""
    return Turn(_withdrawn(replace(filing, asked=None, fault=Fault.MEDIA), Then.FAIL), f"file.{file}.unreadable")


def unwritable(filing: Filing, step: Step) -> Turn:
    """Return what it means that a document cannot be written, or the downloaded schema refuses it: nothing is sent."""
    return Turn(_withdrawn(replace(filing, asked=None, fault=Fault.VALIDATION), Then.FAIL), f"{step.value}.unwritable")


def retried(filing: Filing) -> Turn:
    """Return the report tried again because a person says so: from its beginning where it failed, else at once.

    Raises:
        ValueError: It was finished or given up, or a request is not settled yet.
    """
    if filing.phase in {Phase.FINISHED, Phase.ABANDONED} or filing.asked is not None:
        raise ValueError("it is over, or something is on its way")
    if filing.phase is not Phase.FAILED:
        return Turn(replace(filing, attempts=0, not_before=None), "hastened")
    files = tuple(each.forgotten() for each in filing.files)
    kept = Filing(filing.key, filing.environment, files, filing.is_urgent, filing.is_batch)
    return Turn(replace(kept, unknown_open=filing.unknown_open, drawn_up_at=filing.drawn_up_at), "retried")


def abandoned(filing: Filing) -> Turn:
    """Return the report given up by a person: withdrawn, unless it turns out to be finished.

    Raises:
        ValueError: It is over, or a request is not settled yet.
    """
    if filing.is_over or filing.asked is not None:
        raise ValueError("it is over, or something is on its way")
    return Turn(_withdrawn(replace(filing, is_stopped=False), Then.ABANDON), "abandoned")


def channel_opened(filing: Filing) -> Filing:
    """Return the report free to go on where it stopped, because credentials and address are right now."""
    return replace(filing, is_stopped=False, attempts=0, not_before=None)


# ------------------------------------------------------------------------------------------------------ what was done


def _done(filing: Filing, request: Asked, answer: AuthorityAnswer, now: datetime) -> Turn:
    if request.step is Step.SUBMIT:
        return Turn(_opened(filing, answer.report_id or "", request.at), "submit.done")
    if request.step is Step.UPLOAD:
        return _uploaded(filing, request, answer)
    if request.step is Step.FILEINFO:
        files = _with_file(filing, request, is_described=True)
        return Turn(replace(filing, files=files, changed_at=request.at), "fileinfo.done")
    if request.step is Step.FINISH:
        return Turn(_finished(filing, answer.file_ids, now), "finish.done")
    return _gone(filing, request, now)


def _opened(filing: Filing, report_id: str, at: datetime) -> Filing:
    return replace(filing, phase=Phase.OPEN, report_id=report_id, opened_at=at, changed_at=at, is_finish_asked=False)


def _uploaded(filing: Filing, request: Asked, answer: AuthorityAnswer) -> Turn:
    file = _file(filing, request)
    if answer.md5 != file.md5.lower():
        damaged = replace(filing, fault=Fault.MEDIA)
        then = Then.START_OVER if filing.restarts < MOST_RESTARTS else Then.FAIL
        return Turn(_withdrawn(damaged, then), "upload.md5_differs")
    files = _with_file(filing, request, file_id=answer.file_id)
    return Turn(replace(filing, files=files, changed_at=request.at), "upload.done")


def _finished(filing: Filing, file_ids: tuple[str, ...] | None, now: datetime) -> Filing:
    ours = tuple(each.file_id for each in filing.files if each.file_id)
    receipt = Receipt(
        filing.report_id or "",
        now,
        file_ids,
        missing=() if file_ids is None else tuple(each for each in ours if each not in file_ids),
        surplus=() if file_ids is None else tuple(each for each in file_ids if each not in ours),
    )
    return replace(filing, phase=Phase.FINISHED, receipt=receipt, then=None, attempts=0, not_before=None)


# ------------------------------------------------------------------------------------------------------ what was lost


def _upload_lost(filing: Filing, request: Asked) -> Turn:
    """A file may be there twice, and none can be taken away again: begin anew, unless that costs what matters more."""
    may_be_doubled = replace(filing, doubled=filing.doubled + 1, changed_at=request.at)
    has_tries = filing.restarts < MOST_RESTARTS
    if filing.is_batch or (has_tries and not filing.is_urgent):
        return Turn(_withdrawn(may_be_doubled, Then.START_OVER if has_tries else Then.FAIL), "upload.lost")
    return Turn(may_be_doubled, "upload.lost_kept")


# --------------------------------------------------------------------------------------------------- what was refused


def _refused(
    filing: Filing, request: Asked, verdict: Verdict, answer: AuthorityAnswer, now: datetime, spread: float
) -> Turn:
    step = request.step.value
    if verdict.fault in _STOPS_CHANNEL:
        return Turn(replace(filing, fault=verdict.fault, is_stopped=True), f"{step}.channel_stopped")
    troubled = _troubled(filing, verdict.fault)
    if verdict.is_retryable:
        return Turn(_later(troubled, now, spread, answer.retry_after_seconds), f"{step}.again")
    if request.step is Step.FILEINFO and _file(filing, request).is_description_lost:
        return Turn(replace(filing, files=_with_file(filing, request, is_described=True)), "fileinfo.was_done")
    if request.step is Step.RETRACT:  # it expires by itself, and then a retract says so
        return Turn(_later(troubled, now, spread), "retract.again")
    if request.step is Step.SUBMIT:
        return Turn(replace(troubled, phase=Phase.FAILED), "submit.refused")
    return Turn(_withdrawn(troubled, Then.FAIL), f"{step}.refused")


def _gone(filing: Filing, request: Asked, now: datetime) -> Turn:  # noqa: ARG001  # one shape for all codes
    """There is no such report any more, so it was never finished: begin anew, or be over.

    The first time at once; then in steps, because something is wrong that another try does not mend.
    """
    left = replace(
        filing,
        report_id=None,
        opened_at=None,
        changed_at=None,
        is_finish_asked=False,
        doubled=0,
        then=None,
        files=tuple(each.forgotten() for each in filing.files),
    )
    if filing.phase is Phase.RETRACTING and filing.then is Then.FAIL:
        return Turn(replace(left, phase=Phase.FAILED), "gone.failed")
    if filing.phase is Phase.RETRACTING and filing.then is Then.ABANDON:
        return Turn(replace(left, phase=Phase.ABANDONED), "gone.abandoned")
    pause = wait(filing.restarts, _EVEN, is_open=False, is_urgent=filing.is_urgent) if filing.restarts else timedelta()
    again = replace(left, phase=Phase.READY, restarts=filing.restarts + 1, not_before=now + pause)
    return Turn(again, "gone.start_over")


def _was_finished(filing: Filing, request: Asked, now: datetime) -> Turn:
    """It was finished before, which is what was wanted; also where somebody gave it up too late."""
    return Turn(_finished(filing, None, now), f"{request.step.value}.was_finished")


def _file_gone(filing: Filing, request: Asked, now: datetime) -> Turn:  # noqa: ARG001  # one shape for all codes
    then = Then.START_OVER if filing.restarts < MOST_RESTARTS else Then.FAIL
    return Turn(_withdrawn(replace(filing, fault=Fault.STATE), then), "file.gone")


_BY_CODE: Mapping[tuple[bool, int], Callable[[Filing, Asked, datetime], Turn]] = {
    **{(is_retract, NO_REPORT): _gone for is_retract in (False, True)},
    **{(is_retract, RETRACTED): _gone for is_retract in (False, True)},
    **{(is_retract, FINISHED): _was_finished for is_retract in (False, True)},
    (False, NO_FILE): _file_gone,
}
"""Codes that say what became of a report, by whether a retract was asked: there it matters only that it is gone."""

# ------------------------------------------------------------------------------------------------------------- pieces


def _request(filing: Filing) -> Asked:
    if filing.asked is None:
        raise ValueError("nothing was asked")
    return filing.asked


def _is_unreadable(filing: Filing, request: Asked, verdict: Verdict, answer: AuthorityAnswer) -> bool:
    """Return whether a success lacks what it must say, or is about another report."""
    if verdict.outcome is not Outcome.DONE:
        return False
    if request.step is Step.SUBMIT:
        return answer.report_id is None
    if request.step is Step.UPLOAD and answer.file_id is None:
        return True
    return answer.report_id is not None and answer.report_id != filing.report_id


def _troubled(filing: Filing, fault: Fault) -> Filing:
    """Return it with what the trouble is. Why one is withdrawn for good stays, whatever befalls the withdrawal."""
    return filing if filing.then is Then.FAIL else replace(filing, fault=fault)


def _later(filing: Filing, now: datetime, spread: float, asked_seconds: int | None = None) -> Filing:
    attempts = filing.attempts + 1
    is_open = filing.phase is Phase.OPEN
    pause = wait(attempts, spread, is_open=is_open, is_urgent=filing.is_urgent, asked_seconds=asked_seconds)
    return replace(filing, attempts=attempts, not_before=now + pause)


def _withdrawn(filing: Filing, then: Then) -> Filing:
    if filing.report_id is None:
        phases = {Then.FAIL: Phase.FAILED, Then.ABANDON: Phase.ABANDONED, Then.START_OVER: Phase.READY}
        return replace(filing, phase=phases[then], then=None)
    return replace(filing, phase=Phase.RETRACTING, then=then)


def _file(filing: Filing, request: Asked) -> FileState:
    if request.file is None:
        raise ValueError(f"{request.step} is about a file")
    return filing.files[request.file]


def _with_file(filing: Filing, request: Asked, **changes: object) -> tuple[FileState, ...]:
    changed = replace(_file(filing, request), **changes)  # type: ignore[arg-type]  # names of its fields
    return tuple(changed if at == request.file else each for at, each in enumerate(filing.files))
