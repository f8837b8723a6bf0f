"""Quotas: what a machine may do in a day because of one bank, and what it did."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from tutela.api import bank_bodies
from tutela.api.calls import Call, answer
from tutela.core.quotas import Limits, QuotaUsed


def read_quotas(call: Call) -> Response:
    """Tell all quotas and what was used today."""
    call.no_query()
    return _told(call)


def set_quotas(call: Call) -> Response:
    """Set quotas; what is left out is as it ships again."""
    call.no_query()
    call.house.quotas.set(call.body(bank_bodies.QuotaLimits).limits)
    return _told(call)


def used_body(used: Iterable[QuotaUsed], names: Mapping[str, str], limits: Limits) -> list[dict[str, Any]]:
    """Return what was used as it is told: banks by name."""
    return [
        {
            "bank": names.get(each.source, each.source),
            "kind": each.kind.value,
            "used": each.used,
            "held": each.held,
            "daily": limits[each.kind],
        }
        for each in used
    ]


def _told(call: Call) -> Response:
    keep = call.house.quotas
    limits = keep.limits()
    with call.house.store.read() as reader:
        names = {str(bank.id): bank.name for bank in reader.banks()}
        used = reader.quotas_used(call.house.clock.now().date())
    quotas = [
        {
            "kind": row.kind.value,
            "covers": row.covers,
            "daily": limits[row.kind],
            "customary": row.daily,
            "highest": row.highest,
        }
        for row in keep.quotas.rows
    ]
    return answer({"version": keep.quotas.version, "quotas": quotas, "used": used_body(used, names, limits)})
