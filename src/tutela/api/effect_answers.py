"""What is answered about the table of effects, for the reference and the tests."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told

_VERDICT = {
    "disabled_actions": [],
    "ads": False,
    "earns": True,
    "rank_factor": 1.0,
    "openable": True,
    "notices": ["covered"],
}


class Effects(Told):
    """The table in force: what each kind of measure does, to whom, where."""

    version: Annotated[str, Field(description="The same as on every verdict.")]
    groups: Annotated[list[str], Field(description="Surface groups.")]
    verbs: Annotated[list[str], Field(description="What can be asked of `may`.")]
    always: Annotated[list[str], Field(description="Verbs that stay possible under every measure.")]
    surfaces: Annotated[dict[str, str], Field(description="Registered surfaces, each with its group.")]
    kinds: Annotated[dict[str, dict[str, Any]], Field(description="Rows by kind of measure.")]
    example: ClassVar[Any] = {
        "version": "2026-11-25.2",
        "groups": ["feed", "detail"],
        "verbs": ["post", "appeal"],
        "always": ["appeal"],
        "surfaces": {"home": "feed"},
        "kinds": {"block_posting": {"refuses": ["post"], "everyone": {"*": {"exposure": "show"}}}},
    }


class SimulatedVerdict(Told):
    """What is compared of a verdict."""

    exposure: Literal["show", "lower", "cover", "placeholder", "absent"]
    disabled_actions: list[str]
    ads: bool
    earns: bool
    rank_factor: float
    openable: bool
    notices: list[str]


class SimulatedDifference(Told):
    """One way in which a class of viewers would see items of the sample otherwise on a surface."""

    viewer: Annotated[str, Field(description="A class of viewers.")]
    surface: str
    change: Literal["stricter", "kinder", "mixed", "reworded"]
    items: int
    item: Annotated[str, Field(description="The platform's id of one of them.")]
    rows: Annotated[list[str], Field(description="Of both tables, that acted on the example.")]
    before: SimulatedVerdict
    after: SimulatedVerdict


class SimulatedRefusal(Told):
    """A verb that only one of both tables lets a kind of measure refuse."""

    kind: str
    verb: str
    refused: Annotated[bool, Field(description="By the table that was sent.")]


class Simulation(Told):
    """What another table would change, on a sample of what is stored."""

    before: Annotated[str, Field(description="Version of the table in force.")]
    after: str
    asked: Annotated[int, Field(description="Verdicts that were compared: items, times viewers, times surfaces.")]
    changed: int
    changes: dict[str, int]
    components: Annotated[dict[str, dict[str, int]], Field(description="Of each: how many verdicts change in it.")]
    differences: Annotated[list[SimulatedDifference], Field(description="What changes for most items first.")]
    refusals: list[SimulatedRefusal]
    example: ClassVar[Any] = {
        "before": "2026-11-25.2",
        "after": "2026-11-25.2+forum-2",
        "asked": 2400,
        "changed": 2,
        "changes": {"kinder": 2},
        "components": {"exposure": {"kinder": 2}},
        "differences": [
            {
                "viewer": "other_adult",
                "surface": "feed",
                "change": "kinder",
                "items": 2,
                "item": "post-1001",
                "rows": ["kinds.cover.adult.*", "kinds.cover.everyone.*"],
                "before": {**_VERDICT, "exposure": "cover"},
                "after": {**_VERDICT, "exposure": "lower"},
            }
        ],
        "refusals": [],
    }
