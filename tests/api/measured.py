"""Measures for tests of the API, committed as a person's decision, with what the audit says of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import make
from tutela.core.audit import AuditEvent
from tutela.core.ids import AccountId, ItemId, MediaId, StatementId
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.core.statements import Statement, StatementCode
from tutela.flows.enact import as_granted
from tutela.ports.committer import Changeset, Revocation
from tutela_client.scope import Scope


def grant(api: Any, kind: MeasureKind, on: SubjectKind, name: str, **fields: Any) -> Measure:
    """Put a measure on what the platform calls *name*, from now on unless told otherwise."""
    decision = make.decision(is_automated=False)
    now = api.house.clock.now()
    fields = {"starts_at": now, "is_automated": False, "review_by": None, "scope": Scope(), **fields}
    measure = make.measure(kind, subject_of(api, on, name), decision, **fields)
    entry = AuditEvent("test:measure:decided", decision.id, {"granted": [as_granted(measure)]})
    told = tuple(statements(api, measure, name, decision.at))
    changed = Changeset(decisions=(decision,), measures=(measure,), statements=told, audit=(entry,))
    api.house.committer.commit(changed)
    return measure


def statements(api: Any, measure: Measure, name: str, at: datetime) -> Iterator[Statement]:
    """Yield what whoever is under a measure is told: a house in which somebody is not breaks a promise (P8)."""
    with api.house.store.read() as reader:
        if measure.subject.kind is SubjectKind.ACCOUNT:
            account, code = AccountId(measure.subject.id), StatementCode.ACCOUNT_RESTRICTED
        elif measure.subject.kind is SubjectKind.ITEM:
            account = reader.items_by_platform_id([name])[name].item.account_id
            code = StatementCode.ITEM_RESTRICTED
        else:
            return
    yield Statement(
        StatementId(api.house.entropy.new_id("statement")), measure.decision_id, account, measure.clause_id, code,
        measure.policy_version, is_automated=False, tell_at=at,
    )  # fmt: skip


def lift(api: Any, measure: Measure) -> None:
    """End one measure by a decision."""
    decision = make.decision(is_automated=False)
    revocation = Revocation(measure.id, measure.subject, decision.id)
    entry = AuditEvent("test:measure:decided", decision.id, {"granted": [], "lifted": [measure.id]})
    api.house.committer.commit(Changeset(decisions=(decision,), revocations=(revocation,), audit=(entry,)))


def subject_of(api: Any, on: SubjectKind, name: str) -> Subject:
    """Return the subject of that name."""
    with api.house.store.read() as reader:
        if on is SubjectKind.ACCOUNT:
            return Subject.account(AccountId(reader.accounts_by_platform_id([name])[name].id))
        if on is SubjectKind.ITEM:
            return Subject.item(ItemId(reader.items_by_platform_id([name])[name].item.id))
    return Subject.media(MediaId(name)) if on is SubjectKind.MEDIA else Subject(on, name)
