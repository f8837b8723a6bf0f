"""`tutela desk`: how a platform leads people to the public desk."""

from datetime import timedelta

import click

from tutela.cli.opening import Where, placed
from tutela.core.notices.draft import MAX_LINK_CHARACTERS
from tutela.errors import BadInput
from tutela.flows.desk_forms import LinkContext

MAX_HOURS = 24 * 30


@click.group("desk")
def desk_command() -> None:
    """Lead people to the public desk: the key for signed links, and one link to try."""


@desk_command.command("key")
@placed
def key(where: Where) -> None:
    """Print the secret that a platform signs links to the desk with.

    It is the same each time, until the setting desk_link_key is raised: then every link that was signed before brings
    nothing along any more. Keep it on your servers; whoever has it can say where somebody came from, and nothing else.
    """
    with where.house() as house:
        number, secret = house.settings.desk_link_key, house.public_desk.forms.secret_of_links()
    where.tell({"number": number, "secret": secret}, secret)


@desk_command.command("link")
@click.argument("item_link")
@click.option("--language", default="", help="In which the desk greets, as de.  [default: what the browser asks for]")
@click.option("--back", default="", help="Where the desk leads back to; begins with https://.")
@click.option("--hours", default=24, type=click.IntRange(1, MAX_HOURS), help="For how long it holds.  [default: 24]")
@placed
def link(where: Where, item_link: str, language: str, back: str, hours: int) -> None:
    """Print a signed link to the desk that brings ITEM_LINK along.

    \b
    tutela desk link https://photos.example/p/1001 --language de --back https://photos.example/
    """  # noqa: D301  # \b is click's mark
    if len(item_link) > MAX_LINK_CHARACTERS:
        raise BadInput(f"a link has at most {MAX_LINK_CHARACTERS} characters", place="ITEM_LINK")
    if back and not back.startswith("https://"):
        raise BadInput("this begins with https://", place="--back")
    with where.house() as house:
        until = house.clock.now() + timedelta(hours=hours)
        signed = house.public_desk.forms.sign(LinkContext(item_link, language, back), until)
        address = f"{house.settings.desk_url}/desk?c={signed}"
    where.tell({"link": address, "until": until.isoformat()}, address)
