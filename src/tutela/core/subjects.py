"""What a measure is on, by the platform's own names: one writing for each, so that a reader finds what was decided."""

from ipaddress import ip_network
from urllib.parse import urlsplit

from tutela.core.content import tag_of
from tutela.core.measures import Subject, SubjectKind

MAX_CHARACTERS = 2000
_MAX_LABEL_CHARACTERS = 63
_NO_LINK = "a link is a domain, as in example.org, or a whole address, as in https://example.org/a"


def named(kind: SubjectKind, name: str) -> Subject:
    """Return a conversation, tag, link, device or network as a subject.

    Raises:
        ValueError: It is no such thing, and the sentence says what is.
    """
    if not name.strip() or len(name) > MAX_CHARACTERS:
        raise ValueError(f"a {kind} has a name of 1 to {MAX_CHARACTERS} characters")
    if kind is SubjectKind.TAG:
        return Subject(kind, _tag(name))
    if kind is SubjectKind.LINK:
        return Subject(kind, _link(name))
    if kind is SubjectKind.NETWORK:
        return Subject(kind, _network(name))
    return Subject(kind, name)


def _tag(name: str) -> str:
    found = tag_of(name)
    if not found:
        raise ValueError("a tag has nothing but its sign")
    return found


def _link(name: str) -> str:
    """Return a domain in lower case, or an address without what a browser keeps to itself."""
    is_address = "://" in name
    try:
        parts = urlsplit(name if is_address else f"https://{name}")
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ValueError(_NO_LINK) from None
    is_alone = not (parts.path or parts.query or parts.fragment or port)
    if not _is_host(host) or not (is_address or is_alone):
        raise ValueError(_NO_LINK)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{parts.path or '/'}{query}" if is_address else host


def _is_host(host: str) -> bool:
    labels = host.split(".")
    return len(labels) > 1 and all(
        0 < len(label) <= _MAX_LABEL_CHARACTERS and label.replace("-", "").isalnum() for label in labels
    )


def _network(name: str) -> str:
    try:
        return str(ip_network(name, strict=False))
    except ValueError:
        raise ValueError("a network is an address or a range, as in 203.0.113.0/24") from None
