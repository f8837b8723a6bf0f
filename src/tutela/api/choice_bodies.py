"""What a viewer chooses not to see, as it is sent and asked for."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body, Line, Moment, PageQuery
from tutela.core.choices import ChoiceKind


class Choice(Body):
    """One thing that a viewer does not want to see."""

    kind: ChoiceKind
    value: Line = ""  #: the item, account, word or tag; none for `cover_sensitive`
    ends_at: Moment | None = None


class Choices(Body):
    """Choices to be set; those that are there and not named stay as they are."""

    choices: Annotated[list[Choice], Field(min_length=1, max_length=500)]
    example: ClassVar[Any] = {
        "choices": [
            {"kind": "hide_item", "value": "post-1001"},
            {"kind": "mute_word", "value": "spoiler", "ends_at": "2027-01-01T00:00:00Z"},
            {"kind": "cover_sensitive"},
        ]
    }


class ChoicesQuery(PageQuery):
    """Where a page of choices begins."""

    # It holds the last value of the page before, which may be any two hundred characters.
    cursor: Annotated[str, StringConstraints(max_length=3000, pattern=r"^[A-Za-z0-9_-]+$")] | None = None


class DropQuery(Body):
    """Which choices: all, those of a kind, or one."""

    kind: ChoiceKind | None = None
    value: Line | None = None
