"""Screens of different people, and pictures of what stands on them for whoever wants to look."""

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser.axe import flaws
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


SEEN: set[tuple[str, str]] = set()
"""Pages that axe-core has looked over on a screen: the same question in other words has the same flaws."""


def looked_over(tab: Tab, screen: Screen, name: str, kind: str = "") -> None:
    """Hold that nothing grave is on the page, that it fits the screen, and keep pictures for whoever wants them."""
    if (screen.name, kind or name) not in SEEN:
        SEEN.add((screen.name, kind or name))
        assert flaws(tab) == [], name
    assert tab.run("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
    assert tab.run("document.getElementById('exit').getBoundingClientRect().top >= 0"), f"{name}: no way out in sight"
    pictured(tab, screen, name)


def read_aloud(tab: Tab) -> list[str]:
    """Return what a screen reader says, in its order."""
    nodes = {each["nodeId"]: each for each in tab.call("Accessibility.getFullAXTree")["nodes"]}
    root = next(each for each in nodes.values() if not each.get("parentId"))

    def names(node: dict[str, Any]) -> Iterator[str]:
        role = node.get("role", {}).get("value")
        if not node.get("ignored") and role in {"StaticText", "link", "button", "heading", "textbox", "combobox"}:
            yield str(node.get("name", {}).get("value", ""))
        for child in node.get("childIds", []):
            if child in nodes:
                yield from names(nodes[child])

    return list(names(root))
