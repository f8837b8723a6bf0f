"""Hypothesis strategies for what the core decides on: harmless by construction, ids and bounds only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tutela.core.banks import Detection, Match, SignalType
from tutela.core.bounds import Bound
from tutela.core.content import EvidenceState, ScanState
from tutela.core.ids import AccountId, BankId, ClauseId, DecisionId, DetectionId, ItemId, MeasureId, MediaId
from tutela.core.measures import (
    ALLOWED_SUBJECTS,
    SCOPE_DEMANDED,
    SCOPE_FIELDS,
    Measure,
    MeasureKind,
    Standing,
    Subject,
)
from tutela.core.plans import UNSCANNED, MediaSeen, Sighting
from tutela.core.policy import (
    HIGHEST,
    AccountCeiling,
    Ceiling,
    MatchKind,
    PropagationCeiling,
    ReportCeiling,
    VisibilityCeiling,
)
from tutela_client.scope import Scope

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ITEM = ItemId("itm_1")
ACCOUNT = AccountId("acc_1")
DEPICTION = ClauseId("cse.depiction")
LINKS = ClauseId("cse.links")
INTIMATE = ClauseId("adults.intimate")
HOUSE = ClauseId("house.rule")

clauses = st.sampled_from((DEPICTION, LINKS, INTIMATE, HOUSE))
ceilings = st.builds(
    Ceiling,
    st.sampled_from(VisibilityCeiling),
    st.sampled_from(AccountCeiling),
    st.sampled_from(PropagationCeiling),
    st.sampled_from(ReportCeiling),
)
moments = st.sampled_from([NOW + timedelta(hours=hours) for hours in (-72, -1, 0, 1, 72)])

# Made once: a strategy that is made anew in each example takes longer than what is drawn from it.
_yes_or_no = st.booleans()
_numbers = st.integers(0, 10**9)
_clauses_and_unscanned = clauses | st.just(UNSCANNED)
_lengths = st.sampled_from((None, timedelta(minutes=30), timedelta(days=9)))
_match_kinds = st.sampled_from(MatchKind)
_resemblances = st.sampled_from((None, "med_9"))
_bounds = st.frozensets(st.sampled_from(Bound), max_size=2)
_scan_states = st.sampled_from(ScanState)
_evidence_states = st.sampled_from(EvidenceState)
_up_to_three = st.integers(0, 3)


def match(
    *,
    media: str = "med_1",
    kind: MatchKind = MatchKind.EXACT_DIGEST,
    ceiling: Ceiling = HIGHEST,
    clause: ClauseId = DEPICTION,
    resembles: str | None = None,
    bounds: frozenset[Bound] = frozenset(),
) -> Match:
    """Return a match as the look-up would make it."""
    is_near = kind is MatchKind.NEAR
    return Match(
        media_id=MediaId(media),
        clause_id=clause,
        signal_type=SignalType.PDQ if is_near else SignalType.SHA256,
        kind=kind,
        ceiling=ceiling,
        distance_bits=12 if is_near else 0,
        threshold_bits=31 if is_near else 0,
        feed_seq=7,
        algorithm="pdq/1" if is_near else "sha256",
        bank_id=None if resembles else BankId("bnk_1"),
        resembles=MediaId(resembles) if resembles else None,
        bounds=bounds,
    )


def detection(found: Match, *, is_suppressed: bool = False) -> Detection:
    """Return *found* as noticed in the item under decision."""
    name = f"det_{found.media_id}_{found.clause_id}_{found.kind}"
    return Detection(DetectionId(name), ITEM, NOW, found, is_suppressed)


def measure(  # a factory: one column an argument
    kind: MeasureKind,
    subject: Subject,
    clause: ClauseId = DEPICTION,
    *,
    starts_at: datetime = NOW - timedelta(hours=1),
    ends_at: datetime | None = None,
    is_automated: bool = True,
    is_revoked: bool = False,
    name: str = "",
    scope: Scope | None = None,
) -> Measure:
    """Return a measure that is in force, unless told otherwise."""
    return Measure(
        id=MeasureId(name or f"msr_{kind}_{clause}_{subject.id}_{is_automated:d}"),
        kind=kind,
        subject=subject,
        decision_id=DecisionId("dec_0"),
        clause_id=clause,
        policy_version="1",
        starts_at=starts_at,
        is_automated=is_automated,
        ends_at=ends_at,
        review_by=NOW + timedelta(hours=24) if is_automated else None,
        revoked_by=DecisionId("dec_9") if is_revoked else None,
        scope=smallest_scope(kind) if scope is None else scope,
    )


def smallest_scope(kind: MeasureKind) -> Scope:
    """Return a scope with no more than a measure of *kind* needs."""
    return Scope.from_json({name: SCOPE_VALUES[name][0] for name in SCOPE_DEMANDED.get(kind, ())})


def standing(subject: Subject, *measures: Measure) -> Standing:
    """Return the standing of *subject*."""
    return Standing(subject, len(measures), measures)


def media_seen(
    name: str = "med_1",
    *found: Detection,
    scan: ScanState = ScanState.SCANNED,
    evidence: EvidenceState = EvidenceState.SEALED,
    measures: tuple[Measure, ...] = (),
) -> MediaSeen:
    """Return one media, looked at and sealed unless told otherwise."""
    own = standing(Subject.media(MediaId(name)), *measures)
    return MediaSeen(MediaId(name), scan, evidence, own, found)


def sighting(
    *media: MediaSeen,
    item: tuple[Measure, ...] = (),
    account: tuple[Measure, ...] = (),
    is_new: bool = True,
    contained: tuple[Standing, ...] = (),
) -> Sighting:
    """Return everything that a decision rests on."""
    return Sighting(
        item_id=ITEM,
        account_id=ACCOUNT,
        media=media,
        item=standing(Subject.item(ITEM), *item),
        account=standing(Subject.account(ACCOUNT), *account),
        at=NOW,
        is_new=is_new,
        contained=contained,
    )


@cache
def scopes(kind: MeasureKind) -> st.SearchStrategy[Scope]:
    """Draw a scope that a measure of *kind* may have, with all that it must have."""
    demanded = SCOPE_DEMANDED.get(kind, frozenset())
    values = {name: st.sampled_from(SCOPE_VALUES[name]) for name in sorted(SCOPE_FIELDS.get(kind, frozenset()))}
    needed = {name: drawn for name, drawn in values.items() if name in demanded}
    free = {name: drawn for name, drawn in values.items() if name not in demanded}
    return st.fixed_dictionaries(needed, optional=free).map(Scope.from_json)


SCOPE_VALUES: dict[str, list[Any]] = {
    "surfaces": [["search"], ["feed", "trends"], ["replies"]],
    "actions": [["reply"], ["share", "quote"]],
    "countries": [["DE"], ["AT", "FR"]],
    "legal_basis": ["the law of that country"],
    "audience": ["minors"],
    "verification": ["phone", "email", "identity", "age"],
    "reason": ["flashing"],
    "is_closed": [True],
}


@cache
def measures(subject: Subject) -> st.SearchStrategy[Measure]:
    """Draw a measure that may be on *subject*: in force, over, scheduled, revoked, by a machine or a person."""
    kinds = st.sampled_from(sorted(kind for kind, allowed in ALLOWED_SUBJECTS.items() if subject.kind in allowed))

    @st.composite
    def drawn(draw: st.DrawFn) -> Measure:
        starts_at, kind, length = draw(moments), draw(kinds), draw(_lengths)
        return measure(
            kind,
            subject,
            draw(_clauses_and_unscanned),
            starts_at=starts_at,
            ends_at=None if length is None else starts_at + length,
            is_automated=draw(_yes_or_no),
            is_revoked=draw(_yes_or_no),
            name=f"msr_{draw(_numbers)}",
            scope=draw(scopes(kind)),
        )

    return drawn()


@cache
def standings(subject: Subject) -> st.SearchStrategy[Standing]:
    """Draw a standing with up to three measures, in any order."""
    return st.lists(measures(subject), max_size=3).map(lambda found: standing(subject, *found))


@st.composite
def detections(draw: st.DrawFn, media: str) -> Detection:
    """Draw a detection with any ceiling at all, also one that no table would give."""
    found = match(
        media=media,
        kind=draw(_match_kinds),
        ceiling=draw(ceilings),
        clause=draw(clauses),
        resembles=draw(_resemblances),
        bounds=draw(_bounds),
    )
    noticed = detection(found, is_suppressed=draw(_yes_or_no))
    return replace(noticed, id=DetectionId(f"det_{draw(_numbers)}"))


@cache
def media(name: str) -> st.SearchStrategy[MediaSeen]:
    """Draw one media in any state."""
    return st.builds(
        MediaSeen,
        media_id=st.just(MediaId(name)),
        scan=_scan_states,
        evidence=_evidence_states,
        standing=standings(Subject.media(MediaId(name))),
        detections=st.lists(detections(name), max_size=3).map(tuple),
        is_given_up=_yes_or_no,
    )


_contained = st.lists(standings(Subject.item(ItemId("itm_2"))), max_size=1)


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    """Draw anything that a decision could have to rest on."""
    count = draw(_up_to_three)
    return Sighting(
        item_id=ITEM,
        account_id=ACCOUNT,
        media=tuple(draw(media(f"med_{number}")) for number in range(count)),
        item=draw(standings(Subject.item(ITEM))),
        account=draw(standings(Subject.account(ACCOUNT))),
        at=NOW,
        is_new=draw(_yes_or_no),
        contained=tuple(draw(_contained)),
    )
