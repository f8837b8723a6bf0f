"""Options that several commands share: how far measures reach, and why nobody is told yet."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from tutela.cli.judging import moment
from tutela.core.findings import Delay
from tutela.core.measures import SCOPE_FIELDS, MeasureKind
from tutela.core.statements import DelayBasis
from tutela.errors import BadInput
from tutela_client.scope import Scope

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--country", "countries", multiple=True, help="For withhold: where."),
    click.option("--legal-basis", default="", help="For withhold: which law or order."),
    click.option("--surface", "surfaces", multiple=True, help="For exclude and limit_reach: surface groups."),
    click.option("--action", "actions", multiple=True, help="For disable_actions: what nobody may do."),
    click.option("--verification", default="", help="For lock_until_verified: phone, email, identity or age."),
    click.option("--audience", default="", help="For block_messaging: minors, or everyone when left out."),
    click.option("--cover-reason", "reason", default="", help="For cover: what it says, in a word of yours."),
    click.option("--cover-closed", "is_closed", is_flag=True, help="For cover: no viewer opens it."),
    click.option("--tell-from", help="Tell nobody before, as in 2027-01-31; needs --delay-basis."),
    click.option("--delay-basis", type=click.Choice([each.value for each in DelayBasis]), help="Why telling waits."),
)


_SPELT = {
    "countries": "--country",
    "legal_basis": "--legal-basis",
    "surfaces": "--surface",
    "actions": "--action",
    "verification": "--verification",
    "audience": "--audience",
    "reason": "--cover-reason",
    "is_closed": "--cover-closed",
}
"""A field of a scope as the command line spells it."""


def narrowing(command: Command) -> Command:
    """Give a command the options by which measures reach less far, and those concerned are told later."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def scope_of(kind: MeasureKind, options: Mapping[str, Any]) -> Scope:
    """Return how far a measure of *kind* reaches: of the options those that it takes."""
    takes = SCOPE_FIELDS.get(kind, frozenset())
    return Scope.from_json({each: options[each] for each in takes & options.keys() if options[each]})


def delay_of(options: Mapping[str, Any]) -> Delay | None:
    """Return why nobody is told yet.

    Raises:
        tutela.errors.BadInput: Either is given without the other.
    """
    until, basis = options["tell_from"], options["delay_basis"]
    if until is None and basis is None:
        return None
    if until is None or basis is None:
        raise BadInput(
            "telling waits until a day and for a reason", place="--tell-from", remedy="Give --delay-basis with it."
        )
    return Delay(moment(until, "--tell-from"), DelayBasis(basis))


def refuse_what_none_takes(kinds: Iterable[MeasureKind], options: Mapping[str, Any]) -> None:
    """Refuse an option that narrows none of the measures: they would reach further than whoever decides believes.

    Raises:
        tutela.errors.BadInput: There is one; the place names it.
    """
    taken = frozenset[str]().union(*(SCOPE_FIELDS.get(kind, frozenset()) for kind in kinds))
    for name in sorted(frozenset[str]().union(*SCOPE_FIELDS.values()) - taken):
        if options[name]:
            raise BadInput("none of these measures takes it", place=_SPELT[name], remedy="Leave it out.")
