"""Screens of different people, and pictures of what stands on them for whoever wants to look."""

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from browser.chromium import Tab


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen."""

    name: str
    width: int
    height: int
    is_phone: bool

    def on(self, tab: Tab) -> None:
        """Have a tab show it on this screen."""
        tab.call(
            "Emulation.setDeviceMetricsOverride", width=self.width, height=self.height, deviceScaleFactor=1,
            mobile=self.is_phone,
        )  # fmt: skip


PHONE = Screen("phone", 390, 844, is_phone=True)
DESKTOP = Screen("desktop", 1280, 800, is_phone=False)


def pictured(tab: Tab, screen: Screen, name: str) -> None:
    """Keep pictures of a page, light and dark, when somebody wants to look at them."""
    if folder := os.environ.get("TUTELA_TEST_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            feature = {"name": "prefers-color-scheme", "value": scheme}
            tab.call("Emulation.setEmulatedMedia", features=[feature])
            told = tab.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
            (Path(folder) / f"{screen.name}-{name}-{scheme}.png").write_bytes(base64.b64decode(told["data"]))
