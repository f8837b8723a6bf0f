"""Rules about what of a report must agree with what else. Source: cross rules of the report service's schema."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from tutela.core.filing.accounts import AssociatedAccount, Party
from tutela.core.filing.incident import EmailMessage, Newsgroup
from tutela.core.filing.problems import Problem
from tutela.core.filing.report import Report
from tutela.core.filing.schema import Nested, OneOf, values_of
from tutela.core.filing.table import SHAPES

LONGEST_ESCALATION = 3000


def parts(model: Any, shape: str, place: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield each part of a model, with its place and shape: itself, and everything inside."""
    yield place.rstrip("."), shape, model
    for element in SHAPES[shape].elements:
        is_many = isinstance(getattr(model, element.field), tuple)
        for at, value in enumerate(values_of(model, element.field)):
            here = f"{place}{element.field}" + (f".{at}." if is_many else ".")
            if isinstance(element.holds, Nested):
                yield from parts(value, element.holds.shape, here)
            elif isinstance(element.holds, OneOf):
                yield from parts(value, element.holds.shapes[type(value)][1], here)


def of_incident(report: Report) -> Iterator[Problem]:
    """Yield what is missing that every report has."""
    if report.incident.at is None:
        yield Problem(
            "incident_time", "incident.at", "Nobody has said when it happened.",
            "Enter the time, and say what it stands for: of the upload, the last message, the detection.",
        )  # fmt: skip
    elif not (report.incident.at_means or "").strip():
        yield Problem(
            "incident_time", "incident.at_means", "The time says nothing without what it stands for.",
            "Say whether it is the time of the upload, the last message or the detection.", is_blocking=False,
        )  # fmt: skip
    escalation = report.incident.escalation
    if escalation is not None and not escalation.strip():
        yield Problem(
            "escalation", "incident.escalation", "An escalation needs its reason.", "Say why a child is in danger now."
        )
    if not report.reporter.person.emails:
        yield Problem(
            "reporter",
            "reporter.person.emails",
            "Whoever reports has no e-mail address.",
            "Enter one in the channel's settings.",
        )
    if report.batch is None and not report.details:
        yield Problem(
            "details", "details", "Nothing says on what kind of service it happened.", "Choose one of the eight kinds."
        )


def of_emails(report: Report) -> Iterator[Problem]:
    """Yield addresses of a message that stand under nobody of the report."""
    people = (*report.suspects, *report.recipients, *report.victims)
    known = {e.address.strip().lower() for p in people for e in _emails_of(p)}
    for at, details in enumerate(report.details):
        if isinstance(details, EmailMessage | Newsgroup):
            for number, email in enumerate(details.emails):
                if email.address.strip().lower() not in known:
                    yield Problem(
                        "emails", f"details.{at}.emails.{number}", "This address stands under no person of the report.",
                        "Add it to the person reported, a recipient or a victim.",
                    )  # fmt: skip


def _emails_of(party: Party) -> Iterator[Any]:
    yield from party.person.emails if party.person is not None else ()
    for each in getattr(party, "associated", ()):
        yield from each.emails


def of_part(place: str, shape: str, model: Any) -> Iterator[Problem]:
    """Yield what does not agree within one part of a report."""
    rule = _BY_SHAPE.get(shape)
    if rule is not None:
        yield from rule(place, model)


def _verified(place: str, model: Any) -> Iterator[Problem]:
    if model.verified_at is not None and model.is_verified is not True:
        yield Problem(
            "verified",
            f"{place}.is_verified",
            "It has a time of verification and is not verified.",
            "Say that it is verified, or take the time out.",
        )


def _phone(place: str, phone: Any) -> Iterator[Problem]:
    yield from _verified(place, phone)
    if phone.calling_code and phone.number.startswith((phone.calling_code, phone.calling_code.removeprefix("+") + " ")):
        yield Problem(
            "phones",
            f"{place}.number",
            "The number begins with its calling code, which is told apart.",
            "Take the calling code out of the number.",
        )


def _disabled(place: str, model: Any) -> Iterator[Problem]:
    before, told, again = model.disabled_at, model.notified_at, getattr(model, "reenabled_at", None)
    if before is not None and told is not None and told < before:
        yield Problem(
            "disabled",
            f"{place}.notified_at",
            "The user was told before the account was disabled.",
            "Correct one of the two times.",
        )
    if before is not None and again is not None and again <= before:
        yield Problem(
            "disabled",
            f"{place}.reenabled_at",
            "The account was enabled again before it was disabled.",
            "Correct one of the two times.",
        )


def _location(place: str, model: Any) -> Iterator[Problem]:
    if model.country == "US" and model.city and not model.region:
        yield Problem(
            "location",
            f"{place}.region",
            "A city in the United States needs its state.",
            "Enter the state's two letters, or leave the city out.",
        )


def _address(place: str, model: Any) -> Iterator[Problem]:
    if model.us_state and model.country not in {None, "US"}:
        yield Problem(
            "location",
            f"{place}.us_state",
            "A state of the United States stands in another country.",
            "Enter it as a state elsewhere.",
        )


def _associated(place: str, model: AssociatedAccount) -> Iterator[Problem]:
    if model.approximate_age is not None and model.born_on is not None:
        yield Problem(
            "age",
            f"{place}.approximate_age",
            "An associated account has an age or a day of birth, never both.",
            "Leave one of them out.",
        )


_BY_SHAPE = {
    "phone": _phone,
    "email": _verified,
    "accountTemporarilyDisabled": _disabled,
    "accountPermanentlyDisabled": _disabled,
    "estimatedLocation": _location,
    "address": _address,
    "associatedAccount": _associated,
}


def of_batch(report: Report) -> Iterator[Problem]:
    """Yield what a batch must not say, or only a batch may."""
    if report.batch is None:
        if len(report.suspects) > 1:
            yield Problem(
                "batch",
                "suspects",
                "Several accounts are reported at once only in a batch.",
                "File a report for each, or report one file in a batch.",
            )
        return
    forbidden = {
        "incident.escalation": report.incident.escalation,
        "details": report.details,
        "law_enforcement": report.law_enforcement,
        "recipients": report.recipients,
        "victims": report.victims,
        "note": report.note,
    }
    for place, value in forbidden.items():
        if value:
            yield Problem("batch", place, "A batch must not say this.", "Leave it out, or file a report of its own.")
    for at, suspect in enumerate(report.suspects):
        said = {each.name for each in fields(suspect) if getattr(suspect, each.name) not in (None, ())}
        if said != {"identifier"}:
            yield Problem(
                "batch", f"suspects.{at}", "Of each account a batch tells its identifier alone.", "Leave the rest out."
            )
