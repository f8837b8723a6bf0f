"""P2 and P11 of a verification: it ends the locks that ask for it, and nothing else that any decision holds."""

from collections.abc import Iterable

from tutela.core.charter.breach import Breach
from tutela.core.measures import Measure, MeasureKind, Subject
from tutela.core.verifications import Verification


def of_verification(ends: Iterable[Measure], verification: Verification) -> tuple[Breach, ...]:
    """Return every breach in what a verification would end. Said again here: a mistake there must not excuse itself."""
    return tuple(breach for measure in ends for breach in _of_end(measure, verification))


def _of_end(measure: Measure, verification: Verification) -> Iterable[Breach]:
    if measure.kind is not MeasureKind.LOCK_UNTIL_VERIFIED:
        yield Breach("P2", measure.id, f"a verification would end {measure.kind}, which only a decision ends")
    elif measure.scope.verification != verification.kind.value:
        yield Breach("P2", measure.id, "a verification would end a lock that asks for another one")
    elif measure.starts_at > verification.at:
        yield Breach("P2", measure.id, "a verification would end a lock that came after it")
    if measure.subject != Subject.account(verification.account_id):
        yield Breach("P11", measure.id, "a verification would end what is on another account")
