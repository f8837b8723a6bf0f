"""What a deed uses, as subjects: every measure that could reach a link or an address."""

from tutela.core.measures import Subject, SubjectKind
from tutela_client.places import MAX_LINK_CHARACTERS as MAX_LINK_CHARACTERS  # noqa: PLC0414  # handed on
from tutela_client.places import links_around, networks_around


def of_link(link: str) -> tuple[Subject, ...]:
    """Return what blocks *link* when it is blocked: its domain, all domains above that, and the address itself.

    Raises:
        ValueError: It is neither a domain nor an address.
    """
    return tuple(Subject(SubjectKind.LINK, each) for each in links_around(link))


def of_network(address: str) -> tuple[Subject, ...]:
    """Return what blocks *address* when it is blocked: itself, and every range that it is in.

    Raises:
        ValueError: It is no address.
    """
    return tuple(Subject(SubjectKind.NETWORK, each) for each in networks_around(address))
