"""How far each version of a rule has come, and what it takes to move it on.

A version is never edited: whoever changes a rule writes a new one, which begins as a draft. Of one name at most one
version is live and at most one is in shadow; the one that comes takes the place of the one that was there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tutela.core.ids import ClauseId
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.core.rules.rule import RuleState
from tutela.errors import Conflict, Forbidden

_DRAFT, _SHADOW, _LIVE, _RETIRED = RuleState.DRAFT, RuleState.SHADOW, RuleState.LIVE, RuleState.RETIRED

SHIPPED = "shipped:"
"""How the version of a rule begins that came with the product; the hash of its content follows."""


@dataclass(frozen=True, slots=True)
class Takes:
    """What a move takes."""

    tests: bool = False  #: that there are some beside the rule and all pass
    second: bool = False  #: that somebody else approves
    second_where_it_weakens: bool = False  #: the same, under the twelve clauses and of what ships


MOVES: Mapping[tuple[RuleState, RuleState], Takes] = {
    (_DRAFT, _SHADOW): Takes(tests=True),
    (_DRAFT, _RETIRED): Takes(),
    (_SHADOW, _LIVE): Takes(tests=True, second=True),
    (_SHADOW, _RETIRED): Takes(),
    (_LIVE, _SHADOW): Takes(second_where_it_weakens=True),
    (_LIVE, _RETIRED): Takes(second_where_it_weakens=True),
    (_RETIRED, _SHADOW): Takes(tests=True),
}
"""Every move that there is."""


@dataclass(frozen=True, slots=True)
class VersionState:
    """One version of a rule, and how far it has come."""

    version: str
    state: RuleState
    clause: ClauseId

    @property
    def is_shipped(self) -> bool:
        """Return whether it came with the product."""
        return self.version.startswith(SHIPPED)


@dataclass(frozen=True, slots=True)
class Change:
    """That a version comes from one state into another."""

    version: str
    before: RuleState
    after: RuleState


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants."""

    version: str
    to: RuleState
    by: str
    proposed_by: str | None = None  #: where it was proposed before, and *by* is who approves it


@dataclass(frozen=True, slots=True)
class Moved:
    """What changes, in order: that which was there goes first."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class NeedsSecond:
    """Nothing changes before somebody else approves."""

    change: Change


def takes(version: VersionState, to: RuleState) -> Takes:
    """Return what it takes to bring *version* to another state.

    Raises:
        tutela.errors.Conflict: There is no such move; those that there are, are named.
    """
    found = MOVES.get((version.state, to))
    if found is None:
        possible = " or ".join(f"`{after}`" for before, after in MOVES if before is version.state)
        remedy = f"It can go to {possible}. Another version is written as a new draft."
        raise Conflict(f"a rule in `{version.state}` does not go to `{to}`", place="to", remedy=remedy)
    weakens = found.second_where_it_weakens and (version.clause in ZERO_TOLERANCE_IDS or version.is_shipped)
    return Takes(found.tests, found.second or weakens)


def moves_of(version: VersionState) -> list[tuple[RuleState, Takes]]:
    """Return where *version* can go, each with what it takes."""
    return [(after, takes(version, after)) for before, after in MOVES if before is version.state]


def read_beside(versions: Sequence[VersionState], went_live: Sequence[str], shown: str) -> str | None:
    """Return the version beside which *shown* is read: what is in force, else what was last.

    What never was in force is beside nothing: it says nothing of what would be otherwise, and whoever reads only the
    difference from a draft has not read the rule.

    Args:
        versions: Of the rule, all of them.
        went_live: Those that were brought live, the oldest first, one as often as it was.
        shown: The version that is read.
    """
    live = [each.version for each in versions if each.state is _LIVE]
    shipped = [each.version for each in versions if each.is_shipped]  # in force since the first start, without a move
    known = {each.version for each in versions} - {shown}
    return next((each for each in (*live, *reversed(went_live), *shipped) if each in known), None)


def move(versions: Sequence[VersionState], asked: Asked, *, passes_tests: bool) -> Moved | NeedsSecond:
    """Return what comes of moving one version of a rule, with all its *versions* known.

    Raises:
        tutela.errors.Conflict: There is no such version or move, its tests do not pass, or it would push another out.
        tutela.errors.Forbidden: Who approves is who proposed it.
    """
    version = found(versions, asked.version)
    needed = takes(version, asked.to)
    if needed.tests and not passes_tests:
        remedy = "Write tests beside it in a new version, and let them pass: `tutela rules test`."
        raise Conflict("a rule moves on only with tests that pass", place="tests", remedy=remedy)
    change = Change(version.version, version.state, asked.to)
    gives_way = _giving_way(versions, change)
    if asked.proposed_by is not None and asked.proposed_by == asked.by:
        remedy = "Ask somebody who may approve rules."
        raise Forbidden("whoever proposes a move does not approve it", place="Authorization", remedy=remedy)
    if needed.second and asked.proposed_by is None:
        return NeedsSecond(change)
    return Moved((*gives_way, change))


def found(versions: Sequence[VersionState], version: str) -> VersionState:
    """Return the version of that name.

    Raises:
        tutela.errors.Conflict: There is none.
    """
    for each in versions:
        if each.version == version:
            return each
    raise Conflict("this rule has no such version", place="version", remedy=known_versions(versions))


def known_versions(versions: Iterable[VersionState]) -> str:
    """Return which versions there are, as a remedy for whoever named another one."""
    return f"There are {', '.join(each.version for each in versions)}."


def _giving_way(versions: Sequence[VersionState], change: Change) -> tuple[Change, ...]:
    """Return what happens to the version that stands where *change* leads."""
    if change.after not in {_LIVE, _SHADOW}:
        return ()
    others = [each for each in versions if each.state is change.after and each.version != change.version]
    if others and change.before is _LIVE:
        # Another one is being tried there: that is not lost by the way.
        remedy = "Retire it first, or retire this one."
        raise Conflict(f"version {others[0].version} is in shadow", place="to", remedy=remedy)
    return tuple(Change(each.version, each.state, _RETIRED) for each in others)
