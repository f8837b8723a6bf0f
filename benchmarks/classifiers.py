"""What the guard costs a question to a classifier, beside a bare call of httpx to the same server, in the same run."""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import httpx

from tutela.adapters.classifiers.building import Surroundings, build
from tutela.adapters.classifiers.guarded import Guarded
from tutela.adapters.clock import SystemClock, SystemEntropy
from tutela.adapters.twins.classifier_server import HOST, listening
from tutela.adapters.twins.classifiers import SECRET, VERSION, WORD, ModerationTwin, UsageTwin
from tutela.core.classifying.classifier_file import parse_classifiers
from tutela.core.classifying.ngrams import features_of
from tutela.core.classifying.setup import NgramSpec
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import Asked, Classification, Text, Verdict

ROUNDS = 400
TEXT = f"a boat on a lake in the garden, with a {WORD} beside it, and nobody else " * 4


def run() -> list[dict[str, Any]]:
    """Return the rows."""
    with listening(ModerationTwin()) as twin:
        spec = _spec(twin.url)
        classifier = build(spec, Surroundings({"KEY": SECRET}))
        guarded = Guarded(spec, classifier, UsageTwin(), SystemClock(), SystemEntropy())
        asked = Asked(Text(TEXT))
        with httpx.Client(trust_env=False) as client:
            bare, unguarded, whole = _medians(
                lambda: _bare(client, twin.url),
                lambda: classifier.classify(asked),
                lambda: guarded.classify(asked),
            )
        guarded.close()
    alone = Guarded(spec, _Nobody(), UsageTwin(), SystemClock(), SystemEntropy())
    [guard] = _medians(lambda: alone.classify(asked))
    [features] = _medians(lambda: features_of(TEXT, NgramSpec()))
    note = f"loopback at {HOST}, connections kept, an answer of some 200 bytes"
    return [
        _row("classifiers: a question, guarded; peer: httpx alone", whole, bare, "us", "1.5 x", note),
        _row("classifiers: the same without the guard; peer: httpx", unguarded, bare, "us", "-"),
        _row("classifiers: the guard alone", guard, None, "us", "100", "usage in memory; a database adds its commit"),
        _row("classifiers: 300 characters as n-grams", features, None, "us", "-", "4,096 buckets, 3 to 5 characters"),
    ]


class _Nobody:
    """Answer at once."""

    def classify(self, _asked: Asked) -> Verdict:
        return Classification({"lakes": 0.25}, VERSION)

    def close(self) -> None:
        """Do nothing."""


def _spec(url: str) -> ClassifierSpec:
    source = {
        "classifier": [
            {
                "id": "lakes", "kind": "openai_moderation", "version": VERSION, "takes": ["text"], "url": url,
                "is_inside": True, "secret": {"env": "KEY"}, "budget": {"calls_per_day": 10**9},
                "label": [{"name": "lakes", "clause": "lakes", "source": "lakes", "threshold": 0.5}],
            }
        ]
    }  # fmt: skip
    return parse_classifiers(source, clauses={"lakes": "No boats."}, place="benchmark")[0]


def _bare(client: httpx.Client, url: str) -> None:
    answer = client.post(url, json={"model": VERSION, "input": TEXT}, headers={"Authorization": f"Bearer {SECRET}"})
    json.loads(answer.content)["results"][0]["category_scores"]


def _medians(*works: Callable[[], object]) -> list[float]:
    """Return the median microseconds of each, taken in turn so that the machine's moods meet all alike."""
    for work in works * 20:
        work()
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            begun = time.perf_counter()
            work()
            times[place].append((time.perf_counter() - begun) * 1_000_000)
    return [statistics.median(each) for each in times]


def _row(what: str, ours: float, peer: float | None, unit: str, to_reach: str, note: str = "") -> dict[str, Any]:
    ratio = None if peer is None else round(ours / peer, 2)
    return {
        "what": what, "ours": round(ours, 1), "peer": None if peer is None else round(peer, 1), "unit": unit,
        "ratio": ratio, "to_reach": to_reach, "note": note,
    }  # fmt: skip
