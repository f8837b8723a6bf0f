"""Every field of a record, with its form and limits, and the rules between fields: the database's own, as a table.

Source: the code of the service (StatementStoreRequest.php). Where the service leaves something out in silence (a field
that does not go with the others), we call it a breach: what is sent is what is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tutela.core.dsa import words as w

MOST_WORDS, MOST_EXPLANATION, MOST_FACTS = 500, 2000, 5000
EARLIEST_CONTENT, EARLIEST_APPLICATION, LATEST = date(2000, 1, 1), date(2020, 1, 1), date(2038, 1, 1)
_CODES = (
    "AA AB AE AF AK AM AN AR AS AV AY AZ BA BE BG BH BI BM BN BO BR BS CA CE CH CO CR CS CU CV CY DA DE DV DZ EE EL EN "
    "EO ES ET EU FA FF FI FJ FO FR FY GA GD GL GN GU GV HA HE HI HO HR HT HU HY HZ IA ID IE IG II IK IO IS IT IU JA JV "
    "KA KG KI KJ KK KL KM KN KO KR KS KU KV KW KY LA LB LG LI LN LO LT LU LV MG MH MI MK ML MN MR MS MT MY NA NB ND NE "
    "NG NL NN NO NR NV NY OC OJ OM OR OS PA PI PL PS PT QU RM RN RO RU RW SA SC SD SE SG SI SK SL SM SN SO SQ SR SS ST "
    "SU SV SW TA TE TG TH TI TK TL TN TO TR TS TT TW TY UG UK UR UZ VE VI VO WA WO XH YI YO ZA ZH ZU"
)
ISO_639_1 = frozenset(_CODES.split())
"""Languages, in the capital letters that the database wants."""


class Form(StrEnum):
    """What a value is."""

    WORD = "word"  #: one of a list
    WORDS = "words"  #: several of a list, each once
    TEXT = "text"
    ADDRESS = "address"  #: http or https
    DATE = "date"  #: YYYY-MM-DD
    LANGUAGE = "language"
    KEY = "key"  #: letters, digits, underscore and hyphen
    PRODUCT = "product"  #: an object with an EAN-13


@dataclass(frozen=True, slots=True)
class Field:
    """One field."""

    name: str
    form: Form
    is_required: bool = False
    known: tuple[str, ...] = ()  #: of a word, or words
    most: int = 0  #: characters
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """That a field goes with a value of another one, and only with that."""

    field: str
    other: str
    value: str
    is_required: bool  #: and must be there then


def _words(enum: type[StrEnum]) -> tuple[str, ...]:
    return tuple(each.value for each in enum)


_TEXT, _DATE = Form.TEXT, Form.DATE

FIELDS = (
    Field("decision_visibility", Form.WORDS, known=_words(w.Visibility)),
    Field("decision_visibility_other", _TEXT, most=MOST_WORDS),
    Field("end_date_visibility_restriction", _DATE),
    Field("decision_monetary", Form.WORD, known=_words(w.Monetary)),
    Field("decision_monetary_other", _TEXT, most=MOST_WORDS),
    Field("end_date_monetary_restriction", _DATE),
    Field("decision_provision", Form.WORD, known=_words(w.Provision)),
    Field("end_date_service_restriction", _DATE),
    Field("decision_account", Form.WORD, known=_words(w.AccountDecision)),
    Field("end_date_account_restriction", _DATE),
    Field("account_type", Form.WORD, known=_words(w.AccountType)),
    Field("decision_ground", Form.WORD, is_required=True, known=_words(w.DecisionGround)),
    Field("decision_ground_reference_url", Form.ADDRESS, most=MOST_WORDS),
    Field("illegal_content_legal_ground", _TEXT, most=MOST_WORDS),
    Field("illegal_content_explanation", _TEXT, most=MOST_EXPLANATION),
    Field("incompatible_content_ground", _TEXT, most=MOST_WORDS),
    Field("incompatible_content_explanation", _TEXT, most=MOST_EXPLANATION),
    Field("incompatible_content_illegal", Form.WORD, known=_words(w.YesNo)),
    Field("content_type", Form.WORDS, is_required=True, known=_words(w.ContentType)),
    Field("content_type_other", _TEXT, most=MOST_WORDS),
    Field("category", Form.WORD, is_required=True, known=_words(w.Category)),
    Field("category_addition", Form.WORDS, known=_words(w.Category)),
    Field("category_specification", Form.WORDS, known=_words(w.Keyword)),
    Field("category_specification_other", _TEXT, most=MOST_WORDS),
    Field("territorial_scope", Form.WORDS, is_required=True, known=w.EEA),
    Field("content_language", Form.LANGUAGE),
    Field("content_date", _DATE, is_required=True, earliest=EARLIEST_CONTENT),
    Field("application_date", _DATE, is_required=True, earliest=EARLIEST_APPLICATION),
    Field("decision_facts", _TEXT, is_required=True, most=MOST_FACTS),
    Field("source_type", Form.WORD, is_required=True, known=_words(w.SourceType)),
    Field("source_identity", _TEXT, most=MOST_WORDS),
    Field("automated_detection", Form.WORD, is_required=True, known=_words(w.YesNo)),
    Field("automated_decision", Form.WORD, is_required=True, known=_words(w.AutomatedDecision)),
    Field("puid", Form.KEY, is_required=True, most=MOST_WORDS),
    Field("content_id", Form.PRODUCT),
)
"""In the order of the reference and of the columns of an export."""

BY_NAME: Mapping[str, Field] = {each.name: each for each in FIELDS}

AT_LEAST_ONE = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
"""Of these four a record has one or more."""

_ILLEGAL, _INCOMPATIBLE = w.DecisionGround.ILLEGAL.value, w.DecisionGround.INCOMPATIBLE.value
CONDITIONS = (
    Condition("decision_visibility_other", "decision_visibility", w.Visibility.OTHER, is_required=True),
    Condition("decision_monetary_other", "decision_monetary", w.Monetary.OTHER, is_required=True),
    Condition("content_type_other", "content_type", w.ContentType.OTHER, is_required=True),
    Condition("illegal_content_legal_ground", "decision_ground", _ILLEGAL, is_required=True),
    Condition("illegal_content_explanation", "decision_ground", _ILLEGAL, is_required=True),
    Condition("incompatible_content_ground", "decision_ground", _INCOMPATIBLE, is_required=True),
    Condition("incompatible_content_explanation", "decision_ground", _INCOMPATIBLE, is_required=True),
    Condition("incompatible_content_illegal", "decision_ground", _INCOMPATIBLE, is_required=False),
)
"""Each holds both ways: where the other value is, the field is (if required); where it is not, neither is the field."""

NOT_WITH = (("source_identity", "source_type", w.SourceType.VOLUNTARY.value),)
"""A field that does not go with a value of another one: whoever told nobody has no name."""
