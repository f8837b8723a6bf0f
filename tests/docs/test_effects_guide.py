"""The page that tells how to change what measures do shows a file that may be used."""

import re
import tomllib
from pathlib import Path

from tutela.core.effects_file import overlaid
from tutela_client.table import shipped_source

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "change-effects.md"


def test_the_file_on_the_page_may_be_used() -> None:
    """It registers what it says and names its version; what the page prints of it is that version."""
    text = GUIDE.read_text(encoding="utf-8")
    [file] = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    table = overlaid(shipped_source(), tomllib.loads(file), place="effects.toml")

    assert table.surfaces["shorts"] == "recommendations"
    assert table.effect("de_emphasise", "other_minor", "feed").exposure.name == "ABSENT"
    assert f"version {table.version}, 1 kinds changed, 2 surfaces registered" in text
