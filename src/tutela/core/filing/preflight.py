"""What is checked before a report is opened: after that nothing can be mended but by retracting it.

Every rule has a name, and every problem its place and what to do. Only problems that block keep a report from being
sent; a report about danger is never kept back by what is merely missing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from tutela.core.filing import file_rules, report_rules
from tutela.core.filing.completeness import measure
from tutela.core.filing.package import Conditions, Package
from tutela.core.filing.problems import Problem
from tutela.core.filing.provenance import Origin, source_of
from tutela.core.filing.schema import Form, Spot, spots
from tutela.core.filing.states import Environment
from tutela.core.filing.table import SHAPES
from tutela.core.filing.value_rules import of_value
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.errors import BadInput

STATUS_FRESH = timedelta(hours=24)

RULES = {
    "form": "the document can be written: everything that must be there is there, in order and number",
    "schema": "the schema that the operator downloaded takes the document",
    "lengths": "no text is longer than its field",
    "blank": "nothing that must say something is blank",
    "forms": "links, addresses, codes and numbers are in their form",
    "characters": "what XML cannot carry is confirmed to be sent as replacements",
    "numbers": "ages, ports, degrees and report numbers are in their range",
    "times": "times have a zone and lie in the past",
    "incident_time": "the incident has a time, and it says what it stands for",
    "escalation": "an escalation has its reason",
    "reporter": "whoever reports can be written to",
    "details": "it is said on what kind of service it happened",
    "emails": "addresses of a message stand under somebody of the report",
    "verified": "what has a time of verification is verified",
    "phones": "a number does not begin with its calling code",
    "disabled": "an account was disabled before the user was told and before it was enabled again",
    "location": "a city in the United States has its state, and a state its country",
    "age": "an associated account has an age or a day of birth",
    "batch": "a batch is one file and identifiers alone; several accounts only in a batch",
    "supplemental": "a supplemental file has neither classification nor the mark of a meme",
    "classification": "only who signed the memorandum sends a classification",
    "viewed": "viewed is claimed only where the log of views shows it",
    "evidence": "the bytes of every file were read back just now and are those that were sealed",
    "placeholders": "nothing that somebody typed or set is a placeholder, in production",
    "provenance": "of every field it is known where it comes from",
    "channel": "environment, host and credentials belong together, and the authority knew us within a day",
    "completeness": "it says enough to be of use, or somebody has said why it is sent all the same",
}
"""Every rule, with what holds where it finds nothing."""

Validator = Callable[[bytes], Iterable[str]]
"""Tells what the operator's downloaded schema finds wrong with a document: places only, never content."""

_PLACEHOLDERS = re.compile(
    r"\[\s{0,9}(?:\u2026|\.\.\.)\s{0,9}\]|\[[A-Z][A-Z _-]{2,60}\]"
    r"|\[(?:[Yy]our|[Ii]nsert|[Ee]nter|[Aa]dd|[Nn]ame of)\b[^\]]{0,80}\]"
    r"|\{\{[^{}]{0,80}\}\}|\b(?:TODO|TBD|FIXME|XXX)\b|[Ll]orem ipsum"
    r"|(?i:\bexample\.(?:org|com|net)\b|\.(?:example|invalid|test)\b)"
)
"""What stands in templates. Capitals only where a small word means something: *todo* is a word of many languages.

Bounded everywhere: a person may type anything.
"""

_TYPED = frozenset({Origin.TYPED, Origin.SETTINGS, None})


def check(package: Package, conditions: Conditions, *, validate: Validator | None = None) -> tuple[Problem, ...]:
    """Return every problem, in the order of the rules that are about values, parts, files, and the channel.

    Args:
        package: What would be sent.
        conditions: What is known now.
        validate: With the schema that the operator downloaded; none where there is none.
    """
    return (
        *_values(package, conditions),
        *_parts(package),
        *_files(package, conditions),
        *_channel(conditions),
        *_complete(package, conditions),
        *documents(package, conditions, validate),
    )


def blocks(problems: Iterable[Problem]) -> bool:
    """Return whether a report with these problems is kept back."""
    return any(each.is_blocking for each in problems)


def _spots(package: Package) -> Iterator[Spot]:
    yield from spots(package.report, "report", SHAPES)
    for at, file in enumerate(package.files):
        yield from (spot for spot in spots(file.details, "fileDetails", SHAPES, f"files.{at}.") if not _is_theirs(spot))


def _is_theirs(spot: Spot) -> bool:
    """Return whether it is an identifier that the authority gives out only later."""
    return spot.place.endswith((".report_id", ".file_id"))


def _values(package: Package, conditions: Conditions) -> Iterator[Problem]:
    is_production = conditions.channel.environment is Environment.PRODUCTION
    for spot in _spots(package):
        yield from of_value(spot, conditions.now)
        source = source_of(spot.place, package.sources)
        if source is None:
            yield Problem(
                "provenance", spot.place, "Nobody knows where this comes from.", "Enter it anew, or leave it out."
            )
        elif source.origin is Origin.TYPED and source.by is None:
            yield Problem("provenance", spot.place, "It was typed, and nobody knows by whom.", "Enter it anew.")
        origin = None if source is None else source.origin
        if is_production and origin in _TYPED and _is_placeholder(spot.value, spot.holds.form):
            yield Problem("placeholders", spot.place, "This is a placeholder.", "Enter what is meant.")


def _is_placeholder(value: Any, form: Form) -> bool:
    if type(value) is not str or form in {Form.WORD, Form.COUNTRY, Form.STATE}:
        return False
    return _PLACEHOLDERS.search(value) is not None


def _parts(package: Package) -> Iterator[Problem]:
    report = package.report
    yield from report_rules.of_incident(report)
    yield from report_rules.of_emails(report)
    yield from report_rules.of_batch(report)
    if package.is_urgent and report.incident.escalation is None and report.batch is None:
        yield Problem(
            "escalation", "incident.escalation", "Somebody is in danger, and the authority is not told so.",
            "Say why a child is in danger now: only that escalates it.", is_blocking=False,
        )  # fmt: skip
    for place, shape, model in report_rules.parts(report, "report"):
        yield from report_rules.of_part(place, shape, model)


def _files(package: Package, conditions: Conditions) -> Iterator[Problem]:
    yield from file_rules.of_files(package)
    for at in range(len(package.files)):
        yield from file_rules.of_file(package, at, conditions)


def _channel(conditions: Conditions) -> Iterator[Problem]:
    channel = conditions.channel
    if not channel.is_enabled:
        yield Problem("channel", "channel", "The channel is switched off.", "Switch it on once it was tested.")
    if {channel.host_environment, channel.credentials_environment} != {channel.environment}:
        yield Problem(
            "channel", "channel", "Environment, host and credentials do not belong together.",
            "Enter all three of the same environment, and test the channel.",
        )  # fmt: skip
    if channel.status_ok_at is None or conditions.now - channel.status_ok_at > STATUS_FRESH:
        yield Problem(
            "channel", "channel", "The authority has not said within a day that it knows us.", "Test the connection."
        )


def _complete(package: Package, conditions: Conditions) -> Iterator[Problem]:
    meter = measure(package)
    override = conditions.override
    is_overridden = override is not None and bool(override.by.strip() and override.reason.strip())
    if meter.percent < conditions.least_complete_percent and not is_overridden:
        missing = "; ".join(meter.wanted[:3])
        yield Problem(
            "completeness", "report", f"It is {meter.percent} % complete; missing first: {missing}.",
            "Add what is known, or say why it is sent all the same.", is_blocking=not package.is_danger,
        )  # fmt: skip


def documents(package: Package, conditions: Conditions, validate: Validator | None) -> Iterator[Problem]:
    """Yield what keeps the documents of *package* from being written, or the downloaded schema from taking them.

    Asked once more when a report is sent: the schema may have changed since it was approved.
    """
    url, now, features = conditions.schema_url, conditions.now, conditions.features
    yield from _document(
        "report", lambda: report_xml(package.report, schema_url=url, now=now, features=features), validate
    )
    for at, file in enumerate(package.files):
        write = partial(
            file_details_xml, file.details, report_id="1", file_id="1", schema_url=url, now=now, features=features
        )
        yield from _document(f"files.{at}", write, validate)


def _document(place: str, write: Callable[[], bytes], validate: Validator | None) -> Iterator[Problem]:
    try:
        document = write()
    except BadInput as error:
        inside = error.place if place == "report" else f"{place}.{error.place}"
        yield Problem("form", str(inside), error.detail, "Enter it, or leave it out where it is not known.")
        return
    for wrong in validate(document) if validate is not None else ():
        yield Problem(
            "schema", place, f"The authority's schema refuses it: {wrong}", "Download the schema anew, and tell us."
        )
