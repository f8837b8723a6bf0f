"""Google's Content Safety API: in which order people should look. Sends pictures out.

Source: reporting-and-duties, section 2.3, and public clients. That a person reviews is a condition of its use, so that
it orders what waits and no rule reads it (`core.classifying.spec.Use`). The key goes into a header: in the address,
where many clients put it, it would be in logs.
"""

import base64
from typing import Any

from tutela.adapters.classifiers.asking import Sent, as_json
from tutela.adapters.classifiers.secrets import Secret
from tutela.core.classifying.documents import NotUsableError, series, table
from tutela.core.classifying.sources import PRIORITIES
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import Classification, Content, Image, Reason, Verdict

MAX_REQUEST_BYTES = 10 * 1024 * 1024


class ContentSafety:
    """Speak to `images:classify`, a picture a request."""

    def __init__(self, spec: ClassifierSpec, secret: Secret | None) -> None:
        """Send the key along."""
        self._spec, self._secret = spec, secret

    def request(self, content: Content) -> Sent:
        """Return a list of one picture in base 64."""
        if not isinstance(content, Image):
            raise NotUsableError(Reason.WRONG_INPUT)
        headers = {} if self._secret is None else {"X-Goog-Api-Key": self._secret.reveal()}
        sent = as_json({"images": [base64.b64encode(content.content).decode("ascii")]}, headers)
        if len(sent.body) > MAX_REQUEST_BYTES:
            raise NotUsableError(Reason.TOO_LARGE)
        return sent

    def verdict(self, answer: Any, content: Content) -> Verdict:
        """Return the priority as a number; an answer that says another version than the pinned one says so."""
        del content
        told = table(answer)
        priorities = series(told.get("reviewPriorities"))
        version = told.get("model_version", told.get("modelVersion", self._spec.version))
        if len(priorities) != 1 or not isinstance(version, str):
            raise NotUsableError(Reason.GARBAGE)
        word = priorities[0]
        if not isinstance(word, str) or word not in PRIORITIES:
            raise NotUsableError(Reason.GARBAGE)
        return Classification({label.name: PRIORITIES[word] for label in self._spec.labels}, version, (word,))
