"""What is answered about rules."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.api.rule_bodies import RULE
from tutela.core.rules.rule import RuleState

_AT = "2026-11-28T18:00:00Z"
_ANNA, _BEN = "per_01m7zt3q2xw9c5r8k4n6v0b1hd", "per_01m7zt3q2xw9c5r8k4n6v0b1he"
_VERSION = {
    "version": "4", "state": "shadow", "clause": "cse.links", "written_by": _ANNA, "written_at": _AT, "made_from": "3"
}  # fmt: skip
_PROPOSAL = {"version": "4", "from": "shadow", "to": "live", "by": _ANNA, "at": _AT, "reason": "it found nothing wrong"}
_MOVE = {**_PROPOSAL, "by": _BEN, "proposed_by": _ANNA}
_RULE = {"name": "many-links-at-once", "versions": [_VERSION], "proposal": _PROPOSAL}


class RuleVersion(Told):
    """One version of a rule. It is never edited."""

    version: str
    state: RuleState
    clause: str
    written_by: Annotated[str, Field(description="`tutela` wrote what ships.")]
    written_at: datetime | None
    made_from: str | None


class RuleProposal(Told):
    """A move that waits for somebody else."""

    version: str
    before: Annotated[RuleState, Field(alias="from")]
    to: RuleState
    by: str
    at: datetime
    reason: str
    example: ClassVar[Any] = _PROPOSAL


class RuleMoved(RuleProposal):
    """That a version came from one state into another."""

    proposed_by: Annotated[str | None, Field(description="Where two people were needed; `by` approved.")]
    example: ClassVar[Any] = _MOVE


class RuleLine(Told):
    """A rule with those of its versions that are not retired."""

    name: str
    versions: list[RuleVersion]
    proposal: RuleProposal | None


class Rules(Told):
    """Every rule, by name."""

    rules: list[RuleLine]
    example: ClassVar[Any] = {"rules": [_RULE]}


class WholeVersion(RuleVersion):
    """One version with its text."""

    source: str


class Rule(Told):
    """A rule with all its versions, the newest first and what ships last."""

    name: str
    versions: list[WholeVersion]
    proposal: RuleProposal | None
    example: ClassVar[Any] = {**_RULE, "versions": [{**_VERSION, "source": RULE}]}


class WrittenRule(WholeVersion):
    """The version that was written: a draft."""

    name: str
    example: ClassVar[Any] = {"name": "many-links-at-once", **_VERSION, "state": "draft", "source": RULE}


class RuleProblem(Told):
    """One mistake in a file, and where."""

    line: Annotated[int, Field(description="From 1.")]
    column: Annotated[int, Field(description="From 1.")]
    start: Annotated[int, Field(description="The first character, from 0.")]
    end: int
    message: str
    hint: Annotated[str, Field(description="What to write instead; empty where there is nothing to say.")]


class RuleProblems(Told):
    """What is wrong with a file; nothing where all is well."""

    problems: list[RuleProblem]
    example: ClassVar[Any] = {
        "problems": [
            {
                "line": 3, "column": 9, "start": 57, "end": 66, "message": "there is no fact `text.link`",
                "hint": "did you mean `text.links`?",
            }
        ]
    }  # fmt: skip


class RuleTest(Told):
    """What came of one test."""

    test: str
    line: Annotated[int, Field(description="Where it stands in what was sent, from 1.")]
    expected: str
    came: str
    passed: bool
    told: Annotated[
        list[str], Field(description="Why it failed, or why it may have passed by chance: a sentence each.")
    ]


class TestedRule(Told):
    """What came of the tests of one rule."""

    rule: str
    passed: Annotated[bool, Field(description="Also where there is no test; without one no rule leaves its draft.")]
    tests: list[RuleTest]


class TestedRules(Told):
    """What came of the tests of every rule in a file."""

    rules: list[TestedRule]
    example: ClassVar[Any] = {
        "rules": [
            {
                "rule": "many-links-at-once", "passed": False,
                "tests": [
                    {
                        "test": "nine links", "line": 7, "expected": "fires", "came": "silent", "passed": False,
                        "told": ['`count(by=author.id, within="1h", where=text.has_link)` came to 9, and must be > 20'],
                    }
                ],
            }
        ]
    }  # fmt: skip


class RuleMoves(Told):
    """What changed, and what waits for somebody else."""

    moves: list[RuleMoved]
    proposal: RuleProposal | None
    example: ClassVar[Any] = {"moves": [], "proposal": _PROPOSAL}


class RuleHistory(Told):
    """Every move of a rule's versions, the oldest first."""

    moves: list[RuleMoved]
    example: ClassVar[Any] = {"moves": [_MOVE]}
