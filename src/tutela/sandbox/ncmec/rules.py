"""What no grammar says: which parts of a report must agree with each other."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

FORBIDDEN_IN_BATCH = (
    "incidentSummary/escalateToHighPriority", "internetDetails", "lawEnforcement", "intendedRecipient", "victim",
    "additionalInfo",
)  # fmt: skip
FORBIDDEN_IN_BATCH_FILES = (
    "originalFileName", "locationOfFile", "originalFileHash", "ipCaptureEvent", "deviceId", "details", "additionalInfo",
)  # fmt: skip


def of_report(root: Any) -> Iterator[str]:
    """Yield what is wrong with a report that keeps to the grammar."""
    if root.find("reporter/reportingPerson/email") is None:
        yield "reporter/reportingPerson: needs an email"
    escalation = root.find("incidentSummary/escalateToHighPriority")
    if escalation is not None and not (escalation.text or "").strip():
        yield "incidentSummary/escalateToHighPriority: is blank"
    yield from _emails(root)
    yield from _everywhere(root)
    yield from _batch(root) if is_batch(root) else _single(root)


def of_file(root: Any, *, in_batch: bool) -> Iterator[str]:
    """Yield what is wrong with the details of a file that keep to the grammar."""
    is_supplemental = root.findtext("fileRelevance") == "Supplemental Reported"
    meme = root.find("fileAnnotations/potentialMeme") is not None or root.find("potentialMeme") is not None
    if is_supplemental and (meme or root.find("industryClassification") is not None):
        yield "fileRelevance: a supplemental file has neither potentialMeme nor industryClassification"
    if root.findtext("exifViewedByEsp") == "true" and root.findtext("fileViewedByEsp") != "true":
        yield "exifViewedByEsp: needs fileViewedByEsp"
    if not in_batch:
        return
    for name in FORBIDDEN_IN_BATCH_FILES:
        if root.find(name) is not None:
            yield f"{name}: is forbidden in a batch"
    annotations = {each.tag for each in root.findall("fileAnnotations/*")}
    if is_supplemental or not annotations & {"viral", "potentialMeme"} or annotations - {"viral", "potentialMeme"}:
        yield "fileAnnotations: a batch needs viral or potentialMeme, and nothing else"


def is_batch(root: Any) -> bool:
    """Return whether a report is one of many accounts for one file."""
    return root.find("batchedReport") is not None


def _single(root: Any) -> Iterator[str]:
    if len(root.findall("personOrUserReported")) > 1:
        yield "personOrUserReported: several only in a batch"
    if root.find("internetDetails") is None:
        yield "internetDetails: must be there"


def _batch(root: Any) -> Iterator[str]:
    for place in FORBIDDEN_IN_BATCH:
        if root.find(place) is not None:
            yield f"{place}: is forbidden in a batch"
    for person in root.findall("personOrUserReported"):
        if [child.tag for child in person] != ["espIdentifier"]:
            yield "personOrUserReported: holds espIdentifier alone in a batch"


def _emails(root: Any) -> Iterator[str]:
    named = {
        (each.text or "").strip().lower()
        for part in ("personOrUserReported", "intendedRecipient", "victim")
        for each in root.iterfind(f"{part}//email")
    }
    for kind in ("emailIncident", "newsgroupIncident"):
        for each in root.iterfind(f"internetDetails/{kind}/emailAddress"):
            if (each.text or "").strip().lower() not in named:
                yield f"internetDetails/{kind}/emailAddress: stands under no person of the report"


def _everywhere(root: Any) -> Iterator[str]:
    for each in root.iter():
        if "verificationDate" in each.attrib and each.get("verified") != "true":
            yield f"{each.tag}@verificationDate: needs verified=true"
        calling = each.get("countryCallingCode")
        if calling is not None and (each.text or "").startswith(calling):
            yield f"{each.tag}: starts with its calling code"
        yield from _disabled(each)
    for each in root.iterfind(".//estimatedLocation"):
        if each.findtext("countryCode") == "US" and each.find("city") is not None and each.find("region") is None:
            yield "estimatedLocation: a city in the US needs its region"
    for each in root.iterfind(".//associatedAccount"):
        if each.find("approximateAge") is not None and each.find("dateOfBirth") is not None:
            yield "associatedAccount: has an age and a day of birth"


def _disabled(node: Any) -> Iterator[str]:
    disabled, notified, again = (node.get(name) for name in ("disabledDate", "userNotifiedDate", "reenabledDate"))
    if disabled and notified and datetime.fromisoformat(notified) < datetime.fromisoformat(disabled):
        yield f"{node.tag}@userNotifiedDate: lies before disabledDate"
    if disabled and again and datetime.fromisoformat(again) <= datetime.fromisoformat(disabled):
        yield f"{node.tag}@reenabledDate: does not lie after disabledDate"
