"""The authority's answers as bytes."""

from xml.sax.saxutils import escape

from tutela.sandbox.ncmec.authority import Reply

_STATUS = {0: 200, 1210: 404, 2000: 401, 4000: 400, 4100: 400, 4110: 400, 4200: 400}
_STATUS_OF_FIVE = {5001: 404, 5002: 404, 5101: 409, 5102: 409}
_BY_THOUSAND = {1: 500, 2: 401, 3: 403, 4: 400, 5: 409}


def status_of(code: int) -> int:
    """Return the HTTP status that goes with a code."""
    known = {**_STATUS, **_STATUS_OF_FIVE}
    return known.get(code, _BY_THOUSAND.get(code // 1000, 500))


def written(reply: Reply, *, is_finish: bool = False) -> bytes:
    """Return the document of an answer; a finish that failed comes back as a plain answer."""
    if is_finish and reply.code == 0:
        files = "".join(f"<fileId>{each}</fileId>" for each in reply.file_ids or ())
        inside = f"{_element('responseCode', reply.code)}{_element('reportId', reply.report_id)}<files>{files}</files>"
        return _document("reportDoneResponse", inside)
    parts = (
        ("responseCode", reply.code),
        ("responseDescription", reply.description),
        ("reportId", reply.report_id),
        ("fileId", reply.file_id),
        ("hash", reply.md5),
    )
    return _document("reportResponse", "".join(_element(name, value) for name, value in parts if value is not None))


def _element(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"


def _document(root: str, inside: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{inside}</{root}>'.encode()
