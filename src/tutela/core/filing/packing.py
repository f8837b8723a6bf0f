"""A report made to fit: with the supplemental files that hold what is too long for its form."""

import hashlib
from dataclasses import dataclass, replace

from tutela.core.filing.fitting import Supplement, fit
from tutela.core.filing.package import Package, PackageFile
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.filing.report_file import FileDetails
from tutela.core.filing.wire_words import Relevance

_TOLD = "Texts of this report that are too long for its form, whole, with the place of each."


@dataclass(frozen=True, slots=True)
class Packed:
    """What is sent, and the contents of files that were written for it: sealed before the report is opened."""

    package: Package
    supplements: tuple[Supplement, ...] = ()


def pack(package: Package, computed: Provenance) -> Packed:
    """Return *package* as its form can carry it. Packing twice changes nothing more.

    A batch takes one file only, so nothing is moved out of it: what is too long there is refused by pre-flight.

    Args:
        package: As it was prepared.
        computed: That the supplemental files were written here, and when.
    """
    if package.report.batch is not None:
        return Packed(package)
    report, of_report = fit(package.report, "report", of="report")
    fitted = [fit(file.details, "fileDetails", of=f"file-{at}") for at, file in enumerate(package.files, start=1)]
    files = tuple(
        file if details is file.details else replace(file, details=details)
        for file, (details, _) in zip(package.files, fitted, strict=True)
    )
    made = tuple(each for each in (of_report, *(supplement for _, supplement in fitted)) if each is not None)
    known = {each.key for each in package.files}
    added = tuple(each for each in map(_file, made) if each.key not in known)
    if computed.origin is not Origin.COMPUTED:
        raise ValueError("what is written here is computed")
    sources = {f"files.{len(files) + at}": computed for at in range(len(added))}
    packed = replace(package, report=report, files=(*files, *added), sources={**package.sources, **sources})
    return Packed(packed, made if added else ())


def _file(supplement: Supplement) -> PackageFile:
    content = supplement.content()
    details = FileDetails(original_name=supplement.name, relevance=Relevance.SUPPLEMENTAL, notes=(_TOLD,))
    key = f"supplement:{hashlib.sha256(content).hexdigest()}"
    return PackageFile(key, details, hashlib.md5(content, usedforsecurity=False).hexdigest())
