"""What one content may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child spends on one content before it is a failure; never "no match"."""

    max_bytes: int = 200_000_000
    max_pixels: int = 128_000_000  #: of one frame, read from the header; phones make 108 megapixels
    max_side_pixels: int = 65_535  #: the longest side a JPEG can have
    max_frames: int = 256  #: of an animation; one with more is sampled, and then a person looks
    max_animation_pixels: int = 160_000_000  #: of all frames together; beyond it they are sampled as well
    timeout_seconds: float = 20.0  #: wall clock, kept by the parent
    cpu_seconds: int = 20  #: kept by the system, should the parent be gone
    memory_bytes: int = 2 * 1024**3  #: address space of a child, where the system can limit it
    images_per_child: int = 1_000  #: then a fresh child: decoders leak
