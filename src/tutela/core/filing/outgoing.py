"""The bytes of a file on their way out: compared with what was sealed before the last of them leaves."""

import hashlib
import re
from collections.abc import Iterable, Iterator

from tutela.errors import ContentDamaged

_ENDING = re.compile(r"\.([A-Za-z0-9]{1,5})$")


def verified(chunks: Iterable[bytes], md5: str, size_bytes: int) -> Iterator[bytes]:
    """Yield *chunks*; the last one only when all together are what was sealed, so that nothing damaged arrives whole.

    Raises:
        tutela.errors.ContentDamaged: They are not, by length or digest.
    """
    digest, size, held = hashlib.md5(usedforsecurity=False), 0, b""
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if size > size_bytes:
            raise ContentDamaged("There are more bytes than were sealed.")
        if held:
            yield held
        held = chunk
    if size != size_bytes or digest.hexdigest() != md5.lower():
        raise ContentDamaged("The bytes are not those that were sealed.")
    if held:
        yield held


def sent_name(position: int, original_name: str | None) -> str:
    """Return the name under which a file travels: a number, and the ending of its own name where that is plain.

    What the user called it is told in its description, where it may be told at all.
    """
    found = _ENDING.search(original_name or "")
    return f"file-{position + 1}{'' if found is None else '.' + found[1].lower()}"
