"""Every error of the product. The class docstring is the operator's message.

Longer than a module should be, because it is one tree that is read as the list of what can go wrong.

TutelaError
├── BadInput                  what was sent cannot be used          400 / 422
│   ├── MalformedHash
│   ├── UnknownBank           404
│   ├── UnknownMember         404
│   ├── UnknownWordEntry      404
│   ├── UnknownItem           404
│   ├── UnknownAccount        404
│   ├── UnknownMedia          404
│   ├── UnknownWebhook        404
│   ├── UnknownDelivery       404
│   ├── UnknownShift          404
│   ├── UnknownPage           404
│   ├── UnknownHold           404
│   ├── UnknownAppeal         404
│   ├── UnknownLink           404: a link by which somebody would appeal, and that is not whole
│   ├── UnknownMessage        404
│   ├── UnknownOrder          404
│   ├── UnknownEdition        404: no such edition of the transparency report
│   ├── UnknownDestruction    404
│   ├── UnknownExport         404
│   ├── UnknownGolden         404
│   ├── NoPage                404: no page of the console has this address
│   ├── TooLarge              413
│   ├── UnknownClause         422
│   ├── UnknownDecision       404
│   ├── UnknownStatement      404
│   ├── UnknownRecord         404
│   ├── UnknownBulk           404
│   ├── UnknownCase           404
│   ├── UnknownNotice         404
│   ├── UnknownNotifier       404
│   ├── TooManyCodes          429
│   ├── UnknownColleague      422
│   ├── UnknownPerson         404
│   ├── UnknownSession        404
│   ├── UnknownView           404
│   ├── UnknownRule           404
│   ├── UnknownClassifier     404
│   ├── UnknownReport         404
│   ├── UnknownChannel        404
│   ├── NoSuchRendition       422: what is no picture has no small or filtered form
│   ├── RangeOutside          416
│   ├── RuleProblem           422: a condition that is no expression of the rule language
│   ├── Refused               422: a decision that the policy or the charter does not allow
│   ├── WrongFields           422: facts or parts of a report, each wrong field with what to do
│   │   └── ReportNotReady    422
│   ├── DuplicateItem         409
│   ├── DuplicateEvent        409
│   └── IdempotencyMismatch   422
├── Forbidden                 403
│   ├── SwitchedOff           403: what the operator has not switched on
│   ├── NotForYou             a case that this person never works on
│   ├── CapReached            403: who asks has seen as much as a day may hold
│   ├── MustProve             403: who asks must prove anew who they are
│   ├── GrantRefused          a view that its grant is not for
│   │   ├── GrantNotYours     403
│   │   ├── GrantUsed         410
│   │   ├── GrantExpired      410
│   │   └── GrantRevoked      410
│   └── Unauthenticated       401
│       ├── WrongProof        401
│       └── TooManyTries      429
├── Conflict                  what was planned no longer fits: plan again    (inside), 409
│   ├── AlreadyReversed       409
│   ├── HoldsAlready          409
│   ├── CountMoved            409
│   ├── AlreadyEnded          409
│   ├── RuleChanged           409
│   ├── AppealMoved           409
│   ├── AppealOpen            409: one open for each decision and account
│   ├── ReportMoved           409, with what changed
│   ├── OrderMoved            409: an order is not where a step could be taken
│   └── CaseMoved             409, with what changed
├── CharterBreach             a plan broke a promise: refused
├── Unavailable               503: we do not know, and never guess
│   ├── DatabaseBusy
│   ├── StorageFull
│   ├── IndexNotReady
│   ├── ScannerUnavailable
│   ├── WorkerLost
│   └── CounterDamaged        what it counts is unknown to rules
├── VaultError                503
│   ├── ContentMissing
│   ├── ContentDamaged
│   └── KeyMissing
│       └── WrongKey
├── NothingToSee              a view of media that cannot be opened: each state is an error of its own    503
│   ├── MediaAbsent           404
│   ├── MediaMissing          503
│   ├── MediaDamaged          503
│   ├── MediaKeyDestroyed     410
│   └── MediaBroken           409
└── Misconfigured             refuse to start
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class TutelaError(Exception):
    """Something went wrong in Tutela."""

    def __init__(self, detail: str = "", *, place: str | None = None, remedy: str | None = None) -> None:
        """Keep the message for the operator.

        Args:
            detail: What is wrong; the class docstring when empty. Never user content.
            place: Where: a field, a line, a file of ours.
            remedy: What to do about it.
        """
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        self.place = place
        self.remedy = remedy
        super().__init__(self.detail)

    def __str__(self) -> str:
        """Return one line: place, message, remedy."""
        parts = [f"{self.place}: " if self.place else "", self.detail, f" {self.remedy}" if self.remedy else ""]
        return "".join(parts)


class BadInput(TutelaError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """What was sent cannot be used."""


class MalformedHash(BadInput):
    """A hash must be exactly the hex digits of its type, nothing before or after."""


class UnknownBank(BadInput):
    """There is no bank of that name."""


class UnknownMember(BadInput):
    """There is no such member in this bank."""


class UnknownWordEntry(BadInput):
    """There is no such entry in this bank of words."""


class UnknownItem(BadInput):
    """There is no item of that identifier."""


class UnknownAccount(BadInput):
    """There is no account of that identifier."""


class UnknownMedia(BadInput):
    """There is no media of that identifier."""


class UnknownWebhook(BadInput):
    """There is no webhook of that identifier."""


class UnknownDelivery(BadInput):
    """There is no delivery of that identifier to this webhook."""


class UnknownClause(BadInput):
    """There is no clause of that identifier."""


class UnknownStatement(BadInput):
    """There is no statement of that identifier, or it may not be told yet."""


class UnknownRecord(BadInput):
    """There is no record of that key that was refused."""


class UnknownDecision(BadInput):
    """There is no decision of that identifier."""


class UnknownBulk(BadInput):
    """There is no decision in bulk of that identifier."""


class NoPage(BadInput):
    """There is no page of this address. The menu leads to all there are for you."""


class UnknownCase(BadInput):
    """There is no case of that identifier."""


class UnknownNotice(BadInput):
    """There is no notice of that identifier, or of that code."""


class UnknownNotifier(BadInput):
    """Nobody is enrolled under that identifier, or not any more."""


class TooManyCodes(BadInput):
    """Too many codes from here opened nothing; the next one is looked at only after a wait."""

    def __init__(self, wait_seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(place="code", remedy=f"Wait {wait_seconds} seconds, then type it again.")
        self.wait_seconds = wait_seconds


class UnknownGolden(BadInput):
    """There is no golden case of that identifier."""


class UnknownColleague(BadInput):
    """There is nobody of that identifier who may work on cases."""


class UnknownPerson(BadInput):
    """There is no person of that identifier."""


class UnknownSession(BadInput):
    """There is no such session."""


class UnknownShift(BadInput):
    """There is no shift of that identifier."""


class UnknownPage(BadInput):
    """There is no page of that identifier."""


class UnknownOrder(BadInput):
    """There is no order of that identifier."""


class UnknownEdition(BadInput):
    """There is no such edition of the transparency report."""


class UnknownHold(BadInput):
    """There is no hold of that identifier."""


class UnknownAppeal(BadInput):
    """There is no appeal of that identifier."""


class UnknownLink(BadInput):
    """This link does not lead to a decision. It may be incomplete: open it again from the message that you got."""


class UnknownMessage(BadInput):
    """There is no mail of that identifier that was sent."""


class UnknownDestruction(BadInput):
    """There is no destruction of that identifier."""


class UnknownExport(BadInput):
    """There is no export of that identifier."""


class UnknownView(BadInput):
    """There is no view of that token."""


class UnknownRule(BadInput):
    """There is no rule of that name."""


class UnknownClassifier(BadInput):
    """There is no classifier of that name."""


class UnknownReport(BadInput):
    """There is no report of that identifier."""


class UnknownChannel(BadInput):
    """There is no channel to that authority."""


class NoSuchRendition(BadInput):
    """This content has no small or filtered form; it can only be looked at in full."""


class RangeOutside(BadInput):
    """The part that is asked for is not in the content."""

    def __init__(self, size_bytes: int) -> None:
        """Say how much there is."""
        super().__init__(place="Range")
        self.size_bytes = size_bytes


class Refused(BadInput):
    """This cannot be decided so; each place says why, and what would answer."""

    def __init__(self, places: Sequence[tuple[str, str]]) -> None:
        """Keep every place with its sentence; the first one is the message."""
        place, sentence = places[0]
        super().__init__(sentence, place=place)
        self.places = [{"place": place, "message": sentence} for place, sentence in places]


class WrongFields(BadInput):
    """Some of what was sent cannot be used; each place says why, and what to do."""

    def __init__(self, places: Sequence[tuple[str, str]]) -> None:
        """Keep every place with its sentence; the first one is the message."""
        place, sentence = places[0]
        super().__init__(sentence, place=place)
        self.places = [{"place": place, "message": sentence} for place, sentence in places]


class ReportNotReady(WrongFields):
    """This report cannot go out as it is; each place says why, and what to do."""


class Positioned(Protocol):
    """A mistake in a text: where, what, and what to write instead."""

    @property
    def start(self) -> int:
        """Return the first character of what is wrong."""
        ...

    @property
    def end(self) -> int:
        """Return the first character after it."""
        ...

    @property
    def message(self) -> str:
        """Return what is wrong."""
        ...

    @property
    def hint(self) -> str:
        """Return what to write instead; empty where there is nothing to say."""
        ...


class RuleProblem(BadInput):
    """This is no condition of a rule."""

    def __init__(self, problems: Sequence[Positioned], *, place: str) -> None:
        """Keep every problem; the first one is the message."""
        message, hint = problems[0].message, problems[0].hint
        super().__init__(f"{message}{'.' if hint else ''}", place=place, remedy=hint or None)
        self.problems = tuple(problems)


class TooLarge(BadInput):
    """What was sent is larger than the configured limit."""


class DuplicateItem(BadInput):
    """An item with this identifier exists already with other content."""


class DuplicateEvent(BadInput):
    """Another event was told under this identifier before."""


class IdempotencyMismatch(BadInput):
    """This idempotency key was used before for another request."""


class Forbidden(TutelaError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """This key may not do that."""


class SwitchedOff(Forbidden):
    """The operator has not switched this on."""


class NotForYou(Forbidden):
    """This case is for somebody else."""


class Unauthenticated(Forbidden):
    """A valid API key is needed."""


class CapReached(Forbidden):
    """You have seen as much as a day may hold for one person."""


class MustProve(Forbidden):
    """This takes a proof of who you are that is only a few minutes old."""


class GrantRefused(Forbidden):
    """This grant is not for that."""


class GrantNotYours(GrantRefused):
    """This grant is for somebody else, or for another session."""


class GrantUsed(GrantRefused):
    """This grant was used: each is for one look."""


class GrantExpired(GrantRefused):
    """This grant was not used in time."""


class GrantRevoked(GrantRefused):
    """This grant was taken back."""


class WrongProof(Unauthenticated):
    """That does not prove who you are; nothing is said about which part was wrong."""


class TooManyTries(Unauthenticated):
    """There were too many tries from here; the next one is looked at only after a wait."""

    def __init__(self, wait_seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(remedy=f"Wait {wait_seconds} seconds. A passkey, or a browser known here, need not wait.")
        self.wait_seconds = wait_seconds


class Conflict(TutelaError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """What was planned no longer fits what is stored; plan again."""


class AlreadyReversed(Conflict):
    """This decision was reversed, or replaced by another one."""


class TooLateToUndo(Conflict):
    """The time in which this could be taken back has ended: what it tells has left."""


class HoldsAlready(Conflict):
    """All that this decision asks for holds already by a decision of a person under the same clause."""


class CountMoved(Conflict):
    """There are more, or fewer, items now than were confirmed."""


class StillKept(Conflict):
    """It is held, or its time is not over: it cannot be destroyed."""


class AlreadyEnded(Conflict):
    """This decision in bulk has ended."""


class CaseMoved(Conflict):
    """The case is not as it was."""

    def __init__(self, detail: str, *, why: str, changed: Mapping[str, Any], remedy: str | None = None) -> None:
        """Keep a code for screens, and what changed: states, numbers and the platform's own names, never content."""
        super().__init__(detail, place="case", remedy=remedy)
        self.why, self.changed = why, changed


class AppealMoved(Conflict):
    """The appeal is not as it was."""


class AppealOpen(Conflict):
    """An appeal against this decision is open already."""

    def __init__(self, appeal_id: str) -> None:
        """Keep which one: it is theirs."""
        super().__init__(place="decision", remedy=f"GET /v1/appeals/{appeal_id} tells how it stands.")
        self.appeal_id = appeal_id


class OrderMoved(Conflict):
    """The order is not where this could be done."""


class ReportMoved(Conflict):
    """The report is not as it was when it was read."""

    def __init__(self, detail: str, *, changed: Mapping[str, Any], remedy: str | None = None) -> None:
        """Keep what changed: states, numbers, places and who typed there, never content."""
        super().__init__(detail, place="report", remedy=remedy)
        self.changed = changed


class RuleChanged(Conflict):
    """This rule was changed at the same moment."""

    def __init__(
        self,
        detail: str = "",
        *,
        place: str | None = None,
        remedy: str | None = None,
        newest: str | None = None,
        by: str | None = None,
    ) -> None:
        """Keep the message, which version is the newest, and who wrote it."""
        super().__init__(detail, place=place, remedy=remedy)
        self.newest, self.by = newest, by


class TakenOver(Conflict):
    """Another process has taken this re-scan over, or abandoned it."""


class CharterBreach(TutelaError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """The plan breaks a promise of the charter and was refused."""


class Unavailable(TutelaError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """The answer is not known at the moment; nothing was guessed."""


class DatabaseBusy(Unavailable):
    """The database did not answer in time."""


class StorageFull(Unavailable):
    """No space is left where Tutela stores; nothing was acknowledged that is not stored."""


class IndexNotReady(Unavailable):
    """The index of known signals is not loaded or too old, so nothing can be called clean."""


class ScannerUnavailable(Unavailable):
    """No decoding process answers."""


class WorkerLost(Unavailable):
    """A process or machine that was working for us has died; what it had finished is kept."""


class CounterDamaged(Unavailable):
    """The stored state of a counter is not what was written; what it counts is not known."""


class VaultError(TutelaError):
    """The evidence vault cannot do that."""


class ContentMissing(VaultError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """The vault does not hold this content."""


class ContentDamaged(VaultError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """Stored bytes do not match their manifest."""


class KeyMissing(VaultError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """The key that opens this content is not there."""


class WrongKey(KeyMissing):
    """The key does not open what it should open."""


class NothingToSee(TutelaError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """This media cannot be shown."""


class MediaAbsent(NothingToSee):
    """The bytes of this media are not kept here."""


class MediaMissing(NothingToSee):
    """The bytes of this media are recorded as kept, and the vault does not hold them."""


class MediaDamaged(NothingToSee):
    """The bytes of this media are not what was received."""


class MediaKeyDestroyed(NothingToSee):
    """The key of this media was destroyed: nobody can open it any more."""


class MediaBroken(NothingToSee):
    """No decoder here can show this media; the file can be had in a full look."""


class Misconfigured(TutelaError):  # noqa: N818  # the tree above is read by operators: what happened, without a suffix
    """The configuration is unsafe or incomplete; the server refuses to start."""
