"""On what terms a report may go out: what the channel says of it, who must approve it, and the schema to hold it to."""

from dataclasses import dataclass

from tutela.core.filing.package import ChannelFacts
from tutela.core.filing.preflight import Validator
from tutela.core.filing.report import Reporter
from tutela.core.filing.wire_words import Feature


@dataclass(frozen=True, slots=True)
class Terms:
    """What pre-flight and approval ask of the channel to one authority."""

    channel: ChannelFacts
    schema_url: str
    reporter: Reporter | None  #: none where nobody has said who reports
    features: frozenset[Feature] = frozenset()
    may_classify: bool = False
    people: int = 1  #: two: who approves has not prepared it
    least_complete_percent: int = 60
    validate: Validator | None = None  #: against the schema that the operator downloaded


def needs_another(
    terms: Terms, prepared_by: str | None, approver: str, *, is_danger: bool, is_found_alone: bool
) -> bool:
    """Return whether somebody else must approve it (P3). In present danger one person sends it at once.

    The channel asks for that; and nobody reports alone what one person alone found and no verified list knows.
    """
    return (terms.people > 1 or is_found_alone) and prepared_by == approver and not is_danger
