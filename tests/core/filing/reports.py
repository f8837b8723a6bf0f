"""Reports for tests: invented people, reserved addresses, harmless words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tutela.core.filing.accounts import (
    AssociatedAccount,
    AssociatedPlatform,
    PermanentDisable,
    Recipient,
    Suspect,
    TemporaryDisable,
    Victim,
)
from tutela.core.filing.contacts import Address, ContactPerson, Email, Person, Phone
from tutela.core.filing.incident import (
    CellPhone,
    Chat,
    Details,
    EmailMessage,
    Game,
    Incident,
    Newsgroup,
    NonInternet,
    PeerToPeer,
    WebPage,
)
from tutela.core.filing.report import Batch, ForeignProcess, LawEnforcement, Report, Reporter
from tutela.core.filing.report_file import FileDetails, Metadata, NamedValue, OriginalHash, ViewFacts
from tutela.core.filing.traces import Device, EstimatedLocation, IpEvent
from tutela.core.filing.wire_words import (
    AddressKind,
    AssociationKind,
    Classification,
    EmailKind,
    FileAnnotation,
    IncidentType,
    MetadataKind,
    PhoneKind,
    Relevance,
    ReportAnnotation,
    TraceEvent,
)
from tutela.core.ids import PersonId

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SCHEMA_URL = "https://authority.test/ispws/xsd"
THEN = NOW - timedelta(days=6, hours=17, minutes=55, seconds=55)
SEEN = ViewFacts(frozenset({PersonId("per_1")}))
SEEN_WITH_EXIF = replace(SEEN, is_metadata_read=True)

REPORTER = Reporter(
    person=Person(
        first_name="Ann", last_name="Officer", emails=(Email(address="safety@meadow.alt", kind=EmailKind.WORK),)
    ),
    contact=ContactPerson(
        first_name="Legal",
        last_name="Desk",
        phones=(Phone(number="5550100", kind=PhoneKind.WORK),),
        emails=(Email(address="legal@meadow.alt"),),
    ),
    template="How to serve process; what is kept and how long; who answers at night.",
    legal_url="https://meadow.alt/law-enforcement",
)
LOGIN = IpEvent(ip="192.0.2.10", event=TraceEvent.LOGIN, at=THEN, is_possible_proxy=False, port=51_000)
UPLOAD = IpEvent(ip="2001:db8::10", event=TraceEvent.UPLOAD, at=THEN, port=443)
SUSPECT = Suspect(
    person=Person(emails=(Email(address="u@meadow.alt", is_verified=True, verified_at=THEN),)),
    identifier="user-123",
    service="Meadow Chat",
    screen_name="handle",
    profile_urls=("https://meadow.alt/u/handle",),
    ip_events=(LOGIN,),
    location=EstimatedLocation(city="Springfield", region="IL", country="US", at=THEN),
)
CHAT = Chat(client="Meadow Chat", room="dm-1", note="The log is attached as a supplemental file.")


def incident(kind: IncidentType = IncidentType.CSAM) -> Incident:
    """Return an incident."""
    return Incident(kind=kind, platform="Meadow Chat", at=THEN, at_means="Time of the last reported message.")


def text_only() -> Report:
    """Return an enticement in words alone: no file."""
    return Report(
        incident=replace(incident(IncidentType.ENTICEMENT), annotations=(ReportAnnotation.SEXTORTION,)),
        details=(CHAT,),
        reporter=REPORTER,
        suspects=(SUSPECT,),
        victims=(Victim(person=Person(age=14), identifier="user-456"),),
        note="The account pressed another, which says it is fourteen. First-hand: the messages. The rest is inferred.",
    )


def with_image() -> Report:
    """Return a report of one picture."""
    return Report(
        incident=replace(incident(), at_means="Time of the upload."),
        details=(WebPage(urls=("https://meadow.alt/m/1",)),),
        reporter=REPORTER,
        suspects=(SUSPECT,),
        note="A picture that people here found; identical bytes are on a verified list.",
    )


def image() -> FileDetails:
    """Return what is told of a picture that somebody has seen."""
    return FileDetails(
        original_name="photo.jpg",
        uploaded_at=THEN,
        url="https://meadow.alt/m/1",
        views=SEEN,
        is_public=True,
        classification=Classification.B2,
        annotations=(FileAnnotation.SELF_PRODUCED,),
        hashes=(OriginalHash(kind="MD5", value="0" * 32), OriginalHash(kind="SHA256", value="0" * 64)),
        ip_event=UPLOAD,
    )


def three_files() -> tuple[FileDetails, ...]:
    """Return two pictures and the log of a conversation."""
    return (
        image(),
        replace(
            image(), original_name="\N{CYRILLIC SMALL LETTER EF}\N{CYRILLIC SMALL LETTER O}.png", views=ViewFacts()
        ),
        FileDetails(original_name="log.txt", relevance=Relevance.SUPPLEMENTAL, notes=("Conversation around it.",)),
    )


def batch() -> Report:
    """Return many accounts that shared one file."""
    return Report(
        batch=Batch(),
        incident=replace(incident(), at_means="Time of the first upload."),
        reporter=REPORTER,
        suspects=tuple(Suspect(identifier=f"user-{number}") for number in (1, 2, 3)),
    )


def batch_file() -> FileDetails:
    """Return what may be told of the one file of a batch."""
    return FileDetails(
        uploaded_at=THEN,
        views=SEEN,
        is_public=True,
        annotations=(FileAnnotation.VIRAL, FileAnnotation.MEME),
        classification=Classification.A2,
    )


PHONES = tuple(
    Phone(number=f"5550{at:03}", kind=kind, is_verified=True, verified_at=THEN, calling_code="+44", extension="12")
    for at, kind in enumerate(PhoneKind)
)
EMAILS = tuple(
    Email(address=f"{kind.value.lower()}@meadow.alt", kind=kind, is_verified=True, verified_at=THEN)
    for kind in EmailKind
)
ADDRESSES = (
    *(
        Address(street="1 Mill Lane", city="Springfield", zip_code="62701", us_state="IL", country="US", kind=kind)
        for kind in AddressKind
    ),
    Address(street="2 Quay", city="Port", zip_code="P1", other_state="North", country="GB"),
)
EVENTS = tuple(
    IpEvent(ip=f"192.0.2.{at}", event=event, at=THEN, is_possible_proxy=bool(at % 2), port=50_000 + at)
    for at, event in enumerate(TraceEvent, start=1)
)
DEVICES = tuple(
    Device(id_kind="IMEI", id_value=f"35-{at}", event=event, at=THEN) for at, event in enumerate(TraceEvent)
)
PERSON = Person(
    first_name="Ada",
    last_name="\N{GREEK CAPITAL LETTER OMEGA}",
    phones=PHONES,
    emails=EMAILS,
    addresses=ADDRESSES,
    age=34,
    has_age_discrepancy=True,
    born_on=date(1992, 2, 29),
)
FOR_A_TIME = TemporaryDisable(
    disabled_at=THEN,
    is_user_notified=True,
    notified_at=THEN + timedelta(hours=1),
    reenabled_at=NOW + timedelta(days=30),
)
FOR_GOOD = PermanentDisable(disabled_at=THEN, is_user_notified=False, notified_at=THEN)
LOCATION = EstimatedLocation(city="Springfield", region="IL", country="US", is_verified=False, at=THEN)
CONTACT = ContactPerson(
    first_name="Lea", last_name="Desk", phones=PHONES[:1], emails=EMAILS[:1], addresses=ADDRESSES[:1]
)
ASSOCIATED = tuple(
    AssociatedAccount(
        kind=kind,
        platform=AssociatedPlatform(name="Meadow Photos", is_third_party=False),
        first_name="Ada",
        middle_name="B.",
        last_name="C.",
        approximate_age=None if at else 34,
        has_age_discrepancy=False,
        born_on=date(1992, 2, 29) if at else None,
        phones=PHONES[:1],
        emails=EMAILS[:1],
        all_emails_reported=True,
        addresses=ADDRESSES[:1],
        service="Meadow Photos",
        identifier=f"photos-{at}",
        profile_urls=("https://meadow.alt/p/1",),
        screen_name="other",
        display_names=("Other",),
        profile_bio="Likes hills.",
        group="group-1",
        is_compromised=False,
        temporarily_disabled=FOR_A_TIME,
        permanently_disabled=FOR_GOOD,
        ip_events=EVENTS[:1],
        devices=DEVICES[:1],
        prior_reports=(900_000_002,),
        note="Same telephone number.",
    )
    for at, kind in enumerate(AssociationKind)
)
PARTY = {
    "person": PERSON,
    "identifier": "user-123",
    "service": "Meadow Chat",
    "is_compromised": False,
    "screen_name": "handle",
    "display_names": ("Ada", "Hill"),
    "profile_urls": ("https://meadow.alt/u/handle",),
    "profile_bio": "Likes hills & <mills>.",
    "ip_events": EVENTS,
    "devices": DEVICES,
    "prior_reports": (900_000_001,),
    "temporarily_disabled": FOR_A_TIME,
    "permanently_disabled": FOR_GOOD,
    "location": LOCATION,
    "all_emails_reported": True,
    "note": "What is known of the account.",
}

VARIANTS: tuple[Details, ...] = (
    WebPage(urls=("https://meadow.alt/m/1", "https://meadow.alt/m/2"), note="Two pages.", is_hosted_elsewhere=True),
    EmailMessage(emails=EMAILS[:1], content="Subject: hills", note="One message."),
    Newsgroup(name="alt.hills", emails=EMAILS[:1], content="About hills.", note="One group."),
    Chat(client="Meadow Chat", room="dm-1", content="Words.", note="One room."),
    Game(name="Mills", console="Wheel 2", content="Words.", note="One game."),
    CellPhone(phone=PHONES[0], latitude=51.5, longitude=-0.1275, note="One call."),
    NonInternet(place="The mill", addresses=ADDRESSES[:1], note="One place."),
    PeerToPeer(client="Swarm", ip_events=EVENTS[:1], file_names="hill.txt\nmill.txt", note="One swarm."),
)


def of_variant(details: Details) -> Report:
    """Return a report of one variant of details."""
    suspect = replace(SUSPECT, person=Person(emails=EMAILS))
    return replace(text_only(), details=(details,), suspects=(suspect,))


def maximal() -> Report:
    """Return a report that says everything that can be said."""
    return Report(
        incident=Incident(
            kind=IncidentType.ENTICEMENT,
            platform="Meadow Chat",
            escalation="They mean to meet on Friday.",
            annotations=tuple(ReportAnnotation),
            at=THEN,
            at_means="Time of the last reported message.",
        ),
        details=VARIANTS,
        law_enforcement=LawEnforcement(
            agency="County police",
            case_number="C-1",
            officer=CONTACT,
            is_told=True,
            has_domestic_process=True,
            foreign_process=ForeignProcess(is_served=True, country="GB"),
        ),
        reporter=replace(REPORTER, person=PERSON, contact=CONTACT, terms="Be kind."),
        suspects=(
            Suspect(**PARTY, vehicle="A green tractor.", is_third_party_user=False, group="g", associated=ASSOCIATED),
        ),
        recipients=(Recipient(**PARTY, group="g"),),
        victims=(Victim(**PARTY, school="School on the hill", associated=ASSOCIATED),),
        note="Everything that is known.",
    )


def maximal_file() -> FileDetails:
    """Return everything that can be told of a file."""
    return FileDetails(
        original_name="photo.jpg",
        uploaded_at=THEN,
        url="https://meadow.alt/m/1",
        views=SEEN_WITH_EXIF,
        is_public=False,
        annotations=tuple(FileAnnotation),
        classification=Classification.A1,
        hashes=image().hashes,
        ip_event=UPLOAD,
        devices=DEVICES,
        metadata=tuple(
            Metadata(kind=kind, pairs=(NamedValue(name="Model", value="Cam"), NamedValue(name="Make", value="Box")))
            for kind in MetadataKind
        ),
        notes=("One.", "Two."),
    )
