"""Why a finding is refused: each rule a function that answers with sentences for whoever decides.

They name clause, kind and place, and what would answer instead; they never repeat what was sent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from tutela.core.findings import Ask, Finding, Known, Refusal, Vocabulary
from tutela.core.ids import AccountId, ClauseId, DecisionId, ItemId, MeasureId
from tutela.core.measures import HIDING, SHUTS_OUT, Measure, MeasureKind, Subject, SubjectKind
from tutela.core.plans import ZERO_TOLERANCE
from tutela.core.policy import Clause, ClauseKind
from tutela.core.remedies import Evidence
from tutela.core.roles import HELPS, IN_WORDS, Role, helps
from tutela.core.statements import LONGEST_DELAY
from tutela.core.verifications import VerificationKind
from tutela_client.countries import COUNTRIES

VERIFICATIONS = frozenset(VerificationKind)
AUDIENCES = frozenset({"", "minors"})

_HIDES_AN_ITEM = (HIDING - {MeasureKind.BLOCK_MEDIA}) | {MeasureKind.REMOVE}


@dataclass(frozen=True, slots=True)
class Question:
    """A finding under its clause, with what is known beside it."""

    finding: Finding
    known: Known
    clause: Clause

    @property
    def is_grave(self) -> bool:
        """Return whether the clause is one of the twelve."""
        return self.clause.is_zero_tolerance

    def account_of(self, ask: Ask) -> AccountId | None:
        """Return whose account a measure is about; none for anything but accounts and items."""
        return self.author_of(ask.subject)

    def author_of(self, subject: Subject) -> AccountId | None:
        """Return an account itself, or the author of an item; none for anything else."""
        if subject.kind is SubjectKind.ACCOUNT:
            return AccountId(subject.id)
        item = self.known.items.get(ItemId(subject.id)) if subject.kind is SubjectKind.ITEM else None
        return None if item is None else item.account_id

    def place_of(self, account_id: AccountId) -> str:
        """Return where an account is named: with its part, or by the first measure about it."""
        if account_id in self.finding.roles:
            return f"accounts.{list(self.finding.roles).index(account_id)}"
        asks = enumerate(self.finding.asks)
        place = next((f"measures.{at}" for at, ask in asks if self.account_of(ask) == account_id), None)
        return place or ("accounts" if self.known.replaced is None else "replaces")

    def concerned(self) -> tuple[AccountId, ...]:
        """Return every account that is named or wrote an item that is, in order, and those that something ends for."""
        authors = [self.author_of(ask.subject) for ask in self.finding.asks]
        authors += [self.author_of(measure.subject) for measure in self.ended()]
        return tuple(dict.fromkeys((*self.finding.roles, *(each for each in authors if each is not None))))

    def awaits_second(self, ask: Ask) -> bool:
        """Return whether one person alone would suspend somebody for good over what no verified list knows (P3)."""
        if ask.kind is not MeasureKind.SUSPEND or ask.ends_at is not None or not self.is_grave:
            return False
        own = (item for item in self.known.items.values() if item.account_id == ask.subject.id)
        is_listed = any(
            item.evidence is Evidence.VERIFIED_LIST and self.finding.asks_on(item.standing.subject) for item in own
        )
        return not (is_listed or self.finding.is_by_two)

    def ended(self) -> tuple[Measure, ...]:
        """Return what ends with the decision that is replaced."""
        replaced, now = self.known.replaced, self.known.at
        measures = () if replaced is None else replaced.measures
        return tuple(m for m in measures if m.revoked_by is None and (m.ends_at is None or m.ends_at > now))

    def holds_now(self, ask: Ask) -> bool:
        """Return whether a measure begins at once and only a decision ends it."""
        return ask.ends_at is None and (ask.starts_at is None or ask.starts_at <= self.known.at)


def refusals(question: Question, words: Vocabulary) -> tuple[Refusal, ...]:
    """Return everything that keeps a finding from being decided as it is asked for; empty when nothing does."""
    found: list[Refusal] = []
    for at, ask in enumerate(question.finding.asks):
        found += (Refusal(f"measures.{at}{part}", sentence) for part, sentence in _of_ask(question, ask, words))
    found += _of_roles(question)
    if question.is_grave:
        found += _of_actors(question)
        found += _of_what_stays_visible(question)
    found += _of_replacement(question)
    found += _of_delay(question)
    if not question.finding.asks and not any(role.is_protected for role in question.finding.roles.values()):
        found.append(Refusal("measures", "Nothing is asked for: name at least one measure."))
    return tuple(dict.fromkeys(found))


def _of_delay(question: Question) -> Iterator[Refusal]:
    delay = question.finding.delay
    if delay is not None and delay.until > question.known.at + LONGEST_DELAY[delay.basis].delta:
        days = round(LONGEST_DELAY[delay.basis].seconds / 86_400)
        yield Refusal("delay.until", f"Telling may wait for {days} days at most on this basis: name an earlier end.")


# ------------------------------------------------------------------------------------------------------ one measure


_Said = tuple[str, str]
"""Where in a measure, such as `.scope.countries`, and what is wrong with it."""


def _of_ask(question: Question, ask: Ask, words: Vocabulary) -> Iterator[_Said]:
    sentence = _of_kind(question, ask)
    if sentence:
        yield "", sentence
    yield from _of_shape(replace(ask, subject=Subject(ask.subject.kind, "")), question.known.at, words)


@lru_cache(maxsize=1024)  # a decision in bulk asks for the same about each of ten thousand items
def _of_shape(ask: Ask, now: datetime, words: Vocabulary) -> tuple[_Said, ...]:
    """Return what is wrong with a measure whoever it is on."""
    found = [*(("", sentence) for sentence in _of_time(now, ask)), *_of_words(ask, words)]
    if (misfit := _misfit(now, ask)) is not None:
        found.append(("", misfit))
    return tuple(found)


def _of_kind(question: Question, ask: Ask) -> str | None:
    account_id = question.account_of(ask)
    role = Role.NONE if account_id is None else question.finding.role(account_id)
    if ask.subject.kind is SubjectKind.ACCOUNT and account_id is not None:
        return _on_account(question, ask.kind, account_id, role)
    clause = question.clause
    if question.is_grave and ask.kind.value in clause.lesser_refused:
        return no_answer(clause, ask.kind) if role is Role.ACTOR else _no_hiding(clause, ask.kind)
    return None if ask.kind.value in clause.allowed else _not_allowed(clause, ask.kind)


def _on_account(question: Question, kind: MeasureKind, account_id: AccountId, role: Role) -> str | None:
    clause = question.clause
    if role.is_protected:
        is_offered = kind is MeasureKind.PROTECT or kind.value in (*clause.for_others, *clause.allowed)
        return None if helps(kind, role) and is_offered else _protected(clause, kind, role)
    if kind is MeasureKind.PROTECT and question.known.accounts[account_id].is_minor:
        return None
    if question.is_grave and kind.value in clause.lesser_refused:
        return no_answer(clause, kind)
    is_help = role is Role.NONE and not question.is_grave and kind.value in clause.for_others
    return None if is_help or kind.value in clause.allowed else _not_allowed(clause, kind)


def no_answer(clause: Clause, kind: MeasureKind) -> str:
    """Return why a lesser measure answers no violation of a zero-tolerance clause by its actor (P2)."""
    return (
        f"`{kind}` is no answer to whoever did this: {clause.id} is a zero-tolerance clause. What answers it is "
        f"{_either(clause.demanded_on_content)} on the content and {_either(clause.demanded_on_account)} on the "
        f"account, until a decision ends it."
    )


def _no_hiding(clause: Clause, kind: MeasureKind) -> str:
    return (
        f"`{kind}` leaves to be seen what {clause.id} forbids, whoever posted it. What answers it is "
        f"{_either(clause.demanded_on_content)} on the content."
    )


def _not_allowed(clause: Clause, kind: MeasureKind) -> str:
    return f"{clause.id} has no `{kind}`. It has {', '.join(f'`{each}`' for each in clause.allowed)}."


def _protected(clause: Clause, kind: MeasureKind, role: Role) -> str:
    offered = [each for each in HELPS if helps(each, role)]
    has = [each for each in offered if each is MeasureKind.PROTECT or each in (*clause.for_others, *clause.allowed)]
    return (
        f"This account is named as {IN_WORDS[role]}, and is no suspect: `{kind}` would take something away from it. "
        f"It gets {_either(tuple(each.value for each in has))}; the content itself may be hidden."
    )


def _of_time(now: datetime, ask: Ask) -> Iterator[str]:
    start = ask.starts_at or now
    if start < now:
        yield "A measure starts now or later: leave `starts_at` out for now."
    if ask.ends_at is not None and ask.ends_at <= start:
        yield "It would end before it starts."
    if ask.kind is MeasureKind.LOCK_PENDING_DECISION and ask.ends_at is not None:
        yield "`lock_pending_decision` has no end of its own: only a decision ends it."


def _of_words(ask: Ask, words: Vocabulary) -> Iterator[_Said]:
    scope = ask.scope
    if not scope.surfaces <= words.surfaces:
        yield ".scope.surfaces", f"There is no such surface group. There is {', '.join(sorted(words.surfaces))}."
    if not scope.actions <= words.actions:
        yield ".scope.actions", f"There is no such action. There is {', '.join(sorted(words.actions))}."
    if not scope.countries <= COUNTRIES:
        yield ".scope.countries", "A country is named by its two letters of ISO 3166-1, as in DE."
    if scope.verification and scope.verification not in VERIFICATIONS:
        yield ".scope.verification", f"There is no such verification. There is {', '.join(sorted(VERIFICATIONS))}."
    if scope.audience not in AUDIENCES:
        yield ".scope.audience", "Messages are blocked to everyone, or to `minors`."


def _misfit(now: datetime, ask: Ask) -> str | None:
    """Return why no measure could be made of *ask*: a kind that cannot be on its subject, or be narrowed so."""
    start = now if ask.starts_at is None else max(now, ask.starts_at)
    if ask.ends_at is not None and ask.ends_at <= start:
        return None  # said already
    try:
        Measure(
            MeasureId(""), ask.kind, ask.subject, DecisionId(""), ClauseId("-"), "-", start,
            is_automated=False, ends_at=ask.ends_at, scope=ask.scope,
        )  # fmt: skip
    except ValueError as error:
        return f"{error}.".capitalize()
    return None


# ---------------------------------------------------------------------------------------------------------- accounts


def _of_roles(question: Question) -> Iterator[Refusal]:
    if not question.is_grave:
        return
    for account_id in question.concerned():
        place, role = question.place_of(account_id), question.finding.role(account_id)
        if role is Role.NONE:
            parts = ", ".join(role for role in Role if role is not Role.NONE)
            yield Refusal(place, f"Under {question.clause.id} every account has a part: say which of {parts}.")
        is_child = question.known.accounts[account_id].is_minor
        if role is Role.ACTOR and is_child and not question.finding.decider.is_senior:
            yield Refusal(place, "Whether a child did this is for a senior person to decide (scope decide_senior).")


def _of_actors(question: Question) -> Iterator[Refusal]:
    """P2: of the content one of what is demanded, of the account as well, from now on and until a decision."""
    clause, finding = question.clause, question.finding
    for account_id in finding.actors():
        own = {ask.kind.value for ask in finding.asks if _is_on(ask, account_id) and question.holds_now(ask)}
        if own.isdisjoint(clause.demanded_on_account):
            yield Refusal(
                question.place_of(account_id),
                f"{clause.id}: whoever did this gets {_either(clause.demanded_on_account)}, from now on and without an "
                "end. This account gets neither.",
            )
        for item_id, at in _items_of(question, account_id).items():
            if not _gets(question, item_id, clause.demanded_on_content):
                yield Refusal(
                    f"measures.{at}",
                    f"{clause.id}: what its actor posted gets {_either(clause.demanded_on_content)}, from now on and "
                    "without an end. This item gets neither.",
                )


def _of_what_stays_visible(question: Question) -> Iterator[Refusal]:
    """P1: what a content clause forbids is hidden, whoever posted it."""
    clause = question.clause
    if clause.kind is not ClauseKind.CONTENT:
        return
    actors = set(question.finding.actors())
    for at, ask in enumerate(question.finding.asks):
        if ask.subject.kind is not SubjectKind.ITEM or question.account_of(ask) in actors:
            continue
        if not _gets(question, ItemId(ask.subject.id), _HIDES_AN_ITEM):
            yield Refusal(
                f"measures.{at}",
                f"{clause.id}: what it forbids is hidden, whoever posted it. This item gets neither `hold` nor "
                f"{_either(clause.demanded_on_content)} from now on.",
            )


def _is_on(ask: Ask, account_id: AccountId) -> bool:
    return ask.subject.kind is SubjectKind.ACCOUNT and ask.subject.id == account_id


def _items_of(question: Question, account_id: AccountId) -> dict[ItemId, int]:
    """Return the items of an account that are named, with the first measure that names each."""
    found: dict[ItemId, int] = {}
    for at, ask in enumerate(question.finding.asks):
        if ask.subject.kind is SubjectKind.ITEM and question.account_of(ask) == account_id:
            found.setdefault(ItemId(ask.subject.id), at)
    return found


def _gets(question: Question, item_id: ItemId, kinds: Iterable[str]) -> bool:
    wanted = set(kinds)
    on_item = question.finding.asks_on(question.known.items[item_id].standing.subject)
    return any(ask.kind.value in wanted and question.holds_now(ask) for ask in on_item)


# ------------------------------------------------------------------------------------------------------- replacement


def _of_replacement(question: Question) -> Iterator[Refusal]:
    replaced = question.known.replaced
    if replaced is None:
        return
    if replaced.needs_two_people:
        yield Refusal("replaces", "Nobody ends that decision alone: reverse it with a second person, then decide anew.")
    if replaced.has_dependents:
        yield Refusal("replaces", "Other decisions rest on that one: reverse it, which undoes them too, then decide.")
    if replaced.has_entries:
        yield Refusal("replaces", "What it found is in a bank: reverse it, which takes that out again, then decide.")
    if replaced.clause_id is not None and replaced.clause_id in ZERO_TOLERANCE and not question.is_grave:
        yield Refusal(
            "replaces", "A decision under a zero-tolerance clause is replaced by one under such a clause only."
        )
    if question.is_grave:
        yield from _of_what_it_held(question, replaced.relied_on)


def _of_what_it_held(question: Question, relied_on: Iterable[Subject]) -> Iterator[Refusal]:
    """P1, P2: what that decision hid is hidden again, and whom another finding names as the actor stays out."""
    clause = question.clause
    for subject in dict.fromkeys(m.subject for m in question.ended() if m.kind in _HIDES_AN_ITEM):
        author = question.author_of(subject)
        if author is None:
            continue
        is_actors = question.finding.role(author) is Role.ACTOR
        wanted = clause.demanded_on_content if is_actors else _HIDES_AN_ITEM
        if (is_actors or clause.kind is ClauseKind.CONTENT) and not _gets(question, ItemId(subject.id), wanted):
            yield Refusal("replaces", "An item that it hides would be seen: name each again, or reverse that decision.")
    for subject in relied_on:
        if not any(each.kind in SHUTS_OUT and question.holds_now(each) for each in question.finding.asks_on(subject)):
            yield Refusal("replaces", "Another finding relies on what it holds: reverse it, which hands that on.")


def _either(kinds: tuple[str, ...]) -> str:
    return " or ".join(f"`{each}`" for each in kinds)
