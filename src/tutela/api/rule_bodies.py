"""What may be sent about rules."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body
from tutela.core.rules.rule import RuleState
from tutela.core.rules.rule_yaml import MAX_FILE_BYTES

Source = Annotated[str, StringConstraints(min_length=1, max_length=MAX_FILE_BYTES)]
Version = Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]{0,8}|shipped:[0-9a-f]{16})$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")]
State = Annotated[RuleState, Field(strict=False)]

RULE = """- rule: many-links-at-once
  clause: cse.links
  when: text.has_link and count(by=author.id, within="1h", where=text.has_link) > 20
  then:
    - open_case: {queue: links, severity: medium, because: "{count} messages with links in an hour"}
"""


class RuleSource(Body):
    """Rules as they stand in a file."""

    source: Source
    example: ClassVar[Any] = {"source": RULE}


class NewRule(Body):
    """A new version of one rule."""

    source: Source
    made_from: Annotated[Version | None, Field(description="The version that was read before; null of a new rule.")] = (
        None
    )
    example: ClassVar[Any] = {"source": RULE, "made_from": "3"}


class RuleMove(Body):
    """Where a version of a rule is to go, and why."""

    version: Version
    to: State
    reason: Reason
    example: ClassVar[Any] = {"version": "4", "to": "shadow", "reason": "to see what it would find"}


class RuleApproval(Body):
    """What is approved, as it was proposed."""

    version: Version
    to: State
    example: ClassVar[Any] = {"version": "4", "to": "live"}
