"""What one measure does here: the row of its kind, as far as its scope reaches."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tutela_client import countries
from tutela_client.in_force import InForce
from tutela_client.scope import EVERYTHING, Scope
from tutela_client.table import EffectTable
from tutela_client.verdict import CLEAR, STRICTEST, Reason, Verdict

AUTHOR = "author"
_THEIRS = frozenset({AUTHOR, "staff"})
"""Whom a smaller audience does not leave out."""


def effect_of(measure: InForce, viewer_class: str, surface: str, table: EffectTable, places: frozenset[str]) -> Verdict:
    """Return what *measure* does for a viewer who is in *places*; none known counts as every country."""
    effect, scope = table.effect(measure.kind, viewer_class, surface), measure.scope
    if scope == EVERYTHING:
        return effect  # most measures
    match measure.kind:
        case "withhold":
            effect = _saying(effect, "legal_basis", scope.legal_basis) if _reaches(scope, places) else CLEAR
        case "exclude" if scope.surfaces:
            effect = _kept_out(effect, viewer_class) if _is_named(scope, surface, table) else CLEAR
        case "limit_reach" if scope.surfaces and _is_named(scope, surface, table):
            effect = _kept_out(effect, viewer_class)
        case "cover":
            effect = _saying(effect, "covered", scope.reason)
            effect = replace(effect, openable=effect.openable and not scope.is_closed)
        case "disable_actions" if scope.actions:
            effect = replace(effect, disabled_actions=scope.actions - table.always)
    return effect


def _saying(effect: Verdict, code: str, word: str) -> Verdict:
    """Return *effect* with a word of the scope beside its notice, where it has one."""
    return replace(effect, notices=effect.notices | {f"{code}:{word}"}) if word and effect.notices else effect


def _kept_out(effect: Verdict, viewer_class: str) -> Verdict:
    return effect if viewer_class in _THEIRS else effect.join(STRICTEST)


def _is_named(scope: Scope, surface: str, table: EffectTable) -> bool:
    """Return whether a scope names the surface or its group. A word that nobody registered may mean any."""
    group, named = table.group_of(surface), scope.surfaces
    return group is None or surface in named or group in named or not named <= table.surfaces.keys()


def _reaches(scope: Scope, places: frozenset[str]) -> bool:
    """Return whether a withholding reaches a viewer: what is not known, of either side, counts as everywhere."""
    listed, there = countries.known(scope.countries), countries.known(places)
    return not listed or not there or not listed.isdisjoint(there)


def join_of(
    measures: Iterable[InForce], viewer_class: str, surface: str, table: EffectTable, places: frozenset[str]
) -> Verdict:
    """Return the join of what *measures* do, all of them in force."""
    verdict = CLEAR
    for measure in measures:
        effect = effect_of(measure, viewer_class, surface, table, places)
        verdict = effect if verdict is CLEAR else verdict if effect is CLEAR else verdict.join(effect)
    return verdict


def reasons_of(
    measures: Sequence[InForce], viewer_class: str, surface: str, table: EffectTable, places: frozenset[str]
) -> frozenset[Reason]:
    """Return what an author may be told of *measures*, all of them in force; nothing beside what is sealed."""
    if viewer_class != AUTHOR or not all(table.is_open(measure.kind) for measure in measures):
        return frozenset()
    return frozenset(
        Reason(measure.clause, measure.decision)
        for measure in measures
        if measure.clause
        and measure.kind not in table.quiet
        and effect_of(measure, viewer_class, surface, table, places) != CLEAR
    )
