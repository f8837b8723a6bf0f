"""Classifiers as an operator would write them down, for twins on this machine."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tutela.adapters.classifiers.building import Surroundings, build
from tutela.adapters.twins.classifiers import LOGIN, SECRET, VERSION
from tutela.core.classifying.budget import Budget
from tutela.core.classifying.classifier_file import parse_classifiers
from tutela.core.classifying.spec import ClassifierSpec, Kind, Limits
from tutela.core.classifying.verdicts import Asked, Content, Text
from tutela.ports.classifiers import Classifier

CLAUSES = {"lakes": "Nobody talks a blorvex into a boat.", "gardens": "No quimzat in the garden."}

ENVIRONMENT = {"KEY": SECRET, "LOGIN": LOGIN}

_HEAD = """
[[classifier]]
id = "{name}"
kind = "{kind}"
version = "{version}"
takes = {takes}
is_inside = true
url = "{url}"
secret = {{ env = "{secret}" }}
{more}
[classifier.budget]
calls_per_day = 1000
cost_per_day_micro = 1000000
cost_per_call_micro = 500
[classifier.limits]
timeout_seconds = 10
answer_bytes = 65536
{labels}
"""

_GENERIC = """
request = '{"input": {"text": "$text", "picture": "$image_base64"}, "model": "$version", "price": "$$5"}'
header = "X-Key"
version_at = "/model/version"
cost_at = "/billed"
scale = 100
"""

LABELS: Mapping[Kind, tuple[str, ...]] = {
    Kind.OPENAI_MODERATION: ("lakes", "boats"),
    Kind.GENERIC_JSON: ("/out/0/la~1ke",),
    Kind.POLICY_MODEL: ("",),
    Kind.ARACHNID_SHIELD: ("csam_exact", "csam_near", "harmful_exact", "harmful_near"),
    Kind.PHOTODNA_CLOUD: ("match",),
    Kind.CONTENT_SAFETY: ("priority",),
    Kind.SAFER: ("match_csam", "match_se", "predict_csam"),
}
_TAKES: Mapping[Kind, str] = {
    Kind.OPENAI_MODERATION: '["text", "image"]',
    Kind.GENERIC_JSON: '["text", "image"]',
    Kind.POLICY_MODEL: '["text", "image"]',
    Kind.ARACHNID_SHIELD: '["image", "digest"]',
    Kind.PHOTODNA_CLOUD: '["image", "digest"]',
    Kind.CONTENT_SAFETY: '["image"]',
    Kind.SAFER: '["image"]',
}
_MORE: Mapping[Kind, str] = {Kind.GENERIC_JSON: _GENERIC, Kind.POLICY_MODEL: "micro_per_1000_tokens = 5000"}


def written(kind: Kind, url: str = "http://127.0.0.1:8000/", **changes: str) -> str:
    """Return a classifier of *kind* as a file holds it."""
    threshold = "" if kind is Kind.CONTENT_SAFETY else "\nthreshold = 0.5"
    labels = "".join(
        f'[[classifier.label]]\nname = "label-{n}"\nclause = "lakes"{threshold}\n'
        + (f'source = "{source}"\n' if source else "")
        for n, source in enumerate(LABELS[kind])
    )
    values = {
        "name": kind.value.replace("_", "-"), "kind": kind.value, "version": VERSION, "takes": _TAKES[kind], "url": url,
        "secret": "LOGIN" if kind is Kind.ARACHNID_SHIELD else "KEY", "more": _MORE.get(kind, ""), "labels": labels,
        **changes,
    }  # fmt: skip
    return _HEAD.format(**values)


def parsed(text: str) -> tuple[ClassifierSpec, ...]:
    """Return the classifiers of a file."""
    return parse_classifiers(tomllib.loads(text), clauses=CLAUSES, place="classifiers.toml")


def spec_of(kind: Kind, url: str = "http://127.0.0.1:8000/", **changes: Any) -> ClassifierSpec:
    """Return a classifier of *kind*, its fields changed."""
    [spec] = parsed(written(kind, url))
    return replace(spec, **changes)


def built(spec: ClassifierSpec, **around: Any) -> Classifier:
    """Return the classifier, unguarded."""
    return build(spec, Surroundings(ENVIRONMENT, **around))


def about(content: Content | str, seconds: float = 10.0, **more: Any) -> Asked:
    """Return a question about something public."""
    return Asked(Text(content) if isinstance(content, str) else content, seconds=seconds, **more)


GENEROUS = Budget(1_000_000, 10**12, 0)
QUICK = Limits(timeout_seconds=2, content_bytes=65536, answer_bytes=65536)
