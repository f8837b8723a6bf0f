"""What each kind of classifier takes and speaks of. Source: reporting-and-duties, section 2.3, and public clients."""

from collections.abc import Mapping

from tutela.core.classifying.spec import Kind
from tutela.core.classifying.verdicts import Input

ARACHNID_SOURCES = ("csam_exact", "csam_near", "harmful_exact", "harmful_near")
"""`harmful-abusive-material` is not CSAM, and never shares a label with it."""

PHOTODNA_SOURCES = ("match",)
CONTENT_SAFETY_SOURCES = ("priority",)
SAFER_SOURCES = (
    "match_csam",
    "match_se",  #: sexual exploitation; not CSAM
    "predict_csam",
    "predict_pornography",
    "predict_other",
)

SOURCES: Mapping[Kind, tuple[str, ...] | None] = {
    Kind.OPENAI_MODERATION: None,
    Kind.GENERIC_JSON: None,
    Kind.ONNX_MODEL: None,
    Kind.POLICY_MODEL: (),
    Kind.ARACHNID_SHIELD: ARACHNID_SOURCES,
    Kind.PHOTODNA_CLOUD: PHOTODNA_SOURCES,
    Kind.CONTENT_SAFETY: CONTENT_SAFETY_SOURCES,
    Kind.SAFER: SAFER_SOURCES,
}
"""What a label may name as its source; none: the service's own words; empty: its own name."""

_WORDS, _SEEN = frozenset({Input.TEXT}), frozenset({Input.IMAGE})
TAKES: Mapping[Kind, frozenset[Input]] = {
    Kind.OPENAI_MODERATION: _WORDS | _SEEN,
    Kind.GENERIC_JSON: frozenset(Input),
    Kind.POLICY_MODEL: _WORDS | _SEEN,
    Kind.ONNX_MODEL: _WORDS | _SEEN,
    Kind.ARACHNID_SHIELD: _SEEN | {Input.DIGEST},
    Kind.PHOTODNA_CLOUD: _SEEN | {Input.DIGEST},
    Kind.CONTENT_SAFETY: _SEEN,
    Kind.SAFER: _SEEN | {Input.DIGEST},
}

VERY_CLOSE, CLOSE = 2000, 5000
"""Distances of Arachnid Shield's visual details: below the first very close, below the second close."""

PRIORITIES: Mapping[str, float] = {"VERY_LOW": 0.0, "LOW": 0.25, "MEDIUM": 0.5, "HIGH": 0.75, "VERY_HIGH": 1.0}
"""What the Content Safety API says, as an order; the distances between its words mean nothing."""
