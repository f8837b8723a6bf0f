"""Links: found in texts, read in one writing, compared with banks that reveal none. Pure.

`extract` finds them and `read` reads one; `read_list` takes lists in; `LinkHasher` hides what is stored and what is
asked, and `LinkBank` answers.
"""

from tutela.core.links.bank import LinkBank, LinkHit
from tutela.core.links.extraction import MAX_FOUND, extract
from tutela.core.links.found import Disguise, Extraction, FoundLink
from tutela.core.links.hashing import EntryKind, LinkEntry, LinkHasher, Match
from tutela.core.links.importing import Broken, LinkList, ListedLink, Problem, read_list, revealed
from tutela.core.links.reading import MAX_LINK_CHARACTERS, CanonicalLink, read

__all__ = [
    "MAX_FOUND", "MAX_LINK_CHARACTERS", "Broken", "CanonicalLink", "Disguise", "EntryKind", "Extraction", "FoundLink",
    "LinkBank", "LinkEntry", "LinkHasher", "LinkHit", "LinkList", "ListedLink", "Match", "Problem", "extract", "read",
    "read_list", "revealed",
]  # fmt: skip
