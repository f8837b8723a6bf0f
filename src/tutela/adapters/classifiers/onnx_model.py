"""A model in this process, by ONNX Runtime (the extra `onnx`). Pinned by the digest of its file; nothing leaves.

The file is read once, compared, and the model is made of exactly these bytes: nobody can exchange it between, and it
cannot pull in other files. A run that takes too long is told to end.
"""

import hashlib
import importlib
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tutela.core.classifying.ngrams import features_of
from tutela.core.classifying.setup import Activation, NgramSpec, OnnxSetup, PixelSpec
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import Asked, Classification, Content, Image, Reason, Text, Unknown, Verdict
from tutela.errors import Misconfigured
from tutela.ports.classifiers import PixelSource

MAX_MODEL_BYTES = 1 << 30
_CHANNELS = 3

Row = npt.NDArray[np.float32]


class OnnxModel:
    """Run a model; see `ports.classifiers.Classifier`."""

    def __init__(self, spec: ClassifierSpec, setup: OnnxSetup, pixels: PixelSource | None = None) -> None:
        """Load the model.

        Raises:
            tutela.errors.Misconfigured: ONNX Runtime or a decoder is missing, or the file is not the pinned model.
        """
        if isinstance(setup.features, PixelSpec) and pixels is None:
            raise Misconfigured("Nothing here decodes pictures for a model.", place=f"classifier ({spec.id}).takes")
        self._spec, self._setup, self._pixels = spec, setup, pixels
        self._runtime = _runtime(spec.id)
        self._session = self._loaded(_pinned(spec.id, setup))
        self._input = self._session.get_inputs()[0].name
        self._places = {label.name: int(label.source) for label in spec.labels}
        self._is_closed = False

    def classify(self, asked: Asked) -> Verdict:
        """Return what the model says, or why nothing is known."""
        started = time.monotonic()
        verdict = Unknown(Reason.STOPPED) if self._is_closed else self._verdict(asked)
        milliseconds = round((time.monotonic() - started) * 1000)
        if isinstance(verdict, Unknown):
            return Unknown(verdict.reason, milliseconds=milliseconds)
        return Classification(verdict.scores, verdict.version, milliseconds=milliseconds)

    def close(self) -> None:
        """Ask nothing any more."""
        self._is_closed = True

    def _loaded(self, model: bytes) -> Any:
        options = self._runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # who asks has threads enough
        options.log_severity_level = 4  # it would write names of files to standard error
        try:
            return self._runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime raises types of its own for every fault of a file
            raise Misconfigured(
                "ONNX Runtime cannot load this model.", place=f"classifier ({self._spec.id}).path"
            ) from error

    def _verdict(self, asked: Asked) -> Verdict:
        deadline = time.monotonic() + asked.seconds
        row = self._row(asked.content, asked.seconds)
        if isinstance(row, Reason):
            return Unknown(row)
        output = self._run(row, deadline - time.monotonic())
        if isinstance(output, Reason):
            return Unknown(output)
        values = _activated(output, self._setup.activation)
        if max(self._places.values()) >= len(values):
            return Unknown(Reason.GARBAGE)
        scores = {name: float(values[place]) for name, place in self._places.items()}
        return Classification(scores, self._spec.version)

    def _row(self, content: Content, seconds: float) -> Row | Reason:
        features = self._setup.features
        if isinstance(features, NgramSpec):
            return features_of(content.words, features)[np.newaxis] if isinstance(content, Text) else Reason.WRONG_INPUT
        if not isinstance(content, Image) or self._pixels is None:
            return Reason.WRONG_INPUT
        drawn = self._pixels.pixels(content.content, features, seconds)
        if drawn is None or len(drawn) != features.width * features.height * _CHANNELS:
            return Reason.DECLINED
        return _planes(drawn, features)

    def _run(self, row: Row, seconds: float) -> npt.NDArray[Any] | Reason:
        if seconds <= 0:
            return Reason.TIMED_OUT
        options = self._runtime.RunOptions()
        timer = threading.Timer(seconds, setattr, (options, "terminate", True))
        timer.daemon = True
        timer.start()
        try:
            outputs = self._session.run(None, {self._input: row}, options)
        except Exception:  # noqa: BLE001 - the runtime raises types of its own; each of them says that nothing is known
            return Reason.TIMED_OUT if options.terminate else Reason.BROKEN
        finally:
            timer.cancel()
        found = next((each for each in outputs if isinstance(each, np.ndarray) and each.dtype.kind == "f"), None)
        return Reason.GARBAGE if found is None else found.reshape(-1)


def _runtime(classifier_id: str) -> Any:
    try:
        return importlib.import_module("onnxruntime")
    except ImportError as error:
        raise Misconfigured(
            "ONNX Runtime is not installed.",
            place=f"classifier ({classifier_id}).kind",
            remedy="Install Tutela with its extra `onnx`, or remove the classifier.",
        ) from error


def _pinned(classifier_id: str, setup: OnnxSetup) -> bytes:
    place = f"classifier ({classifier_id})"
    try:
        with Path(setup.path).open("rb") as file:
            model = file.read(MAX_MODEL_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise Misconfigured(f"The model cannot be read: {reason}.", place=f"{place}.path") from error
    if len(model) > MAX_MODEL_BYTES:
        raise Misconfigured("The model is larger than a gibibyte.", place=f"{place}.path")
    if hashlib.sha256(model).hexdigest() != setup.sha256:
        raise Misconfigured(
            "The model is not the one that was pinned.",
            place=f"{place}.sha256",
            remedy="Find out who changed the file. When it is right, pin its new digest and raise the version.",
        )
    return model


def _planes(drawn: bytes, spec: PixelSpec) -> Row:
    picture = np.frombuffer(drawn, dtype=np.uint8).reshape(spec.height, spec.width, _CHANNELS).astype(np.float32) / 255
    mean, deviation = np.array(spec.mean, np.float32), np.array(spec.deviation, np.float32)
    scaled = (picture - mean) / deviation
    planes = scaled.transpose(2, 0, 1) if spec.is_channels_first else scaled
    return np.ascontiguousarray(planes, dtype=np.float32)[np.newaxis]


def _activated(output: npt.NDArray[Any], activation: Activation) -> npt.NDArray[Any]:
    values = output.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # what becomes no number is out of range, and said so
        if activation is Activation.SIGMOID:
            return np.asarray(1 / (1 + np.exp(-values)))
        if activation is Activation.SOFTMAX:
            raised = np.exp(values - values.max(initial=-np.inf))
            return np.asarray(raised / raised.sum())
    return values
