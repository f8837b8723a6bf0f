"""Banks of known signals: create, change, list."""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from tutela.api import bank_bodies, bodies
from tutela.api.calls import Call, Once, answer, encode, encoded_answer
from tutela.api.items import ceiling_body
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.banks import Bank
from tutela.core.brake import BrakeLimit
from tutela.core.licences import licence_of
from tutela.core.policy import AccountCeiling, Ceiling, PropagationCeiling, ReportCeiling, VisibilityCeiling
from tutela.errors import Conflict, IdempotencyMismatch
from tutela.flows.keep_banks import BankChange, NewBank, find


def list_banks(call: Call) -> Response:
    """List the banks."""
    page = call.query(bodies.PageQuery)
    after = from_cursor(page.cursor)
    with call.house.store.read() as reader:
        found = [bank for bank in reader.banks() if bank.name > after]
    shown = found[: page.limit]
    following = to_cursor(shown[-1].name) if len(found) > len(shown) else None
    return answer({"banks": [bank_body(bank, call.house.clock.now()) for bank in shown], "next": following})


def create_bank(call: Call) -> Response:
    """Create a bank."""
    call.no_query()
    asked = call.body(bank_bodies.NewBank)
    once = call.once(call.raw)
    if (before := replay(call, once)) is not None:
        return encoded_answer(before, 201, is_replay=True)
    new = NewBank(
        name=asked.name,
        clause_id=asked.clause,
        material=asked.material,
        verification=asked.verification,
        source=asked.source,
        threshold_bits=asked.threshold_bits,
        ceiling=_ceiling(asked.ceiling),
        may_keep=asked.may_keep,
        may_share=asked.may_share,
        brake=BrakeLimit(asked.brake_accounts, asked.brake_window_hours),
        licence_ends_at=asked.licence_ends_at,
    )
    now = call.house.clock.now()
    remember = None if once is None else (lambda bank: once.answered(call.house, encode(bank_body(bank, now))))
    try:
        bank = call.house.keep_banks.create(new, remember)
    except Conflict:
        # The same request may have come twice at the same moment; else the name is taken.
        if (before := replay(call, once)) is not None:
            return encoded_answer(before, 201, is_replay=True)
        raise Conflict("there is a bank of that name", place="name") from None
    return encoded_answer(encode(bank_body(bank, now)), 201, is_replay=False)


def replay(call: Call, once: Once | None) -> bytes | None:
    """Return what was answered to this request before, or none.

    Raises:
        tutela.errors.IdempotencyMismatch: The key was used for another request.
    """
    if once is None:
        return None
    with call.house.store.read() as reader:
        before = reader.idempotent(once.owner, once.key)
    if before is None:
        return None
    if before.fingerprint != once.fingerprint:
        raise IdempotencyMismatch(place="Idempotency-Key", remedy="Use a new key for a new request.")
    return before.body


def read_bank(call: Call) -> Response:
    """Tell about one bank."""
    call.no_query()
    with call.house.store.read() as reader:
        return answer(bank_body(find(reader, call.part("name")), call.house.clock.now()))


def change_bank(call: Call) -> Response:
    """Switch a bank on or off, move its threshold or brake, or the end of its licence."""
    call.no_query()
    asked = call.body(bank_bodies.BankChange)
    change = BankChange(
        is_active=asked.active,
        threshold_bits=asked.threshold_bits,
        brake_accounts=asked.brake_accounts,
        brake_window_hours=asked.brake_window_hours,
        licence_ends_at=asked.licence_ends_at,
        is_licence_open=asked.licence_ends_at is None and "licence_ends_at" in asked.model_fields_set,
    )
    return answer(bank_body(call.house.keep_banks.change(call.part("name"), change), call.house.clock.now()))


def _ceiling(asked: bank_bodies.CeilingAsked | None) -> Ceiling | None:
    if asked is None:
        return None
    return Ceiling(
        VisibilityCeiling[asked.visibility.upper()],
        AccountCeiling[asked.account.upper()],
        PropagationCeiling[asked.propagation.upper()],
        ReportCeiling[asked.report.upper()],
    )


def bank_body(bank: Bank, now: datetime) -> dict[str, Any]:
    """Return a bank as it is told at *now*."""
    return {
        "id": bank.id,
        "name": bank.name,
        "clause": bank.clause_id,
        "material": bank.material.value,
        "verification": bank.verification.value,
        "source": bank.source,
        "threshold_bits": bank.threshold_bits,
        "ceiling": ceiling_body(bank.ceiling),
        "active": bank.is_active,
        "may_keep": bank.may_keep,
        "may_share": bank.may_share,
        "brake_accounts": bank.brake.accounts,
        "brake_window_hours": bank.brake.window_hours,
        "licence_ends_at": bank.licence_ends_at,
        "licence": licence_of(bank, now).value,
        "created_at": bank.created_at,
    }
