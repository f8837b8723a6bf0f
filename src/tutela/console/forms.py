"""What forms and addresses of pages say, read the same way everywhere; moments are read by `console.moments`."""

from collections.abc import Callable
from typing import TypeVar

from tutela.console.visits import Visit
from tutela.console.words import say, sayings
from tutela.errors import BadInput

LONGEST_CURSOR = 40
"""More than any id of ours."""

_CHOSEN = {
    "channel": "say in which channels",
    "form": "say how the list is written",
    "opinion": "say what it is",
    "over": "say why nobody is in danger any more",
}
"""What is said where the name of a field is no word."""

Word = TypeVar("Word")


def chosen(visit: Visit, field: str, of: Callable[[str], Word]) -> Word:
    """Return what was chosen from a list.

    Raises:
        tutela.errors.BadInput: Nothing was, or nothing that is in it.
    """
    try:
        return of(visit.said(field))
    except ValueError:
        said = _CHOSEN.get(field, f"choose a {field}")
        raise BadInput(said, place=field, remedy="Choose one from the list.") from None


def pasted(visit: Visit, field: str) -> str:
    """Return a list that was pasted into a field.

    Raises:
        tutela.errors.BadInput: There is none.
    """
    text = visit.said(field)
    if not text.strip():
        raise BadInput("there is no list", place=field, remedy="Paste it into the field.")
    return text


def lines(visit: Visit, name: str) -> list[str]:
    """Return what was entered one a line, without repetition."""
    return list(dict.fromkeys(each.strip() for each in visit.said(name).splitlines() if each.strip()))


def after_of(visit: Visit, name: str = "after") -> str:
    """Return where a page of a list begins, as its form or its address says.

    Raises:
        tutela.errors.BadInput: It is no place of a list.
    """
    said = visit.said(name) or visit.request.query_params.get(name, "")
    if len(said) > LONGEST_CURSOR or not (said + "_").replace("_", "0").isalnum() or not said.isascii():
        raise BadInput("this page of the list is not there", place=name, remedy="Begin at the first page.")
    return said


def done_of(visit: Visit, section: str) -> str:
    """Return what was done a moment ago, as the address says it; anything else says nothing."""
    done = visit.request.query_params.get("done", "")
    return say(section, done) if done in sayings(section) else ""
