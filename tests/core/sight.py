"""What the tests of the evaluator share: measures as a reader has them, classes of viewers, and short questions."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from core.strategies import NOW
from tutela.core.measures import MeasureKind
from tutela_client.in_force import Holdings, InForce
from tutela_client.scope import EVERYTHING, Scope
from tutela_client.see import Seen, see_all
from tutela_client.table import shipped_source, shipped_table
from tutela_client.verdict import Cause, Exposure, Reason, Verdict
from tutela_client.viewer import CLASSES, Viewer

UNKNOWN = "a-surface-nobody-registered"
SURFACES = (*shipped_table().surfaces, UNKNOWN)
GROUPS = shipped_table().groups
GERMANY, FRANCE = frozenset({"DE"}), frozenset({"FR"})

AUTHOR = "ada"
WHO: dict[str, tuple[Viewer, str]] = {
    "author": (Viewer(AUTHOR, "adult", FRANCE), "none"),
    "follower_adult": (Viewer("ben", "adult", FRANCE), "follower"),
    "follower_minor": (Viewer("cas", "13_15", FRANCE), "follower"),
    "other_adult": (Viewer("dee", "adult", FRANCE), "none"),
    "other_minor": (Viewer(None, "unknown", FRANCE), "none"),
    "staff": (Viewer("eli", "adult", FRANCE, is_staff=True), "none"),
}
"""A viewer of each class towards what Ada wrote, with the relation."""

moments = st.integers(-90, 90).map(lambda minutes: NOW + timedelta(minutes=minutes))
words = st.frozensets(st.sampled_from(("a", "b", "c")))
classes = st.sampled_from(CLASSES)
surfaces = st.sampled_from(SURFACES)
verdicts = st.builds(
    Verdict,
    exposure=st.sampled_from(Exposure),
    disabled_actions=words,
    ads=st.booleans(),
    earns=st.booleans(),
    rank_factor=st.sampled_from((0.0, 0.25, 1.0)),
    notices=words,
    reasons=st.frozensets(st.builds(Reason, st.sampled_from("ab"), st.sampled_from("ab")), max_size=2),
    openable=st.booleans(),
    valid_until=st.none() | moments,
    causes=st.frozensets(st.builds(Cause, st.sampled_from("ab"), st.sampled_from("ab")), max_size=2),
)
places = st.sampled_from((frozenset(), GERMANY, FRANCE, GERMANY | FRANCE, frozenset({"QQ"})))
scopes = st.one_of(
    st.just(EVERYTHING),
    st.builds(
        Scope,
        surfaces=st.frozensets(st.sampled_from((*GROUPS, "thread", "no-such-surface")), max_size=2),
        actions=st.frozensets(st.sampled_from(("share", "reply", "report")), max_size=2),
        countries=st.frozensets(st.sampled_from(("DE", "FR", "fr", "ZZ")), max_size=2),
        legal_basis=st.sampled_from(("", "a law")),
        audience=st.sampled_from(("", "minors")),
        reason=st.sampled_from(("", "sensitive")),
        is_closed=st.booleans(),
    ),
)


@st.composite
def in_force(draw: st.DrawFn) -> InForce:
    """Draw a measure as a reader has it: over, in force, or scheduled; now and then of a kind of tomorrow."""
    starts_at = draw(moments)
    return InForce(
        f"msr_{draw(st.integers(0, 99))}",
        draw(st.sampled_from((*(kind.value for kind in MeasureKind), "a_kind_of_tomorrow"))),
        starts_at,
        draw(st.none() | st.integers(1, 90).map(lambda minutes: starts_at + timedelta(minutes=minutes))),
        draw(scopes),
        draw(st.sampled_from(("", "a.clause", "b.clause"))),
        draw(st.sampled_from(("dec_1", "dec_2"))),
    )


measures = st.lists(in_force(), max_size=4)


def without_causes(verdict: Verdict) -> Verdict:
    """Return *verdict* as it is when nobody asked for an explanation."""
    return replace(verdict, causes=frozenset())


def shown(kind: str, viewer: str = "other_adult", surface: str = "feed", **scope: Any) -> Verdict:
    """Return the verdict for a viewer of that class, in France, under one measure of *kind* on the item."""
    held = Holdings([InForce("msr_1", kind, NOW, scope=Scope(**scope), clause="a.clause", decision="dec_1")], NOW)
    who, relation = WHO[viewer]
    return see_all(who, surface, [Seen("post-1", AUTHOR, relation, held)], now=NOW)[0]


def in_sight(viewer_class: str, held: list[InForce], *, made: datetime = NOW, **more: Any) -> Seen:
    """Return Ada's item in the sight of that class, with *held* on it as it was read at *made*."""
    return Seen("post-1", AUTHOR, WHO[viewer_class][1], Holdings.of(held, made), **more)


def asked(viewer_class: str, surface: str, item: Seen, *, now: datetime = NOW, **more: Any) -> Verdict:
    """Return what `see_all` answers about one item."""
    return see_all(WHO[viewer_class][0], surface, [item], now=now, **more)[0]


def spoiled(kind: str = "hold", **rows: Any) -> dict[str, Any]:
    """Return the shipped table with some rows of *kind* replaced."""
    source = shipped_source()
    source["kinds"][kind] = {**source["kinds"][kind], **rows}
    return source
