"""The files of a report: sealed bytes only, each with what is known of it, and nothing claimed that nobody saw."""

from collections.abc import Iterator
from dataclasses import dataclass

from tutela.core.filing.account_facts import ItemFacts
from tutela.core.filing.duty import Imagery
from tutela.core.filing.known_case import KnownCase, KnownItem, KnownMedia, Transcript
from tutela.core.filing.package import PackageFile
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.filing.report_file import FileDetails, Metadata, NamedValue
from tutela.core.filing.wire_words import FileAnnotation, MetadataKind, Relevance
from tutela.core.ids import MediaId

_MARKS = {Imagery.DRAWN: FileAnnotation.DRAWN, Imagery.INDISTINGUISHABLE: FileAnnotation.GENERATED}
"""What a person said of the pictures on the sheet of duties, in the authority's words."""

LONGEST_NAME = 64
"""Of what a file says: the schema takes no longer one."""

_OF_PLATFORM = ("original_name", "uploaded_at", "url", "is_public", "hashes", "ip_event", "devices")


@dataclass(frozen=True, slots=True)
class Carried:
    """A file with the item that carries it, and what the platform told of both."""

    known: KnownMedia
    item: KnownItem
    at: int  #: which of the item's files
    facts: ItemFacts


def carried(known: KnownCase) -> tuple[Carried, ...]:
    """Return every file of the items once, with the first item that carries it."""
    found: dict[MediaId, Carried] = {}
    for item in known.items:
        facts = known.facts_of(item.item)
        for at, media in enumerate(item.media):
            found.setdefault(media.media.id, Carried(media, item, at, facts))
    return tuple(found.values())


def files(known: KnownCase, told: Provenance) -> tuple[tuple[PackageFile, ...], dict[str, Provenance]]:
    """Return the files that go along, conversations last, and where what is told of each comes from."""
    computed = Provenance(Origin.COMPUTED, known.at)
    made = [*(_file(known, each) for each in carried(known) if each.known.has_bytes)]
    sources = {f"files.{at}": computed for at in range(len(made) + len(known.transcripts))}
    sources |= {f"files.{at}.{name}": told for at in range(len(made)) for name in _OF_PLATFORM}
    return (*made, *map(_transcript, known.transcripts)), sources


def without_bytes(known: KnownCase) -> tuple[Carried, ...]:
    """Return the files of which no bytes are here: only their digests are told."""
    return tuple(each for each in carried(known) if not each.known.has_bytes)


def is_reported(each: Carried) -> bool:
    """Return whether a file is what the report is about. Beside one that a list knows, others are context."""
    matched = {d.match.media_id for d in each.item.detections if not d.is_suppressed}
    return not matched or each.known.media.id in matched


def digests_of(each: Carried) -> tuple[NamedValue, ...]:
    """Return the digests of a file as it was received, with its PDQ hash."""
    media = each.known.media
    named = [NamedValue(name=name.upper(), value=value) for name, value in media.digests.known()]
    pdq = next((each for each in media.hashes if each.rendering == "frame:0"), None)
    return (*named, *([NamedValue(name="PDQ", value=pdq.hex)] if pdq else []))


def making_of(each: Carried) -> tuple[NamedValue, ...]:
    """Return what the file says of its making, the place exactly: nobody has proved any of it."""
    making = each.known.making
    if making is None:
        return ()
    named = [NamedValue(name=name.strip()[:LONGEST_NAME], value=value) for name, value in making.tags if name.strip()]
    if making.location is not None:
        named.append(NamedValue(name="GPS latitude", value=str(making.location.latitude)))
        named.append(NamedValue(name="GPS longitude", value=str(making.location.longitude)))
    return tuple(named)


def _file(known: KnownCase, each: Carried) -> PackageFile:
    media, told = each.known.media, each.item.told_of(each.at, each.facts)
    relevance = Relevance.REPORTED if is_reported(each) else Relevance.SUPPLEMENTAL
    mark = _MARKS.get(known.imagery) if relevance is Relevance.REPORTED else None
    said = {MetadataKind.HASH: digests_of(each), MetadataKind.EXIF: making_of(each)}
    details = FileDetails(
        original_name=told.original_name,
        uploaded_at=told.uploaded_at or each.facts.posted_at,
        url=told.url or each.facts.url,
        views=each.known.views,
        is_public=each.facts.is_public,
        relevance=relevance,
        annotations=() if mark is None else (mark,),
        hashes=told.hashes,
        ip_event=each.facts.ip_event,
        devices=each.facts.devices,
        # As digests of what was received: whether the platform had changed it before, only the platform knows.
        metadata=tuple(Metadata(kind=kind, pairs=pairs) for kind, pairs in said.items() if pairs),
        notes=tuple(_of_matches(known, each)),
    )
    return PackageFile(media.id, details, media.digests.md5 or "")


def _of_matches(known: KnownCase, each: Carried) -> Iterator[str]:
    for found in each.item.detections:
        match = found.match
        if match.media_id != each.known.media.id or found.is_suppressed:
            continue
        bank = known.banks.get(match.bank_id or "", "material that was found here before")
        how = match.signal_type.value.upper()
        near = f"at a distance of {match.distance_bits} bits" if match.distance_bits else "exactly"
        yield f"It matches an entry of {bank} {near} ({how})."


def _transcript(each: Transcript) -> PackageFile:
    details = FileDetails(
        original_name="conversation.txt",
        relevance=Relevance.SUPPLEMENTAL,
        notes=(f"The conversation around what is reported: {each.messages} messages, from what the platform holds.",),
    )
    return PackageFile(each.key, details, each.md5)
