"""What a person may find about a case, and what may change the answer to it. Source: product.md."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Conclusion(StrEnum):
    """What somebody comes to about what lies in a case."""

    VIOLATION = "violation"  #: of a clause
    AGE_INDETERMINATE = "age_indeterminate"  #: nobody can say whether this is a child: it goes, and accuses nobody
    EXPLOITATIVE_NOT_ILLEGAL = "exploitative_not_illegal"  #: harms a child below the line of the law: it goes as well
    ADULT = "adult"  #: an adult, and lawful
    NO_VIOLATION = "no_violation"


class Context(StrEnum):
    """What else is to be known of it: it is why something that looks like a violation is none."""

    MEDICAL = "medical"
    FAMILY = "family"
    NEWS = "news"
    EDUCATION = "education"
    SURVIVOR = "survivor"  #: somebody tells what was done to them
    SEEKING_HELP = "seeking_help"  #: somebody asks for help not to offend


MEANING: Mapping[Conclusion, str] = MappingProxyType({
    Conclusion.VIOLATION: "a clause is violated; each account has a part in it",
    Conclusion.AGE_INDETERMINATE: "it cannot be said whether this is a child: removed under an ordinary clause",
    Conclusion.EXPLOITATIVE_NOT_ILLEGAL: "harmful to a child, and not illegal: removed under an ordinary clause",
    Conclusion.ADULT: "it shows an adult, and is lawful",
    Conclusion.NO_VIOLATION: "nothing is violated",
})  # fmt: skip
"""Each as it is told to whoever decides."""

REMOVES_ONLY = frozenset({Conclusion.AGE_INDETERMINATE, Conclusion.EXPLOITATIVE_NOT_ILLEGAL})
"""What goes under an ordinary clause: no accusation, no strike, no bank, and no report."""

CLEARS = frozenset({Conclusion.ADULT, Conclusion.NO_VIOLATION})
"""After these what was held comes back."""

ENDS_SUSPICION = REMOVES_ONLY | CLEARS
"""After these nobody is under a suspicion any more: where one was supported, that takes two people (P3)."""

HELPED = frozenset({Context.SURVIVOR, Context.SEEKING_HELP})
"""Who is answered with help, and is told so. It is never an accusation."""

CONTEXTS: Mapping[Conclusion, frozenset[Context]] = MappingProxyType({
    Conclusion.VIOLATION: frozenset(),
    Conclusion.AGE_INDETERMINATE: frozenset(Context) - {Context.SEEKING_HELP},
    Conclusion.EXPLOITATIVE_NOT_ILLEGAL: frozenset(Context) - {Context.SEEKING_HELP},
    Conclusion.ADULT: frozenset(Context) - {Context.SEEKING_HELP},
    Conclusion.NO_VIOLATION: frozenset(Context),
})  # fmt: skip
"""Which contexts go with which conclusion. Somebody who asks for help has violated nothing by asking."""

SHIPPED_CLAUSE: Mapping[Conclusion, str] = MappingProxyType({
    Conclusion.AGE_INDETERMINATE: "minors.exploitative",
    Conclusion.EXPLOITATIVE_NOT_ILLEGAL: "minors.exploitative",
})  # fmt: skip
"""Under which ordinary clause something goes where nobody names another one."""


def misfit(conclusion: Conclusion, context: Context | None) -> str | None:
    """Return why a context does not go with a conclusion, or none where it does."""
    if context is None or context in CONTEXTS[conclusion]:
        return None
    if context is Context.SEEKING_HELP:
        return "Whoever asks for help not to offend is answered with help: the conclusion is `no_violation`."
    return f"`{context}` is why something is no violation; with `{conclusion}` it says nothing."
