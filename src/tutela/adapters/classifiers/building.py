"""Make the classifier that a specification describes."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tutela.adapters.classifiers.arachnid_shield import ArachnidShield
from tutela.adapters.classifiers.asking import HttpClassifier, Speech
from tutela.adapters.classifiers.calling import Call, Caller
from tutela.adapters.classifiers.content_safety import ContentSafety
from tutela.adapters.classifiers.generic_json import GenericJson
from tutela.adapters.classifiers.onnx_model import OnnxModel
from tutela.adapters.classifiers.openai_moderation import OpenAiModeration
from tutela.adapters.classifiers.photodna_cloud import PhotoDnaCloud
from tutela.adapters.classifiers.policy_model import PolicyModel
from tutela.adapters.classifiers.safer import Safer
from tutela.adapters.classifiers.secrets import Secret, read_secret
from tutela.adapters.webhooks.connecting import Resolve, look_up
from tutela.core.classifying.setup import (
    ArachnidSetup,
    ContentSafetySetup,
    GenericSetup,
    ModerationSetup,
    OnnxSetup,
    PhotoDnaSetup,
    PolicySetup,
    SaferSetup,
)
from tutela.core.classifying.spec import ClassifierSpec
from tutela.ports.classifiers import Classifier, PixelSource


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What classifiers need of the machine that they run on."""

    environment: Mapping[str, str]
    pixels: PixelSource | None = None
    resolve: Resolve = look_up
    trust: ssl.SSLContext | None = None


def build(spec: ClassifierSpec, around: Surroundings) -> Classifier:
    """Return the classifier of *spec*, unguarded: put a `Guarded` around it.

    Raises:
        tutela.errors.Misconfigured: Its secret or model is not there, or not what was pinned.
    """
    if isinstance(spec.setup, OnnxSetup):
        return OnnxModel(spec, spec.setup, around.pixels)
    endpoint = spec.setup.endpoint
    secret = None
    if endpoint.secret is not None:
        secret = read_secret(endpoint.secret, around.environment, place=f"classifier ({spec.id}).secret")
    call = Call(endpoint.url, spec.sending.is_inside, spec.limits.answer_bytes, around.resolve, around.trust)
    return HttpClassifier(_speech(spec, secret), Caller(call))


_BY_SECRET: Mapping[type, Callable[[ClassifierSpec, Secret | None], Speech]] = {
    ModerationSetup: OpenAiModeration,
    ArachnidSetup: ArachnidShield,
    PhotoDnaSetup: PhotoDnaCloud,
    ContentSafetySetup: ContentSafety,
    SaferSetup: Safer,
}


def _speech(spec: ClassifierSpec, secret: Secret | None) -> Speech:
    match spec.setup:
        case GenericSetup() as setup:
            return GenericJson(spec, setup, secret)
        case PolicySetup() as setup:
            return PolicyModel(spec, setup, secret)
        case other:
            return _BY_SECRET[type(other)](spec, secret)
