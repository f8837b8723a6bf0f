"""Which incident a report would name when nobody has chosen yet: a suggestion, marked as one, and never a choice.

Source: precedence of incident types where one case shows several, and which section each stands for.
"""

from collections.abc import Iterable, Mapping

from tutela.core.filing.wire_words import IncidentType
from tutela.core.policy import DutyHint

PRECEDENCE = (
    IncidentType.CSAM,
    IncidentType.TRAFFICKING,
    IncidentType.SEX_TOURISM,
    IncidentType.MOLESTATION,
    IncidentType.ENTICEMENT,
    IncidentType.UNSOLICITED_OBSCENE,
    IncidentType.MISLEADING_DOMAIN,
    IncidentType.MISLEADING_WORDS,
)
"""Of several the first: one report names one."""

BY_HINT: Mapping[DutyHint, IncidentType] = {
    DutyHint.CSAM: IncidentType.CSAM,
    DutyHint.TRAFFICKING: IncidentType.TRAFFICKING,
    DutyHint.ENTICEMENT: IncidentType.ENTICEMENT,
    DutyHint.UNSOLICITED_OBSCENE: IncidentType.UNSOLICITED_OBSCENE,
}

SECTIONS: Mapping[IncidentType, str] = {
    IncidentType.CSAM: "18 U.S.C. 2251, 2251A, 2252, 2252A, 2260",
    IncidentType.TRAFFICKING: "18 U.S.C. 1591, with a minor",
    IncidentType.SEX_TOURISM: "18 U.S.C. 2423",
    IncidentType.MOLESTATION: "abuse by contact",
    IncidentType.MISLEADING_DOMAIN: "18 U.S.C. 2252B",
    IncidentType.MISLEADING_WORDS: "18 U.S.C. 2252C",
    IncidentType.ENTICEMENT: "18 U.S.C. 2422(b)",
    IncidentType.UNSOLICITED_OBSCENE: "18 U.S.C. 1470",
}
"""What each stands for, for the help beside the choice."""


def suggested(hints: Iterable[DutyHint]) -> IncidentType | None:
    """Return the type that the clauses of a case point at; none where none of them does."""
    found = {BY_HINT[hint] for hint in hints if hint in BY_HINT}
    return next((each for each in PRECEDENCE if each in found), None)
