"""How much of what makes a report useful is in it, in order of worth, and what would help most.

Source: the published study of the CyberTipline of 2024 and the authority's yearly figures: what police miss is, first,
an identifier that can be served, and an address on the network with its port and time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tutela.core.filing.accounts import Suspect
from tutela.core.filing.package import Package
from tutela.core.filing.report_file import FileDetails
from tutela.core.filing.wire_words import Relevance

LONG_NARRATIVE = 200
"""Characters from which a narrative can say why, what is first-hand, and what is inferred."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that would be good to know."""

    share: float  #: of its criterion
    is_there: bool
    wanted: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the nine, with its weight."""

    id: str
    weight: int
    parts: Callable[[Package], tuple[Part, ...]]
    in_batch: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What the meter says of one criterion."""

    id: str
    weight: int
    share: float  #: 0 to 1
    wanted: tuple[str, ...]  #: what is missing, in order of worth


@dataclass(frozen=True, slots=True)
class Meter:
    """The whole of it."""

    lines: tuple[Line, ...]

    @property
    def percent(self) -> int:
        """Return how complete it is, of what applies to such a report."""
        total = sum(line.weight for line in self.lines)
        return round(100 * sum(line.weight * line.share for line in self.lines) / total)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Return what is missing, the most useful first."""
        return tuple(each for line in self.lines for each in line.wanted)


def measure(package: Package) -> Meter:
    """Return how complete *package* is. What cannot be said in such a report counts neither way."""
    return Meter(tuple(_lines(package)))


def _lines(package: Package) -> Iterator[Line]:
    for criterion in CRITERIA:
        parts = criterion.parts(package)
        if not parts or (package.report.batch is not None and not criterion.in_batch):
            continue
        total = sum(part.share for part in parts)
        share = sum(part.share for part in parts if part.is_there) / total
        yield Line(criterion.id, criterion.weight, share, tuple(part.wanted for part in parts if not part.is_there))


def _identifier(package: Package) -> tuple[Part, ...]:
    known = package.report.suspects
    first = Part(
        4, _all(known, lambda s: s.identifier), "the platform's own identifier of the account, to be served with"
    )
    if package.report.batch is not None:
        return (first,)
    return (
        first,
        Part(2, _all(known, lambda s: s.screen_name), "the screen name"),
        Part(2, _all(known, lambda s: s.profile_urls), "a link to the profile"),
        Part(2, _all(known, _has_verified), "an e-mail address or telephone number that was verified"),
    )


def _addresses(package: Package) -> tuple[Part, ...]:
    events = [
        *(event for suspect in package.report.suspects for event in suspect.ip_events),
        *(file.details.ip_event for file in package.files if file.details.ip_event is not None),
    ]
    return (
        Part(4, any(event.at for event in events), "an address on the network with the time at which it was used"),
        Part(3, any(event.port for event in events), "the port: behind a shared address only it tells who it was"),
        Part(2, len(events) > 1, "several of them: registration, the last logins, the upload"),
        Part(1, any(event.is_possible_proxy is not None for event in events), "whether it may be a proxy"),
    )


def _times(package: Package) -> tuple[Part, ...]:
    files = _reported(package)
    return (
        Part(4, package.report.incident.at is not None, "the time of the incident"),
        Part(2, bool((package.report.incident.at_means or "").strip()), "what that time stands for"),
        *([Part(2, all(each.uploaded_at for each in files), "when each file was uploaded")] if files else []),
    )


def _files(package: Package) -> tuple[Part, ...]:
    files = _reported(package)
    if not files:
        return ()
    return (
        Part(4, all(each.is_viewed for each in files), "that a person has seen each file whole"),
        Part(2, all(each.is_public is not None for each in files), "whether each file was public"),
        Part(2, all(each.classification or each.annotations for each in files), "what each file shows, in their words"),
    )


def _conversation(package: Package) -> tuple[Part, ...]:
    has_log = any(each.details.relevance is Relevance.SUPPLEMENTAL for each in package.files)
    has_words = any((getattr(each, "content", None) or "").strip() for each in package.report.details)
    return (
        Part(1, has_log or has_words, "the words around it"),
        Part(1, has_log, "the conversation around it as a file, not single lines"),
    )


def _others(package: Package) -> tuple[Part, ...]:
    others = (*package.report.victims, *package.report.recipients)
    ages = (each.person for each in others if each.person is not None)
    return (
        Part(1, bool(others), "the accounts of who was harmed or written to"),
        Part(1, any(p.age is not None or p.born_on is not None for p in ages), "how old they are, or seem"),
    )


def _narrative(package: Package) -> tuple[Part, ...]:
    told = (package.report.note or "").strip()
    return (
        Part(2, bool(told), "a narrative: why it is apparent exploitation"),
        Part(
            1, len(told) >= LONG_NARRATIVE, "what is first-hand, what is inferred, and which list or rule pointed at it"
        ),
    )


def _around(package: Package) -> tuple[Part, ...]:
    known = package.report.suspects
    return (
        Part(4, any(each.location for each in known), "where the person is taken to be, at least the country"),
        Part(3, any(each.prior_reports for each in known), "earlier reports about the same account, if there are any"),
        Part(3, any(each.associated for each in known), "other accounts that belong to the same person"),
    )


def _contact(package: Package) -> tuple[Part, ...]:
    reporter = package.report.reporter
    return (
        Part(1, reporter.contact is not None, "whom police may call"),
        Part(1, bool((reporter.template or "").strip()), "how legal process is served, and how long is kept"),
    )


CRITERIA = (
    Criterion("identifier", 22, _identifier, in_batch=True),
    Criterion("addresses", 18, _addresses),
    Criterion("times", 14, _times, in_batch=True),
    Criterion("files", 12, _files, in_batch=True),
    Criterion("conversation", 10, _conversation),
    Criterion("others", 8, _others),
    Criterion("narrative", 7, _narrative),
    Criterion("around", 5, _around),
    Criterion("contact", 4, _contact, in_batch=True),
)
"""The nine, the most useful first."""


def _reported(package: Package) -> list[FileDetails]:
    return [each.details for each in package.files if each.details.relevance is Relevance.REPORTED]


def _all(suspects: tuple[Suspect, ...], has: Callable[[Suspect], Any]) -> bool:
    return bool(suspects) and all(has(each) for each in suspects)


def _has_verified(suspect: Suspect) -> bool:
    person = suspect.person
    if person is None:
        return False
    return any(each.is_verified for each in person.emails) or any(each.is_verified for each in person.phones)
