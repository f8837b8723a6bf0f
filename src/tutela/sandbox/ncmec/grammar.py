"""What a report and the details of a file must look like, as the authority's schema says it.

Written by hand once more, apart from our own table. One line a type: names in order, each with what it holds and how
often. `?` at most once, `*` any number, `+` once or more, nothing for exactly once. What it holds is another type of
this table, or one of these:

    t        text                     t255     text of at most 255 characters
    url      a link                   mail     an e-mail address
    past     a moment in the past     when     any moment
    day      a day in the past        bool     true or false
    n1-9     a whole number           double   a number
    country  two letters or digits    state    two letters
    ip       an address
    =words   one of these words       ~words   any of these as empty elements, in any order

Source: CyberTipline Reporting API, schema of November 2025.
"""

from dataclasses import dataclass

WORDS = {
    "incident": (
        "Child Pornography (possession, manufacture, and distribution)",
        "Child Sex Trafficking",
        "Child Sex Tourism",
        "Child Sexual Molestation",
        "Misleading Domain Name",
        "Misleading Words or Digital Images on the Internet",
        "Online Enticement of Children for Sexual Acts",
        "Unsolicited Obscene Material Sent to a Child",
    ),
    "reported": ("sextortion", "csamSolicitation", "minorToMinorInteraction", "spam", "sadisticOnlineExploitation"),
    "reported2026": ("informational", "potentialAggravatingFactors", "instrumentalUse"),
    "annotated": (
        "animeDrawingVirtualHentai", "potentialMeme", "viral", "possibleSelfProduction", "physicalHarm", "violenceGore",
        "bestiality", "liveStreaming", "infant", "generativeAi",
    ),
    "event": ("Login", "Registration", "Purchase", "Upload", "Other", "Unknown"),
    "batch": ("VIRAL_POTENTIAL_MEME",),
    "addressType": ("Home", "Business", "Billing", "Shipping", "Technical"),
    "phoneType": ("Mobile", "Home", "Business", "Work", "Fax", "Internet", "Recovery"),
    "emailType": ("Home", "Work", "Business", "Recovery"),
    "accountType": ("Billing", "Linked", "Business", "Creator", "Parent/Guardian", "Other"),
    "relevance": ("Reported", "Supplemental Reported"),
    "industry": ("A1", "A2", "B1", "B2"),
    "metadata": ("EXIF", "HASH"),
}  # fmt: skip

_REACHED = "phone:phone* email:email* address:address*"
_ACCOUNT = """espIdentifier:t255? espService:t100? compromisedAccount:bool? screenName:t256? displayName:t255*
    profileUrl:url* profileBio:t? ipCaptureEvent:ip_event* deviceId:device*"""
_DISABLED = "accountTemporarilyDisabled:temporary? accountPermanentlyDisabled:permanent?"

TYPES = {
    "report": """batchedReport:batch? incidentSummary:summary internetDetails:details* lawEnforcement:police?
        reporter:reporter personOrUserReported:suspect* intendedRecipient:recipient* victim:victim*
        additionalInfo:t?""",
    "batch": "@reason:=batch!",
    "summary": """incidentType:=incident platform:t256? escalateToHighPriority:t3000? reportAnnotations:~reported?
        incidentDateTime:past incidentDateTimeDescription:t3000?""",
    "details": """webPageIncident:web|emailIncident:mailed|newsgroupIncident:news|chatImIncident:chat|
        onlineGamingIncident:game|cellPhoneIncident:cell|nonInternetIncident:offline|peer2peerIncident:peer""",
    "web": "@thirdPartyHostedContent:bool url:url* additionalInfo:t?",
    "mailed": "emailAddress:email* content:t? additionalInfo:t?",
    "news": "name:t255? emailAddress:email* content:t? additionalInfo:t?",
    "chat": "chatClient:t255? chatRoomName:t255? content:t? additionalInfo:t?",
    "game": "gameName:t255? console:t255? content:t? additionalInfo:t?",
    "cell": "phoneNumber:phone? latitude:double? longitude:double? additionalInfo:t?",
    "offline": "locationName:t255? incidentAddress:address* additionalInfo:t?",
    "peer": "client:t255? ipCaptureEvent:ip_event* fileNames:t? additionalInfo:t?",
    "police": """agencyName:t255 caseNumber:t100? officerContact:contact? reportedToLe:bool?
        servedLegalProcessDomestic:bool? servedLegalProcessInternational:foreign?""",
    "foreign": "@fleaCountry:country .:bool",
    "reporter": "reportingPerson:person contactPerson:contact? companyTemplate:t? termsOfService:t? legalURL:url?",
    "suspect": f"""personOrUserReportedPerson:person? vehicleDescription:t300? {_ACCOUNT} thirdPartyUserReported:bool?
        priorCTReports:n1-* groupIdentifier:t255? {_DISABLED} estimatedLocation:location? allEmailsReported:bool?
        associatedAccount:associated* additionalInfo:t?""",
    "recipient": f"""intendedRecipientPerson:person? {_ACCOUNT} priorCTReports:n1-* groupIdentifier:t255? {_DISABLED}
        estimatedLocation:location? allEmailsReported:bool? additionalInfo:t*""",
    "victim": f"""victimPerson:person {_ACCOUNT} schoolName:t255? priorCTReports:n1-* {_DISABLED}
        estimatedLocation:location? allEmailsReported:bool? associatedAccount:associated* additionalInfo:t?""",
    "associated": f"""@type:=accountType! platform:elsewhere? firstName:t256? middleName:t256? lastName:t256?
        approximateAge:n0-150? ageAssertionDiscrepancy:bool? dateOfBirth:day? phone:phone* email:email*
        allEmailsReported:bool? address:address* espService:t256? espIdentifier:t256? profileUrl:url* screenName:t256?
        displayName:t255* profileBio:t? groupIdentifier:t256? compromisedAccount:bool? {_DISABLED}
        ipCaptureEvent:ip_event* deviceId:device* priorCTReport:n1-* additionalInfo:t?""",
    "elsewhere": "@thirdPartyUser:bool .:t256",
    "temporary": "@disabledDate:past @userNotified:bool @userNotifiedDate:past @reenabledDate:when .:bool",
    "permanent": "@disabledDate:past @userNotified:bool @userNotifiedDate:past .:bool",
    "ip_event": "ipAddress:ip eventName:=event? dateTime:past? possibleProxy:bool? port:n1-65535?",
    "device": "idType:t255 idValue:t2083 eventName:=event? dateTime:past?",
    "person": f"""firstName:t100? lastName:t100? {_REACHED} age:n0-150? ageAssertionDiscrepancy:bool?
        dateOfBirth:day?""",
    "contact": f"firstName:t100? lastName:t100? {_REACHED}",
    "address": """@type:=addressType address:t255? city:t100? zipCode:t20? state:state? nonUsaState:t100?
        country:country?""",
    "phone": """@type:=phoneType @verified:bool @verificationDate:past @countryCallingCode:t4 @extension:t10
        .:t50""",
    "email": "@type:=emailType @verified:bool @verificationDate:past .:mail",
    "location": "@verified:bool @timestamp:past city:t255? region:t255? countryCode:country",
    "fileDetails": """reportId:n1- fileId:t fileName:t2056? originalFileName:t2056? uploadedToEspTimestamp:past?
        locationOfFile:url? fileViewedByEsp:bool? exifViewedByEsp:bool? publiclyAvailable:bool?
        fileRelevance:=relevance? potentialMeme:bool|fileAnnotations:~annotated? industryClassification:=industry?
        originalFileHash:digest* ipCaptureEvent:ip_event? deviceId:device* details:facts* additionalInfo:t*""",
    "digest": "@hashType:t64! .:t",
    "facts": "@type:=metadata! nameValuePair:pair+",
    "pair": "name:t64 value:t",
}
"""Each type. `@` marks an attribute, with `!` where it must be there; `.` is the value of an element without others."""


@dataclass(frozen=True, slots=True)
class Term:
    """One place in the order: the names that may stand there, what each holds, and how often."""

    choices: tuple[tuple[str, str], ...]
    often: str


@dataclass(frozen=True, slots=True)
class Type:
    """One type, taken apart."""

    terms: tuple[Term, ...]
    attributes: tuple[tuple[str, str, bool], ...]
    value: str | None


def take_apart(line: str) -> Type:
    """Return what one line of the table says."""
    terms, attributes, value = [], [], None
    for word in line.replace("|\n", "|").split():
        name, _, holds = word.partition(":")
        if word.startswith("@"):
            attributes.append((name[1:], holds.rstrip("!"), holds.endswith("!")))
        elif name == ".":
            value = holds
        else:
            terms.append(_term(word))
    return Type(tuple(terms), tuple(attributes), value)


def _term(word: str) -> Term:
    often = word[-1] if word[-1] in "?*+" else ""
    named = (part.partition(":") for part in word.rstrip("?*+").split("|") if part)
    return Term(tuple((name, holds) for name, _, holds in named), often)


GRAMMAR = {name: take_apart(" ".join(line.split()).replace("| ", "|")) for name, line in TYPES.items()}
"""Each type, taken apart."""
