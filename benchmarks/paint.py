"""How soon somebody on a slow phone sees a page of the public desk: in a real Chromium, from nothing.

    python -m benchmarks.paint

A phone of 390 by 844 points on a line of 1.6 Mbit/s with 150 ms there and back, whose processor is four times slower
than ours. Each page is opened in a profile that has loaded nothing before, and what counts is when the browser says it
drew the first words (first contentful paint, W3C Paint Timing). No peer has such a desk.
"""

import statistics
import sys
import time
from typing import Any

from benchmarks.server import ROOT, prepared, started

sys.path.insert(0, str(ROOT / "tests"))  # the driver of the browser is that of the tests

OPENED = 15
"""Each page, so that a median says something."""

LATENCY_MS, BYTES_PER_SECOND, SLOWER = 150, 200_000, 4
PAGES = {"first page": "", "a first question": "/tell/it-shows-me", "help": "/help", "status": "/status"}
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
_WAIT_SECONDS = 20.0


def run() -> list[dict[str, Any]]:
    """Measure and return a row for each page; none where there is no browser, or nothing to drive it with."""
    try:
        from browser.chromium import chromium, installed  # noqa: PLC0415  # a tool of the tests, not always there
    except ImportError:
        print("no websockets here: ./dev test installs them", file=sys.stderr)
        return []
    if installed() is None:
        print("no Chromium here (Debian: apt install chromium)", file=sys.stderr)
        return []
    with prepared() as (var, key), started(var, key, desk_is_open="true") as server, chromium() as open_tab:
        origin = f"http://localhost:{server.port}/desk/en"
        return [
            _row(name, [_painted(open_tab(), origin + path) for _ in range(OPENED)]) for name, path in PAGES.items()
        ]


def _row(name: str, seconds: list[float]) -> dict[str, Any]:
    note = (
        f"of {OPENED}; the slowest {max(seconds):.2f} s; {LATENCY_MS} ms, 1.6 Mbit/s, processor slowed {SLOWER} times"
    )
    return {
        "what": f"first paint of the public desk, {name}", "ours": statistics.median(seconds), "unit": "s",
        "to_reach": "at most 1", "note": note,
    }  # fmt: skip


def _painted(tab: Any, address: str) -> float:
    """Return after how many seconds a page that was opened for the first time is drawn."""
    phone = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    tab.call("Emulation.setDeviceMetricsOverride", **phone)
    line = {"latency": LATENCY_MS, "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND / 2}
    tab.call("Network.emulateNetworkConditions", offline=False, **line)
    tab.call("Emulation.setCPUThrottlingRate", rate=SLOWER)
    tab.go(address)
    until = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < until:
        if painted := float(tab.run(_PAINTED)):
            tab.call("Page.close")
            return painted / 1000
        time.sleep(0.05)
    raise SystemExit(f"nothing was drawn at {address}")


if __name__ == "__main__":
    for row in run():
        print(row)
