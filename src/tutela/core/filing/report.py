"""A report to the authority as values: all that is sent, and nothing else. Its look on the wire is `table`."""

from dataclasses import dataclass

from tutela.core.filing.accounts import Recipient, Suspect, Victim
from tutela.core.filing.contacts import ContactPerson, Person
from tutela.core.filing.incident import Details, Incident
from tutela.core.filing.wire_words import BatchReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """That one file which many accounts shared is reported at once."""

    reason: BatchReason = BatchReason.VIRAL_MEME


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignProcess:
    """Whether legal process of another country was served, and of which."""

    is_served: bool = True
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawEnforcement:
    """Police who are in contact with us already."""

    agency: str
    case_number: str | None = None
    officer: ContactPerson | None = None
    is_told: bool | None = None  #: we told them of this
    has_domestic_process: bool | None = None
    foreign_process: ForeignProcess | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who reports, and how legal process is served."""

    person: Person
    contact: ContactPerson | None = None
    template: str | None = None  #: standing text: how to serve process, how long is kept, who answers at night
    terms: str | None = None
    legal_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. Text alone is enough; several suspects only in a batch."""

    batch: Batch | None = None
    incident: Incident
    details: tuple[Details, ...] = ()
    law_enforcement: LawEnforcement | None = None
    reporter: Reporter
    suspects: tuple[Suspect, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    victims: tuple[Victim, ...] = ()
    note: str | None = None  #: the narrative, in plain words
