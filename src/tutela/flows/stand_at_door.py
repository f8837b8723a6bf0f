"""Read what an item is posted with: links, device, network, conversation; each in its one writing, none of it kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutela.core.measures import Subject, SubjectKind
from tutela.core.subjects import of_device, of_link, of_network, of_text
from tutela.errors import BadInput


@dataclass(frozen=True, slots=True)
class PostedWith:
    """What a platform says of how an item came, as it was sent."""

    links: Sequence[str] = ()  #: beside those in its text
    device: str | None = None  #: the platform's own name of it
    network: str | None = None  #: the address it came from


@dataclass(frozen=True, slots=True)
class Door:
    """What an item is posted with, or why that cannot be read."""

    subjects: tuple[Subject, ...] = ()
    problem: BadInput | None = None


def door_of(posted_with: PostedWith, text: str | None, conversation: str | None) -> Door:
    """Return what an item is posted with."""
    try:
        return Door(tuple(dict.fromkeys(_subjects(posted_with, text, conversation))))
    except BadInput as error:
        return Door(problem=error)


def _subjects(posted_with: PostedWith, text: str | None, conversation: str | None) -> Iterator[Subject]:
    place = ""
    try:
        for number, link in enumerate(posted_with.links):
            place = f"links.{number}"
            yield from of_link(link)
        place = "text"
        yield from of_text(text or "")
        place = "device"
        yield from () if posted_with.device is None else of_device(posted_with.device)
        place = "network"
        yield from () if posted_with.network is None else of_network(posted_with.network)
    except ValueError as error:
        raise BadInput(str(error), place=place) from None
    if conversation is not None:
        yield Subject(SubjectKind.CONVERSATION, conversation)
