"""OpenAI-compatible `/v1/moderations`. Source: OpenAI's API reference, Moderations, as of 2025."""

import base64
from typing import Any

from tutela.adapters.classifiers.asking import Sent, as_json
from tutela.adapters.classifiers.secrets import Secret
from tutela.core.classifying.documents import NotUsableError, series, table
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import Classification, Content, Image, Reason, Text, Verdict, score_of


class OpenAiModeration:
    """Speak to a moderation endpoint; the scores are by the operator's labels, `flagged` is not read."""

    def __init__(self, spec: ClassifierSpec, secret: Secret | None) -> None:
        """Ask the model that is pinned as *spec*'s version."""
        self._spec, self._secret = spec, secret

    def request(self, content: Content) -> Sent:
        """Return a text as a string, a picture as one part."""
        headers = {} if self._secret is None else {"Authorization": f"Bearer {self._secret.reveal()}"}
        match content:
            case Text():
                asked: Any = content.words
            case Image():
                url = f"data:{content.media_type};base64,{base64.b64encode(content.content).decode('ascii')}"
                asked = [{"type": "image_url", "image_url": {"url": url}}]
            case _:
                raise NotUsableError(Reason.WRONG_INPUT)
        return as_json({"model": self._spec.version, "input": asked}, headers)

    def verdict(self, answer: Any, content: Content) -> Verdict:
        """Return the scores of the categories that the labels name."""
        del content
        told = table(answer)
        results = series(told.get("results"))
        version = told.get("model")
        if len(results) != 1 or not isinstance(version, str):
            raise NotUsableError(Reason.GARBAGE)
        scores = table(table(results[0]).get("category_scores"))
        found: dict[str, float] = {}
        for label in self._spec.labels:
            score = score_of(scores.get(label.source))
            if isinstance(score, Reason):
                raise NotUsableError(score)
            found[label.name] = score
        return Classification(found, version)
