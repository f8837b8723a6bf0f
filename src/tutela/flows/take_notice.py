"""Take a notice: a receipt at once, a clock from that moment, and what may be done at once in the same transaction.

Nothing that is missing stops it, and nothing is discarded. Whoever tells very much waits their turn; whoever says the
very same again gets a receipt of their own, and it is counted with the first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tutela.core.audit import JSON, AuditEvent
from tutela.core.clocks import ClockFacts, ClockStart, ClockSubject, Signal, clocks_for, served_by
from tutela.core.ids import ClauseId, ItemId, MessageId, NoticeId
from tutela.core.messages import MessageAbout, MessageChannel, MessageKind, NewMessage
from tutela.core.notices.branches import BRANCHES, Branch, NoticeKind
from tutela.core.notices.draft import ContactChannel, NoticeDraft, checked
from tutela.core.notices.misuse import COUNTED_FOR, must_wait, standing_of
from tutela.core.notices.notice import Notice, NoticeOutcome, NoticeState
from tutela.core.notices.validity import missing
from tutela.core.operator import OperatorProfile
from tutela.core.policy import Ceilings, Policy
from tutela.core.signals.digest import parse_digest
from tutela.errors import BadInput, Conflict, IdempotencyMismatch
from tutela.flows.act_on_notice import Acted, ActOnNotice
from tutela.flows.locate_notice import Located, LocateNotice
from tutela.flows.notice_secrets import NoticeSecrets
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.notices import NewNotice, NoticeMoved, Notifier
from tutela.ports.store import Reader, Store

MAX_REPLANS = 20
SAME_WITHIN = timedelta(hours=24)
"""Within this the very same words from anybody are counted with the first."""

_HOUR = timedelta(hours=1)
_CHILD_AGES = frozenset({"under_13", "13_15", "16_17"})
_ABOUT_CHILD = BRANCHES[Branch.IT_SHOWS_ME].clause_id


@dataclass(frozen=True, slots=True)
class Teller:
    """Who hands a notice in."""

    place: str  #: of whoever sits there: an address, or the platform's own key; counted, and never kept readable
    notifier: Notifier | None = None  #: enrolled, and known by their key
    is_platform: bool = False  #: the platform hands on what its own users tell


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever told us gets at once."""

    code: str  #: shown once, and stored nowhere
    notice_id: NoticeId
    received_at: datetime
    missing: tuple[str, ...]  #: where a request about an adult needs more before the law's clock runs
    is_queued: bool  #: many came from one place: it is looked at a little later


@dataclass(frozen=True, slots=True)
class TakeNotice:
    """Take notices in. Each call is a notice of its own: the face keeps a repeated request from being two."""

    store: Store
    committer: Committer
    locate: LocateNotice
    policy: Policy
    ceilings: Ceilings
    secrets: NoticeSecrets
    clock: Clock
    entropy: Entropy
    profile: Callable[[], OperatorProfile]
    after: Callable[[], None] = lambda: None  #: what is woken when one was taken

    def __call__(self, draft: NoticeDraft, teller: Teller, once: str | None = None) -> Receipt:
        """Take *draft* and return the receipt.

        Args:
            draft: What is told.
            teller: Who hands it in.
            once: What a repeated request is known by: it gets the receipt of the first, code and all.

        Raises:
            tutela.errors.IdempotencyMismatch: Something else was told under *once* before.
            tutela.errors.BadInput: It could not be written down: the place says which part of it, and what to do.
            tutela.errors.Unavailable: Nothing was taken; try again.
        """
        checked(draft)
        clause = self._clause(draft, teller)
        code = self.secrets.new_code() if once is None else self.secrets.code_for(teller.place, once)
        carriers = self.locate.carriers_of((draft,))
        for _ in range(MAX_REPLANS):
            if once is not None and (before := self._taken_before(draft, code)) is not None:
                return _receipt(before, code)
            taken = self._attempt(draft, teller, clause, code, carriers)
            try:
                self.committer.commit(taken.changeset)
            except Conflict:
                continue
            self.after()
            return _receipt(taken.notice, code)
        raise Conflict("what it is about is being written elsewhere without end", remedy="Try again.")

    def _taken_before(self, draft: NoticeDraft, code: str) -> Notice | None:
        with self.store.read() as reader:
            found = reader.notice_by_code(self.secrets.mac_of_code(code) or b"")
            if found is not None and reader.notice_mark(found.id) != self.secrets.fingerprint(draft):
                raise IdempotencyMismatch(remedy="Use a new key for a new notice.")
            return found

    def _clause(self, draft: NoticeDraft, teller: Teller) -> ClauseId:
        said = draft.clause_id
        if said is not None and said not in self.policy.clauses:
            raise BadInput("there is no clause of this name", place="clause", remedy="`GET /v1/policy` names them all.")
        if said is not None and (teller.notifier is not None or teller.is_platform):
            return said
        # Whoever says that a child is shown is heard by that, whichever way they came in.
        is_child = draft.age_said in _CHILD_AGES
        return (
            _ABOUT_CHILD if is_child and not BRANCHES[draft.branch].is_about_child else BRANCHES[draft.branch].clause_id
        )

    def _attempt(
        self, draft: NoticeDraft, teller: Teller, clause: ClauseId, code: str, carriers: tuple[ItemId, ...]
    ) -> "_Taken":
        with self.store.read() as reader:
            now = self.clock.now()
            source = self.secrets.mac_of_source(_source(draft, teller))
            mark = self.secrets.fingerprint(draft)
            notice = _notice(NoticeId(self.entropy.new_id("notice")), draft, teller, clause, now)
            notice = replace(notice, merged_into=reader.same_notice(mark, now - SAME_WITHIN))
            acting = ActOnNotice(reader, self.policy, self.ceilings, self.entropy, now)
            is_too_much = self._must_wait(reader, notice, teller, source)
            if is_too_much and not notice.is_urgent:
                notice, acted = replace(notice, state=NoticeState.QUEUED), None
            else:
                # Whoever may be in danger never waits; of whoever tells too much nothing is hidden before people look.
                located = self.locate(reader, (draft,), carriers)
                is_danger = draft.is_danger and not is_too_much
                acted = acting(notice, located, is_danger=is_danger, may_hold=not is_too_much)
                notice = _looked_at(notice, located, acted, reader, now)
        new = NewNotice(
            notice, self.secrets.mac_of_code(code) or b"", source, self.secrets.seal_told(notice.id, (draft,), now),
            mark, tuple(_digests(draft)), self._clocks(notice, acted), _signals(notice),
            messages_of(notice, self._kinds(notice), now, self.entropy),
        )  # fmt: skip
        return _Taken(notice, changeset_of(acting, acted, [_entry(notice, acted)], notices=(new,)))

    def _kinds(self, notice: Notice) -> tuple[MessageKind, ...]:
        """Return what is told at once. Where only the page tells it, the receipt is on the page that answers."""
        is_written_to = notice.channel is not ContactChannel.NONE
        outcome = () if notice.is_open else (MessageKind.OUTCOME,)
        return ((MessageKind.RECEIPT,) if is_written_to else ()) + outcome

    def _clocks(self, notice: Notice, acted: Acted | None) -> tuple[ClockStart, ...]:
        held_at = notice.received_at if acted is not None and acted.held else None
        return clocks_of(notice, self.profile(), held_at)

    def _must_wait(self, reader: Reader, notice: Notice, teller: Teller, source: bytes) -> bool:
        now = notice.received_at
        conduct = standing_of(reader.source_conduct(source, now - COUNTED_FOR.delta))
        told = reader.told_within(source, now - _HOUR)
        is_known = teller.notifier is not None or teller.is_platform
        return must_wait(conduct, told, is_known=is_known)


@dataclass(frozen=True, slots=True)
class _Taken:
    notice: Notice
    changeset: Changeset


def _signals(notice: Notice) -> frozenset[Signal]:
    """Return what has happened once it is taken: the receipt is in the answer, and sometimes the outcome."""
    is_gone = notice.outcome is NoticeOutcome.REMOVED
    return frozenset({Signal.RECEIPT_SENT, *({Signal.DECIDED, Signal.REMOVED} if is_gone else ())})


def messages_of(notice: Notice, kinds: Iterable[MessageKind], at: datetime, entropy: Entropy) -> tuple[NewMessage, ...]:
    """Return what whoever told us is told, by the way that they chose."""
    channel = MessageChannel(notice.channel.value)
    return tuple(
        NewMessage(
            MessageId(entropy.new_id("message")), MessageAbout.NOTICE, notice.id, kind, channel, at, notice.wants_link
        )
        for kind in kinds
    )  # fmt: skip


def clocks_of(notice: Notice, profile: OperatorProfile, held_at: datetime | None) -> tuple[ClockStart, ...]:
    """Return the clocks that run on a notice, as of what is known of it now."""
    facts = ClockFacts(
        received_at=notice.received_at,
        served=served_by(profile),
        aims=profile.aims,
        country=notice.country,
        is_child=notice.says_minor,
        is_depicted=notice.kind in {NoticeKind.DEPICTED_PERSON, NoticeKind.PARENT},
        is_intimate=notice.branch is Branch.ADULT_INTIMATE,
        is_danger=notice.is_urgent,
        is_authority=notice.is_enrolled and notice.kind in {NoticeKind.AUTHORITY, NoticeKind.COURT_ORDER},
        valid_at=notice.valid_at,
        held_at=held_at,
    )
    return clocks_for(ClockSubject.NOTICE, facts)


def _receipt(notice: Notice, code: str) -> Receipt:
    is_queued = notice.state is NoticeState.QUEUED
    return Receipt(code, notice.id, notice.received_at, notice.missing, is_queued)


def changeset_of(
    acting: ActOnNotice, acted: Acted | None, entries: Iterable[AuditEvent], *,
    notices: tuple[NewNotice, ...] = (), moves: tuple[NoticeMoved, ...] = (),
) -> Changeset:  # fmt: skip
    """Return what is written: what was decided about what a notice names, and the notice itself."""
    acting.ledger.audit.extend(entries)
    return acting.ledger.changeset(
        item_answers=acting.answers,
        case_updates=tuple(acting.urged.values()),
        notice_places=() if acted is None else (acted.place,),
        notices=notices,
        notice_moves=moves,
    )


def _source(draft: NoticeDraft, teller: Teller) -> str:
    if teller.notifier is not None:
        return f"notifier:{teller.notifier.id}"
    return f"platform:{draft.source}" if teller.is_platform and draft.source else f"place:{teller.place}"


def _notice(
    notice_id: NoticeId, draft: NoticeDraft, teller: Teller, clause: ClauseId, now: datetime
) -> Notice:  # fmt: skip
    row, lacking = BRANCHES[draft.branch], missing(draft)
    notifier = teller.notifier
    return Notice(
        id=notice_id,
        branch=draft.branch,
        kind=row.kind if notifier is None else notifier.kind,
        is_enrolled=notifier is not None,
        clause_id=clause,
        received_at=now,
        state=NoticeState.UNLOCATED,
        language=draft.language,
        country=draft.country,
        channel=draft.contact.channel if draft.contact.address else ContactChannel.NONE,
        wants_link=draft.contact.wants_link,
        is_urgent=draft.is_danger or row.is_urgent,
        says_minor=(row.is_about_child and row.kind is not NoticeKind.USER) or draft.age_said in _CHILD_AGES,
        valid_at=None if lacking else now,
        missing=lacking,
        notifier_id=None if notifier is None else notifier.id,
        wants_call_back=notifier is None and draft.branch is Branch.AUTHORITY,
    )


def _looked_at(notice: Notice, located: Located, acted: Acted, reader: Reader, now: datetime) -> Notice:
    """Return the notice as it stands when what it names was looked for."""
    notice = replace(
        notice, items=tuple(acted.place.items), accounts=acted.place.accounts, cases=acted.place.cases,
        has_held=bool(acted.held),
    )  # fmt: skip
    if not located.is_found:
        return notice
    if acted.gone and not acted.under_review and not located.accounts:
        # It is gone already: there is nothing that a person could still do about it.
        return replace(notice, state=NoticeState.ANSWERED, outcome=NoticeOutcome.REMOVED, answered_at=now)
    before = reader.naming_before(acted.place.items, notice.clause_id)
    if notice.merged_into is None and before and len(before) == len(acted.place.items):
        notice = replace(notice, merged_into=min(before.values()))
    return replace(notice, state=NoticeState.UNDER_REVIEW)


def _digests(draft: NoticeDraft) -> list[tuple[str, str]]:
    named = [("sha256", each.sha256) for each in draft.digests] + [("pdq", each.pdq) for each in draft.digests]
    return [(kind, parse_digest("sha256", value)) for kind, value in named if value]


def _entry(notice: Notice, acted: Acted | None) -> AuditEvent:
    told: dict[str, JSON] = {
        "branch": notice.branch.value, "kind": notice.kind.value, "enrolled": notice.is_enrolled,
        "clause": notice.clause_id, "state": notice.state.value, "items": list(notice.items),
        "cases": list(notice.cases), "held": [] if acted is None else list(acted.held),
        "merged_into": notice.merged_into, "outcome": notice.outcome and notice.outcome.value,
    }  # fmt: skip
    return AuditEvent("public:notice:received", notice.id, told)
