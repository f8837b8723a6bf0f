"""axe-core, run in a page as it stands: what keeps people with a screen reader, or without a mouse, from using it."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from browser.chromium import Tab

GRAVE = ("serious", "critical")


@cache
def script() -> str | None:
    """Return axe-core out of the wheel that holds it, or none where it is not installed (`./dev test` installs it)."""
    found = find_spec("axe_playwright_python")
    path = Path(found.origin).with_name("axe.min.js") if found is not None and found.origin else None
    return path.read_text(encoding="utf-8") if path is not None and path.is_file() else None


def flaws(tab: Tab) -> list[str]:
    """Return what is grave on the page, in the light theme and in the dark one: the rule, and the first place of it."""
    source = script()
    assert source is not None
    if not tab.run("'axe' in window"):
        tab.run(source + "; true")
    found: list[str] = []
    for scheme in ("light", "dark"):
        tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        told: Any = json.loads(str(tab.run("axe.run(document).then(told => JSON.stringify(told.violations))")))
        found += [
            f"{each['id']} ({scheme}): {each['nodes'][0]['html'][:200]}" for each in told if each["impact"] in GRAVE
        ]
    return found
