"""What all classifiers over HTTP share: send a body, parse the answer, and say unknown for everything else."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tutela.adapters.classifiers.calling import Caller, NoAnswerError
from tutela.core.classifying.documents import NotUsableError, read_json
from tutela.core.classifying.verdicts import Asked, Classification, Content, Reason, Unknown, Verdict

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Sent:
    """One request."""

    body: bytes
    media_type: str
    headers: Mapping[str, str]


class Speech(Protocol):
    """How one outside system is spoken to."""

    def request(self, content: Content) -> Sent:
        """Return what is sent.

        Raises:
            NotUsableError: It does not take this content.
        """
        ...

    def verdict(self, answer: Any, content: Content) -> Verdict:
        """Return what a parsed *answer* about *content* says.

        Raises:
            NotUsableError: It is not of the form that was agreed.
        """
        ...


class HttpClassifier:
    """Ask over HTTP; see `ports.classifiers.Classifier`."""

    def __init__(self, speech: Speech, caller: Caller) -> None:
        """Speak so, over that."""
        self._speech, self._caller = speech, caller

    def classify(self, asked: Asked) -> Verdict:
        """Return what it says, or why nothing is known."""
        started = time.monotonic()
        verdict = self._verdict(asked)
        return _timed(verdict, round((time.monotonic() - started) * 1000))

    def close(self) -> None:
        """Break off what is under way."""
        self._caller.close()

    def _verdict(self, asked: Asked) -> Verdict:
        try:
            sent = self._speech.request(asked.content)
            headers = {"Content-Type": sent.media_type, **sent.headers}
            body = self._caller.post(sent.body, headers, asked.seconds)
            return self._speech.verdict(read_json(body), asked.content)
        except NoAnswerError as error:
            return Unknown(error.reason, error.retry_after_seconds)
        except NotUsableError as error:
            return Unknown(error.reason)


def _timed(verdict: Verdict, milliseconds: int) -> Verdict:
    if isinstance(verdict, Unknown):
        return Unknown(verdict.reason, verdict.retry_after_seconds, verdict.cost_micro, milliseconds)
    return Classification(verdict.scores, verdict.version, verdict.words, verdict.cost_micro, milliseconds)


def as_json(value: Any, headers: Mapping[str, str]) -> Sent:
    """Return *value* as it is sent.

    Raises:
        NotUsableError: It holds half of a character, which no UTF-8 can hold.
    """
    try:
        return Sent(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8"), JSON, headers)
    except UnicodeEncodeError:
        raise NotUsableError(Reason.WRONG_INPUT) from None
