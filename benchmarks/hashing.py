"""PDQ of a 1600x1004 JPEG, decode included: ours side by side with the peers, in one process, taking turns.

Run it in an environment that holds `requirements/bench.lock` beside the product; peers that are missing are left out.
With `OPENBLAS_NUM_THREADS=1` everybody has one core. What is left to us is the decoder: its time has a row of its own.
"""

import contextlib
import importlib
import importlib.util
import io
import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from tutela.adapters.media.limits import Limits
from tutela.adapters.media.looking import look
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.signals.pdq import distance_bits, parse_hex
from tutela.ports.scanner import Scan

SIZE: Final = (1600, 1004)
ROUNDS: Final = 15
IN_A_TURN: Final = 3
TO_REACH: Final = 12.0

_JPEG_QUALITY: Final = 80
_PHOTOGRAPHS: Final = (
    ("sklearn", "datasets/images/china.jpg"),
    ("skimage", "data/coffee.png"),
    ("sklearn", "datasets/images/flower.jpg"),
    ("skimage", "data/hubble_deep_field.jpg"),
    ("skimage", "data/chelsea.png"),
    ("skimage", "data/rocket.jpg"),
    ("skimage", "data/grass.png"),
    ("skimage", "data/retina.jpg"),
    ("skimage", "data/brick.png"),
)
_COLUMNS: Final = 3

Hasher = Callable[[bytes], bytes]


def jpeg() -> bytes:
    """Return nine harmless photographs side by side, in their own resolution, as one JPEG."""
    canvas = Image.new("RGB", SIZE)
    step = -(-SIZE[0] // _COLUMNS), -(-SIZE[1] // _COLUMNS)
    for place, (package, path) in enumerate(_PHOTOGRAPHS):
        found = importlib.util.find_spec(package)
        if found is None or found.origin is None:
            raise SystemExit(f"{package} is not installed: see requirements/photographs.lock")
        with Image.open(Path(found.origin).parent / path) as photograph:
            tile = photograph.convert("RGB")
        if tile.width < step[0] or tile.height < step[1]:
            tile = tile.resize((max(step[0], tile.width), max(step[1], tile.height)))
        canvas.paste(tile.crop((0, 0, *step)), (place % _COLUMNS * step[0], place // _COLUMNS * step[1]))
    file = io.BytesIO()
    canvas.save(file, "JPEG", quality=_JPEG_QUALITY)
    return file.getvalue()


def run() -> list[dict[str, Any]]:
    """Measure and return one row a comparison: medians in milliseconds, and bits apart from the reference."""
    content = jpeg()
    peers = _peers()
    with _ours() as ours:
        hashers = ours | peers
        medians = _medians(hashers, content)
        hashes = {name: hasher(content) for name, hasher in hashers.items()}
    reference = hashes.get("pdqhash", hashes["in process, exact"])
    picture = f"PDQ of a {SIZE[0]}x{SIZE[1]} JPEG of {len(content) // 1000} kB"
    note = f"{picture}, decode included, median of {ROUNDS * IN_A_TURN}"
    floor = _medians({"decode": _decoded}, content)["decode"]
    rows = [
        _row(name, peer, medians, f"{distance_bits(hashes[name], reference)} bits apart from the reference; {note}")
        for name in ours
        for peer in (peers or {"": None})
    ]
    return [*rows, _row("decoding alone, grey and scaled", "", {"decoding alone, grey and scaled": floor}, note)]


def _row(name: str, peer: str, medians: dict[str, float], note: str) -> dict[str, Any]:
    theirs = medians.get(peer)
    return {
        "what": f"hash: {name}{peer and f' / {peer}'}",
        "ours": round(medians[name], 3),
        "peer": None if theirs is None else round(theirs, 3),
        "unit": "ms",
        "ratio": None if theirs is None else round(theirs / medians[name], 2),
        "to_reach": TO_REACH if name == "in process, scaled" else None,
        "note": note,
    }


def _medians(hashers: dict[str, Hasher], content: bytes) -> dict[str, float]:
    """Let everybody hash in turn, so that a noisy machine is noisy for all, and nobody with another's caches."""
    spent: dict[str, list[float]] = {name: [] for name in hashers}
    for _ in range(ROUNDS):
        for name, hasher in hashers.items():
            hasher(content)  # brings its own code and tables back
            for _ in range(IN_A_TURN):
                start = time.perf_counter()
                hasher(content)
                spent[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(times) for name, times in spent.items()}


@contextlib.contextmanager
def _ours() -> Iterator[dict[str, Hasher]]:
    limits = Limits()
    with contextlib.closing(ChildScanner(limits, children=1)) as child:
        yield {
            "in process, scaled": lambda content: _value(look(content, limits)),
            "in process, exact": lambda content: _value(look(content, limits, exact=True)),
            "in a child, scaled": lambda content: _value(child.scan(content)),
        }


def _decoded(content: bytes) -> bytes:
    """Do what no hash of ours can do without."""
    with Image.open(io.BytesIO(content)) as image:
        image.draft("L", (SIZE[0] // 2, SIZE[1] // 2))
        image.load()
    return b""


def _value(scan: Scan) -> bytes:
    return scan.hashes[0].value


def _peers() -> dict[str, Hasher]:
    """Return the peers that are installed; each decodes as its own documentation shows."""
    peers: dict[str, Hasher] = {}
    if importlib.util.find_spec("pdqhash"):
        pdqhash = importlib.import_module("pdqhash")

        def by_reference(content: bytes) -> bytes:
            with Image.open(io.BytesIO(content)) as image:
                bits, _ = pdqhash.compute(np.asarray(image))
            return np.packbits(bits.astype(bool)).tobytes()

        peers["pdqhash"] = by_reference
    if importlib.util.find_spec("threatexchange"):
        signal = importlib.import_module("threatexchange.signal_type.pdq.signal").PdqSignal
        peers["threatexchange"] = lambda content: parse_hex(signal.hash_from_bytes(content))
    return peers


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
