"""The part of a form that says who reports, and how legal process is served."""

from collections.abc import Mapping
from dataclasses import dataclass

from tutela.console.visits import Visit
from tutela.core.filing.contacts import ContactPerson, Email, Person, Phone
from tutela.core.filing.report import Reporter
from tutela.core.filing.wire_words import EmailKind, PhoneKind


@dataclass(frozen=True, slots=True)
class FormField:
    """One field."""

    name: str  #: in the form
    label: str  #: in the texts of a report's fields
    rows: int = 1
    is_needed: bool = False


PARTS: Mapping[str, tuple[FormField, ...]] = {
    "person": (
        FormField("reporter.person.first_name", "first_name"),
        FormField("reporter.person.last_name", "last_name"),
        FormField("reporter.person.emails", "emails", 2, is_needed=True),
        FormField("reporter.person.phones", "phones", 2),
    ),
    "contact": (
        FormField("reporter.contact.first_name", "first_name"),
        FormField("reporter.contact.last_name", "last_name"),
        FormField("reporter.contact.emails", "emails", 2),
        FormField("reporter.contact.phones", "phones", 2),
    ),
    "process": (
        FormField("reporter.template", "template", 5),
        FormField("reporter.terms", "terms", 5),
        FormField("reporter.legal_url", "legal_url"),
    ),
}


def read_reporter(visit: Visit) -> Reporter:
    """Return who reports, as the form says; what is wrong with it is found by the flow."""
    contact = ContactPerson(
        first_name=_text(visit, "reporter.contact.first_name"),
        last_name=_text(visit, "reporter.contact.last_name"),
        emails=_emails(visit, "contact"),
        phones=_phones(visit, "contact"),
    )
    person = Person(
        first_name=_text(visit, "reporter.person.first_name"),
        last_name=_text(visit, "reporter.person.last_name"),
        emails=_emails(visit, "person"),
        phones=_phones(visit, "person"),
    )
    return Reporter(
        person=person,
        contact=None if contact == ContactPerson() else contact,
        template=_text(visit, "reporter.template"),
        terms=_text(visit, "reporter.terms"),
        legal_url=_text(visit, "reporter.legal_url"),
    )


def reporter_fields(visit: Visit, kept: Reporter | None) -> Mapping[str, str]:
    """Return what each field shows: what was sent where it was not taken, else what is kept."""
    names = [each.name for part in PARTS.values() for each in part]
    if visit.error is not None and visit.request.method == "POST" and "reporter.template" in visit.form:
        return {name: visit.said(name) for name in names}
    if kept is None:
        return dict.fromkeys(names, "")
    contact = kept.contact or ContactPerson()
    return {
        **_shown("person", kept.person),
        **_shown("contact", contact),
        "reporter.template": kept.template or "",
        "reporter.terms": kept.terms or "",
        "reporter.legal_url": kept.legal_url or "",
    }


def _shown(part: str, who: Person | ContactPerson) -> dict[str, str]:
    return {
        f"reporter.{part}.first_name": who.first_name or "",
        f"reporter.{part}.last_name": who.last_name or "",
        f"reporter.{part}.emails": "\n".join(each.address for each in who.emails),
        f"reporter.{part}.phones": "\n".join(each.number for each in who.phones),
    }


def _emails(visit: Visit, part: str) -> tuple[Email, ...]:
    return tuple(Email(address=each, kind=EmailKind.WORK) for each in _lines(visit, f"reporter.{part}.emails"))


def _phones(visit: Visit, part: str) -> tuple[Phone, ...]:
    return tuple(Phone(number=each, kind=PhoneKind.WORK) for each in _lines(visit, f"reporter.{part}.phones"))


def _lines(visit: Visit, name: str) -> list[str]:
    return [each.strip() for each in visit.said(name).splitlines() if each.strip()]


def _text(visit: Visit, name: str) -> str | None:
    return visit.said(name).replace("\r\n", "\n").strip() or None
