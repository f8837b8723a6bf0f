"""When somebody is partly right: the decision stands, and the measures that are named end.

Source: charter P2, P6 (what may not end while a decision under one of the twelve stands) and P8.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tutela.core.carried import carried
from tutela.core.finding_outcome import answer_under, stricter
from tutela.core.ids import AccountId, ClauseId, DecisionId, ItemId, MeasureId
from tutela.core.measures import Measure, MeasureKind, Standing, Subject, SubjectKind
from tutela.core.plans import ZERO_TOLERANCE, Answer
from tutela.core.reversals import NEVER_ALONE, ReversalKnown
from tutela.core.statements import StatementCode, StatementDraft, kept_silent
from tutela.errors import BadInput

HIDES = frozenset({MeasureKind.HOLD, MeasureKind.REMOVE, MeasureKind.QUARANTINE})
UNPROMOTED = frozenset({MeasureKind.EXCLUDE, MeasureKind.NO_ADS, MeasureKind.NO_PAYOUT})
"""No promotion and no profit (P6)."""

KEEPS_OUT = frozenset({MeasureKind.LOCK_PENDING_DECISION, MeasureKind.SUSPEND})


@dataclass(frozen=True, slots=True)
class EasingPlan:
    """What ends, what stays, and what is told."""

    decision_id: DecisionId
    ends: tuple[Measure, ...]
    stays: tuple[Measure, ...]  #: of the same decision, and in force on the same subjects by others
    answers: Mapping[ItemId, Answer] = field(default_factory=dict)
    statements: tuple[StatementDraft, ...] = ()
    cannot_undo: tuple[str, ...] = ()

    @property
    def needs_two_people(self) -> bool:
        """Return whether nobody does this alone (P3)."""
        return any(measure.kind in NEVER_ALONE for measure in self.ends)


def open_measures(known: ReversalKnown, decision_id: DecisionId) -> tuple[Measure, ...]:
    """Return what a decision holds, or will."""
    held = known.decided[decision_id].measures
    return tuple(m for m in held if m.revoked_by is None and (m.ends_at is None or m.ends_at > known.at))


def plan_easing(known: ReversalKnown, measure_ids: Collection[MeasureId]) -> EasingPlan:
    """Return what ends when the named measures of the one decision at the root of *known* do.

    Raises:
        tutela.errors.BadInput: None or all of them are named, one is not of this decision or holds no more, another
            finding relies on it, or it would be a lesser answer under one of the twelve (P2, P6).
    """
    decision_id = known.roots[0]
    held = open_measures(known, decision_id)
    named = set(measure_ids)
    _check_names(named, {m.id for m in held})
    ends = tuple(m for m in held if m.id in named)
    left = tuple(m for m in held if m.id not in named)
    if known.decided[decision_id].clause_id in ZERO_TOLERANCE:
        _check_lesser(ends, left)
    _check_relied_on(known, ends)
    touched = dict.fromkeys(m.subject for m in ends)
    others = [m for s in touched for m in _held_on(known, s) if m.id not in named and m.decision_id != decision_id]
    return EasingPlan(
        decision_id, ends, (*left, *others), _answers(known, ends), _statements(known, ends), _cannot_undo(known, ends)
    )


def _check_names(named: set[MeasureId], held: set[MeasureId]) -> None:
    if not named:
        raise BadInput("say which measures end", place="ends", remedy="Name them, or uphold the decision.")
    if named - held:
        raise BadInput("one of these is not a measure that this decision holds now", place="ends")
    if named == held:
        raise BadInput("nothing of the decision would be left", place="ends", remedy="Overturn it.")


def _check_lesser(ends: Iterable[Measure], left: Iterable[Measure]) -> None:
    """Refuse what would leave the actor a lesser answer (P2), or promotion and profit (P6)."""
    ended, stays = tuple(ends), tuple(left)
    for measure in ended:
        if measure.subject.kind is SubjectKind.ACCOUNT and measure.kind in KEEPS_OUT | UNPROMOTED:
            raise BadInput(
                "under this clause the account stays locked or suspended, and earns nothing, while the decision stands",
                place="ends", remedy="Overturn the decision, or uphold it.",
            )  # fmt: skip
    grave = HIDES | UNPROMOTED | {MeasureKind.BLOCK_MEDIA}
    touched = {m.subject for m in ended if m.kind in grave and m.subject.kind is not SubjectKind.ACCOUNT}
    if any(m.subject in touched and m.kind in grave for m in stays):
        raise BadInput(
            "under this clause an item is cleared whole, or not at all", place="ends",
            remedy="Name everything that hides it and keeps it from being promoted.",
        )  # fmt: skip
    if touched and not any(m.kind in HIDES for m in stays):
        raise BadInput("nothing that was found would stay hidden", place="ends", remedy="Overturn the decision.")


def _check_relied_on(known: ReversalKnown, ends: Iterable[Measure]) -> None:
    over = [m for m in ends if m.holds_at(known.at)]
    ended = {m.id for m in over}
    left = {
        s: Standing(s, 0, tuple(m for m in _held_on(known, s) if m.id not in ended)) for s in {m.subject for m in over}
    }
    if carried(over, left, known.elsewhere):
        raise BadInput("another finding relies on one of these measures", place="ends", remedy="Leave it.")


def _held_on(known: ReversalKnown, subject: Subject) -> tuple[Measure, ...]:
    standing = known.standings.get(subject)
    return () if standing is None else tuple(m for m in standing.measures if m.holds_at(known.at))


def _answers(known: ReversalKnown, ends: Iterable[Measure]) -> dict[ItemId, Answer]:
    """Return what each item is answered by what is left, where one of its measures, or of its media's, ends."""
    ended, touched = {m.id for m in ends}, {m.subject for m in ends}
    found = {}
    for item_id, item in known.items.items():
        on_item, on_media = Subject.item(item_id), [Subject.media(each) for each in item.media_ids]
        if touched.isdisjoint({on_item, *on_media}):
            continue
        kinds = [m.kind for m in _held_on(known, on_item) if m.id not in ended]
        of_media = [m.kind for each in on_media for m in _held_on(known, each) if m.id not in ended]
        found[item_id] = stricter(item.floor, answer_under(kinds, of_media))
    return found


def _statements(known: ReversalKnown, ends: Iterable[Measure]) -> tuple[StatementDraft, ...]:
    """Return what those concerned are told: that some of it ended, under which clause (P8)."""
    told: dict[tuple[AccountId, ClauseId], None] = {}
    for measure in ends:
        if measure.subject.kind is SubjectKind.ACCOUNT:
            told[AccountId(measure.subject.id), measure.clause_id] = None
        elif measure.subject.kind is SubjectKind.ITEM and ItemId(measure.subject.id) in known.items:
            told[known.items[ItemId(measure.subject.id)].account_id, measure.clause_id] = None
    drafts = (StatementDraft(who, clause, StatementCode.DECISION_EASED, known.at) for who, clause in told)
    return tuple(kept_silent(each, known.silences) for each in drafts)


def _cannot_undo(known: ReversalKnown, ends: Iterable[Measure]) -> tuple[str, ...]:
    served = sum(m.starts_at < known.at for m in ends)
    if not served:
        return ()
    what = "measure was" if served == 1 else "measures were"
    return (f"{served} {what} in force for a time, and that time is not given back",)
