"""What the demo tells whoever watches, and what it found wrong."""

import sys
from dataclasses import dataclass, field


def say(line: str = "") -> None:
    """Print a line now: somebody is watching."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass(slots=True)
class Findings:
    """What did not happen as it must."""

    wrong: list[str] = field(default_factory=list)

    def expect(self, is_so: bool, sentence: str) -> None:  # noqa: FBT001  # reads as `expect(it is so, "...")`
        """Keep *sentence* when it is not so."""
        if not is_so:
            self.wrong.append(sentence)
