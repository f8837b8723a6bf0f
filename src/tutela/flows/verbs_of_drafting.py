"""Everything about reports until they are approved, in one place: what a face is handed."""

from dataclasses import dataclass

from tutela.flows.ask_for_facts import AskForFacts
from tutela.flows.keep_facts import KeepFacts


@dataclass(frozen=True, slots=True)
class Drafting:
    """The verbs of drafting."""

    facts: KeepFacts
    ask: AskForFacts
