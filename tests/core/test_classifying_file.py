"""What an operator writes about classifiers is understood, or told where it is wrong and what to do."""

import tomllib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classified import CLAUSES, parsed, written
from tutela.core.classifying.budget import Budget
from tutela.core.classifying.classifier_file import parse_classifiers
from tutela.core.classifying.setup import GenericSetup, NgramSpec, OnnxSetup, PixelSpec, PolicySetup
from tutela.core.classifying.spec import Kind, Use
from tutela.core.classifying.verdicts import Input
from tutela.core.content import ChannelKind
from tutela.errors import Misconfigured

OUT = 'may_send_out = true\nbasis = "assessment 12"'
KEY = "sk-lake-1234567890abcdef"

ONNX = f"""
[[classifier]]
id = "own-model"
kind = "onnx_model"
version = "3"
takes = ["text"]
path = "/models/lakes.onnx"
sha256 = "{"ab" * 32}"
budget = {{ calls_per_day = 1000000 }}
ngrams = {{ buckets = 1024 }}
[[classifier.label]]
name = "lakes"
clause = "lakes"
source = "1"
"""


def outside(kind: Kind = Kind.OPENAI_MODERATION, more: str = OUT, **changes: str) -> str:
    """Return a classifier that is reached beyond the house."""
    text = written(kind, "https://classifier.example/v1", more=more, **changes)
    return text.replace("is_inside = true\n", "")


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ONNX_MODEL])
def test_every_kind_can_be_written_down(kind: Kind) -> None:
    """With what all have in common."""
    [spec] = parsed(written(kind))
    assert spec.kind is kind
    assert spec.budget == Budget(1000, 1_000_000, 500)
    assert spec.channels == {ChannelKind.PUBLIC}
    assert spec.clauses == {"lakes"}
    assert spec.sending.is_allowed
    assert (spec.use is Use.ORDERING) == (kind is Kind.CONTENT_SAFETY)


def test_a_model_of_one_s_own_is_pinned() -> None:
    """By its digest; what it takes says how content becomes numbers."""
    [spec] = parsed(ONNX)
    assert spec.setup == OnnxSetup("/models/lakes.onnx", "ab" * 32, NgramSpec(buckets=1024))
    assert spec.takes == {Input.TEXT}
    assert spec.sending.is_inside
    pictures = ONNX.replace('["text"]', '["image"]').replace(
        "ngrams = { buckets = 1024 }", "pixels = { width = 64, height = 32, mean = [0.5, 0.5, 0.5] }"
    )
    [spec] = parsed(pictures)
    assert isinstance(spec.setup, OnnxSetup)
    assert spec.setup.features == PixelSpec(64, 32, mean=(0.5, 0.5, 0.5))


def test_a_model_is_given_the_text_of_the_clause() -> None:
    """By its label; and the template of a generic one is JSON."""
    [policy], [generic] = parsed(written(Kind.POLICY_MODEL)), parsed(written(Kind.GENERIC_JSON))
    assert isinstance(policy.setup, PolicySetup)
    assert policy.setup.policies == {"label-0": CLAUSES["lakes"]}
    assert isinstance(generic.setup, GenericSetup)
    assert generic.setup.request["input"]["text"] == "$text"
    assert "127.0.0.1" not in repr((policy, generic))


def test_an_empty_file_is_no_classifiers() -> None:
    """Nothing is asked, and nothing goes out."""
    assert parsed("") == ()


def test_content_stays_unless_somebody_says_why_it_goes() -> None:
    """Neither switch nor basis alone sends anything."""
    [closed] = parsed(outside(more=""))
    [based] = parsed(outside(more='basis = "assessment 12"'))
    [opened] = parsed(outside())
    assert [each.sending.is_allowed for each in (closed, based, opened)] == [False, False, True]


def test_all_bounds_can_be_set() -> None:
    """And the terms of a licence."""
    more = OUT + (
        '\nchannels = ["public", "group"]\nretry = { tries_at_once = 3, later_tries = 0 }\n'
        "circuit = { failures_to_open = 2, open_seconds = 5, longest_seconds = 5.5 }\n"
        'terms = { may_retain = false, ends_at = 2027-01-31T00:00:00+01:00, words = "agreement 7" }'
    )
    [spec] = parsed(outside(more=more))
    assert spec.channels == {ChannelKind.PUBLIC, ChannelKind.GROUP}
    assert (spec.retry.tries_at_once, spec.retry.later_tries, spec.circuit.longest_seconds) == (3, 0, 5.5)
    assert spec.terms.ends_at == datetime(2027, 1, 30, 23, tzinfo=UTC)
    assert not spec.terms.may_retain


GENERIC = written(Kind.GENERIC_JSON)
WRONG = {
    "a kind": (written(Kind.SAFER).replace('kind = "safer"', 'kind = "saver"'), "1 (safer).kind", "mean `safer`?"),
    "a field": (outside(more=OUT + "\nmay_sendout = true"), ".may_sendout", "Did you mean `may_send_out`?"),
    "a clause": (outside().replace('clause = "lakes"', 'clause = "lake"'), "label 1 (label-0).clause", "`lakes`"),
    "a source": (written(Kind.SAFER).replace("match_se", "match_es"), "label 2 (label-1).source", "`match_se`"),
    "an input": (written(Kind.SAFER, takes='["text"]'), ".takes", "digest, image"),
    "the id twice": (outside() + outside(), "classifier 2 (openai-moderation)", "used twice"),
    "a label twice": (outside().replace("label-1", "label-0"), "label 2", "there twice"),
    "a name": (outside(name="Big Lake"), ".id", "Small letters"),
    "a threshold": (outside().replace("0.5", "1.5"), ".threshold", "0 to 1"),
    "no number": (outside().replace("0.5", "true"), ".threshold", "a number"),
    "not finite": (outside().replace("0.5", "nan"), ".threshold", "0 to 1"),
    "no basis": (outside(more="may_send_out = true"), ".basis", "assessment"),
    "inside and out": (written(Kind.SAFER, more=OUT), ".may_send_out", "is_inside"),
    "in the clear": (outside().replace("https", "http"), ".url", "is_inside"),
    "inside unsaid": (outside().replace("classifier.example", "10.0.0.1"), ".url", "is_inside"),
    "metadata": (written(Kind.SAFER, "http://169.254.169.254/x"), ".url", "Nothing is sent"),
    "a login": (outside().replace("classifier.example", "u:p@classifier.example"), ".url", "no password"),
    "a query": (outside().replace("/v1", "/v1?key=1"), ".url", "header"),
    "a key": (outside().replace('{ env = "KEY" }', f'"{KEY}"'), ".secret", "replace it"),
    "a key as name": (outside(secret=KEY), ".secret.env", "counts as known"),
    "two places": (outside().replace('env = "KEY"', 'env = "KEY", file = "/x"'), ".secret", "one place"),
    "dear": (outside().replace("cost_per_call_micro = 500", "cost_per_call_micro = 2000000"), ".budget", "never be"),
    "no budget": (outside().split("[classifier.budget]")[0] + outside().split("answer_bytes = 65536")[1],
                  ".budget", "missing"),
    "too long": (outside().replace("seconds = 10", "seconds = 900"), ".timeout_seconds", "0.05 to 120"),
    "a part": (outside().replace("timeout_seconds", "timeout"), ".timeout", "not known"),
    "no zone": (outside(more=OUT + "\nterms = { ends_at = 2027-01-31T00:00:00 }"), ".terms.ends_at", "2027-01-31T"),
    "no JSON": (GENERIC.replace('"price"', "price"), ".request", "no JSON"),
    "a place": (GENERIC.replace("$text", "$txet"), ".request", "$text"),
    "no place": (GENERIC.replace('"$image_base64"', "1"), ".request", "$image_data_url"),
    "a pointer": (GENERIC.replace("/out/0/la~1ke", "out/0"), "label (label-0).source", "begins with `/`"),
    "a header": (GENERIC.replace("X-Key", "Host"), ".header", "No secret"),
    "ordering": (written(Kind.CONTENT_SAFETY).replace('source = "priority"', 'source = "priority"\nthreshold = 0.5'),
                 ".threshold", "person reviews"),
    "a digest": (ONNX.replace("abab", "zz", 1), ".sha256", "sha256sum"),
    "both": (ONNX.replace('["text"]', '["text", "image"]'), ".takes", "either"),
    "a model that sends": (ONNX + "", "", ""),
    "buckets": (ONNX.replace("1024", "1000"), ".ngrams", "power of two"),
    "an output": (ONNX.replace('source = "1"', 'source = "one"'), ".source", "counted from 0"),
}  # fmt: skip
WRONG["a model that sends"] = (ONNX.replace('version = "3"', 'version = "3"\nmay_send_out = true'), ".may_send_out", "")


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_with_its_place_and_what_to_do(name: str) -> None:
    """And no value is repeated that could be a key, or an address that holds one."""
    text, place, words = WRONG[name]
    with pytest.raises(Misconfigured) as told:
        parsed(text)
    message = str(told.value)
    assert (told.value.place or "").startswith("classifiers.toml: classifier")
    assert place in (told.value.place or "")
    assert words in message
    for secret in (KEY, "u:p", "key=1", "169.254"):
        assert secret not in message


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_value_anywhere_is_taken_or_told_of(data: st.DataObject) -> None:
    """Never another error."""
    kind = data.draw(st.sampled_from(list(Kind)))
    source: Any = tomllib.loads(ONNX if kind is Kind.ONNX_MODEL else written(kind))
    [table] = source["classifier"]
    here: Any = data.draw(st.sampled_from([table, table["budget"], table.get("limits", table), table["label"][0]]))
    here[data.draw(st.sampled_from([*here, "terms", "retry", "pixels", "x"]))] = data.draw(values)
    with suppress(Misconfigured):
        parse_classifiers(source, clauses=CLAUSES, place="classifiers.toml")


def test_the_page_shows_a_file_that_is_understood() -> None:
    """As it stands there."""
    page = (Path(__file__).parents[2] / "docs/explanation/classifiers.md").read_text(encoding="utf-8")
    source = tomllib.loads(page.partition("```toml")[2].partition("```")[0])
    [spec] = parse_classifiers(source, clauses={"cse.conversation": "A text."}, place="classifiers.toml")
    assert spec.sending.is_allowed
    assert spec.labels[0].threshold == 0.8
