"""Answers, pointers, templates and figures: what is unknown stays unknown, and hostile input harms nobody."""

import json
import math
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classified import spec_of
from tutela.core.bounds import REVIEW_ONLY
from tutela.core.classifying.documents import NotUsableError, read_json
from tutela.core.classifying.figures import Drawn, Outcome, figures, kappa
from tutela.core.classifying.pointers import NothingThereError, parse_pointer
from tutela.core.classifying.policy_questions import judgement_of, request_of, schema_of
from tutela.core.classifying.spec import Kind, Signal, Terms, kept, priority_of, signals_of, wrong_with
from tutela.core.classifying.templates import filled, places_in
from tutela.core.classifying.verdicts import (
    MAX_WORD_CHARACTERS,
    MAX_WORDS,
    Classification,
    Digest,
    DigestKind,
    Image,
    Reason,
    Text,
    Unknown,
    is_fault,
    score_of,
)
from tutela.core.policy import NOTHING

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("reason", list(Reason))
def test_a_failure_is_unknown_and_never_clean(reason: Reason) -> None:
    """Every label, score and threshold; and nothing orders by it."""
    spec = spec_of(Kind.OPENAI_MODERATION)
    signals = signals_of(spec, Unknown(reason))
    assert signals == (Signal("label-0", "lakes", None, None), Signal("label-1", "lakes", None, None))
    assert priority_of(Unknown(reason)) is None


@pytest.mark.parametrize("score", [0.0, 0.4999, 0.5, 1.0])
def test_the_threshold_is_reached_or_passed(score: float) -> None:
    """And a label that is not in the answer is unknown, beside one that is."""
    spec = spec_of(Kind.OPENAI_MODERATION)
    first, second = signals_of(spec, Classification({"label-0": score}, spec.version))
    assert (first.score, first.is_over) == (score, score in {0.5, 1.0})
    assert (second.score, second.is_over) == (None, None)


def test_a_source_for_ordering_tells_rules_nothing() -> None:
    """It orders, and its ceiling is nothing at all; every other one lets a person look first."""
    spec = spec_of(Kind.CONTENT_SAFETY)
    answer = Classification({"label-0": 1.0}, spec.version)
    assert signals_of(spec, answer) == ()
    assert priority_of(answer) == 1.0
    assert spec.ceiling == NOTHING
    others = (spec_of(kind) for kind in Kind if kind not in {Kind.CONTENT_SAFETY, Kind.ONNX_MODEL})
    assert {each.ceiling for each in others} == {REVIEW_ONLY}


@pytest.mark.parametrize(
    ("scores", "version", "wrong"),
    [
        ({"label-0": 0.0, "label-1": 1}, "model-2026-03", None),
        ({"label-0": 0.0, "label-1": 1}, "model-2026-04", Reason.WRONG_VERSION),
        ({"label-0": 0.0}, "model-2026-03", Reason.GARBAGE),
        ({"label-0": 0.0, "label-1": 0.0, "label-2": 0.0}, "model-2026-03", Reason.GARBAGE),
        ({"label-0": 0.0, "label-1": 1.0000001}, "model-2026-03", Reason.OUT_OF_RANGE),
        ({"label-0": -0.1, "label-1": 0.0}, "model-2026-03", Reason.OUT_OF_RANGE),
        ({"label-0": math.nan, "label-1": 0.0}, "model-2026-03", Reason.OUT_OF_RANGE),
        ({"label-0": True, "label-1": 0.0}, "model-2026-03", Reason.GARBAGE),
    ],
)
def test_an_answer_is_one_or_is_not_known(scores: Any, version: str, wrong: Reason | None) -> None:
    """Its version, its labels and each score."""
    assert wrong_with(spec_of(Kind.OPENAI_MODERATION), Classification(scores, version)) is wrong


@given(json_values)
def test_a_score_is_a_number_from_nought_to_one(value: Any) -> None:
    """Or it is told why not; huge numbers and those that are none among them."""
    found = score_of(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0 <= value <= 1:
        assert found == value
    else:
        assert found is (Reason.OUT_OF_RANGE if is_number else Reason.GARBAGE)
    assert score_of(10**400) is Reason.OUT_OF_RANGE


def test_a_source_s_words_stay_short_and_out_of_sight() -> None:
    """They may repeat content: no print shows them, and no line break gets into a record."""
    answer = Classification({}, "v", tuple("boat\nlake" + "x" * 1000 for _ in range(50)))
    assert len(answer.words) == MAX_WORDS
    assert all(len(each) == MAX_WORD_CHARACTERS and "\n" not in each for each in answer.words)
    assert "boat" not in repr(answer)
    assert "garden" not in repr((Text("garden"), Image(b"garden", "image/png"), Digest(DigestKind.MD5, "garden")))


def test_what_a_licence_keeps_to_itself_is_not_stored() -> None:
    """That there was an answer, and what it cost; neither its scores nor its words."""
    answer = Classification({"label-0": 1.0}, "v", ("boat",), 5, 9)
    assert kept(answer, Terms(may_retain=True)) is answer
    assert kept(answer, Terms(may_retain=False)) == Classification({}, "v", (), 5, 9)
    assert kept(Unknown(Reason.BUSY), Terms(may_retain=False)) == Unknown(Reason.BUSY)


def test_content_is_never_a_fault() -> None:
    """What a content is, and what bounds are ours, opens no breaker."""
    ours = {Reason.TOO_LARGE, Reason.WRONG_INPUT, Reason.DECLINED, Reason.REFUSED, Reason.NO_CONSENT, Reason.NO_BASIS,
            Reason.OVER_BUDGET, Reason.OVERCHARGED, Reason.CIRCUIT_OPEN, Reason.LICENCE_ENDED, Reason.NO_CONTENT,
            Reason.NOT_SET_UP, Reason.STOPPED}  # fmt: skip
    assert {each for each in Reason if not is_fault(each)} == ours


# ---------------------------------------------------------------------------------------------------------- pointers

RFC_DOCUMENT = {
    "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", RFC_DOCUMENT), ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2),
        ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ('/k"l', 6), ("/ ", 7), ("/m~0n", 8),
    ],
)  # fmt: skip
def test_pointers_find_what_the_standard_says(text: str, value: Any) -> None:
    """The examples of RFC 6901, section 5."""
    assert parse_pointer(text).find(RFC_DOCUMENT) == value


@pytest.mark.parametrize("text", ["/foo/2", "/foo/-", "/foo/00", "/foo/-1", "/foo/0/x", "/nothing", "/foo/9999999999"])
def test_where_nothing_is_nothing_is_found(text: str) -> None:
    """Neither behind the end, nor by a number with noughts in front, nor inside of a word."""
    with pytest.raises(NothingThereError):
        parse_pointer(text).find(RFC_DOCUMENT)


@pytest.mark.parametrize("text", ["foo", "/a~2", "/a~", "#/foo", "/" + "x" * 600])
def test_what_is_no_pointer_is_refused(text: str) -> None:
    """With a sentence that says why."""
    with pytest.raises(ValueError, match="JSON Pointer"):
        parse_pointer(text)


@given(json_values, st.text(max_size=30))
def test_any_pointer_ends_in_a_value_or_in_nothing(document: Any, text: str) -> None:
    """Whatever the document is."""
    try:
        parse_pointer(text).find(document)
    except (ValueError, NothingThereError):
        return


# ------------------------------------------------------------------------------------------------- JSON and templates


@settings(deadline=None)
@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_document_or_cannot_be_used(body: bytes) -> None:
    """Never another error."""
    with suppress(NotUsableError):
        read_json(body)


@pytest.mark.parametrize(
    "body", [b'{"a": 1, "a": 0}', b"NaN", b'{"a": Infinity}', b"[" * 100_000, b"1" * 10_000, b"", b"\xff", b"{} {}"]
)
def test_json_that_two_readers_take_differently_is_refused(body: bytes) -> None:
    """A name twice, a number that is none, and depth that would end the process."""
    with pytest.raises(NotUsableError):
        read_json(body)


@given(st.text())
def test_no_content_ends_its_string(text: str) -> None:
    """It arrives as it was, at its place, and changes nothing else."""
    template = {"a": ["$text", "$$text"], "b": "$version", "c": "$digest", "d": "costs $5"}
    made = json.loads(json.dumps(filled(template, Text(text), "v1")))
    assert made == {"a": [text, "$text"], "b": "v1", "c": None, "d": "costs $5"}


def test_each_place_is_filled_by_its_input() -> None:
    """Pictures in base 64 and as an address, digests with their kind."""
    template = ["$image_base64", "$image_data_url", "$media_type", "$digest", "$digest_kind"]
    assert filled(template, Image(b"lake", "image/png"), "v") == [
        "bGFrZQ==", "data:image/png;base64,bGFrZQ==", "image/png", None, None,
    ]  # fmt: skip
    assert filled(template, Digest(DigestKind.PDQ, "ab"), "v")[3:] == ["ab", "pdq"]
    assert places_in({"x": template, "y": 1}) == set(template)


# ------------------------------------------------------------------------------------------------------ policy models

LABELS = frozenset({"label-0"})


@pytest.mark.parametrize(
    "said",
    [
        "yes", "", "```json\n{}\n```", "[]", "{}", '{"scores": {"label-0": 1}}',
        '{"scores": {"label-0": 1}, "because": 3}', '{"scores": {"label-0": "1"}, "because": ""}',
        '{"scores": {"label-0": true}, "because": ""}', '{"scores": {"label-0": null}, "because": ""}',
        '{"scores": {"label-0": 1.5}, "because": ""}', '{"scores": {"label-0": NaN}, "because": ""}',
        '{"scores": {}, "because": ""}', '{"scores": {"label-0": 0, "label-1": 0}, "because": ""}',
        '{"scores": {"label-0": 1, "label-0": 0}, "because": ""}', '{"scores": [0], "because": ""}',
        '{"scores": {"label-0": 0}, "because": "", "action": "publish"}',
        '{"scores": {"label-0": 0}, "because": "' + "x" * 301 + '"}',
        'Sure! {"scores": {"label-0": 0}, "because": ""}', '{"scores": {"label-0": 0}, "because": ""} and more',
    ],
)  # fmt: skip
def test_what_is_not_exactly_the_form_is_refused(said: str) -> None:
    """Nothing is looked for in it, repaired or left out."""
    with pytest.raises(NotUsableError):
        judgement_of(said, LABELS)


def test_what_is_exactly_the_form_is_taken() -> None:
    """In any order."""
    assert judgement_of('{"because": "a lake", "scores": {"label-0": 1}}', LABELS) == ({"label-0": 1.0}, "a lake")


@given(json_values)
def test_any_judgement_is_the_form_or_refused(value: Any) -> None:
    """Also one that is nearly right."""
    for said in (value, {"scores": value, "because": "x"}, {"scores": {"label-0": value}, "because": "x"}):
        try:
            scores, because = judgement_of(json.dumps(said), LABELS)
        except NotUsableError:
            continue
        assert scores.keys() == LABELS
        assert 0 <= scores["label-0"] <= 1
        assert because == "x"


@given(st.text())
def test_content_stands_by_itself_and_never_among_the_instructions(text: str) -> None:
    """One JSON string under the mark, in a message of its own; whatever it says."""
    mark = "content-0123456789abcdef"
    body = request_of("m", {"label-0": "No boats."}, Text(text), mark, 100)
    blank = request_of("m", {"label-0": "No boats."}, Text(""), mark, 100)
    assert body["messages"][0] == blank["messages"][0]
    assert [each["role"] for each in body["messages"]] == ["system", "user"]
    [part] = body["messages"][1]["content"]
    assert part["text"].isascii()
    assert json.loads(part["text"]) == {mark: text}
    assert {name: each for name, each in body.items() if name != "messages"} == {
        name: each for name, each in blank.items() if name != "messages"
    }


def test_the_form_leaves_nothing_open() -> None:
    """Every object names all that it may hold."""
    schema = schema_of({"a": "x", "b": "y"})
    for each in (schema, schema["properties"]["scores"]):
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


# ---------------------------------------------------------------------------------------------------------- agreement


_SAID = {"yes": True, "no": False, "?": None}


def outcome(said: str, found: str, count: int, drawn: Drawn = Drawn.OTHERWISE) -> Outcome:
    """Return how many stood so: what the classifier said, and what people found."""
    return Outcome("words", "v1", "label-0", _SAID[said], found == "yes", drawn, count)


def test_recall_and_kappa_are_of_what_was_drawn_otherwise() -> None:
    """What a classifier flagged itself says how often it was right, and nothing of what it missed."""
    [found] = figures(
        [
            outcome("yes", "yes", 90, Drawn.BECAUSE_OF_IT), outcome("yes", "no", 10, Drawn.BECAUSE_OF_IT),
            outcome("yes", "yes", 20), outcome("yes", "no", 5), outcome("no", "yes", 10), outcome("no", "no", 15),
            outcome("?", "yes", 7),
        ]
    )  # fmt: skip
    assert (found.precision.agreed, found.precision.of) == (110, 125)
    assert (found.recall.agreed, found.recall.of) == (20, 30)
    assert (found.agreed.agreed, found.agreed.of) == (35, 50)
    assert found.kappa == pytest.approx(0.4)  # Cohen's own example: 35 of 50 agree, 25 by chance
    assert found.unknown == 7


def test_few_are_told_as_few() -> None:
    """No percentage and no kappa; versions are never counted together."""
    first, second = figures([outcome("yes", "yes", 20), replace(outcome("no", "yes", 20), version="v2")])
    assert (first.kappa, first.precision.share, first.precision.agreed) == (None, None, 20)
    assert second.version == "v2"


@given(*[st.integers(0, 1000)] * 4)
def test_kappa_is_what_its_definition_says(hits: int, false: int, missed: int, quiet: int) -> None:
    """Against observed and expected shares, by floats."""
    total = hits + false + missed + quiet
    found = kappa(hits, false, missed, quiet)
    if not total or total in {hits, quiet}:
        assert found is None
        return
    observed = (hits + quiet) / total
    expected = ((hits + false) * (hits + missed) + (missed + quiet) * (false + quiet)) / total**2
    assert found is not None
    assert found == pytest.approx((observed - expected) / (1 - expected), abs=1e-9)
    assert -1 <= found <= 1
    assert kappa(hits, missed, false, quiet) == found
