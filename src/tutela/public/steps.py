"""The questions of each way in, one a page, and what was answered so far. Pure.

No question has to be answered. A picture is never asked for: where somebody has one, their own browser reduces it to a
digest; and of somebody who only saw it not even that, for nobody shall keep a copy for our sake.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from tutela.core.notices.branches import Branch

CHECK = "check"
"""The last page before it is sent."""

STEPS: Mapping[Branch, tuple[str, ...]] = MappingProxyType({
    Branch.IT_SHOWS_ME: ("danger", "emergency", "links", "names", "picture", "words", "age", "answer", CHECK),
    Branch.IT_SHOWS_MY_CHILD: ("danger", "emergency", "links", "names", "picture", "words", "age", "answer", CHECK),
    Branch.THREATENED: ("danger", "emergency", "links", "names", "picture", "words", "age", "answer", CHECK),
    Branch.SAW_SOMETHING: ("danger", "emergency", "links", "names", "words", "answer", CHECK),
    Branch.AUTHORITY: ("organisation", "links", "names", "words", "contact", CHECK),
    Branch.ADULT_INTIMATE: ("age", "links", "names", "picture", "words", "contact", "signature", CHECK),
})  # fmt: skip

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "danger": ("danger",),
    "emergency": (),
    "links": ("links",),
    "names": ("names",),
    "picture": ("digests",),
    "words": ("words",),
    "age": ("age",),
    "answer": ("email", "wants_link"),
    "contact": ("email", "wants_link"),
    "organisation": ("organisation", "reference"),
    "signature": ("signature", "relation", "good_faith"),
    CHECK: (),
})  # fmt: skip
"""The fields of each page."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What somebody has told so far."""

    branch: Branch
    nonce: str  #: sent twice it is one notice
    step: str
    country: str = ""
    back: str = ""  #: where the platform that led here wants them back
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_danger(self) -> bool:
        """Return whether somebody is in danger now."""
        return self.told.get("danger") == "yes"

    @property
    def steps(self) -> tuple[str, ...]:
        """Return the pages of this way in, as it is answered so far."""
        return tuple(each for each in STEPS[self.branch] if each != "emergency" or self.is_danger)

    @property
    def number(self) -> int:
        """Return which page this is, from one."""
        return self.steps.index(self.step) + 1

    def answered(self, given: Mapping[str, str]) -> "Telling":
        """Return this with what the page of its step was given."""
        told = {name: given.get(name, "") for name in FIELDS[self.step]}
        return replace(self, told={**self.told, **told})

    def moved(self, go: str) -> "Telling":
        """Return this one page on, one back, or at a page that is named; unknown ways lead one on."""
        here = self.steps.index(self.step)
        if go in self.steps:
            return replace(self, step=go)
        if go == "back":
            return replace(self, step=self.steps[max(here - 1, 0)])
        return replace(self, step=self.steps[min(here + 1, len(self.steps) - 1)])

    def as_state(self) -> dict[str, Any]:
        """Return it as a form carries it."""
        return {
            "branch": self.branch.value, "nonce": self.nonce, "step": self.step, "country": self.country,
            "back": self.back, "told": dict(self.told),
        }  # fmt: skip


def telling_of(state: Mapping[str, Any]) -> Telling:
    """Return what a form carried; it was sealed by us."""
    return Telling(
        Branch(state["branch"]), state["nonce"], state["step"], state["country"], state["back"], state["told"]
    )  # fmt: skip
