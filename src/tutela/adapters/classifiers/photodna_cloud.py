"""Microsoft PhotoDNA Cloud: match against a list derived from NCMEC's. Sends pictures out, or edge hashes of them.

Source: reporting-and-duties, section 2.3, and public clients. Status 3000 is an answer; 3002 and 3004 are errors of
the request or the service, 3206 is no picture, 3208 one that is too small or too large. Beware: its answers say
nothing of a version, so that what is pinned is the API.
"""

import base64
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
)

MAX_CONTENT_BYTES = 4 * 1024 * 1024
_OK = 3000
_OF_THE_CONTENT = frozenset({3206, 3208})
_EDGE = "PreHashV2"


class PhotoDnaCloud:
    """Speak to `Match`, or to `MatchHash` with edge hashes."""

    def __init__(self, spec: ClassifierSpec, secret: Secret | None) -> None:
        """Send the subscription key along."""
        self._spec, self._secret = spec, secret

    def request(self, content: Content) -> Sent:
        """Return a picture in base 64, or a list of one edge hash."""
        headers = {} if self._secret is None else {"Ocp-Apim-Subscription-Key": self._secret.reveal()}
        match content:
            case Image():
                if len(content.content) > MAX_CONTENT_BYTES:
                    raise NotUsableError(Reason.TOO_LARGE)
                encoded = base64.b64encode(content.content).decode("ascii")
                return as_json({"DataRepresentation": "inline", "Value": encoded}, headers)
            case Digest(kind=DigestKind.PHOTODNA_EDGE):
                return as_json([{"DataRepresentation": _EDGE, "Value": content.value}], headers)
            case Digest() | Text():
                raise NotUsableError(Reason.WRONG_INPUT)

    def verdict(self, answer: Any, content: Content) -> Verdict:
        """Return a score of 1 or 0."""
        told = table(answer)
        if isinstance(content, Digest):
            results = series(told.get("MatchResults"))
            if len(results) != 1:
                raise NotUsableError(Reason.GARBAGE)
            told = table(results[0])
        code = table(told.get("Status")).get("Code")
        if code in _OF_THE_CONTENT:
            raise NotUsableError(Reason.DECLINED)
        if code != _OK:
            raise NotUsableError(Reason.SERVER if isinstance(code, int) else Reason.GARBAGE)
        is_match = told.get("IsMatch")
        if not isinstance(is_match, bool):
            raise NotUsableError(Reason.GARBAGE)
        scores = {label.name: float(is_match) for label in self._spec.labels}
        return Classification(scores, self._spec.version, _words(told) if is_match else ())


def _words(told: dict[str, Any]) -> tuple[str, ...]:
    """Return the sources and what they call it; identifiers of what matched are not read."""
    words = []
    details = told.get("MatchDetails")
    for flag in series(table(details).get("MatchFlags") or []) if details is not None else []:
        source, violations = table(flag).get("Source"), table(flag).get("Violations") or []
        said = [each for each in (source, *series(violations)) if isinstance(each, str)]
        words.append(": ".join((said[0], ", ".join(said[1:]))) if len(said) > 1 else "".join(said))
    return tuple(words)
