"""Names of known victims as keyed hashes: looked for in messages, unreadable in the database. Pure.

A name opens nothing alone (P11): `weigh` makes a signal of it only where something else stands beside it, and that
signal is for review only.
"""

from tutela.core.names.context import REVIEW_ONLY, Beside, LeftOut, NameContext, NameSignal, Weighed, weigh
from tutela.core.names.entry import EntryId, Fold, NameEntry, name_key, variants_of
from tutela.core.names.exemptions import Exemptions, parse_exemptions
from tutela.core.names.index import NameHit, NameIndex, NamesFound

__all__ = [
    "REVIEW_ONLY", "Beside", "EntryId", "Exemptions", "Fold", "LeftOut", "NameContext", "NameEntry", "NameHit",
    "NameIndex", "NameSignal", "NamesFound", "Weighed", "name_key", "parse_exemptions", "variants_of", "weigh",
]  # fmt: skip
