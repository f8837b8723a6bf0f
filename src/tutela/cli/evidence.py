"""`tutela evidence`: find what has lost its other half."""

import click

from tutela.cli import FAILED
from tutela.cli.opening import Where, placed, table
from tutela.flows.find_orphans import FindOrphans, Loss

_MEANS = {
    Loss.NO_RECORD: "bytes that no record names: of a database that was restored, or a kill at the wrong moment",
    Loss.UNREADABLE: "bytes that no record names, and that do not open",
    Loss.NO_BYTES: "a media whose bytes are gone",
    Loss.DAMAGED: "a media whose bytes do not open: `tutela audit verify` says why",
    Loss.NO_CONTENT: "a key of a content that is not here",
}


@click.group("evidence")
def evidence_command() -> None:
    """Look after what is kept as evidence."""


@evidence_command.command("orphans")
@placed
def orphans(where: Where) -> None:
    """Find bytes that no record names, records whose bytes are gone, and keys without a content.

    Nothing is changed: what no record names may be evidence all the same. The exit status is 1 when there is any.
    """
    with where.house() as house:
        found = list(FindOrphans(house.store, house.vault, house.keys, house.clock)())
    records = [
        {"id": each.id, "loss": each.loss.value, "period": each.period, "means": _MEANS[each.loss]} for each in found
    ]
    where.tell(records, table(records, ("id", "loss", "period", "means"), empty="nothing is without its other half"))
    if found:
        click.get_current_context().exit(FAILED)
