"""Measures for tests of the API, committed as a person's decision, with what the audit says of it."""

from typing import Any

import make
from tutela.core.audit import AuditEvent
from tutela.core.ids import AccountId, ItemId, MediaId
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
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
    api.house.committer.commit(Changeset(decisions=(decision,), measures=(measure,), audit=(entry,)))
    return measure


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
