"""Thorn's Safer: matches with lists, and predictions. Self-hosted, so that nothing leaves the house, or as a service.

Source: reporting-and-duties, section 2.3, read in a secondary description only: before use, compare with what Thorn
gives its customers. `matches` holds `matchType` (CSAM or SE), `sources` and `distance`; `predictions` holds scores of
csam, pornography and other; `modelVersion` is pinned. SE is a list of its own, and not CSAM.
"""

import base64
from collections.abc import Mapping
from typing import Any

from tutela.adapters.classifiers.asking import Sent, as_json
from tutela.adapters.classifiers.secrets import Secret
from tutela.core.classifying.documents import NotUsableError, series, table
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import (
    Classification,
    Content,
    Digest,
    DigestKind,
    Image,
    Reason,
    Text,
    Verdict,
    score_of,
)

_MATCHES: Mapping[str, str] = {"CSAM": "match_csam", "SE": "match_se"}
_PREDICTED = ("csam", "pornography", "other")


class Safer:
    """Speak to Safer."""

    def __init__(self, spec: ClassifierSpec, secret: Secret | None) -> None:
        """Send the key along."""
        self._spec, self._secret = spec, secret

    def request(self, content: Content) -> Sent:
        """Return the picture in base 64, or its MD5 for matching only."""
        headers = {} if self._secret is None else {"Authorization": f"Bearer {self._secret.reveal()}"}
        match content:
            case Image():
                return as_json({"image": base64.b64encode(content.content).decode("ascii")}, headers)
            case Digest(kind=DigestKind.MD5):
                return as_json({"md5": content.value}, headers)
            case Digest() | Text():
                raise NotUsableError(Reason.WRONG_INPUT)

    def verdict(self, answer: Any, content: Content) -> Verdict:
        """Return matches as 1 or 0, predictions as their scores."""
        told = table(answer)
        version = told.get("modelVersion")
        if not isinstance(version, str):
            raise NotUsableError(Reason.GARBAGE)
        scores, words = _matched(series(told.get("matches")))
        if isinstance(content, Image):
            scores |= _predicted(table(told.get("predictions")))
        missing = [label for label in self._spec.labels if label.source not in scores]
        if missing:
            raise NotUsableError(Reason.DECLINED)  # of a digest nothing is predicted
        return Classification({label.name: scores[label.source] for label in self._spec.labels}, version, words)


def _matched(matches: list[Any]) -> tuple[dict[str, float], tuple[str, ...]]:
    scores, words = dict.fromkeys(_MATCHES.values(), 0.0), []
    for each in matches:
        kind = table(each).get("matchType")
        if not isinstance(kind, str) or kind not in _MATCHES:
            raise NotUsableError(Reason.GARBAGE)
        scores[_MATCHES[kind]] = 1.0
        sources = [source for source in series(each.get("sources") or []) if isinstance(source, str)]
        words.append(": ".join(part for part in (kind, ", ".join(sources)) if part))
    return scores, tuple(words)


def _predicted(predictions: dict[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in _PREDICTED:
        score = score_of(predictions.get(name))
        if isinstance(score, Reason):
            raise NotUsableError(score)
        found[f"predict_{name}"] = score
    return found
