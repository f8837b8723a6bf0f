"""Rules about the files of a report: what each may say, who has seen it, and that its bytes are there."""

from collections.abc import Iterator
from datetime import timedelta

from tutela.core.filing.package import Conditions, Package, PackageFile
from tutela.core.filing.problems import Problem
from tutela.core.filing.report_file import NOBODY_LOOKED
from tutela.core.filing.wire_words import FileAnnotation, Relevance

FRESH = timedelta(minutes=15)
"""How old a reading of the bytes may be: what was whole yesterday need not be."""

_OF_BATCH = frozenset({FileAnnotation.VIRAL, FileAnnotation.MEME})


def of_file(package: Package, at: int, conditions: Conditions) -> Iterator[Problem]:
    """Yield what is wrong with one file."""
    file, place = package.files[at], f"files.{at}"
    yield from _supplemental(file, place)
    yield from _classified(file, place, conditions)
    yield from _viewed(file, place, conditions)
    yield from _evidence(file, place, conditions)
    if package.report.batch is not None:
        yield from _in_batch(file, place)


def of_files(package: Package) -> Iterator[Problem]:
    """Yield what is wrong with the files together."""
    if package.report.batch is not None and len(package.files) != 1:
        yield Problem(
            "batch", "files", "A batch reports exactly one file.", "Choose the one file, or file reports of their own."
        )
    keys = [file.key for file in package.files]
    for at, key in enumerate(keys):
        if key in keys[:at]:
            yield Problem("evidence", f"files.{at}", "The same file is in the report twice.", "Take one of them out.")


def _supplemental(file: PackageFile, place: str) -> Iterator[Problem]:
    if file.details.relevance is not Relevance.SUPPLEMENTAL:
        return
    if file.details.classification is not None:
        yield Problem(
            "supplemental",
            f"{place}.classification",
            "A supplemental file carries no classification.",
            "Take it out, or report the file.",
        )
    if FileAnnotation.MEME in file.details.annotations:
        yield Problem(
            "supplemental",
            f"{place}.annotations",
            "A supplemental file is not marked as a meme.",
            "Take the mark out, or report the file.",
        )


def _classified(file: PackageFile, place: str, conditions: Conditions) -> Iterator[Problem]:
    if file.details.classification is not None and not conditions.may_classify:
        yield Problem(
            "classification", f"{place}.classification", "Only who signed the memorandum sends a classification.",
            "Keep it here and leave it out of the report, or change the channel's setting.",
        )  # fmt: skip


def _viewed(file: PackageFile, place: str, conditions: Conditions) -> Iterator[Problem]:
    proved = conditions.views.get(file.key, NOBODY_LOOKED)
    if file.details.is_viewed and not proved.is_viewed:
        yield Problem(
            "viewed",
            f"{place}.views",
            "The log of views does not show that anybody was sent the whole file.",
            "Have it computed anew; it is never claimed by hand.",
        )
    if file.details.is_exif_viewed and not proved.is_exif_viewed:
        yield Problem(
            "viewed",
            f"{place}.views",
            "The log of views does not show that anybody read its metadata.",
            "Have it computed anew; it is never claimed by hand.",
        )


def _evidence(file: PackageFile, place: str, conditions: Conditions) -> Iterator[Problem]:
    check = conditions.evidence.get(file.key)
    if check is None or conditions.now - check.at > FRESH:
        yield Problem(
            "evidence", place, "Its bytes were not read back just now.", "Try again; if it stays, look at the vault."
        )
    elif check.md5.lower() != file.md5.lower():
        yield Problem(
            "evidence",
            place,
            "Its bytes are not those that were sealed.",
            "Restore it from a backup before it is filed.",
        )
    elif check.size_bytes < 1:
        yield Problem("evidence", place, "It is empty.", "Take it out of the report.")


def _in_batch(file: PackageFile, place: str) -> Iterator[Problem]:
    details = file.details
    forbidden = {
        "original_name": details.original_name,
        "url": details.url,
        "hashes": details.hashes,
        "ip_event": details.ip_event,
        "devices": details.devices,
        "metadata": details.metadata,
        "notes": details.notes,
    }
    for name, value in forbidden.items():
        if value:
            yield Problem("batch", f"{place}.{name}", "In a batch this is not told of the file.", "Leave it out.")
    marks = set(details.annotations)
    if not marks & _OF_BATCH or marks - _OF_BATCH:
        yield Problem(
            "batch",
            f"{place}.annotations",
            "The file of a batch is marked viral or a meme, and nothing else.",
            "Mark it so, or file a report of its own.",
        )
    if details.relevance is not Relevance.REPORTED:
        yield Problem("batch", f"{place}.relevance", "The file of a batch is the reported one.", "Mark it as reported.")
