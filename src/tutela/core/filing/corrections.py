"""A report that corrects another one: after finish nothing is changed, so a new report names the old one and says why.

Source: CyberTipline Reporting API: `priorCTReports` names earlier reports, `additionalInfo` explains.
"""

from dataclasses import replace
from typing import Any, TypeVar

from tutela.core.filing.accounts import AssociatedAccount, Party, Suspect
from tutela.core.filing.incident import Chat, Details, WebPage
from tutela.core.filing.package import Package
from tutela.core.filing.provenance import Provenance
from tutela.core.filing.report import Report
from tutela.core.filing.wire_words import AssociationKind
from tutela.errors import BadInput, Conflict

HEAD = "This corrects report {}. "
HEAD_BY_HAND = "This corrects what was told by hand, with the reference {}. "

MOST_DIGITS = 18
"""Of a number that an authority gave; what is longer is a reference like any other."""

_Party = TypeVar("_Party", bound=Party)


def correcting(report: Report, earlier_id: str, why: str, *, is_by_hand: bool = False) -> Report:
    """Return *report* as a correction of the one that the authority has under *earlier_id*.

    Each person reported carries the earlier number, or who else is in it where nobody was reported, and the narrative
    begins with the correction. What was told by hand may have any reference: one that is no number stands in the
    narrative alone. An escalation is taken out: what was decided anew is no present danger unless somebody says so
    again.

    Raises:
        tutela.errors.BadInput: There is no number, no reason, nobody to name it under, or it is a batch, which says
            nothing but identifiers.
    """
    earlier_id = earlier_id.strip()
    is_number = earlier_id.isascii() and earlier_id.isdigit() and len(earlier_id) <= MOST_DIGITS
    if not (is_number or (is_by_hand and earlier_id)):
        raise BadInput("The earlier report has no number.", place="earlier_id", remedy="Take it from its receipt.")
    if not why.strip():
        raise BadInput("A correction says what was wrong.", place="why", remedy="Say it in plain words.")
    if report.batch is not None:
        raise BadInput("A batch cannot say that it corrects.", place="batch", remedy="File a report of its own.")
    named = next((each for each in ("suspects", "recipients", "victims") if getattr(report, each)), None)
    if named is None:
        raise BadInput("Nobody is there to name it under.", place="suspects", remedy="Name the account.")
    numbers = (int(earlier_id),) if is_number else ()
    parties = tuple(
        replace(each, prior_reports=tuple(dict.fromkeys((*each.prior_reports, *numbers))))
        for each in getattr(report, named)
    )
    head = HEAD_BY_HAND if is_by_hand else HEAD
    note = " ".join(part for part in (head.format(earlier_id) + why.strip(), report.note) if part)
    changes: dict[str, Any] = {named: parties}
    return replace(report, incident=replace(report.incident, escalation=None), note=note, **changes)


def correction(package: Package, earlier_id: str, why: str, source: Provenance, *, is_by_hand: bool = False) -> Package:
    """Return the correction of a whole report that was overturned: who it was about, its number, and why.

    Nothing of what was found is told again: no file, no word of a conversation, no fact about anybody that is not
    needed to know whom it corrects. A batch is corrected under its first account, with the others beside it.

    Args:
        package: As it was sent.
        earlier_id: The authority's number of it, or the reference of what was told by hand.
        why: What was wrong, in plain words.
        source: Who says so, and when.
        is_by_hand: Whether a person told it where there is no interface.

    Raises:
        tutela.errors.BadInput: There is no number or no reason, or nobody to name it under.
    """
    sent = package.report
    bare = replace(
        sent,
        batch=None,
        incident=replace(sent.incident, annotations=()),
        details=tuple(map(_without_words, sent.details)) or (Chat(client=sent.incident.platform),),
        law_enforcement=None,
        suspects=_together(tuple(map(_known_by, sent.suspects))),
        recipients=() if sent.suspects else tuple(map(_known_by, sent.recipients)),
        victims=() if sent.suspects or sent.recipients else tuple(map(_known_by, sent.victims)),
        note=None,
    )
    report = correcting(bare, earlier_id, why, is_by_hand=is_by_hand)
    parts = dict.fromkeys(("incident", "details", "reporter", "suspects", "recipients", "victims"), source)
    kept = {place: each for place, each in package.sources.items() if place.partition(".")[0] in parts}
    return Package(report, (), {**parts, **kept, "note": source})


def earlier_numbers(report: Report) -> frozenset[int]:
    """Return the numbers of earlier reports that *report* names, under whomever."""
    return frozenset(
        number for each in (*report.suspects, *report.recipients, *report.victims) for number in each.prior_reports
    )


def told_meanwhile(number: str, case_id: str) -> Conflict:
    """Return the error of a report whose case was told of by another one after it was drawn up."""
    return Conflict(
        f"the authority has report {number} about this case, which was not there when this one was drawn up",
        place=case_id,
        remedy=f"Withdraw it; or where it tells more, draw it up anew, or name {number} as an earlier report.",
    )


def _known_by(party: _Party) -> _Party:
    """Return who an account is, and nothing that was found or known of its holder."""
    named = ("identifier", "service", "screen_name", "profile_urls", "prior_reports")
    told = {each: getattr(party, each) for each in named}
    return type(party)(**told)


def _together(suspects: tuple[Suspect, ...]) -> tuple[Suspect, ...]:
    if len(suspects) <= 1:
        return suspects
    first, *others = suspects
    beside = tuple(AssociatedAccount(kind=AssociationKind.OTHER, identifier=each.identifier) for each in others)
    return (replace(first, associated=beside),)


def _without_words(details: Details) -> Details:
    """Return where it happened, without what was said there and anybody's address."""
    if isinstance(details, WebPage):
        return WebPage(urls=details.urls, is_hosted_elsewhere=details.is_hosted_elsewhere)
    if isinstance(details, Chat):
        return Chat(client=details.client, room=details.room)
    return type(details)()
