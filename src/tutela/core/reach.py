"""Whether a measure that is in force does all that another one would do."""

from datetime import datetime

from tutela.core.measures import Measure, MeasureKind
from tutela.core.plans import Grant
from tutela_client.scope import Scope


def reaches_as_far(measure: Measure, grant: Grant, now: datetime) -> bool:
    """Return whether *measure* does from now on, or from its start on, whatever *grant* would do."""
    if (measure.kind, measure.subject) != (grant.kind, grant.subject) or measure.revoked_by is not None:
        return False
    if measure.starts_at > (grant.starts_at or now):
        return False
    if measure.ends_at is not None and (grant.ends_at is None or measure.ends_at < grant.ends_at):
        return False
    if grant.near_bits is not None and (measure.near_bits is None or measure.near_bits < grant.near_bits):
        return False
    return covers(measure.scope, grant.scope, grant.kind)


def covers(wide: Scope, narrow: Scope, kind: MeasureKind) -> bool:
    """Return whether *wide* does all that *narrow* does. What is said in words has to be the same words."""
    # A smaller audience is kept out of the surfaces it names besides; any other kind does nothing but there.
    is_besides = kind is MeasureKind.LIMIT_REACH
    return (
        (wide.surfaces >= narrow.surfaces if is_besides else _holds_all(wide.surfaces, narrow.surfaces))
        and _holds_all(wide.actions, narrow.actions)
        and _holds_all(wide.countries, narrow.countries)
        and (not wide.audience or wide.audience == narrow.audience)
        and (wide.is_closed or not narrow.is_closed)
        and (wide.legal_basis, wide.verification, wide.reason)
        == (narrow.legal_basis, narrow.verification, narrow.reason)
    )


def _holds_all(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Return whether a set that narrows holds another one; an empty one narrows nothing."""
    return not wide or (bool(narrow) and wide >= narrow)
