"""Links: found in texts, read in one writing, compared with banks that reveal none. Pure.

`extract` finds them, `read` reads one; `hashing`, `bank` and `importing` are of the banks.
"""

from tutela.core.links.extraction import MAX_FOUND, extract
from tutela.core.links.found import Disguise, Extraction, FoundLink
from tutela.core.links.reading import MAX_LINK_CHARACTERS, CanonicalLink, read

__all__ = [
    "MAX_FOUND",
    "MAX_LINK_CHARACTERS",
    "CanonicalLink",
    "Disguise",
    "Extraction",
    "FoundLink",
    "extract",
    "read",
]
