"""The words that the authority's schema knows, each as it stands on the wire.

Source: CyberTipline Reporting API, documentation of 11 June 2025 and schema of November 2025. What came in 2026 is
marked by `Feature` and sent only where the schema that the operator downloaded knows it.
"""

from enum import StrEnum


class Feature(StrEnum):
    """What a newer schema has and an older one refuses."""

    INFORMATIONAL = "informational"
    AGGRAVATING = "potentialAggravatingFactors"
    INSTRUMENTAL = "instrumentalUse"
    AGE_DISCREPANCY = "ageAssertionDiscrepancy"


class IncidentType(StrEnum):
    """What kind of incident is reported: one a report, chosen by a person."""

    CSAM = "Child Pornography (possession, manufacture, and distribution)"
    TRAFFICKING = "Child Sex Trafficking"
    SEX_TOURISM = "Child Sex Tourism"
    MOLESTATION = "Child Sexual Molestation"
    MISLEADING_DOMAIN = "Misleading Domain Name"
    MISLEADING_WORDS = "Misleading Words or Digital Images on the Internet"
    ENTICEMENT = "Online Enticement of Children for Sexual Acts"
    UNSOLICITED_OBSCENE = "Unsolicited Obscene Material Sent to a Child"


class ReportAnnotation(StrEnum):
    """What else is true of the incident."""

    SEXTORTION = "sextortion"
    SOLICITATION = "csamSolicitation"
    BETWEEN_MINORS = "minorToMinorInteraction"
    SPAM = "spam"
    SADISTIC = "sadisticOnlineExploitation"
    INFORMATIONAL = "informational"
    AGGRAVATING = "potentialAggravatingFactors"
    INSTRUMENTAL = "instrumentalUse"


class FileAnnotation(StrEnum):
    """What is true of one file."""

    DRAWN = "animeDrawingVirtualHentai"
    MEME = "potentialMeme"
    VIRAL = "viral"
    SELF_PRODUCED = "possibleSelfProduction"
    PHYSICAL_HARM = "physicalHarm"
    VIOLENCE = "violenceGore"
    BESTIALITY = "bestiality"
    LIVE = "liveStreaming"
    INFANT = "infant"
    GENERATED = "generativeAi"


class BatchReason(StrEnum):
    """Why many accounts are reported for one file."""

    VIRAL_MEME = "VIRAL_POTENTIAL_MEME"


class Relevance(StrEnum):
    """What a file is to the report."""

    REPORTED = "Reported"
    SUPPLEMENTAL = "Supplemental Reported"


class Classification(StrEnum):
    """The industry's scale for apparent CSAM. "None" is no value: the element is left out."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"


class TraceEvent(StrEnum):
    """What an address or device was seen at."""

    LOGIN = "Login"
    REGISTRATION = "Registration"
    PURCHASE = "Purchase"
    UPLOAD = "Upload"
    OTHER = "Other"
    UNKNOWN = "Unknown"


class AddressKind(StrEnum):
    """What an address is for."""

    HOME = "Home"
    BUSINESS = "Business"
    BILLING = "Billing"
    SHIPPING = "Shipping"
    TECHNICAL = "Technical"


class PhoneKind(StrEnum):
    """What a telephone number is for."""

    MOBILE = "Mobile"
    HOME = "Home"
    BUSINESS = "Business"
    WORK = "Work"
    FAX = "Fax"
    INTERNET = "Internet"
    RECOVERY = "Recovery"


class EmailKind(StrEnum):
    """What an e-mail address is for."""

    HOME = "Home"
    WORK = "Work"
    BUSINESS = "Business"
    RECOVERY = "Recovery"


class AssociationKind(StrEnum):
    """How another account belongs to this one."""

    BILLING = "Billing"
    LINKED = "Linked"
    BUSINESS = "Business"
    CREATOR = "Creator"
    PARENT = "Parent/Guardian"
    OTHER = "Other"


class MetadataKind(StrEnum):
    """What pairs of names and values say of a file."""

    EXIF = "EXIF"
    HASH = "HASH"


def _codes(written: str) -> frozenset[str]:
    return frozenset(written.split())


STATES = _codes(
    "AK AL AR AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY "
    "OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY "
)
"""States and territories of the United States that the schema knows."""

COUNTRIES = _codes(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
    "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
    "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW A1 A2 O1 "
    "AP EU AN FX XK "
)
"""ISO 3166-1 alpha-2, and what the schema adds: proxies, satellites, regions, retired codes, Kosovo."""
