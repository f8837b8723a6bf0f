"""What is wrong with a report before it is sent: the rule, the place, a sentence, what to do. Never repeats content."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    rule: str  #: its name in `preflight.RULES`
    place: str  #: in the report, such as `suspects.0.profile_urls.1`, or `files.2.original_name`
    sentence: str
    remedy: str
    is_blocking: bool = True  #: otherwise somebody confirms that they have read it
