"""Project Arachnid Shield of the Canadian Centre: exact and near matches. Sends content out.

Source: reporting-and-duties, section 2.3, and the Centre's public clients. `POST v1/media/` takes the bytes,
`POST v1/pdq/` hashes. Of an answer only the classification, the kind of match and the distance are read: the hashes of
what matched stay unread, so that no list can be gathered here. Beware: its answers say nothing of a version, so that
what is pinned is the API.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from tutela.adapters.classifiers.asking import Sent, as_json
from tutela.adapters.classifiers.secrets import Secret
from tutela.core.classifying.documents import NotUsableError, series, table
from tutela.core.classifying.sources import CLOSE, VERY_CLOSE
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
)

_NOTHING, _TEST = "no-known-match", "test"
_CLASSES: Mapping[str, str | None] = {
    "csam": "csam", "harmful-abusive-material": "harmful", _NOTHING: None, _TEST: None,
}  # fmt: skip
_MATCHES = ("exact", "near")


class ArachnidShield:
    """Speak to Arachnid Shield. The endpoint is that of media or that of PDQ, by what the classifier takes."""

    def __init__(self, spec: ClassifierSpec, secret: Secret | None) -> None:
        """Sign in by HTTP Basic with `user:password`."""
        self._spec, self._secret = spec, secret

    def request(self, content: Content) -> Sent:
        """Return the bytes as they are, or a list of one hash."""
        headers: dict[str, str] = {}
        if self._secret is not None:
            encoded = base64.b64encode(self._secret.reveal().encode("ascii")).decode("ascii")
            headers["Authorization"] = f"Basic {encoded}"
        match content:
            case Image():
                return Sent(content.content, content.media_type, headers)
            case Digest(kind=DigestKind.PDQ):
                return as_json({"hashes": [_encoded(content)]}, headers)
            case Digest() | Text():
                raise NotUsableError(Reason.WRONG_INPUT)

    def verdict(self, answer: Any, content: Content) -> Verdict:
        """Return a score of 1 for the label of the match, and 0 for the others."""
        told = _of_digest(answer, content) if isinstance(content, Digest) else table(answer)
        if isinstance(content, Image) and not _is_about(told, content):
            raise NotUsableError(Reason.GARBAGE)
        classification, found = _found(told)
        scores = {label.name: float(label.source == found) for label in self._spec.labels}
        return Classification(scores, self._spec.version, (classification, *_nearness(told)))


def _encoded(digest: Digest) -> str:
    try:
        return base64.b64encode(bytes.fromhex(digest.value)).decode("ascii")
    except ValueError:
        raise NotUsableError(Reason.WRONG_INPUT) from None


def _of_digest(answer: Any, digest: Digest) -> dict[str, Any]:
    """Return the result of the one hash that was asked; null says that nothing is near."""
    results = table(table(answer).get("scanned_hashes"))
    if results.keys() != {_encoded(digest)}:
        raise NotUsableError(Reason.GARBAGE)
    [result] = results.values()
    return {"classification": _NOTHING, "match_type": None} if result is None else table(result)


def _found(told: Mapping[str, Any]) -> tuple[str, str]:
    """Return the classification in the source's words, and the source of the label that it is; empty for no match."""
    if "classification" not in told or "match_type" not in told:
        raise NotUsableError(Reason.GARBAGE)
    classification, match = told["classification"] or _NOTHING, told["match_type"]
    if not isinstance(classification, str) or classification not in _CLASSES:
        raise NotUsableError(Reason.GARBAGE)
    family = _CLASSES[classification]
    if family is None and (match is None or classification == _TEST):
        return classification, ""
    if family is None or match not in _MATCHES:
        raise NotUsableError(Reason.GARBAGE)
    return classification, f"{family}_{match}"


def _is_about(told: Mapping[str, Any], content: Image) -> bool:
    """Return whether an answer is about the bytes that were sent, and not about somebody else's."""
    digest = told.get("sha256_hex")
    return isinstance(digest, str) and digest.lower() == hashlib.sha256(content.content).hexdigest()


def _nearness(told: Mapping[str, Any]) -> tuple[str, ...]:
    words = []
    details = told.get("near_match_details") or []
    for each in [details] if isinstance(details, dict) else series(details):
        distance = table(each).get("distance")
        if isinstance(distance, int) and not isinstance(distance, bool) and distance >= 0:
            how = "very close" if distance < VERY_CLOSE else "close" if distance < CLOSE else "far"
            words.append(f"{how}, {min(distance, 10**9)}")
    return tuple(words)
