"""Who acts at a command line: by the name that is given, or that of the account at the machine."""

from dataclasses import replace

import click

from tutela.cli.judging import sayer
from tutela.cli.person import whoever
from tutela.core.permissions import Principal, at_machine

BY = click.option("--by", help="Your name; that of your account at this machine, without it.")


def who(name: str | None) -> Principal:
    """Return who acts: the same person once, however the name is written.

    Raises:
        tutela.errors.BadInput: It is no name.
    """
    return whoever() if name is None else replace(at_machine(name), id=sayer(name))
