"""A question that is stored is asked, recorded, and asked again while a later moment may change the answer."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from classified import about, spec_of
from tutela.adapters.twins.clock import START, SeededEntropy, SetClock
from tutela.core.classifying.figures import Drawn, Outcome
from tutela.core.classifying.spec import ClassifierSpec, Kind, Terms
from tutela.core.classifying.verdicts import Asked, Classification, Input, Reason, Unknown, Verdict
from tutela.core.content import Channel
from tutela.core.ids import AccountId, EventId
from tutela.flows.classify import Classify
from tutela.ports.classifiers import Answered, Origin, Request

SPEC = spec_of(Kind.OPENAI_MODERATION)
KNOWN = Classification({"label-0": 0.75, "label-1": 0.0}, SPEC.version, ("a boat",), 5, 9)


class Records:
    """Keep what is recorded."""

    def __init__(self) -> None:
        self.kept: list[Answered] = []

    def record(self, answered: Answered, kept: Answered) -> None:
        """Keep it."""
        del answered
        self.kept.append(kept)

    def outcomes(self, since: datetime) -> Iterable[Outcome]:
        """Return one."""
        assert since == START
        return [Outcome("openai-moderation", "v", "label-0", is_over=True, is_found=True, drawn=Drawn.OTHERWISE)]


class Stored:
    """Find one content."""

    def asked(self, request: Request) -> Asked | None:
        """Return it, unless it is gone."""
        return None if request.content_ref == "evt_gone" else about("a lake")


class Saying:
    """Say one thing."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def classify(self, asked: Asked) -> Verdict:
        """Say it."""
        del asked
        return self.verdict

    def close(self) -> None:
        """Do nothing."""


def flow(verdict: Verdict, spec: ClassifierSpec = SPEC) -> tuple[Classify, Records]:
    """Return the flow around a classifier that says *verdict*, and what it records."""
    records = Records()
    made = Classify({spec.id: spec}, {spec.id: Saying(verdict)}, Stored(), records, SetClock(), SeededEntropy())
    return made, records


ORIGIN = Origin(EventId("evt_1"), AccountId("acc_1"), None, None, Channel(), ())
REQUEST = Request("qst_1", SPEC.id, "evt_1", Input.TEXT, "reads", ORIGIN, START)


def test_an_answer_is_recorded_with_its_signals() -> None:
    """It is the last word."""
    classify, records = flow(KNOWN)
    answered = classify(REQUEST)
    assert records.kept == [answered]
    assert (answered.verdict, answered.priority, answered.tries, answered.next_at) == (KNOWN, 0.75, 1, None)
    assert [(each.label, each.is_over) for each in answered.signals] == [("label-0", True), ("label-1", False)]
    assert "boat" not in repr(answered)


def test_what_is_unknown_is_asked_again_with_growing_pauses() -> None:
    """Until it was too often."""
    classify, _ = flow(Unknown(Reason.TIMED_OUT))
    pauses = []
    for tries in range(9):
        answered = classify(replace(REQUEST, tries=tries))
        assert all(each.score is None for each in answered.signals)
        pauses.append(None if answered.next_at is None else (answered.next_at - START) / timedelta(minutes=1))
    assert pauses[8] is None
    for exponent, pause in enumerate(pauses[:8]):
        assert pause is not None
        assert 0.8 * 2**exponent <= pause <= 1.2 * 2**exponent


def test_over_budget_waits_for_the_next_day() -> None:
    """And what no day changes is not asked again."""
    tomorrow = START.replace(hour=0) + timedelta(days=1)
    found = flow(Unknown(Reason.OVER_BUDGET))[0](REQUEST).next_at
    assert found is not None
    assert tomorrow <= found <= tomorrow + timedelta(minutes=10)
    for reason in (Reason.WRONG_INPUT, Reason.NO_CONSENT, Reason.DECLINED):
        assert flow(Unknown(reason))[0](REQUEST).next_at is None


def test_what_is_gone_is_not_asked_about() -> None:
    """Neither is a classifier that nobody has set up any more."""
    classify, records = flow(KNOWN)
    assert classify(replace(REQUEST, content_ref="evt_gone")).verdict == Unknown(Reason.NO_CONTENT)
    answered = classify(replace(REQUEST, classifier_id="other"))
    assert (answered.verdict, answered.signals, answered.next_at) == (Unknown(Reason.NOT_SET_UP), (), None)
    assert len(records.kept) == 2


def test_what_a_licence_keeps_to_itself_is_used_and_not_stored() -> None:
    """Rules get it now; the record says only that there was an answer."""
    classify, records = flow(KNOWN, replace(SPEC, terms=Terms(may_retain=False)))
    assert [each.score for each in classify(REQUEST).signals] == [0.75, 0.0]
    [kept] = records.kept
    assert (kept.signals, kept.priority) == ((), None)
    assert kept.verdict == Classification({}, SPEC.version, (), 5, 9)


def test_agreement_is_told_from_what_is_recorded() -> None:
    """By label."""
    [found] = flow(KNOWN)[0].agreement(START)
    assert (found.label, found.precision.agreed, found.recall.of) == ("label-0", 1, 1)
