"""What the outside systems answer that classify, each as `reporting-and-duties` and its public clients describe it.

A text is the more to be flagged, the larger the share of `WORD` among its words; a picture is what its digest is said
to be. So a test knows each answer beforehand, and no real word is needed.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tutela.adapters.twins.classifier_server import Came, Mode
from tutela.core.classifying.usage import Usage
from tutela.ports.classifiers import Told

WORD = "blorvex"
SECRET = "twin-key"  # noqa: S105  # opens nothing
LOGIN = "twin:key"
VERSION, OTHER_VERSION = "model-2026-03", "model-2026-09"
CALL_COST_MICRO = 500
Answer = tuple[int, Any]

_NO: Answer = (401, {"error": "who are you?"})
_GARBAGE: Answer = (200, {"lake": ["boat", {"garden": 3}]})


def share(text: str) -> float:
    """Return the share of `WORD` among the words of *text*."""
    words = text.split()
    return words.count(WORD) / len(words) if words else 0.0


def _version(mode: Mode) -> str:
    return OTHER_VERSION if mode is Mode.OTHER_VERSION else VERSION


def _score(text: str, mode: Mode) -> float:
    return 1.7 if mode is Mode.LIE else share(text)


@dataclass
class ModerationTwin:
    """`/v1/moderations`."""

    path: str = "/v1/moderations"

    def answer(self, came: Came, mode: Mode) -> Answer:
        """Return scores of two categories."""
        if came.headers.get("authorization") != f"Bearer {SECRET}":
            return _NO
        asked = came.json()
        if mode is Mode.GARBAGE:
            return _GARBAGE
        text = asked["input"] if isinstance(asked["input"], str) else ""
        score = _score(text, mode)
        scores = {"lakes": score, "boats": 0.0}
        flags = {name: each > 0.5 for name, each in scores.items()}  # noqa: PLR2004  # half
        result = {"flagged": any(flags.values()), "categories": flags, "category_scores": scores}
        return 200, {"id": "modr-1", "model": _version(mode), "results": [result]}


@dataclass
class GenericTwin:
    """A service of somebody's own, which says what it cost."""

    path: str = "/score"

    def answer(self, came: Came, mode: Mode) -> Answer:
        """Return one score, in percent."""
        if came.headers.get("x-key") != SECRET:
            return _NO
        if mode is Mode.GARBAGE:
            return _GARBAGE
        cost = CALL_COST_MICRO * (1000 if mode is Mode.OVERCHARGE else 1)
        score = _score(came.json()["input"]["text"] or "", mode) * 100
        return 200, {"model": {"version": _version(mode)}, "out": [{"la/ke": score}], "billed": cost}


@dataclass
class ChatTwin:
    """`/v1/chat/completions`: a model that keeps to what it was asked, or not."""

    path: str = "/v1/chat/completions"
    say: Callable[[Any], str] | None = None  #: what it says of a request, when it is to be something else
    tokens: int = 100

    def answer(self, came: Came, mode: Mode) -> Answer:
        """Return one completion."""
        if came.headers.get("authorization") != f"Bearer {SECRET}":
            return _NO
        if mode is Mode.GARBAGE:
            return _GARBAGE
        asked = came.json()
        said = self.say(asked) if self.say else _judged(asked, mode)
        message: dict[str, Any] = {"role": "assistant", "content": said}
        if mode is Mode.DECLINE:
            message = {"role": "assistant", "content": None, "refusal": "I would rather not."}
        tokens = self.tokens * (1000 if mode is Mode.OVERCHARGE else 1)
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return 200, {"model": _version(mode), "choices": [choice], "usage": {"total_tokens": tokens}}


def _judged(asked: Any, mode: Mode) -> str:
    """Return the judgement of whoever reads the content as data, and the form from the request."""
    form = asked["response_format"]["json_schema"]["schema"]["properties"]["scores"]["required"]
    [content] = json.loads(asked["messages"][1]["content"][0]["text"]).values()
    return json.dumps({"scores": dict.fromkeys(form, _score(content, mode)), "because": "It is about lakes."})


@dataclass
class ArachnidTwin:
    """Arachnid Shield, for media."""

    path: str = "/v1/media/"
    known: dict[str, tuple[str, str]] = field(default_factory=dict)  #: SHA-256: classification and kind of match

    def answer(self, came: Came, mode: Mode) -> Answer:
        """Return what is known of these bytes."""
        if came.headers.get("authorization") != f"Basic {base64.b64encode(LOGIN.encode()).decode()}":
            return _NO
        if mode is Mode.GARBAGE:
            return _GARBAGE
        digest = hashlib.sha256(came.body).hexdigest()
        classification, match = self.known.get(digest, ("no-known-match", None))
        if mode is Mode.LIE:  # an answer about something else
            digest = hashlib.sha256(b"a lake").hexdigest()
        near = [{"timestamp": 0.0, "classification": classification, "distance": 1500}] if match == "near" else []
        return 200, {
            "sha256_hex": digest.upper(), "sha1_base32": "A" * 32, "size_bytes": len(came.body),
            "classification": classification, "match_type": match, "near_match_details": near,
        }  # fmt: skip


@dataclass
class ArachnidPdqTwin:
    """Arachnid Shield, for PDQ hashes."""

    path: str = "/v1/pdq/"
    known: frozenset[str] = frozenset()  #: in hex

    def answer(self, came: Came, mode: Mode) -> Answer:
        """Return what is near to each hash."""
        if mode is Mode.GARBAGE:
            return _GARBAGE
        found: dict[str, Any] = {}
        for each in came.json()["hashes"]:
            is_known = base64.b64decode(each).hex() in self.known
            near = {"classification": "csam", "match_type": "near", "near_match_details": {"timestamp": 0.0}}
            found["A" * 44 if mode is Mode.LIE else each] = near if is_known else None
        return 200, {"scanned_hashes": found}


@dataclass
class PhotoDnaTwin:
    """PhotoDNA Cloud, for pictures and for edge hashes."""

    path: str = "/photodna/v1.0/Match"
    known: frozenset[str] = frozenset()  #: values as they come
    status: int = 3000

    def answer(self, came: Came, mode: Mode) -> Answer:
        """Return whether each is known."""
        if came.headers.get("ocp-apim-subscription-key") != SECRET:
            return _NO
        if mode is Mode.GARBAGE:
            return _GARBAGE
        asked = came.json()
        if isinstance(asked, list):
            return 200, {"TrackingId": "t", "MatchResults": [self._told(each["Value"], mode) for each in asked]}
        return 200, self._told(asked["Value"], mode)

    def _told(self, value: str, mode: Mode) -> dict[str, Any]:
        is_match: Any = value in self.known
        status = 3206 if mode is Mode.DECLINE else self.status
        flags = [{"Source": "Twin", "Violations": ["Z9"], "MatchDistance": 12, "AdvancedInfo": []}]
        return {
            "Status": {"Code": status, "Description": "", "Exception": None}, "TrackingId": "t",
            "IsMatch": "yes" if mode is Mode.LIE else is_match,
            "MatchDetails": {"MatchFlags": flags if is_match else []},
        }  # fmt: skip


@dataclass
class ContentSafetyTwin:
    """`images:classify`."""

    path: str = "/v1beta1/images:classify"
    priority: str = "MEDIUM"

    def answer(self, came: Came, mode: Mode) -> Answer:
        """Return the priority of each picture."""
        if came.headers.get("x-goog-api-key") != SECRET:
            return _NO
        if mode is Mode.GARBAGE:
            return _GARBAGE
        word = "EXTREME" if mode is Mode.LIE else self.priority
        return 200, {"reviewPriorities": [word for _ in came.json()["images"]], "model_version": _version(mode)}


@dataclass
class SaferTwin:
    """Safer, with its lists and its predictions."""

    path: str = "/v1/scan"
    known: dict[str, str] = field(default_factory=dict)  #: MD5: kind of match
    predicted: float = 0.25

    def answer(self, came: Came, mode: Mode) -> Answer:
        """Return matches, and predictions where there is a picture."""
        if came.headers.get("authorization") != f"Bearer {SECRET}":
            return _NO
        if mode is Mode.GARBAGE:
            return _GARBAGE
        asked = came.json()
        digest = asked.get("md5") or _md5(base64.b64decode(asked["image"]))
        kind = self.known.get(digest)
        matches = [{"matchType": kind, "sources": ["Twin"], "distance": 3}] if kind else []
        score = 1.7 if mode is Mode.LIE else self.predicted
        told: dict[str, Any] = {"modelVersion": _version(mode), "matches": matches}
        if "image" in asked:
            told["predictions"] = {"csam": score, "pornography": 0.1, "other": 0.2}
        return 200, told


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


class UsageTwin:
    """Usages in memory; see `ports.classifiers.Usages`."""

    def __init__(self) -> None:
        """Know nothing."""
        self._lock = threading.Lock()
        self._usages: dict[str, Usage] = {}

    def step(self, classifier_id: str, change: Callable[[Usage], tuple[Usage, Told]]) -> Told:
        """Change the usage of a classifier."""
        with self._lock:
            after, told = change(self._usages.get(classifier_id, Usage()))
            self._usages[classifier_id] = after
            return told

    def read(self, classifier_id: str) -> Usage:
        """Return the usage of a classifier."""
        with self._lock:
            return self._usages.get(classifier_id, Usage())
