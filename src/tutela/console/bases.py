"""The register of bases: read it, record one, end one early; what that starts or stops is shown before it is done."""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from tutela.console.forms import chosen, done_of
from tutela.console.moments import day_of, end_of_field
from tutela.console.visits import Visit
from tutela.core.content import ChannelKind
from tutela.core.operator import Basis, Technique
from tutela.flows.keep_bases import WRITES
from tutela.flows.read_bases import BasisState

PAGE = "/console/bases"
FIELDS = ("region", "channel", "technique", "legal_basis", "reference", "from", "until")
ENDABLE = frozenset({BasisState.TO_COME, BasisState.IN_FORCE, BasisState.ENDS_SOON})
CHANNELS = tuple(each for each in ChannelKind if each is not ChannelKind.PUBLIC)


def bases_page(visit: Visit) -> Response:
    """Show the register."""
    return _show(visit)


def foresee_record(visit: Visit) -> Response:
    """Show what recording a basis would start."""
    change = visit.house.keep_bases.foresee_record(visit.principal, _basis(visit))
    return _show(visit, change=change, verb="record", given={name: visit.said(name) for name in FIELDS})


def record(visit: Visit) -> Response:
    """Record a basis."""
    visit.house.keep_bases.record(visit.principal, _basis(visit))
    return visit.go(f"{PAGE}?done=recorded")


def foresee_end(visit: Visit) -> Response:
    """Show what ending a basis would stop."""
    key, at = visit.said("basis"), _until(visit)
    change = visit.house.keep_bases.foresee_end(visit.principal, key, at)
    return _show(visit, change=change, verb="end", given={"basis": key, "until": visit.said("until")})


def end(visit: Visit) -> Response:
    """End a basis."""
    visit.house.keep_bases.end(visit.principal, visit.said("basis"), _until(visit))
    return visit.go(f"{PAGE}?done=ended")


def _basis(visit: Visit) -> Basis:
    return Basis(
        region=visit.said("region").strip().upper(),
        channel=chosen(visit, "channel", ChannelKind),
        technique=visit.said("technique"),
        legal_basis=visit.said("legal_basis").strip(),
        reference=visit.said("reference").strip(),
        starts_at=_from(visit),
        ends_at=_until(visit),
    )


def _from(visit: Visit) -> datetime:
    """Return when a basis begins: with its day, or now where none is said, or today."""
    said, now = visit.said("from").strip(), visit.house.clock.now()
    return now if not said or said == f"{now:%Y-%m-%d}" else day_of(said, "from")


def _until(visit: Visit) -> datetime | None:
    """Return the end of a day, or none where none is said."""
    return end_of_field(visit.said("until"), "until")


def _show(visit: Visit, **told: Any) -> Response:
    return visit.page(
        "bases.html",
        register=visit.house.read_bases(visit.principal),
        may_write=visit.principal.may(WRITES),
        endable=ENDABLE,
        channels=CHANNELS,
        techniques=list(Technique),
        done=done_of(visit, "bases_done"),
        **{"change": None, "verb": "", "given": {}, **told},
    )
