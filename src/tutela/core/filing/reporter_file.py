"""Who reports, as the operator writes it down: a TOML file."""

from collections.abc import Mapping

from tutela.core.file_table import FileTable
from tutela.core.filing.contacts import ContactPerson, Email, Person, Phone
from tutela.core.filing.report import Reporter
from tutela.core.filing.wire_words import EmailKind, PhoneKind

EXAMPLE = '''\
# Who reports, and how legal process is served. It stands in every report.

[person]                                  # who files; at least one e-mail address
first_name = "Ann"
last_name = "Officer"
emails = ["safety@YOUR-DOMAIN"]
phones = ["+1 555 0100"]

[contact]                                 # whom police should call, where that is somebody else
first_name = "Legal"
last_name = "Desk"
emails = ["legal@YOUR-DOMAIN"]

[process]
template = """How legal process is served on us, how long data is kept, who answers at night."""
terms = """The terms of service that forbid it."""
legal_url = "https://YOUR-DOMAIN/law-enforcement"
'''

_PLACE = "reporter"


def read_reporter(values: Mapping[str, object]) -> Reporter:
    """Return who reports.

    Raises:
        tutela.errors.Misconfigured: A key is missing, unknown, or of the wrong kind; the place says which.
    """
    file = FileTable(values, _PLACE)
    person = FileTable(file.raw_table("person", is_needed=True), f"{_PLACE}.person")
    process = FileTable(file.raw_table("process"), f"{_PLACE}.process")
    read = Reporter(
        person=Person(
            first_name=_maybe(person, "first_name"), last_name=_maybe(person, "last_name"), phones=_phones(person),
            emails=_emails(person),
        ),
        contact=_contact(file),
        template=_maybe(process, "template"),
        terms=_maybe(process, "terms"),
        legal_url=_maybe(process, "legal_url"),
    )  # fmt: skip
    for table in (person, process, file):
        table.close()
    return read


def _contact(file: FileTable) -> ContactPerson | None:
    if not file.has("contact"):
        return None
    table = FileTable(file.raw_table("contact"), f"{_PLACE}.contact")
    made = ContactPerson(
        first_name=_maybe(table, "first_name"), last_name=_maybe(table, "last_name"), phones=_phones(table),
        emails=_emails(table),
    )  # fmt: skip
    table.close()
    return made


def _emails(table: FileTable) -> tuple[Email, ...]:
    found = table.texts("emails") if table.has("emails") else []
    return tuple(Email(address=each.strip(), kind=EmailKind.WORK) for each in found)


def _phones(table: FileTable) -> tuple[Phone, ...]:
    found = table.texts("phones") if table.has("phones") else []
    return tuple(Phone(number=each.strip(), kind=PhoneKind.WORK) for each in found)


def _maybe(table: FileTable, key: str) -> str | None:
    return table.text(key) if table.has(key) else None
