"""What the database asks of a record, written down a second time.

A stand-in that shared the table of whoever is tried would find right whatever that one forgot.
Source: the code of the service (StatementStoreRequest.php).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

Errors = dict[str, list[str]]
Record = dict[str, Any]

_COUNTRIES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
_CATEGORIES = (
    "ANIMAL_WELFARE CONSUMER_INFORMATION CYBER_VIOLENCE CYBER_VIOLENCE_AGAINST_WOMEN "
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS ILLEGAL_OR_HARMFUL_SPEECH INTELLECTUAL_PROPERTY_INFRINGEMENTS "
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS NOT_SPECIFIED_NOTICE OTHER_VIOLATION_TC "
    "PROTECTION_OF_MINORS RISK_FOR_PUBLIC_SECURITY SCAMS_AND_FRAUD SELF_HARM UNSAFE_AND_PROHIBITED_PRODUCTS "
    "VIOLENCE "
)
_KEYWORDS = (
    "ADULT_SEXUAL_MATERIAL AGE_SPECIFIC_RESTRICTIONS AGE_SPECIFIC_RESTRICTIONS_MINORS ANIMAL_HARM "
    "BIOMETRIC_DATA_BREACH BULLYING_AGAINST_GIRLS CHILD_SEXUAL_ABUSE_MATERIAL "
    "CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE CONTENT_PROMOTING_EATING_DISORDERS COORDINATED_HARM "
    "COPYRIGHT_INFRINGEMENT CYBER_BULLYING_INTIMIDATION CYBER_HARASSMENT CYBER_HARASSMENT_AGAINST_WOMEN "
    "CYBER_INCITEMENT CYBER_STALKING CYBER_STALKING_AGAINST_WOMEN DATA_FALSIFICATION DEFAMATION "
    "DESIGN_INFRINGEMENT DISCRIMINATION FEMALE_GENDERED_DISINFORMATION GEOGRAPHIC_INDICATIONS_INFRINGEMENT "
    "GEOGRAPHICAL_REQUIREMENTS GOODS_SERVICES_NOT_PERMITTED GROOMING_SEXUAL_ENTICEMENT_MINORS HATE_SPEECH "
    "HIDDEN_ADVERTISEMENT HUMAN_EXPLOITATION HUMAN_TRAFFICKING ILLEGAL_ORGANIZATIONS "
    "IMPERSONATION_ACCOUNT_HIJACKING INAUTHENTIC_ACCOUNTS INAUTHENTIC_LISTINGS INAUTHENTIC_USER_REVIEWS "
    "INCITEMENT_AGAINST_WOMEN INCITEMENT_VIOLENCE_HATRED INSUFFICIENT_INFORMATION_ON_TRADERS "
    "LANGUAGE_REQUIREMENTS MISINFORMATION_DISINFORMATION MISLEADING_INFO_CONSUMER_RIGHTS "
    "MISLEADING_INFO_GOODS_SERVICES MISSING_PROCESSING_GROUND NON_CONSENSUAL_IMAGE_SHARING "
    "NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN NON_CONSENSUAL_MATERIAL_DEEPFAKE "
    "NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN NONCOMPLIANCE_PRICING NUDITY PATENT_INFRINGEMENT PHISHING "
    "PROHIBITED_PRODUCTS PYRAMID_SCHEMES RIGHT_TO_BE_FORGOTTEN RISK_ENVIRONMENTAL_DAMAGE RISK_PUBLIC_HEALTH "
    "SELF_MUTILATION STALKING SUICIDE TERRORIST_CONTENT TRADE_SECRET_INFRINGEMENT TRADEMARK_INFRINGEMENT "
    "TRAFFICKING_WOMEN_GIRLS UNLAWFUL_SALE_ANIMALS UNSAFE_CHALLENGES UNSAFE_PRODUCTS VIOLATION_EU_LAW "
    "VIOLATION_NATIONAL_LAW OTHER "
)


def _named(prefix: str, names: str) -> frozenset[str]:
    return frozenset(prefix + name for name in names.split())


_CONTENT = "REMOVED DISABLED DEMOTED AGE_RESTRICTED INTERACTION_RESTRICTED LABELLED"
_ONE_OF: Mapping[str, frozenset[str]] = {
    "decision_monetary": _named("DECISION_MONETARY_", "SUSPENSION TERMINATION OTHER"),
    "decision_provision": _named(
        "DECISION_PROVISION_", "PARTIAL_SUSPENSION TOTAL_SUSPENSION PARTIAL_TERMINATION TOTAL_TERMINATION"
    ),
    "decision_account": _named("DECISION_ACCOUNT_", "SUSPENDED TERMINATED"),
    "account_type": _named("ACCOUNT_TYPE_", "BUSINESS PRIVATE"),
    "decision_ground": _named("DECISION_GROUND_", "ILLEGAL_CONTENT INCOMPATIBLE_CONTENT"),
    "incompatible_content_illegal": frozenset({"Yes", "No"}),
    "category": _named("STATEMENT_CATEGORY_", _CATEGORIES),
    "source_type": _named("SOURCE_", "ARTICLE_16 TRUSTED_FLAGGER TYPE_OTHER_NOTIFICATION VOLUNTARY"),
    "automated_detection": frozenset({"Yes", "No"}),
    "automated_decision": _named("AUTOMATED_DECISION_", "FULLY PARTIALLY NOT_AUTOMATED"),
}
_MANY_OF: Mapping[str, frozenset[str]] = {
    "decision_visibility": _named("DECISION_VISIBILITY_CONTENT_", _CONTENT) | {"DECISION_VISIBILITY_OTHER"},
    "content_type": _named("CONTENT_TYPE_", "APP AUDIO IMAGE PRODUCT SYNTHETIC_MEDIA TEXT VIDEO OTHER"),
    "category_addition": _named("STATEMENT_CATEGORY_", _CATEGORIES),
    "category_specification": _named("KEYWORD_", _KEYWORDS),
    "territorial_scope": frozenset(_COUNTRIES.split()),
}
_LENGTHS: Mapping[str, int] = {
    "decision_visibility_other": 500, "decision_monetary_other": 500, "decision_ground_reference_url": 500,
    "illegal_content_legal_ground": 500, "illegal_content_explanation": 2000, "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2000, "content_type_other": 500, "category_specification_other": 500,
    "decision_facts": 5000, "source_identity": 500, "puid": 500,
}  # fmt: skip
_EARLIEST: Mapping[str, str] = {
    "content_date": "2000-01-01", "application_date": "2020-01-01", "end_date_visibility_restriction": "0001-01-01",
    "end_date_monetary_restriction": "0001-01-01", "end_date_service_restriction": "0001-01-01",
    "end_date_account_restriction": "0001-01-01",
}  # fmt: skip
_LATEST = "2038-01-01"
_REQUIRED = (
    "decision_ground", "content_type", "category", "content_date", "application_date", "decision_facts",
    "source_type", "automated_detection", "automated_decision", "puid",
)  # fmt: skip
_DECISIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
_GOES_WITH = (
    ("decision_visibility_other", "decision_visibility", "DECISION_VISIBILITY_OTHER"),
    ("decision_monetary_other", "decision_monetary", "DECISION_MONETARY_OTHER"),
    ("content_type_other", "content_type", "CONTENT_TYPE_OTHER"),
    ("illegal_content_legal_ground", "decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"),
    ("illegal_content_explanation", "decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"),
    ("incompatible_content_ground", "decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
    ("incompatible_content_explanation", "decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
)
_KNOWN = frozenset({*_ONE_OF, *_MANY_OF, *_LENGTHS, *_EARLIEST, "content_language", "content_id"})


def taken(sent: Mapping[str, Any]) -> Record:
    """Return a record as the service keeps it: what does not go with the rest is left out in silence."""
    record = {name: value for name, value in sent.items() if name in _KNOWN and value is not None}
    for name, other, value in _GOES_WITH:
        if not _is_said(record, other, value):
            record.pop(name, None)
    if not _is_said(record, "decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"):
        record.pop("incompatible_content_illegal", None)
    if _is_said(record, "source_type", "SOURCE_VOLUNTARY"):
        record.pop("source_identity", None)
    return record


def errors_of(record: Record) -> Errors:
    """Return what is wrong with a record as it would be kept, by field."""
    errors: Errors = defaultdict(list)
    for name in _REQUIRED:
        if name not in record:
            errors[name].append(f"The {name} field is required.")
    if not any(record.get(name) for name in _DECISIONS):
        for name in _DECISIONS:
            errors[name].append("One of the four decisions is required.")
    for name, other, value in _GOES_WITH:
        if _is_said(record, other, value) and name not in record:
            errors[name].append(f"The {name} field is required with {value}.")
    for name, value in record.items():
        if (found := _wrong(name, value)) is not None:
            errors[name].append(f"The {name} field {found}.")
    return dict(errors)


def _is_said(record: Mapping[str, Any], name: str, value: str) -> bool:
    said = record.get(name)
    return value in said if isinstance(said, list) else said == value


def _wrong(name: str, value: Any) -> str | None:
    if name in _ONE_OF:
        return None if isinstance(value, str) and value in _ONE_OF[name] else "is invalid"
    if name in _MANY_OF:
        is_list = isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
        is_good = is_list and set(value) <= _MANY_OF[name] and len(set(value)) == len(value)
        return None if is_good else "is invalid"
    if name in _EARLIEST:
        return _wrong_date(value, _EARLIEST[name])
    if name in _OTHERS and (found := _OTHERS[name](value)) is not None:
        return found
    return _wrong_text(value, _LENGTHS[name]) if name in _LENGTHS else None


def _wrong_date(value: Any, earliest: str) -> str | None:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return "does not match the format Y-m-d"
    try:
        date.fromisoformat(value)
    except ValueError:
        return "is no date"
    return None if earliest <= value <= _LATEST else f"must be from {earliest} to {_LATEST}"


def _wrong_text(value: Any, most: int) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "must be a string"
    return None if len(value) <= most else f"must not be greater than {most} characters"


def _wrong_key(value: Any) -> str | None:
    is_good = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]+", value)
    return None if is_good else "must only have letters, numbers, dashes and underscores"


def _wrong_address(value: Any) -> str | None:
    return None if isinstance(value, str) and re.match(r"https?://[^\s/?#]+\S*$", value) else "must be a valid URL"


def _wrong_language(value: Any) -> str | None:
    return None if isinstance(value, str) and re.fullmatch(r"[A-Z]{2}", value) else "must be a language code"


def _wrong_product(value: Any) -> str | None:
    code = value.get("EAN-13") if isinstance(value, dict) and len(value) == 1 else None
    return None if isinstance(code, str) and re.fullmatch(r"[0-9]{13}", code) else "must have an EAN-13 of 13 digits"


_OTHERS: Mapping[str, Callable[[Any], str | None]] = {
    "puid": _wrong_key,
    "decision_ground_reference_url": _wrong_address,
    "content_language": _wrong_language,
    "content_id": _wrong_product,
}
