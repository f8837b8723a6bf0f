"""A report on its way: each row of the retry table, a kill at every boundary, random faults."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.filing import reports
from laws import examples
from tutela.core.filing.answers import CODES, AuthorityAnswer, Fault
from tutela.core.filing.backoff import LADDER, LONGEST_IN_DANGER, LONGEST_WHILE_OPEN, wait
from tutela.core.filing.states import (
    MOST_RESTARTS,
    Alarm,
    Asked,
    Environment,
    FileState,
    Filing,
    Phase,
    Send,
    Step,
    Then,
    Wait,
    alarms,
    next_move,
)
from tutela.core.filing.transitions import (
    Turn,
    abandoned,
    answered,
    asked,
    channel_opened,
    lost,
    not_sent,
    resumed,
    unreadable_file,
)
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.sandbox.ncmec.authority import Authority, Reply, State

PRODUCTION = Environment.PRODUCTION
START = datetime(2026, 11, 26, 12, tzinfo=UTC)
CONTENTS = (b"hill", b"mill", b"quay")
HALF = 0.5


def md5(content: bytes) -> str:
    """Return the digest that the authority echoes."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def filing(files: int = 2, **fields: Any) -> Filing:
    """Return a report that is ready to go."""
    made = tuple(FileState(f"file-{at}", md5(CONTENTS[at])) for at in range(files))
    return Filing("rep_1", Environment.PRODUCTION, made, **fields)


def opened(files: int = 2, **fields: Any) -> Filing:
    """Return one that is open, with nothing sent of its files."""
    known: dict[str, Any] = {"phase": Phase.OPEN, "report_id": "7", "opened_at": START, "changed_at": START}
    return filing(files, **{**known, **fields})


def on(step: Step, of: Filing | None = None) -> Filing:
    """Return a report with a request of *step* written down."""
    base = of or (filing() if step is Step.SUBMIT else opened())
    if step is Step.RETRACT and base.phase is Phase.OPEN:
        base = replace(base, phase=Phase.RETRACTING, then=Then.START_OVER)
    if step is Step.FILEINFO:
        base = replace(base, files=(replace(base.files[0], file_id="f0"), *base.files[1:]))
    return asked(base, Send(step, 0 if step in {Step.UPLOAD, Step.FILEINFO} else None), START)


def says(code: int | None, status: int = 200, **fields: Any) -> AuthorityAnswer:
    """Return an answer."""
    return AuthorityAnswer(status, code, **fields)


# -------------------------------------------------------------------------------------------------- the retry table


def test_a_lost_submit_leaves_a_report_that_expires_by_itself() -> None:
    """It is submitted again, and nobody takes the one that may be open for a finished one."""
    turn = lost(on(Step.SUBMIT), START, HALF)

    assert (turn.filing.phase, turn.filing.unknown_open, turn.filing.report_id) == (Phase.READY, 1, None)
    assert next_move(turn.filing, START + timedelta(minutes=2), PRODUCTION) == Send(Step.SUBMIT)
    assert Alarm.MAYBE_OPEN in alarms(turn.filing, START, PRODUCTION)


@pytest.mark.parametrize(
    ("fields", "phase", "then"),
    [
        ({}, Phase.RETRACTING, Then.START_OVER),
        ({"is_batch": True, "is_urgent": True}, Phase.RETRACTING, Then.START_OVER),
        ({"is_urgent": True}, Phase.OPEN, None),
        ({"restarts": MOST_RESTARTS}, Phase.OPEN, None),
        ({"restarts": MOST_RESTARTS, "is_batch": True}, Phase.RETRACTING, Then.FAIL),
    ],
)
def test_a_lost_upload_is_begun_anew_unless_something_urgent_is_lost(
    fields: dict[str, Any], phase: Phase, then: Then | None
) -> None:
    """A file may be there twice: a batch with two cannot be finished at all, and danger does not wait."""
    turn = lost(on(Step.UPLOAD, opened(**fields)), START, HALF)

    assert (turn.filing.phase, turn.filing.then, turn.filing.doubled) == (phase, then, 1)


@pytest.mark.parametrize("code", [4000, 4100, 4200, 5999])
def test_a_description_that_was_lost_is_sent_once_more_and_a_refusal_means_that_it_was_there(code: int) -> None:
    """Without that loss it would be a refusal."""
    after = lost(on(Step.FILEINFO), START, HALF).filing
    assert next_move(after, START + timedelta(minutes=2), PRODUCTION) == Send(Step.FILEINFO, 0)
    again = answered(asked(after, Send(Step.FILEINFO, 0), START), says(code), START, HALF)
    first = answered(on(Step.FILEINFO), says(code), START, HALF)

    assert again.filing.files[0].is_described
    assert again.filing.phase is Phase.OPEN
    assert (first.filing.phase, first.filing.then) == (Phase.RETRACTING, Then.FAIL)


@pytest.mark.parametrize(
    ("code", "phase"), [(0, Phase.FINISHED), (5102, Phase.FINISHED), (5001, Phase.READY), (5101, Phase.READY)]
)
def test_a_lost_finish_is_asked_again_and_its_answer_says_which(code: int, phase: Phase) -> None:
    """Finished already is success; gone is expired, and begun anew."""
    after = lost(on(Step.FINISH, opened(0)), START, HALF).filing
    assert next_move(after, START + timedelta(days=3), PRODUCTION) == Send(Step.FINISH)
    turn = answered(asked(after, Send(Step.FINISH), START), says(code, file_ids=()), START, HALF)

    assert turn.filing.phase is phase
    assert (turn.filing.receipt is not None) is (phase is Phase.FINISHED)
    assert (turn.filing.report_id is None) is (phase is Phase.READY)


@pytest.mark.parametrize(
    ("then", "phase"), [(Then.START_OVER, Phase.READY), (Then.FAIL, Phase.FAILED), (Then.ABANDON, Phase.ABANDONED)]
)
@pytest.mark.parametrize("code", [0, 5101, 5001])
def test_a_lost_retract_is_asked_again_and_gone_is_gone(code: int, then: Then, phase: Phase) -> None:
    """Retracted before, expired, or now: all are success."""
    base = replace(opened(), phase=Phase.RETRACTING, then=then)
    after = lost(on(Step.RETRACT, base), START, HALF).filing
    assert next_move(after, START + timedelta(minutes=2), PRODUCTION) == Send(Step.RETRACT)

    assert answered(asked(after, Send(Step.RETRACT), START), says(code), START, HALF).filing.phase is phase


def test_what_was_given_up_too_late_is_finished() -> None:
    """A finish whose answer was lost, and then somebody gave the report up: it counts as filed."""
    given_up = abandoned(lost(on(Step.FINISH, opened(0)), START, HALF).filing).filing
    turn = answered(asked(given_up, Send(Step.RETRACT), START), says(5102), START, HALF)

    assert turn.filing.counts_as_filed
    assert Alarm.UNVERIFIED in alarms(turn.filing, START, PRODUCTION)


def test_who_takes_over_resumes_from_the_last_answer() -> None:
    """What was acknowledged stands, and only the request that was on its way is settled."""
    crashed = on(Step.FILEINFO)
    turn = resumed(crashed, START, HALF)

    assert turn is not None
    assert turn.filing.report_id == crashed.report_id
    assert turn.filing.files[0].file_id == "f0"
    assert resumed(opened(), START, HALF) is None
    assert next_move(crashed, START, PRODUCTION) == Wait()


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize(
    "answer", [says(2000, 401), says(None, 401), says(3100, 403), says(1210, 404), says(None, 302)]
)
def test_wrong_credentials_stop_the_channel_and_burn_no_try(step: Step, answer: AuthorityAnswer) -> None:
    """Nothing is sent before somebody has put it right; then it goes on from there."""
    before = on(step)
    turn = answered(before, answer, START, HALF)

    assert turn.filing.is_stopped
    assert turn.filing.attempts == before.attempts
    assert next_move(turn.filing, START + timedelta(days=9), PRODUCTION) == Wait()
    assert Alarm.CHANNEL_STOPPED in alarms(turn.filing, START, PRODUCTION)
    expected = before.asked
    assert expected is not None
    assert next_move(channel_opened(turn.filing), START, PRODUCTION) == Send(expected.step, expected.file)


AGAIN = {1000, 1100, 1110, 1111, 1300}


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("code", [code for code in CODES if code])
def test_each_code_at_each_step(step: Step, code: int) -> None:
    """Tried again, begun anew, stopped, finished or laid before a person; never anything silent."""
    before = on(step)
    after = answered(before, says(code, CODES[code].http_status), START, HALF).filing
    state_known = step is not Step.SUBMIT

    if code in AGAIN:
        assert (after.phase, after.attempts) == (before.phase, 1)
        assert next_move(after, START, PRODUCTION) == Wait(after.not_before)
    elif CODES[code].fault in {Fault.AUTH, Fault.CONFIG}:
        assert after.is_stopped
    elif code == 5102 and state_known:
        assert after.phase is Phase.FINISHED
    elif code in {5001, 5101} and state_known:
        assert (after.phase, after.report_id, after.restarts) == (Phase.READY, None, 1)
        assert all(each.file_id is None for each in after.files)
    elif step is Step.RETRACT or (code == 5002 and state_known):
        assert (after.phase, after.then) == (Phase.RETRACTING, Then.START_OVER)
    elif step is Step.SUBMIT:
        assert after.phase is Phase.FAILED
        assert Alarm.FAILED in alarms(after, START, PRODUCTION)
    else:
        assert (after.phase, after.then) == (Phase.RETRACTING, Then.FAIL)


@pytest.mark.parametrize("echo", [None, "0" * 32])
def test_a_file_that_arrived_otherwise_is_never_finished(echo: str | None) -> None:
    """Nothing takes a file away again: the report is begun anew, and after some tries laid before a person."""
    answer = says(0, report_id="7", file_id="f0", md5=echo)
    turn = answered(on(Step.UPLOAD), answer, START, HALF)
    worn = answered(on(Step.UPLOAD, opened(restarts=MOST_RESTARTS)), answer, START, HALF)

    assert (turn.filing.phase, turn.filing.then) == (Phase.RETRACTING, Then.START_OVER)
    assert (worn.filing.phase, worn.filing.then, worn.filing.fault) == (Phase.RETRACTING, Then.FAIL, Fault.MEDIA)


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        (Step.SUBMIT, says(0)),
        (Step.UPLOAD, says(0, report_id="7", md5=md5(CONTENTS[0]))),
        (Step.UPLOAD, says(0, report_id="8", file_id="f0", md5=md5(CONTENTS[0]))),
        (Step.FINISH, says(0, report_id="8", file_ids=())),
        (Step.FINISH, says(None, 200)),
        (Step.FINISH, says(None, 502)),
    ],
)
def test_a_success_that_does_not_say_what_it_must_is_a_lost_answer(step: Step, answer: AuthorityAnswer) -> None:
    """Also one about another report."""
    assert answered(on(step), answer, START, HALF) == lost(on(step), START, HALF, _fault(answer))


def _fault(answer: AuthorityAnswer) -> Fault:
    return {None: Fault.SERVER if answer.http_status >= 500 else Fault.GARBLED}.get(answer.code, Fault.NONE)


@pytest.mark.parametrize(
    ("named", "missing", "surplus", "alarm"),
    [
        (("f0", "f1"), (), (), None),
        (("f1", "f0"), (), (), None),
        (("f0",), ("f1",), (), Alarm.FILES_MISSING),
        (("f0", "f1", "f9"), (), ("f9",), Alarm.UNVERIFIED),
        (None, (), (), Alarm.UNVERIFIED),
    ],
)
def test_finish_is_compared_with_what_was_sent(
    named: tuple[str, ...] | None, missing: tuple[str, ...], surplus: tuple[str, ...], alarm: Alarm | None
) -> None:
    """It cannot be mended any more; somebody is told, and another report names this one."""
    base = opened()
    base = replace(
        base, files=tuple(replace(f, file_id=f"f{at}", is_described=True) for at, f in enumerate(base.files))
    )
    after = answered(on(Step.FINISH, base), says(0, report_id="7", file_ids=named), START, HALF).filing

    assert after.receipt is not None
    assert (after.receipt.missing, after.receipt.surplus) == (missing, surplus)
    assert alarms(after, START, PRODUCTION) == ((alarm,) if alarm else ())


def test_a_file_that_the_vault_cannot_give_ends_in_a_persons_hands() -> None:
    """What was opened is withdrawn; nothing half is finished."""
    turn = unreadable_file(on(Step.UPLOAD), 0)

    assert (turn.filing.phase, turn.filing.then) == (Phase.RETRACTING, Then.FAIL)
    assert unreadable_file(filing(), 0).filing.phase is Phase.FAILED


def test_only_production_counts() -> None:
    """A test that went well meets no duty."""
    done = answered(on(Step.FINISH, opened(0)), says(0, file_ids=()), START, HALF).filing

    assert done.counts_as_filed
    assert not replace(done, environment=Environment.TEST).counts_as_filed
    assert not filing().counts_as_filed


def test_a_report_waits_while_the_channel_is_switched_elsewhere() -> None:
    """Its number means nothing there; somebody is told, and it goes on when the channel is back."""
    assert next_move(opened(), START, Environment.TEST) == Wait()
    assert alarms(opened(), START, Environment.TEST) == (Alarm.OTHER_ENVIRONMENT,)
    assert next_move(opened(), START, PRODUCTION) == Send(Step.UPLOAD, 0)


def test_expiry_is_the_later_of_two_and_is_told_before() -> None:
    """A day after it was opened, an hour after its last change."""
    young = opened()
    changed = replace(young, changed_at=START + timedelta(hours=23, minutes=30))

    assert young.expires_at == START + timedelta(hours=24)
    assert changed.expires_at == START + timedelta(hours=24, minutes=30)
    assert Alarm.EXPIRES_SOON not in alarms(young, START + timedelta(hours=23), PRODUCTION)
    assert Alarm.EXPIRES_SOON in alarms(young, START + timedelta(hours=23, minutes=31), PRODUCTION)
    assert filing().expires_at is None


@pytest.mark.parametrize("attempts", [1, 2, 5, 9, 500])
@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_a_pause_is_minutes_to_hours_and_never_less(attempts: int, spread: float) -> None:
    """For days; shorter while a report is open or somebody is in danger; as long as the authority asks."""
    plain = wait(attempts, spread, is_open=False, is_urgent=False)

    assert timedelta(seconds=45) <= plain <= LADDER[-1] * 1.25
    assert wait(attempts, spread, is_open=True, is_urgent=False) <= LONGEST_WHILE_OPEN * 1.25
    assert wait(attempts, spread, is_open=False, is_urgent=True) <= LONGEST_IN_DANGER * 1.25
    assert wait(attempts, spread, is_open=True, is_urgent=True, asked_seconds=7200) >= timedelta(hours=2)
    assert wait(attempts, spread, is_open=True, is_urgent=True, asked_seconds=10**9) <= timedelta(hours=24)


def test_nothing_is_asked_over_a_request_that_is_not_settled() -> None:
    """Nor is an answer taken to nothing, nor a report given up twice."""
    with pytest.raises(ValueError, match="not settled"):
        asked(on(Step.FINISH), Send(Step.FINISH), START)
    with pytest.raises(ValueError, match="nothing was asked"):
        answered(filing(), says(0), START, HALF)
    with pytest.raises(ValueError, match="on its way"):
        abandoned(on(Step.FINISH))
    assert Asked(Step.FINISH, START).file is None


# --------------------------------------------------------------------------------------------- against the authority


class Courier:
    """Takes one report to an authority in memory, and lets go wrong what it is told to."""

    def __init__(self, start: Filing) -> None:
        """Begin at noon."""
        self.filing, self.authority, self.now = start, Authority(), START
        self.log: list[str] = []

    def kill_before_sending(self) -> None:
        """Die between writing down and sending."""
        self._ask()

    def step(self, fault: str = "none") -> None:
        """Take the next step, with what goes wrong."""
        send = self._ask()
        if send is None:
            return
        if fault == "unreachable":
            self._turn(not_sent(self.filing, self.now, HALF))
            return
        if fault in {"1000", "2000", "1111"}:
            self._turn(answered(self.filing, says(int(fault), CODES[int(fault)].http_status), self.now, HALF))
            return
        if fault == "503":
            self._turn(answered(self.filing, says(None, 503), self.now, HALF))
            return
        if fault == "request_lost":
            self._turn(lost(self.filing, self.now, HALF))
            return
        reply = self._reply(send, is_corrupt=fault == "corrupt")
        if fault == "killed_after":
            return
        if fault == "answer_lost":
            self._turn(lost(self.filing, self.now, HALF))
        elif fault == "502":
            self._turn(answered(self.filing, says(None, 502), self.now, HALF))
        else:
            self._turn(answered(self.filing, _as_answer(reply), self.now, HALF))

    def resume(self) -> None:
        """Have another worker take over."""
        turn = resumed(self.filing, self.now, HALF)
        if turn is not None:
            self._turn(turn)

    def run(self) -> None:
        """Go on without faults to the end."""
        for _ in range(200):
            self.resume()
            if self.filing.is_stopped:
                self.filing = channel_opened(self.filing)
            if self.filing.is_over:
                return
            self.step()
        raise AssertionError(self.log)

    def _ask(self) -> Send | None:
        move = next_move(self.filing, self.now, self.filing.environment)
        if isinstance(move, Wait) and move.until is not None:
            self.now = move.until
            move = next_move(self.filing, self.now, self.filing.environment)
        if isinstance(move, Wait):
            return None
        self.filing = asked(self.filing, move, self.now)
        return move

    def _turn(self, turn: Turn) -> None:
        self.filing = turn.filing
        self.log.append(turn.note)

    def _reply(self, send: Send, *, is_corrupt: bool) -> Reply:
        number, now = self.filing.report_id or "", self.now
        if send.step is Step.SUBMIT:
            report = reports.batch() if self.filing.is_batch else reports.with_image()
            return self.authority.submit(report_xml(report, schema_url="x", now=now), now)
        if send.step is Step.FINISH:
            return self.authority.finish(number, now)
        if send.step is Step.RETRACT:
            return self.authority.retract(number, now)
        file = self.filing.files[send.file or 0]
        if send.step is Step.UPLOAD:
            return self.authority.upload(number, file.key, "0" * 32 if is_corrupt else file.md5, 4, now)
        details = reports.batch_file() if self.filing.is_batch else reports.image()
        body = file_details_xml(details, report_id=number, file_id=file.file_id or "", schema_url="x", now=now)
        return self.authority.describe(body, now)


def _as_answer(reply: Reply) -> AuthorityAnswer:
    return AuthorityAnswer(
        200, reply.code, reply.description, reply.report_id, reply.file_id, reply.md5, reply.file_ids
    )


def is_exact(courier: Courier) -> bool:
    """Return whether the authority has exactly one finished report with exactly our files."""
    finished = list(courier.authority.finished())
    sent = sorted(f.md5 for each in finished for f in each.files.values())
    return len(finished) == 1 and sent == sorted(each.md5 for each in courier.filing.files)


BOUNDARIES = range(6)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize(
    "fault", ["kill_before", "killed_after", "answer_lost", "request_lost", "502", "503", "unreachable"]
)
def test_broken_at_any_boundary_it_ends_as_one_finished_report(boundary: int, fault: str) -> None:
    """Submit, two files each sent and described, finish: broken once at each, then gone on by another worker."""
    courier = Courier(filing())
    for _ in range(boundary):
        courier.step()
    if fault == "kill_before":
        courier.kill_before_sending()
    else:
        courier.step(fault)
    courier.run()

    assert courier.filing.phase is Phase.FINISHED, courier.log
    assert is_exact(courier), courier.log


def test_a_report_that_expired_while_nobody_worked_is_begun_anew() -> None:
    """The machine was off for two days."""
    courier = Courier(filing())
    courier.step()
    courier.step()
    courier.now += timedelta(days=2)
    courier.run()

    assert "gone.start_over" in courier.log
    assert is_exact(courier)


def test_the_log_of_steps_tells_the_story() -> None:
    """In codes of ours, for whoever reads it later."""
    courier = Courier(filing(1))
    courier.step()
    courier.step("answer_lost")
    courier.run()

    assert courier.log == [
        "submit.done", "upload.lost", "gone.start_over",
        "submit.done", "upload.done", "fileinfo.done", "finish.done",
    ]  # fmt: skip


FAULTS = [
    "none", "none", "none", "unreachable", "1000", "1111", "2000", "503", "502", "request_lost", "answer_lost",
    "killed_after", "corrupt",
]  # fmt: skip


class Reports(RuleBasedStateMachine):
    """Whatever goes wrong, in whatever order: at most one finished report, and in the end exactly one (P4)."""

    @initialize(
        files=st.integers(0, 3),
        is_urgent=st.booleans(),
        is_batch=st.booleans(),
        environment=st.sampled_from(Environment),
    )
    def begin(self, files: int, environment: Environment, *, is_urgent: bool, is_batch: bool) -> None:
        """Approve a report."""
        count = 1 if is_batch else files
        self.courier = Courier(replace(filing(count, is_urgent=is_urgent, is_batch=is_batch), environment=environment))
        self.is_given_up = False

    @rule(fault=st.sampled_from(FAULTS))
    def step(self, fault: str) -> None:
        """Take a step that may go wrong."""
        self.courier.step(fault)
        note(f"{fault}: {self.courier.log[-1:]}")

    @rule()
    def kill_before_sending(self) -> None:
        """Die after the request was written down."""
        self.courier.kill_before_sending()

    @rule()
    def resume(self) -> None:
        """Take over."""
        self.courier.resume()

    @rule(hours=st.sampled_from([0.1, 0.9, 1.1, 25]))
    def wait(self, hours: float) -> None:
        """Let time pass."""
        self.courier.now += timedelta(hours=hours)

    @rule()
    def open_channel(self) -> None:
        """Put the credentials right."""
        self.courier.filing = channel_opened(self.courier.filing)

    @precondition(lambda self: not self.courier.filing.is_over and self.courier.filing.asked is None)
    @rule(is_meant=st.sampled_from([False, False, False, True]))
    def give_up(self, *, is_meant: bool) -> None:
        """A person gives it up, now and then."""
        if is_meant:
            self.is_given_up = True
            self.courier.filing = abandoned(self.courier.filing).filing

    @invariant()
    def never_two(self) -> None:
        """No report is finished twice."""
        finished = list(self.courier.authority.finished()) if hasattr(self, "courier") else []
        assert len(finished) <= 1, self.courier.log

    @invariant()
    def what_is_over_is_what_the_authority_has(self) -> None:
        """Finished here is finished there, and nothing that is finished there is taken for failed."""
        if not hasattr(self, "courier") or not self.courier.filing.is_over:
            return
        is_there = bool(list(self.courier.authority.finished()))
        assert is_there is (self.courier.filing.phase is Phase.FINISHED), self.courier.log
        open_with_us = [each for each in self.courier.authority.reports.values() if each.state is State.OPEN]
        assert len(open_with_us) <= self.courier.filing.unknown_open

    def teardown(self) -> None:
        """Without faults it ends: filed once, with every file, none of them damaged or unexplained."""
        if not hasattr(self, "courier"):
            return
        self.courier.run()
        final = self.courier.filing
        if final.phase is not Phase.FINISHED:
            assert self.is_given_up or (final.phase is Phase.FAILED and final.restarts >= MOST_RESTARTS)
            return
        (finished,) = self.courier.authority.finished()
        sent = [each.md5 for each in finished.files.values()]
        assert {each.md5 for each in final.files} == set(sent), self.courier.log
        assert len(sent) - len(final.files) <= final.doubled
        assert final.receipt is not None
        assert not final.receipt.missing
        assert all(each.details for each in finished.files.values() if each.id in {f.file_id for f in final.files})


TestReports = Reports.TestCase
TestReports.settings = settings(max_examples=examples(150), stateful_step_count=40, deadline=None)
