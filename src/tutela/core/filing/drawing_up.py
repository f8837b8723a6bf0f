"""Draw a report up from what is known of a case: a first draft for a person, with where each field comes from.

Nothing is invented, and nothing is chosen that a person must choose: the kind of incident is a suggestion until
somebody has chosen it, the time is what the platform told or none, and an escalation is only ever written by a person.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from tutela.core.filing import drawn_accounts as parties
from tutela.core.filing.accounts import Suspect
from tutela.core.filing.drawn_details import details
from tutela.core.filing.drawn_files import carried, digests_of, files, without_bytes
from tutela.core.filing.incident import Incident
from tutela.core.filing.known_case import KnownAccount, KnownCase, Letterhead
from tutela.core.filing.moments import written
from tutela.core.filing.package import Package, PackageFile
from tutela.core.filing.provenance import Origin, Provenance, Sources, source_of
from tutela.core.filing.report import Batch, Report
from tutela.core.filing.report_file import FileDetails
from tutela.core.filing.suggestions import suggested
from tutela.core.filing.wire_words import FileAnnotation, IncidentType
from tutela.core.roles import Role
from tutela.errors import BadInput

KIND = "incident.kind"

_Party = TypeVar("_Party")
_Draw = Callable[[KnownCase, KnownAccount, str], tuple[_Party, parties.Placed]]

BATCH_ROLES = frozenset({Role.ACTOR, Role.UNWITTING_CARRIER, Role.COMPROMISED})
"""Who shared the one file of a batch."""


def draw_up(known: KnownCase, head: Letterhead) -> Package:
    """Return the report of one case.

    Raises:
        tutela.errors.BadInput: No person's finding stands.
    """
    _demand_finding(known)
    told = _told(known)
    suspects, of_suspects = _parties(known, parties.SUSPECTS, "suspects", parties.suspect, most=1)
    victims, of_victims = _parties(known, parties.VICTIMS, "victims", parties.victim)
    recipients, of_recipients = _parties(known, parties.RECIPIENTS, "recipients", parties.recipient)
    where, of_details = details(known, head, told)
    attached, of_files = files(known, told)
    incident, of_incident = _incident(known, head, told)
    note, of_note = _narrative(known)
    report = Report(
        incident=incident,
        details=where,
        reporter=head.reporter,
        suspects=suspects,
        recipients=recipients,
        victims=victims,
        note=note,
    )
    sources = {
        "reporter": Provenance(Origin.SETTINGS, head.at), "note": of_note, **of_incident, **of_details, **of_suspects,
        **of_recipients, **of_victims, **of_files,
    }  # fmt: skip
    return Package(report, attached, sources, is_urgent=known.is_in_danger)


def draw_up_batch(known: KnownCase, head: Letterhead) -> Package:
    """Return the report of one file that many accounts shared: identifiers alone, and the file marked as viral.

    Raises:
        tutela.errors.BadInput: No person's finding stands; somebody is in danger, which a batch cannot say; or it is
            not one file whose bytes are here.
    """
    _demand_finding(known)
    if known.is_in_danger:
        remedy = "Report the case by itself: a batch cannot say that somebody is in danger."
        raise BadInput("Somebody is in danger.", place="batch", remedy=remedy)
    held = [each for each in carried(known) if each.known.has_bytes]
    if len(held) != 1:
        raise BadInput("A batch reports exactly one file.", place="batch", remedy="Report the case by itself.")
    computed, told = Provenance(Origin.COMPUTED, known.at), _told(known)
    incident, of_incident = _incident(known, head, told)
    shared = parties.of_roles(known, BATCH_ROLES)
    media, views = held[0].known.media, held[0].known.views
    file = PackageFile(
        media.id,
        FileDetails(
            uploaded_at=held[0].facts.posted_at,
            views=views,
            is_public=held[0].facts.is_public,
            annotations=(FileAnnotation.VIRAL,),
        ),
        media.digests.md5 or "",
    )
    report = Report(
        batch=Batch(),
        incident=replace(incident, annotations=()),
        reporter=head.reporter,
        suspects=tuple(Suspect(identifier=each.account.platform_id) for each in shared),
    )
    sources: Sources = {
        "batch": computed, **of_incident, "reporter": Provenance(Origin.SETTINGS, head.at), "suspects": told,
        "files.0": computed, "files.0.uploaded_at": told, "files.0.is_public": told,
    }  # fmt: skip
    return Package(report, (file,), sources)


def is_kind_chosen(package: Package) -> bool:
    """Return whether a person has chosen the kind of incident: a suggestion is none."""
    source = source_of(KIND, package.sources)
    return source is not None and source.origin is Origin.TYPED


def _parties(
    known: KnownCase, roles: Iterable[Role], place: str, draw: _Draw[_Party], most: int | None = None
) -> tuple[tuple[_Party, ...], parties.Placed]:
    drawn = [draw(known, each, f"{place}.{at}") for at, each in enumerate(parties.of_roles(known, roles)[:most])]
    sources: parties.Placed = {}
    for _, placed in drawn:
        sources |= placed
    return tuple(made for made, _ in drawn), sources


def _demand_finding(known: KnownCase) -> None:
    if not known.findings:
        remedy = "Decide the case first: what only a machine noticed is not reported."
        raise BadInput("No person's finding stands in this case.", place="case", remedy=remedy)


def _told(known: KnownCase) -> Provenance:
    """Return that the platform told it: when it told the last facts, or else when it submitted the last item."""
    facts = [each.told.at for each in known.accounts if each.told is not None]
    items = [each.item.submitted_at for each in known.items]
    return Provenance(Origin.PLATFORM, max(facts or items, default=known.at))


def _incident(known: KnownCase, head: Letterhead, told: Provenance) -> tuple[Incident, dict[str, Provenance]]:
    posted = [at for each in known.items if (at := known.facts_of(each.item).posted_at) is not None]
    at_means = None
    if posted:
        what = "was uploaded" if carried(known) else "was sent"
        which = f"the last of the {len(known.items)} reported items" if len(known.items) > 1 else "the reported item"
        at_means = f"Time at which {which} {what}, as the platform told it."
    kind = suggested(each.hint for each in known.findings)
    fallback = IncidentType.CSAM if carried(known) else IncidentType.ENTICEMENT
    service = head.platform or known.service_of_actor()
    incident = Incident(kind=kind or fallback, platform=service, at=max(posted, default=None), at_means=at_means)
    computed = Provenance(Origin.COMPUTED, known.at)
    sources = {
        KIND: computed, "incident.platform": Provenance(Origin.SETTINGS, head.at) if head.platform else told,
        "incident.at": told,
        "incident.at_means": computed,
    }  # fmt: skip
    return incident, sources


def _narrative(known: KnownCase) -> tuple[str, Provenance]:
    lines = [*_of_findings(known), *_of_absent(known)]
    if known.more_items:
        lines.append(f"{known.more_items} more items were found to be the same and are not listed.")
    typed = next((each for each in reversed(known.findings) if each.line), None)
    source = Provenance(Origin.COMPUTED, known.at)
    return " ".join(lines), source if typed is None else Provenance(Origin.TYPED, typed.at, typed.by)


def _of_findings(known: KnownCase) -> Iterator[str]:
    for each in known.findings:
        several = f"{each.people} people of the provider, each blind to the other,"
        people = several if each.people > 1 else "A person of the provider"
        yield f"{people} found this on {written(each.at)} to violate the clause: {each.title}."
        if each.line:
            yield f"In their words: {each.line}"


def _of_absent(known: KnownCase) -> Iterator[str]:
    absent = without_bytes(known)
    if not absent:
        return
    yield f"{len(absent)} of the files are not attached, because no bytes of them are kept here. Their digests:"
    for at, each in enumerate(absent, start=1):
        told = ", ".join(f"{pair.name} {pair.value}" for pair in digests_of(each))
        yield f"({at}) of {each.item.item.platform_id}: {told}."
