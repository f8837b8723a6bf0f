"""What is answered about the choices of a viewer."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from tutela.api.answers import Told


class Choice(Told):
    """One thing that a viewer does not want to see."""

    kind: Literal["hide_item", "mute_account", "mute_word", "mute_tag", "cover_sensitive"]
    value: str
    ends_at: datetime | None


class Choices(Told):
    """A page of choices; those that are over are not told."""

    choices: list[Choice]
    next: str | None
    example: ClassVar[Any] = {
        "choices": [{"kind": "mute_word", "value": "spoiler", "ends_at": "2027-01-01T00:00:00Z"}],
        "next": None,
    }
