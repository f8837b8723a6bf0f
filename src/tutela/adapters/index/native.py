"""Load the compiled kernels when a bank has become large enough to pay for them.

Compiling takes seconds and numba some 130 MB, so small installations never load it, and whoever asks meanwhile is
answered by the twin in numpy.
"""

import importlib
import os
import threading
from pathlib import Path
from types import ModuleType

import structlog

LEAST_ROWS = 1_000_000
"""From how many hashes on the kernels are loaded."""

_log = structlog.get_logger(__name__)


class Native:
    """The kernels of one process: absent, on their way, or there."""

    def __init__(self, cache: Path | None = None) -> None:
        """Keep what is compiled in the folder *cache*; without one it is compiled anew by each process."""
        self.kernels: ModuleType | None = None
        self._cache = cache
        self._loading = threading.Lock()
        self._is_asked = False

    def want(self, rows: int) -> None:
        """Load the kernels in the background once *rows* are many; return at once. Idempotent."""
        if rows >= LEAST_ROWS and not self._is_asked:
            self._is_asked = True
            threading.Thread(target=self.load, name="kernels", daemon=True).start()

    def load(self) -> bool:
        """Load the kernels and return whether they are there. A machine that has none keeps the twin."""
        with self._loading:
            self._is_asked = True
            if self.kernels is None:
                try:
                    self.kernels = _imported(self._cache)
                except Exception as error:  # noqa: BLE001  # whatever the compiler does not like here: answers stay exact
                    _log.warning("kernels_not_loaded", error_type=type(error).__name__)
            return self.kernels is not None


def _imported(cache: Path | None) -> ModuleType:
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Before numba is imported by anybody: it would write beside our source, which may be read-only.
        os.environ.setdefault("NUMBA_CACHE_DIR", str(cache))
    kernels = importlib.import_module("tutela.adapters.index.kernels")
    kernels.warm_up()
    return kernels
