"""What each kind of classifier needs to be asked: addresses, templates, models. Secrets only by where they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tutela.core.classifying.pointers import Pointer


class SecretPlace(StrEnum):
    """Where a secret is."""

    ENVIRONMENT = "env"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret is, and never what it is."""

    place: SecretPlace
    name: str  #: of the variable, or the path of the file


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a classifier is reached."""

    url: str = field(repr=False)  #: may hold what only the operator should know
    secret: SecretRef | None = None


@dataclass(frozen=True, slots=True)
class ModerationSetup:
    """An OpenAI-compatible `/v1/moderations`. The version is the name of its model."""

    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class GenericSetup:
    """Any service that takes and answers JSON."""

    endpoint: Endpoint
    request: Any  #: JSON with places such as `$text`
    header: str = "Authorization"  #: in which the secret goes
    version_at: Pointer | None = None  #: where an answer says its version
    cost_at: Pointer | None = None  #: where it says its cost, in micro-units
    scale: float = 1.0  #: what a full score is there


@dataclass(frozen=True, slots=True)
class PolicySetup:
    """An OpenAI-compatible `/v1/chat/completions` that is given a policy. The version is the name of its model."""

    endpoint: Endpoint
    policies: Mapping[str, str] = field(repr=False)  #: of each label, the text of its clause
    most_tokens: int = 400  #: of its answer
    micro_per_1000_tokens: int = 0  #: what it costs, by its own count of tokens


class Activation(StrEnum):
    """What makes scores of a model's output."""

    NONE = "none"
    SIGMOID = "sigmoid"
    SOFTMAX = "softmax"


@dataclass(frozen=True, slots=True)
class NgramSpec:
    """How a text becomes numbers; see `core.classifying.ngrams`."""

    shortest: int = 3
    longest: int = 5
    buckets: int = 4096  #: a power of two


@dataclass(frozen=True, slots=True)
class PixelSpec:
    """How a picture becomes numbers: RGB from 0 to 1, less *mean*, by *deviation*."""

    width: int = 224
    height: int = 224
    is_channels_first: bool = True
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    deviation: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class OnnxSetup:
    """A model in this process, pinned by the digest of its file."""

    path: str
    sha256: str
    features: NgramSpec | PixelSpec
    activation: Activation = Activation.NONE


@dataclass(frozen=True, slots=True)
class ArachnidSetup:
    """Project Arachnid Shield. The secret is `user:password`."""

    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class PhotoDnaSetup:
    """Microsoft PhotoDNA Cloud: pictures, or edge hashes."""

    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class ContentSafetySetup:
    """Google's Content Safety API. The URL is that of its `images:classify`."""

    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class SaferSetup:
    """Thorn's Safer, self-hosted or as a service."""

    endpoint: Endpoint


Setup = (
    ModerationSetup
    | GenericSetup
    | PolicySetup
    | OnnxSetup
    | ArachnidSetup
    | PhotoDnaSetup
    | ContentSafetySetup
    | SaferSetup
)
