"""Which queues somebody works on, as a page's address says it: shareable, and carried from case to case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tutela.core.case_states import ENDS, CaseState
from tutela.core.ids import ClauseId
from tutela.errors import BadInput
from tutela.flows.list_cases import AskedList
from tutela.ports.cases import CaseFilter

MAX_CHARACTERS = 200
WORK = "work"
"""That somebody takes one case after the other: whoever opened one by its name is given no other for it."""

NAMES = ("clause", "language", "kind")
"""What names a queue."""

QUEUE = (*NAMES, WORK)
"""What goes along from case to case."""

LISTED = (*NAMES, "state", "account", "mine")
"""What narrows a list."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What narrows a list; what is empty does not."""

    said: Mapping[str, str]

    @property
    def queue(self) -> CaseFilter:
        """Return which queues."""
        clause = self.said.get("clause")
        return CaseFilter(ClauseId(clause) if clause else None, self.said.get("language"), self.said.get("kind"))

    @property
    def listed(self) -> AskedList:
        """Return which cases a list shows."""
        state = self.said.get("state")
        return AskedList(self.queue, CaseState(state) if state else None, self.said.get("account"), "mine" in self.said)

    @property
    def is_worked(self) -> bool:
        """Return whether somebody takes one case after the other."""
        return WORK in self.said

    @property
    def worked(self) -> "QueueFilter":
        """Return the same, for whoever takes the next one."""
        return QueueFilter({**{name: self.said[name] for name in NAMES if name in self.said}, WORK: "yes"})

    @property
    def narrowing(self) -> "QueueFilter":
        """Return the same for a list."""
        return QueueFilter({name: value for name, value in self.said.items() if name != WORK})

    @property
    def carried(self) -> Mapping[str, str]:
        """Return what goes along from case to case: the queue, whether it is worked, and nothing that only narrows."""
        return {name: self.said[name] for name in QUEUE if name in self.said}

    def address(self, path: str, **more: str) -> str:
        """Return *path* with everything that narrows, and *more*."""
        said = {**self.said, **more}
        return f"{path}?{urlencode(said)}" if said else path


def filter_of(said: Callable[[str], str], names: Sequence[str] = LISTED) -> QueueFilter:
    """Return the filter that an address, or a form, names.

    Raises:
        tutela.errors.BadInput: A state that no case has, or a value that is none; its place is named.
    """
    found = {name: said(name).strip() for name in names}
    found = {name: value for name, value in found.items() if value}
    for name, value in found.items():
        if len(value) > MAX_CHARACTERS or not value.isprintable():
            raise BadInput("this is no name that a queue has", place=name, remedy="Leave it empty to see all.")
    if found.get("state", "open") not in {state.value for state in CaseState if state not in ENDS}:
        raise BadInput("no case waits in this state", place="state", remedy="Choose one from the list.")
    return QueueFilter(found)
