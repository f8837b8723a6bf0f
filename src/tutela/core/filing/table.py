"""The one table of a report's elements: order, cardinality, limits. XML, checks and the reference are made from it.

Order is significant everywhere but inside annotations; a wrong one is refused by the authority after a report was
opened, so nothing is built by hand. It is longer than a module should be because it is one table. Source: CyberTipline
Reporting API, schema of November 2025, and where it and the documentation differ, what the page on filing says.
`fileDetails/fileName` and the deprecated `potentialMeme` beside `fileAnnotations` are never sent.
"""

from enum import StrEnum

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
    EmailMessage,
    Game,
    Incident,
    Newsgroup,
    NonInternet,
    PeerToPeer,
    WebPage,
)
from tutela.core.filing.report import Batch, ForeignProcess, LawEnforcement, Report, Reporter
from tutela.core.filing.report_file import FileDetails, Metadata, NamedValue, OriginalHash
from tutela.core.filing.schema import Attribute, Element, Flags, Form, Leaf, Nested, OneOf, Overlong, Shape
from tutela.core.filing.traces import Device, EstimatedLocation, IpEvent
from tutela.core.filing.wire_words import (
    AddressKind,
    AssociationKind,
    BatchReason,
    Classification,
    EmailKind,
    Feature,
    FileAnnotation,
    IncidentType,
    MetadataKind,
    PhoneKind,
    Relevance,
    ReportAnnotation,
    TraceEvent,
)

OWN_LONGEST = 20_000
"""Characters of a text for which the authority publishes no limit: what is longer reads better as a file of its own."""

FLAG, DAY = Leaf(Form.FLAG), Leaf(Form.DAY, is_past=True)
PAST, LATER = Leaf(Form.MOMENT, is_past=True), Leaf(Form.MOMENT)
URL = Leaf(Form.URL, 2083, may_be_blank=False)
EMAIL = Leaf(Form.EMAIL, 255, may_be_blank=False, overlong=Overlong.REFUSED)
PROSE = Leaf(longest=OWN_LONGEST, is_ours=True, overlong=Overlong.BEGINNING)
REPORT_NUMBER = Leaf(Form.NUMBER, lowest=1)
AGE = Leaf(Form.NUMBER, lowest=0, highest=150)
COUNTRY = Leaf(Form.COUNTRY)


def _text(longest: int) -> Leaf:
    return Leaf(longest=longest)


def _prose(longest: int) -> Leaf:
    return Leaf(longest=longest, overlong=Overlong.BEGINNING)


def _words(known: type[StrEnum]) -> Leaf:
    return Leaf(Form.WORD, words=known)


def _one(wire: str, field: str, holds: Leaf | Flags | str) -> Element:
    return Element(wire, field, Nested(holds) if isinstance(holds, str) else holds, 1)


def _maybe(wire: str, field: str, holds: Leaf | Flags | str, needs: Feature | None = None) -> Element:
    return Element(wire, field, Nested(holds) if isinstance(holds, str) else holds, needs=needs)


def _many(wire: str, field: str, holds: Leaf | str, least: int = 0) -> Element:
    return Element(wire, field, Nested(holds) if isinstance(holds, str) else holds, least, None)


_REPORT_FLAGS = Flags(
    ReportAnnotation,
    {
        ReportAnnotation.INFORMATIONAL: Feature.INFORMATIONAL,
        ReportAnnotation.AGGRAVATING: Feature.AGGRAVATING,
        ReportAnnotation.INSTRUMENTAL: Feature.INSTRUMENTAL,
    },
)
_FILE_FLAGS = Flags(FileAnnotation, {})

_NOTE = _maybe("additionalInfo", "note", PROSE)
_CONTENT = _maybe("content", "content", PROSE)
_REACHED = (
    _many("phone", "phones", "phone"),
    _many("email", "emails", "email"),
    _many("address", "addresses", "address"),
)
_SEEN = (_many("ipCaptureEvent", "ip_events", "ipCaptureEvent"), _many("deviceId", "devices", "deviceId"))
_DISABLED = (
    _maybe("accountTemporarilyDisabled", "temporarily_disabled", "accountTemporarilyDisabled"),
    _maybe("accountPermanentlyDisabled", "permanently_disabled", "accountPermanentlyDisabled"),
)
_ACCOUNT = (
    _maybe("espIdentifier", "identifier", _text(255)),
    _maybe("espService", "service", _text(100)),
    _maybe("compromisedAccount", "is_compromised", FLAG),
    _maybe("screenName", "screen_name", _text(256)),
    _many("displayName", "display_names", _text(255)),
    _many("profileUrl", "profile_urls", URL),
    _maybe("profileBio", "profile_bio", PROSE),
    *_SEEN,
)
_PRIOR = _many("priorCTReports", "prior_reports", REPORT_NUMBER)
_GROUP = _maybe("groupIdentifier", "group", _text(255))
_LOCATION = _maybe("estimatedLocation", "location", "estimatedLocation")
_ALL_EMAILS = _maybe("allEmailsReported", "all_emails_reported", FLAG)
_ASSOCIATED = _many("associatedAccount", "associated", "associatedAccount")

_REPORT = {
    "report": Shape(
        Report,
        (
            _maybe("batchedReport", "batch", "batchedReport"),
            _one("incidentSummary", "incident", "incidentSummary"),
            Element(
                "internetDetails",
                "details",
                OneOf(
                    {
                        WebPage: ("webPageIncident", "webPageIncident"),
                        EmailMessage: ("emailIncident", "emailIncident"),
                        Newsgroup: ("newsgroupIncident", "newsgroupIncident"),
                        Chat: ("chatImIncident", "chatImIncident"),
                        Game: ("onlineGamingIncident", "onlineGamingIncident"),
                        CellPhone: ("cellPhoneIncident", "cellPhoneIncident"),
                        NonInternet: ("nonInternetIncident", "nonInternetIncident"),
                        PeerToPeer: ("peer2peerIncident", "peer2peerIncident"),
                    }
                ),
                0,
                None,
            ),
            _maybe("lawEnforcement", "law_enforcement", "lawEnforcement"),
            _one("reporter", "reporter", "reporter"),
            _many("personOrUserReported", "suspects", "personOrUserReported"),
            _many("intendedRecipient", "recipients", "intendedRecipient"),
            _many("victim", "victims", "victim"),
            _NOTE,
        ),
    ),
    "batchedReport": Shape(Batch, attributes=(Attribute("reason", "reason", _words(BatchReason), is_needed=True),)),
    "incidentSummary": Shape(
        Incident,
        (
            _one("incidentType", "kind", _words(IncidentType)),
            _maybe("platform", "platform", _text(256)),
            _maybe(
                "escalateToHighPriority",
                "escalation",
                Leaf(longest=3000, may_be_blank=False, overlong=Overlong.BEGINNING),
            ),
            _maybe("reportAnnotations", "annotations", _REPORT_FLAGS),
            _one("incidentDateTime", "at", PAST),
            _maybe("incidentDateTimeDescription", "at_means", _prose(3000)),
        ),
    ),
    "lawEnforcement": Shape(
        LawEnforcement,
        (
            _one("agencyName", "agency", Leaf(longest=255, may_be_blank=False, overlong=Overlong.REFUSED)),
            _maybe("caseNumber", "case_number", _text(100)),
            _maybe("officerContact", "officer", "contactPerson"),
            _maybe("reportedToLe", "is_told", FLAG),
            _maybe("servedLegalProcessDomestic", "has_domestic_process", FLAG),
            _maybe("servedLegalProcessInternational", "foreign_process", "servedLegalProcessInternational"),
        ),
    ),
    "servedLegalProcessInternational": Shape(
        ForeignProcess,
        attributes=(Attribute("fleaCountry", "country", COUNTRY),),
        content=_one("", "is_served", FLAG),
    ),
    "reporter": Shape(
        Reporter,
        (
            _one("reportingPerson", "person", "person"),
            _maybe("contactPerson", "contact", "contactPerson"),
            _maybe("companyTemplate", "template", PROSE),
            _maybe("termsOfService", "terms", PROSE),
            _maybe("legalURL", "legal_url", URL),
        ),
    ),
}

_DETAILS = {
    "webPageIncident": Shape(
        WebPage,
        (_many("url", "urls", URL), _NOTE),
        (Attribute("thirdPartyHostedContent", "is_hosted_elsewhere", FLAG),),
    ),
    "emailIncident": Shape(EmailMessage, (_many("emailAddress", "emails", "email"), _CONTENT, _NOTE)),
    "newsgroupIncident": Shape(
        Newsgroup,
        (_maybe("name", "name", _text(255)), _many("emailAddress", "emails", "email"), _CONTENT, _NOTE),
    ),
    "chatImIncident": Shape(
        Chat, (_maybe("chatClient", "client", _text(255)), _maybe("chatRoomName", "room", _text(255)), _CONTENT, _NOTE)
    ),
    "onlineGamingIncident": Shape(
        Game, (_maybe("gameName", "name", _text(255)), _maybe("console", "console", _text(255)), _CONTENT, _NOTE)
    ),
    "cellPhoneIncident": Shape(
        CellPhone,
        (
            _maybe("phoneNumber", "phone", "phone"),
            _maybe("latitude", "latitude", Leaf(Form.DEGREES, lowest=-90, highest=90)),
            _maybe("longitude", "longitude", Leaf(Form.DEGREES, lowest=-180, highest=180)),
            _NOTE,
        ),
    ),
    "nonInternetIncident": Shape(
        NonInternet,
        (_maybe("locationName", "place", _text(255)), _many("incidentAddress", "addresses", "address"), _NOTE),
    ),
    "peer2peerIncident": Shape(
        PeerToPeer,
        (
            _maybe("client", "client", _text(255)),
            _many("ipCaptureEvent", "ip_events", "ipCaptureEvent"),
            _maybe("fileNames", "file_names", PROSE),
            _NOTE,
        ),
    ),
}

_PARTIES = {
    "personOrUserReported": Shape(
        Suspect,
        (
            _maybe("personOrUserReportedPerson", "person", "person"),
            _maybe("vehicleDescription", "vehicle", _prose(300)),
            *_ACCOUNT,
            _maybe("thirdPartyUserReported", "is_third_party_user", FLAG),
            _PRIOR,
            _GROUP,
            *_DISABLED,
            _LOCATION,
            _ALL_EMAILS,
            _ASSOCIATED,
            _NOTE,
        ),
    ),
    "intendedRecipient": Shape(
        Recipient,
        (
            _maybe("intendedRecipientPerson", "person", "person"),
            *_ACCOUNT,
            _PRIOR,
            _GROUP,
            *_DISABLED,
            _LOCATION,
            _ALL_EMAILS,
            _NOTE,
        ),
    ),
    "victim": Shape(
        Victim,
        (
            _one("victimPerson", "person", "person"),
            *_ACCOUNT,
            _maybe("schoolName", "school", _text(255)),
            _PRIOR,
            *_DISABLED,
            _LOCATION,
            _ALL_EMAILS,
            _ASSOCIATED,
            _NOTE,
        ),
    ),
    "associatedAccount": Shape(
        AssociatedAccount,
        (
            _maybe("platform", "platform", "associatedPlatform"),
            _maybe("firstName", "first_name", _text(256)),
            _maybe("middleName", "middle_name", _text(256)),
            _maybe("lastName", "last_name", _text(256)),
            _maybe("approximateAge", "approximate_age", AGE),
            _maybe("ageAssertionDiscrepancy", "has_age_discrepancy", FLAG, Feature.AGE_DISCREPANCY),
            _maybe("dateOfBirth", "born_on", DAY),
            _REACHED[0],
            _REACHED[1],
            _ALL_EMAILS,
            _REACHED[2],
            _maybe("espService", "service", _text(256)),
            _maybe("espIdentifier", "identifier", _text(256)),
            _many("profileUrl", "profile_urls", URL),
            _maybe("screenName", "screen_name", _text(256)),
            _many("displayName", "display_names", _text(255)),
            _maybe("profileBio", "profile_bio", PROSE),
            _maybe("groupIdentifier", "group", _text(256)),
            _maybe("compromisedAccount", "is_compromised", FLAG),
            *_DISABLED,
            *_SEEN,
            _many("priorCTReport", "prior_reports", REPORT_NUMBER),
            _NOTE,
        ),
        (Attribute("type", "kind", _words(AssociationKind), is_needed=True),),
    ),
    "associatedPlatform": Shape(
        AssociatedPlatform,
        attributes=(Attribute("thirdPartyUser", "is_third_party", FLAG),),
        content=_one("", "name", _text(256)),
    ),
    "accountTemporarilyDisabled": Shape(
        TemporaryDisable,
        attributes=(
            Attribute("disabledDate", "disabled_at", PAST),
            Attribute("userNotified", "is_user_notified", FLAG),
            Attribute("userNotifiedDate", "notified_at", PAST),
            Attribute("reenabledDate", "reenabled_at", LATER),
        ),
        content=_one("", "is_disabled", FLAG),
    ),
    "accountPermanentlyDisabled": Shape(
        PermanentDisable,
        attributes=(
            Attribute("disabledDate", "disabled_at", PAST),
            Attribute("userNotified", "is_user_notified", FLAG),
            Attribute("userNotifiedDate", "notified_at", PAST),
        ),
        content=_one("", "is_disabled", FLAG),
    ),
}

_SHARED = {
    "ipCaptureEvent": Shape(
        IpEvent,
        (
            _one("ipAddress", "ip", Leaf(Form.IP, may_be_blank=False, overlong=Overlong.REFUSED)),
            _maybe("eventName", "event", _words(TraceEvent)),
            _maybe("dateTime", "at", PAST),
            _maybe("possibleProxy", "is_possible_proxy", FLAG),
            _maybe("port", "port", Leaf(Form.NUMBER, lowest=1, highest=65_535)),
        ),
    ),
    "deviceId": Shape(
        Device,
        (
            _one("idType", "id_kind", Leaf(longest=255, may_be_blank=False, overlong=Overlong.REFUSED)),
            _one("idValue", "id_value", Leaf(longest=2083, may_be_blank=False, overlong=Overlong.REFUSED)),
            _maybe("eventName", "event", _words(TraceEvent)),
            _maybe("dateTime", "at", PAST),
        ),
    ),
    "person": Shape(
        Person,
        (
            _maybe("firstName", "first_name", _text(100)),
            _maybe("lastName", "last_name", _text(100)),
            *_REACHED,
            _maybe("age", "age", AGE),
            _maybe("ageAssertionDiscrepancy", "has_age_discrepancy", FLAG, Feature.AGE_DISCREPANCY),
            _maybe("dateOfBirth", "born_on", DAY),
        ),
    ),
    "contactPerson": Shape(
        ContactPerson,
        (_maybe("firstName", "first_name", _text(100)), _maybe("lastName", "last_name", _text(100)), *_REACHED),
    ),
    "address": Shape(
        Address,
        (
            _maybe("address", "street", _text(255)),
            _maybe("city", "city", _text(100)),
            _maybe("zipCode", "zip_code", _text(20)),
            _maybe("state", "us_state", Leaf(Form.STATE)),
            _maybe("nonUsaState", "other_state", _text(100)),
            _maybe("country", "country", COUNTRY),
        ),
        (Attribute("type", "kind", _words(AddressKind)),),
    ),
    "phone": Shape(
        Phone,
        attributes=(
            Attribute("type", "kind", _words(PhoneKind)),
            Attribute("verified", "is_verified", FLAG),
            Attribute("verificationDate", "verified_at", PAST),
            Attribute("countryCallingCode", "calling_code", Leaf(Form.CALLING_CODE)),
            Attribute("extension", "extension", Leaf(Form.EXTENSION, 10)),
        ),
        content=_one("", "number", Leaf(Form.PHONE, 50, may_be_blank=False, overlong=Overlong.REFUSED)),
    ),
    "email": Shape(
        Email,
        attributes=(
            Attribute("type", "kind", _words(EmailKind)),
            Attribute("verified", "is_verified", FLAG),
            Attribute("verificationDate", "verified_at", PAST),
        ),
        content=_one("", "address", EMAIL),
    ),
    "estimatedLocation": Shape(
        EstimatedLocation,
        (
            _maybe("city", "city", _text(255)),
            _maybe("region", "region", _text(255)),
            _one("countryCode", "country", COUNTRY),
        ),
        (Attribute("verified", "is_verified", FLAG), Attribute("timestamp", "at", PAST)),
    ),
}

_FILE = {
    "fileDetails": Shape(
        FileDetails,
        (
            _one("reportId", "report_id", Leaf(may_be_blank=False, overlong=Overlong.REFUSED)),
            _one("fileId", "file_id", Leaf(may_be_blank=False, overlong=Overlong.REFUSED)),
            _maybe("originalFileName", "original_name", _text(2056)),
            _maybe("uploadedToEspTimestamp", "uploaded_at", PAST),
            _maybe("locationOfFile", "url", URL),
            _maybe("fileViewedByEsp", "is_viewed", FLAG),
            _maybe("exifViewedByEsp", "is_exif_viewed", FLAG),
            _maybe("publiclyAvailable", "is_public", FLAG),
            _maybe("fileRelevance", "relevance", _words(Relevance)),
            _maybe("fileAnnotations", "annotations", _FILE_FLAGS),
            _maybe("industryClassification", "classification", _words(Classification)),
            _many("originalFileHash", "hashes", "originalFileHash"),
            _maybe("ipCaptureEvent", "ip_event", "ipCaptureEvent"),
            _many("deviceId", "devices", "deviceId"),
            _many("details", "metadata", "details"),
            _many("additionalInfo", "notes", PROSE),
        ),
    ),
    "originalFileHash": Shape(
        OriginalHash,
        attributes=(
            Attribute(
                "hashType", "kind", Leaf(longest=64, may_be_blank=False, overlong=Overlong.REFUSED), is_needed=True
            ),
        ),
        content=_one(
            "", "value", Leaf(longest=OWN_LONGEST, is_ours=True, may_be_blank=False, overlong=Overlong.REFUSED)
        ),
    ),
    "details": Shape(
        Metadata,
        (_many("nameValuePair", "pairs", "nameValuePair", 1),),
        (Attribute("type", "kind", _words(MetadataKind), is_needed=True),),
    ),
    "nameValuePair": Shape(
        NamedValue,
        (
            _one("name", "name", Leaf(longest=64, may_be_blank=False, overlong=Overlong.REFUSED)),
            _one("value", "value", Leaf(longest=OWN_LONGEST, is_ours=True, overlong=Overlong.BEGINNING)),
        ),
    ),
}

SHAPES = {**_REPORT, **_DETAILS, **_PARTIES, **_SHARED, **_FILE}
"""Every shape by its name."""
