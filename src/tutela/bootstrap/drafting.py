"""Wire what reports are drawn up from, and how."""

from typing import TYPE_CHECKING

from tutela.adapters.db.account_facts import DatabaseFacts
from tutela.adapters.keys.seal import KeySeal
from tutela.core.units import Duration
from tutela.flows.ask_for_facts import AskForFacts
from tutela.flows.keep_facts import KeepFacts
from tutela.flows.verbs_of_drafting import Drafting

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def open_drafting(house: "House") -> Drafting:
    """Return the verbs of drafting for *house*."""
    store, clock, entropy = house.store, house.clock, house.entropy
    book = DatabaseFacts(house.engine, house.chain, clock, entropy)
    return Drafting(
        facts=KeepFacts(store, book, house.keys, KeySeal, clock, entropy),
        ask=AskForFacts(store, book, clock, Duration(seconds=house.settings.undo_seconds)),
    )
