"""The platform verifies who holds an account: the locks that waited for it end, each other measure stays."""

from datetime import timedelta

import pytest

from make import Home, decision, delayed, measure
from tutela.core.audit import AuditEvent
from tutela.core.content import AgeBand, AgeProvenance
from tutela.core.ids import ClauseId
from tutela.core.measures import Measure, MeasureKind, Subject
from tutela.core.plans import Source
from tutela.core.statements import StatementCode
from tutela.core.verifications import VerificationKind
from tutela.errors import BadInput, UnknownAccount
from tutela.flows.record_verification import RecordVerification, Verified
from tutela.ports.committer import Changeset
from tutela_client.scope import EVERYTHING, Scope

EMAIL, PHONE, AGE = VerificationKind.EMAIL, VerificationKind.PHONE, VerificationKind.AGE


def record(home: Home, kind: VerificationKind = EMAIL, hours_ago: float = 0, band: AgeBand | None = None) -> Verified:
    """Record a verification of Alice."""
    house = home.house
    flow = RecordVerification(house.store, house.committer, house.policy, house.clock, house.entropy)
    return flow("alice", kind, home.clock.now() - timedelta(hours=hours_ago), band)


def alice(home: Home) -> Subject:
    """Return the account."""
    with home.house.store.read() as reader:
        return Subject.account(reader.accounts_by_platform_id(["alice"])["alice"].id)


def decide(home: Home, *kinds: tuple[MeasureKind, Scope]) -> list[Measure]:
    """Have a person decide measures on Alice."""
    by = decision(source=Source.PERSON, is_automated=False, decided_by="ada", clause_id=ClauseId("house.takeover"))
    made = [
        measure(
            kind, alice(home), by, scope=scope, starts_at=home.clock.now(), is_automated=False,
            clause_id=ClauseId("house.takeover"),
        )
        for kind, scope in kinds
    ]  # fmt: skip
    granted = [[each.id, each.kind.value, each.subject.id, None] for each in made]
    entry = AuditEvent("person:account:decided", by.id, {"granted": granted, "lifted": []})
    told = delayed(by, alice(home).id, StatementCode.ACCOUNT_LOCKED_UNTIL_VERIFIED)
    changeset = Changeset(decisions=(by,), measures=tuple(made), statements=(told,), audit=(entry,))
    home.house.committer.commit(changeset)
    return made


def lock(kind: VerificationKind) -> tuple[MeasureKind, Scope]:
    """Return a lock that waits for a verification."""
    return MeasureKind.LOCK_UNTIL_VERIFIED, Scope(verification=kind.value)


def test_the_lock_that_waited_for_it_ends_and_everything_else_stays(home_anywhere: Home) -> None:
    """By a decision of its own, entered in the audit, with a statement to the holder; once, however often told."""
    home = home_anywhere
    home.submit("p1")
    decide(home, lock(EMAIL), lock(PHONE), (MeasureKind.LOCK_PENDING_DECISION, EVERYTHING))
    home.clock.advance(hours=1)
    first = record(home)
    home.clock.advance(hours=1)
    again = record(home, hours_ago=1)

    assert (first.is_new, again.is_new) == (True, False)
    assert first.verification == again.verification
    assert first.still_demanded == again.still_demanded == ("phone",)
    with home.house.store.read() as reader:
        standing = reader.standings([alice(home)])[alice(home)]
        told = reader.statements_told(first.account.id, home.clock.now(), 9)
    assert [(m.kind.value, m.scope.verification) for m in standing.measures] == [
        ("lock_until_verified", "phone"),
        ("lock_pending_decision", ""),
    ]
    assert [(each.code.value, each.decision_id) for each in told] == [
        ("account_verified", first.verification.decision_id)
    ]
    assert home.house.verify().breaches == ()


def test_a_verification_from_before_the_lock_opens_nothing(home: Home) -> None:
    """Somebody may have taken the account over since."""
    home.submit("p1")
    decide(home, lock(EMAIL))
    early = record(home, hours_ago=1)
    home.clock.advance(hours=1)
    late = record(home)

    assert (early.verification.decision_id, early.still_demanded) == (None, ("email",))
    assert late.still_demanded == ()
    assert home.kinds(alice(home)) == set()


@pytest.mark.both_databases
def test_an_age_that_was_verified_replaces_what_was_said(home_anywhere: Home) -> None:
    """In the same transaction, as assured; regions and all else stay."""
    home = home_anywhere
    home.submit("p1")
    decide(home, lock(AGE))
    home.clock.advance(hours=1)
    told = record(home, AGE, band=AgeBand.FROM_16_TO_17)

    with home.house.store.read() as reader:
        age = reader.accounts_by_platform_id(["alice"])["alice"].age
    assert (age.band, age.provenance) == (AgeBand.FROM_16_TO_17, AgeProvenance.ASSURED)
    assert told.still_demanded == ()
    assert home.house.verify().breaches == ()


def test_what_cannot_be_recorded_is_refused(home: Home) -> None:
    """An unknown account, a time to come, an age by e-mail."""
    with pytest.raises(UnknownAccount):
        record(home)
    home.submit("p1")
    with pytest.raises(BadInput) as raised:
        record(home, hours_ago=-1)
    assert raised.value.place == "at"
    with pytest.raises(BadInput) as raised:
        record(home, EMAIL, band=AgeBand.ADULT)
    assert raised.value.place == "age"
    assert record(home, hours_ago=-0.05).is_new
