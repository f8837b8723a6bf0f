"""Wire the public desk: how its forms carry themselves, and the help that it prints."""

from typing import TYPE_CHECKING

from tutela.adapters.db.clocks import DatabaseClocks
from tutela.adapters.keys.seal import KeySeal
from tutela.bootstrap.loading import load_help
from tutela.flows.desk_forms import DeskForms
from tutela.flows.public_desk import PublicDesk

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def open_desk(house: "House") -> PublicDesk:
    """Return what the pages of the desk need of *house*."""
    forms = DeskForms(house.keys, KeySeal, house.clock, house.entropy, house.settings.desk_link_key)
    return PublicDesk(
        forms, load_help(house.settings.desk_file), DatabaseClocks(house.engine, house.chain, house.clock)
    )
