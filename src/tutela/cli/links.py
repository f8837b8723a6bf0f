"""`tutela links`: where a shortened link leads."""

import click

from tutela.cli import FAILED
from tutela.cli.opening import Where, placed
from tutela.core.permissions import at_machine


@click.group("links")
def links_command() -> None:
    """Ask where a shortened link leads."""


@links_command.command("expand")
@click.argument("url")
@placed
def expand(where: Where, url: str) -> None:
    """Follow URL and print each link that it leads to.

    Whoever is asked learns that somebody has the link: only where the setting `links_expand` is true. The exit status
    is 1 when its end is not known.
    """
    with where.house() as house:
        found = house.expand_links(at_machine("command line"), url)
    chain = [each.href for each in found.chain]
    unknown = None if found.unknown is None else found.unknown.value
    end = "it leads nowhere else" if unknown is None else f"where that leads is not known: {unknown}"
    where.tell({"chain": chain, "known": found.is_known, "unknown": unknown}, "\n".join((*chain, end)))
    if unknown is not None:
        click.get_current_context().exit(FAILED)
