"""A report as bytes: eleven CSV files (RFC 4180, UTF-8) in one package that is the same for the same report."""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import date

from tutela.core.transparency.forms import FORMS, IDENTIFICATION
from tutela.core.transparency.sheets import PUBLISHED_ON, Drawn, rows_of

_FIXED = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a package knows: the same report is the same bytes, whenever it was drawn up."""


def csv_set(drawn: Drawn) -> dict[str, bytes]:
    """Return each file by its name."""
    return {form.file: _csv([form.headers, *rows_of(form, drawn)]) for form in FORMS}


def dated(package: bytes, day: date) -> bytes:
    """Return a package that says it was published on a day: one cell of its first file, and nothing else."""
    files = unpacked(package)
    rows = list(csv.reader(io.StringIO(files[IDENTIFICATION.file].decode(), newline=""), dialect="excel"))
    told = [[*row[:-1], day.isoformat()] if PUBLISHED_ON in row else row for row in rows]
    return packed({**files, IDENTIFICATION.file: _csv(told)})


def _csv(rows: object) -> bytes:
    told = io.StringIO(newline="")
    csv.writer(told, dialect="excel", lineterminator="\r\n").writerows(rows)  # type: ignore[arg-type]  # rows of values
    return told.getvalue().encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the files in one zip."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, _FIXED)
            member.compress_type = zipfile.ZIP_DEFLATED
            into.writestr(member, content)
    return package.getvalue()


def unpacked(package: bytes) -> dict[str, bytes]:
    """Return the files of a package of ours."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
