"""Every verb about duties, reports, channels and evidence refuses whoever has no scope, before it does anything."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import pytest

from make import Home
from tutela.core.ids import PersonId
from tutela.core.permissions import Principal
from tutela.errors import Forbidden

NOBODY = Principal("per_nobody", frozenset(), PersonId("per_nobody"))
GROUPS = ("duties", "drafting", "filing", "holds", "destructions", "exports", "protect_endangered")
FOR_THE_SYSTEM = frozenset({"Deal.new"})
"""What other verbs call once they have asked who it is."""


def verbs(found: Any, seen: set[int]) -> Iterator[tuple[str, Callable[..., Any], int]]:
    """Yield each public method that takes a principal first, of a flow and all that it stands on, and how much more."""
    if id(found) in seen or not is_dataclass(found) or not type(found).__module__.startswith("tutela.flows."):
        return
    seen.add(id(found))
    for method, function in vars(type(found)).items():
        parameters = list(inspect.signature(function).parameters.values()) if inspect.isfunction(function) else []
        is_public = not method.startswith("_") or method == "__call__"
        name = f"{type(found).__name__}.{method}"
        if is_public and len(parameters) > 1 and parameters[1].annotation is Principal and name not in FOR_THE_SYSTEM:
            needed = [each for each in parameters[2:] if each.default is each.empty]
            named = {each.name: "none" for each in needed if each.kind is each.KEYWORD_ONLY}
            yield name, partial(getattr(found, method), **named), len(needed) - len(named)
    for field in fields(found):
        yield from verbs(getattr(found, field.name), seen)


def test_nobody_without_a_scope_does_anything_about_reports_and_evidence(home: Home) -> None:
    """Deny by default, in the flow itself: no page and no route can forget it."""
    tried = {}
    for group in GROUPS:
        for name, verb, more in verbs(getattr(home.house, group), set()):
            with pytest.raises(Forbidden):
                verb(NOBODY, *["none"] * more)
            tried[name] = verb
    assert len(tried) > 40
