"""Measures for tests of the API, committed as a person's decision."""

from typing import Any

import make
from tutela.core.ids import AccountId, ItemId, MediaId
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.ports.committer import Changeset, Revocation
from tutela_client.scope import Scope


def grant(api: Any, kind: MeasureKind, on: SubjectKind, name: str, **fields: Any) -> Measure:
    """Put a measure on what the platform calls *name*, from now on unless told otherwise."""
    decision = make.decision(is_automated=False)
    now = api.house.clock.now()
    fields = {"starts_at": now, "is_automated": False, "review_by": None, "scope": Scope(), **fields}
    measure = make.measure(kind, subject_of(api, on, name), decision, **fields)
    api.house.committer.commit(Changeset(decisions=(decision,), measures=(measure,)))
    return measure


def lift(api: Any, measure: Measure) -> None:
    """End one measure by a decision."""
    decision = make.decision(is_automated=False)
    revocation = Revocation(measure.id, measure.subject, decision.id)
    api.house.committer.commit(Changeset(decisions=(decision,), revocations=(revocation,)))


def subject_of(api: Any, on: SubjectKind, name: str) -> Subject:
    """Return the subject of that name."""
    with api.house.store.read() as reader:
        if on is SubjectKind.ACCOUNT:
            return Subject.account(AccountId(reader.accounts_by_platform_id([name])[name].id))
        if on is SubjectKind.ITEM:
            return Subject.item(ItemId(reader.items_by_platform_id([name])[name].item.id))
    return Subject.media(MediaId(name)) if on is SubjectKind.MEDIA else Subject(on, name)
