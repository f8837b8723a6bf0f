"""What an account may do now, in words that a platform can act on, and that say nothing of why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.measures import Measure, MeasureKind
from tutela_client.reach import effect_of
from tutela_client.table import SPREADING, EffectTable
from tutela_client.verdict import Exposure, Verdict

_ADULT, _HOME = "follower_adult", "feed"
"""To whom and where the most of an account's items is shown: what is missing there is missing everywhere."""

_ELSEWHERE = frozenset({MeasureKind.SUSPEND, MeasureKind.WITHHOLD, MeasureKind.AGE_GATE, MeasureKind.HIDE_PROFILE})
"""Kinds with words of their own, which are not said again by where nothing of the account appears."""

_REACH = (
    (MeasureKind.SUSPEND, "nobody"),
    (MeasureKind.LIMIT_REACH, "followers_only"),
    (MeasureKind.DE_EMPHASISE, "lowered"),
)
"""The narrowest first."""

PENDING_DECISION, VERIFICATION = "pending_decision", "verification"


@dataclass(frozen=True, slots=True)
class Lock:
    """Why somebody is out for now, and how they get in again."""

    reason: str  #: `pending_decision`, which only a person's decision ends, or `verification`
    verifications: tuple[str, ...]  #: those that are to be recorded: `phone`, `email`, `identity`, `age`
    since: datetime
    review_by: datetime | None  #: by when a person must have looked
    decisions: tuple[str, ...]  #: what an appeal is against


@dataclass(frozen=True, slots=True)
class Suspension:
    """That somebody is out."""

    since: datetime
    until: datetime | None  #: none when it has no end
    decisions: tuple[str, ...]  #: what an appeal is against


@dataclass(frozen=True, slots=True)
class Withheld:
    """That an account and its items are hidden in one country."""

    country: str
    legal_bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """What is laid over every item of an account."""

    reasons: tuple[str, ...]
    is_openable: bool


@dataclass(frozen=True, slots=True)
class StandingWords:
    """What is in force on an account at one moment, in words."""

    may_post: bool
    may_message: str  #: `everyone`, `adults_only` or `nobody`
    may_log_in: bool
    may_advertise: bool
    is_read_only: bool
    locked: Lock | None
    suspended: Suspension | None
    hidden_in: tuple[Withheld, ...]
    is_profile_hidden: bool
    reach: str  #: `normal`, `lowered`, `followers_only` or `nobody`
    excluded_from: tuple[str, ...]  #: surface groups that spread, and on which nothing of it appears
    is_protected: bool
    is_age_gated: bool
    cover: Cover | None
    earning: str  #: `normal`, or `escrow` while nothing is paid out
    has_ads: bool  #: whether advertisements may run beside its items
    warnings: int
    valid_until: datetime | None  #: ask again then; none means until the next change

    @property
    def may_message_minors(self) -> bool:
        """Return whether messages to minors, and to those of unknown age, are possible."""
        return self.may_message == "everyone"


def words_of(measures: Iterable[Measure], now: datetime, table: EffectTable) -> StandingWords:
    """Return in words what *measures*, all on one account, do at *now*."""
    held = tuple(measures)
    found = _Found(tuple(measure for measure in held if measure.holds_at(now)), table)
    changes = [time for m in held if m.revoked_by is None for time in (m.starts_at, m.ends_at) if time and time > now]
    return StandingWords(
        may_post=found.lets("post"),
        may_message=found.messages(),
        may_log_in=found.lets("log_in"),
        may_advertise=found.lets("advertise"),
        is_read_only=found.has(MeasureKind.READ_ONLY),
        locked=found.lock(),
        suspended=found.suspension(),
        hidden_in=found.countries(),
        is_profile_hidden=found.has(MeasureKind.HIDE_PROFILE),
        reach=next((word for kind, word in _REACH if found.has(kind)), "normal"),
        excluded_from=found.excluded(),
        is_protected=found.has(MeasureKind.PROTECT),
        is_age_gated=found.has(MeasureKind.AGE_GATE),
        cover=found.cover(),
        earning="normal" if found.effect(_HOME, frozenset({MeasureKind.WITHHOLD})).earns else "escrow",
        has_ads=found.effect(_HOME, frozenset({MeasureKind.WITHHOLD})).ads,
        warnings=len(found.of(MeasureKind.WARN)),
        valid_until=min(changes, default=None),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What is in force now."""

    measures: tuple[Measure, ...]
    table: EffectTable

    def of(self, *kinds: MeasureKind) -> tuple[Measure, ...]:
        return tuple(measure for measure in self.measures if measure.kind in kinds)

    def has(self, kind: MeasureKind) -> bool:
        return bool(self.of(kind))

    def lets(self, verb: str) -> bool:
        return not any(self._refuses(measure, verb) for measure in self.measures)

    def _refuses(self, measure: Measure, verb: str) -> bool:
        return verb in self.table.refuses.get(measure.kind.value, self.table.verbs)

    def messages(self) -> str:
        refusing = [measure for measure in self.measures if self._refuses(measure, "message")]
        if any(measure.scope.audience != "minors" for measure in refusing):
            return "nobody"
        return "adults_only" if refusing else "everyone"

    def effect(self, group: str, without: frozenset[MeasureKind]) -> Verdict:
        """Return what is in force on an item of the account, for an adult who follows it."""
        verdict = Verdict()
        for measure in self.measures:
            if measure.kind not in without:
                verdict = verdict.join(effect_of(measure.for_reader(), _ADULT, group, self.table, frozenset()))
        return verdict

    def excluded(self) -> tuple[str, ...]:
        groups = (group for group in SPREADING if group in self.table.groups)
        return tuple(each for each in groups if self.effect(each, _ELSEWHERE).exposure is Exposure.ABSENT)

    def lock(self) -> Lock | None:
        pending, waiting = self.of(MeasureKind.LOCK_PENDING_DECISION), self.of(MeasureKind.LOCK_UNTIL_VERIFIED)
        if not pending and not waiting:
            return None
        return Lock(
            reason=PENDING_DECISION if pending else VERIFICATION,
            verifications=tuple(sorted({measure.scope.verification for measure in waiting})),
            since=min(measure.starts_at for measure in (*pending, *waiting)),
            review_by=min((m.review_by for m in (*pending, *waiting) if m.review_by is not None), default=None),
            decisions=_decisions((*pending, *waiting)),
        )

    def suspension(self) -> Suspension | None:
        found = self.of(MeasureKind.SUSPEND)
        if not found:
            return None
        ends = [measure.ends_at for measure in found if measure.ends_at is not None]
        until = max(ends) if len(ends) == len(found) else None
        return Suspension(min(measure.starts_at for measure in found), until, _decisions(found))

    def countries(self) -> tuple[Withheld, ...]:
        bases: dict[str, set[str]] = {}
        for measure in self.of(MeasureKind.WITHHOLD):
            for country in measure.scope.countries:
                bases.setdefault(country, set()).add(measure.scope.legal_basis)
        return tuple(Withheld(country, tuple(sorted(bases[country]))) for country in sorted(bases))

    def cover(self) -> Cover | None:
        found = self.of(MeasureKind.COVER)
        if not found:
            return None
        reasons = {measure.scope.reason for measure in found} - {""}
        return Cover(tuple(sorted(reasons)), not any(measure.scope.is_closed for measure in found))


def _decisions(measures: Sequence[Measure]) -> tuple[str, ...]:
    return tuple(sorted({measure.decision_id for measure in measures}))
