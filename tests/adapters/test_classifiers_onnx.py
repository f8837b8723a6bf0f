"""A model in this process: exactly the one that was pinned, and unknown for everything that it cannot say."""

import hashlib
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classified import about, parsed
from tiny_model import linear_model
from tutela.adapters.classifiers.building import Surroundings, build
from tutela.adapters.classifiers.guarded import Guarded
from tutela.adapters.twins.classifiers import UsageTwin
from tutela.adapters.twins.clock import SeededEntropy, SetClock
from tutela.core.classifying.ngrams import features_of
from tutela.core.classifying.setup import Activation, NgramSpec, OnnxSetup, PixelSpec
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import Classification, Digest, DigestKind, Image, Input, Reason, Text, Unknown
from tutela.errors import Misconfigured

pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")

NGRAMS, PIXELS = NgramSpec(3, 3, 64), PixelSpec(2, 1, mean=(0.5, 0.5, 0.5), deviation=(0.5, 0.5, 0.5))
ROWS = [[math.sin(n), math.cos(n)] for n in range(64)]
FILE = """
[[classifier]]
id = "own"
kind = "onnx_model"
version = "3"
takes = ["text"]
path = "{path}"
sha256 = "{digest}"
activation = "{activation}"
budget = {{ calls_per_day = 1000 }}
ngrams = {{ shortest = 3, longest = 3, buckets = 64 }}
[[classifier.label]]
name = "lakes"
clause = "lakes"
source = "{source}"
"""


def spec_in(folder: Path, model: bytes, activation: str = "sigmoid", source: str = "1") -> ClassifierSpec:
    """Return the specification of a model that lies in *folder*."""
    path = folder / "model.onnx"
    path.write_bytes(model)
    digest = hashlib.sha256(model).hexdigest()
    [spec] = parsed(FILE.format(path=path, digest=digest, activation=activation, source=source))
    return spec


def asked(spec: ClassifierSpec, content: Any, **around: Any) -> Any:
    """Return what the model says."""
    classifier = build(spec, Surroundings({}, **around))
    return classifier.classify(about(content))


@pytest.mark.parametrize("activation", list(Activation))
def test_a_model_says_what_its_matrix_says(activation: Activation, tmp_path: Path) -> None:
    """By the features that are written down, and the activation that the operator names."""
    output = features_of("a boat on a lake", NGRAMS).astype(np.float64) @ np.array(ROWS, np.float32).astype(np.float64)
    expected = {
        Activation.NONE: output[1],
        Activation.SIGMOID: 1 / (1 + math.exp(-output[1])),
        Activation.SOFTMAX: math.exp(output[1]) / sum(map(math.exp, output)),
    }[activation]
    verdict = asked(spec_in(tmp_path, linear_model(ROWS, [1, 64]), activation.value), "a boat on a lake")
    assert isinstance(verdict, Classification)
    assert verdict.scores["lakes"] == pytest.approx(expected, abs=1e-5)
    assert verdict.version == "3"


def test_an_exchanged_model_is_refused(tmp_path: Path) -> None:
    """By a single byte; a missing one, one that is none, and one that is pinned and broken as well."""
    spec = spec_in(tmp_path, linear_model(ROWS, [1, 64]))
    path = tmp_path / "model.onnx"
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match="pinned"):
        asked(spec, "a lake")
    path.unlink()
    with pytest.raises(Misconfigured, match="cannot be read"):
        asked(spec, "a lake")
    with pytest.raises(Misconfigured, match="cannot load"):
        asked(spec_in(tmp_path, b"a lake"), "a lake")


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, 3.0])
def test_an_output_that_is_no_score_is_unknown(value: float, tmp_path: Path) -> None:
    """Behind the guard."""
    spec = spec_in(tmp_path, linear_model([[value, value]] * 64, [1, 64]), "none")
    guarded = Guarded(spec, build(spec, Surroundings({})), UsageTwin(), SetClock(), SeededEntropy())
    verdict = guarded.classify(about("a lake"))
    assert isinstance(verdict, Unknown)
    assert verdict.reason is Reason.OUT_OF_RANGE


def test_a_model_of_another_shape_is_unknown(tmp_path: Path) -> None:
    """It takes other features, or has no such output."""
    other = asked(spec_in(tmp_path, linear_model(ROWS[:32], [1, 32])), "a lake")
    assert other.reason is Reason.BROKEN
    missing = asked(spec_in(tmp_path, linear_model(ROWS, [1, 64]), source="2"), "a lake")
    assert missing.reason is Reason.GARBAGE
    digest = asked(spec_in(tmp_path, linear_model(ROWS, [1, 64])), Digest(DigestKind.MD5, "ab"))
    assert digest.reason is Reason.WRONG_INPUT


class Drawn:
    """Draw every picture as two pixels, unless it is none."""

    def pixels(self, content: bytes, spec: PixelSpec, seconds: float) -> bytes | None:
        """Return them."""
        assert seconds > 0
        assert spec is PIXELS
        return bytes([255, 0, 255, 0, 255, 0]) if content == b"a lake" else None


def test_a_picture_is_drawn_elsewhere_and_given_as_planes(tmp_path: Path) -> None:
    """Red, green and blue, from -1 to 1 by mean and deviation; what cannot be drawn is unknown."""
    spec = spec_in(tmp_path, linear_model([[0, 10**n] for n in range(6)], [1, 3, 1, 2]), "none")
    assert isinstance(spec.setup, OnnxSetup)
    spec = replace(spec, takes=frozenset({Input.IMAGE}), setup=replace(spec.setup, features=PIXELS))
    verdict = asked(spec, Image(b"a lake", "image/png"), pixels=Drawn())
    assert verdict.scores["lakes"] == pytest.approx(1 - 10 - 100 + 1000 + 10_000 - 100_000)
    assert asked(spec, Image(b"no picture", "image/png"), pixels=Drawn()).reason is Reason.DECLINED
    with pytest.raises(Misconfigured, match="decodes"):
        asked(spec, Image(b"a lake", "image/png"))


def test_no_time_is_no_answer(tmp_path: Path) -> None:
    """And whoever is closed says so."""
    classifier = build(spec_in(tmp_path, linear_model(ROWS, [1, 64])), Surroundings({}))
    late = classifier.classify(about("a lake", 0))
    assert isinstance(late, Unknown)
    assert late.reason is Reason.TIMED_OUT
    classifier.close()
    assert classifier.classify(about("a lake")) == Unknown(Reason.STOPPED)


def test_without_its_runtime_the_operator_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which extra to install."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(Misconfigured, match="extra `onnx`"):
        asked(spec_in(tmp_path, linear_model(ROWS, [1, 64])), Text("a lake"))
