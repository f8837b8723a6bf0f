"""Pages of packages for police: one person asks, another one approves, and then it is made and downloaded."""

import shutil
import tempfile
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from tutela.console.forms import after_of, done_of, lines
from tutela.console.visits import Visit
from tutela.core.filing.custody import custody_text
from tutela.core.filing.exports import FOLDER, Export, ExportState, KeyKind
from tutela.core.ids import CaseId, EvidenceId, ExportId, MediaId, ReportId
from tutela.flows.keep_exports import NewExport
from tutela.flows.keep_holds import MOST_LETTERS, MOST_REASON

PAGE_EXPORTS = 50
CONTENTS_SHOWN = 200
FIELDS = ("agency", "reference", "reason", "key", "media", "cases", "reports")
SUFFIX = {KeyKind.AGE: "tar.age", KeyKind.OPENPGP: "tar.pgp"}


def export_page(visit: Visit) -> Response:
    """List packages, and show the form that asks for one."""
    after, asked = after_of(visit), visit.request.query_params
    found = visit.house.exports.page(visit.principal, after=after, limit=PAGE_EXPORTS + 1)
    shown = found[:PAGE_EXPORTS]
    is_tried = visit.error is not None and visit.request.method == "POST"
    given = {name: visit.said(name) for name in FIELDS}
    if not is_tried:
        given |= {"cases": asked.get("case", ""), "reports": asked.get("report", "")}
    return visit.page(
        "export.html",
        exports=shown,
        is_first=not after,
        next_after=shown[-1].id if len(found) > len(shown) else None,
        given=given,
        is_tried=is_tried,
        most_letters=MOST_LETTERS,
        most_reason=MOST_REASON,
        names=visit.staff.names(visit.principal),
        waiting=ExportState.REQUESTED,
    )


def request(visit: Visit) -> Response:
    """Ask for a package; somebody else has to approve it."""
    new = NewExport(
        visit.said("agency"),
        visit.said("reference"),
        visit.said("reason"),
        visit.said("key").replace("\r\n", "\n").strip(),
        tuple(MediaId(each) for each in lines(visit, "media")),
        tuple(CaseId(each) for each in lines(visit, "cases")),
        tuple(ReportId(each) for each in lines(visit, "reports")),
    )
    made = visit.house.exports.request(visit.principal, new)
    return visit.go(f"/console/export/{made.id}?done=requested")


def one_page(visit: Visit) -> Response:
    """Show one package: to whom, what is in it, and its checksum once it was made."""
    seen = visit.house.exports.show(visit.principal, _id(visit))
    return visit.page(
        "export-one.html",
        one=seen.export,
        file_name=file_name(seen.export),
        contents=seen.contents[:CONTENTS_SHOWN],
        more=len(seen.contents) - CONTENTS_SHOWN,
        is_own=seen.export.requested_by == visit.principal.id,
        public_key=visit.house.exports.pack.signing.public_key.hex(),
        names=visit.staff.names(visit.principal),
        done=done_of(visit, "export_done"),
    )


def approve(visit: Visit) -> Response:
    """Approve what somebody else asked for."""
    visit.house.exports.approve(visit.principal, _id(visit))
    return visit.go(f"/console/export/{visit.part('id')}?done=approved")


def decline(visit: Visit) -> Response:
    """End a request."""
    visit.house.exports.decline(visit.principal, _id(visit))
    return visit.go(f"/console/export/{visit.part('id')}?done=declined")


def make(visit: Visit) -> Response:
    """Make the encrypted package and hand it out. It goes when it is sent; after a kill, a job clears it away.

    Only its recipient can open it.
    """
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=visit.house.settings.var))
    try:
        made = visit.house.exports.make(visit.principal, _id(visit), folder / "package")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    after = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    sent = FileResponse(
        folder / "package", media_type="application/octet-stream", filename=file_name(made), background=after
    )
    return visit.answer(sent)


def custody(visit: Visit) -> Response:
    """Return the chain of custody of what a package is about, to be read here."""
    seen = visit.house.exports.show(visit.principal, _id(visit))
    ids = [EvidenceId(each) for each in seen.contents]
    told = custody_text(visit.house.exports.custody(visit.principal, ids), f"Chain of custody of {seen.export.id}")
    headers = {"Content-Disposition": f'attachment; filename="{seen.export.id}-custody.txt"'}
    return visit.answer(Response(told, media_type="text/plain; charset=utf-8", headers=headers))


def file_name(export: Export) -> str:
    """Return what the file of a package is called."""
    return f"tutela-{export.id}.{SUFFIX[export.recipient.kind]}"


def _id(visit: Visit) -> ExportId:
    return ExportId(visit.part("id"))
