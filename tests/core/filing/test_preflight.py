"""What is checked before a report is opened: each rule by what it finds, and what it leaves alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from core.filing import reports
from core.filing.reports import NOW, SCHEMA_URL, THEN
from core.filing.strategies import models
from core.filing.test_xml import ALL
from laws import examples
from tutela.core.filing.completeness import CRITERIA, measure
from tutela.core.filing.contacts import Address, Email, Phone
from tutela.core.filing.incident import EmailMessage, WebPage
from tutela.core.filing.package import ChannelFacts, Conditions, EvidenceCheck, Override, Package, PackageFile
from tutela.core.filing.preflight import RULES, blocks, check
from tutela.core.filing.problems import Problem
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.filing.report import Report, Reporter
from tutela.core.filing.report_file import FileDetails, ViewFacts
from tutela.core.filing.states import Environment
from tutela.core.filing.traces import IpEvent
from tutela.core.filing.wire_words import FileAnnotation, Relevance
from tutela.core.ids import PersonId

TOLD = Provenance(Origin.PLATFORM, NOW)
SET = Provenance(Origin.SETTINGS, NOW)
TYPED = Provenance(Origin.TYPED, NOW, PersonId("per_1"))
SOURCES = {
    **dict.fromkeys(Report.__dataclass_fields__, TOLD),
    **{f"files.{at}": TOLD for at in range(4)},
    "reporter": SET,
    "note": TYPED,
    "incident.escalation": TYPED,
}
PRODUCTION = Environment.PRODUCTION
CHANNEL = ChannelFacts(PRODUCTION, PRODUCTION, PRODUCTION, is_enabled=True, status_ok_at=NOW - timedelta(hours=1))
LOG = FileDetails(original_name="log.txt", relevance=Relevance.SUPPLEMENTAL)


def of(report: Report, *files: FileDetails, **fields: Any) -> Package:
    """Return what would be sent."""
    named = tuple(PackageFile(f"k{at}", each, f"{at}" * 32) for at, each in enumerate(files))
    return Package(report, named, SOURCES, **fields)


def conditions(package: Package, **fields: Any) -> Conditions:
    """Return conditions under which nothing is wrong with these files."""
    evidence = {each.key: EvidenceCheck(each.md5, 9, NOW) for each in package.files}
    views = {each.key: reports.SEEN_WITH_EXIF for each in package.files}
    known: dict[str, Any] = {"features": ALL, "may_classify": True, "evidence": evidence, "views": views, **fields}
    return Conditions(NOW, known.pop("channel", CHANNEL), SCHEMA_URL, **known)


def found(package: Package, **fields: Any) -> set[tuple[str, str]]:
    """Return rule and place of every problem."""
    return {(each.rule, each.place) for each in check(package, conditions(package, **fields))}


IMAGE = of(reports.with_image(), reports.image(), LOG)
TEXT = of(reports.text_only(), LOG)
BATCH = of(reports.batch(), reports.batch_file())
MAXIMAL = of(replace(reports.maximal()), replace(reports.maximal_file()), LOG)


@pytest.mark.parametrize("package", [IMAGE, TEXT, BATCH, MAXIMAL], ids=["image", "text", "batch", "maximal"])
def test_nothing_is_wrong_with_a_good_report(package: Package) -> None:
    """In production, and with everything said that can be said."""
    problems = check(package, conditions(package))

    assert problems == ()
    assert not blocks(problems)


def suspect(**fields: Any) -> Package:
    """Return a report whose suspect has these fields."""
    report = reports.with_image()
    return replace(IMAGE, report=replace(report, suspects=(replace(report.suspects[0], **fields),)))


def incident(**fields: Any) -> Package:
    """Return a report whose incident has these fields."""
    report = reports.with_image()
    return replace(IMAGE, report=replace(report, incident=replace(report.incident, **fields)))


def file(**fields: Any) -> Package:
    """Return a report whose file is told otherwise."""
    first = IMAGE.files[0]
    return replace(IMAGE, files=(replace(first, details=replace(first.details, **fields)), *IMAGE.files[1:]))


def report(**fields: Any) -> Package:
    """Return a report with these fields."""
    return replace(IMAGE, report=replace(reports.with_image(), **fields))


def person(**fields: Any) -> Package:
    """Return a report whose suspect is this person."""
    return suspect(person=replace(reports.PERSON, **fields))


NAIVE = datetime(2026, 11, 20, 18, 4, 5)  # noqa: DTZ001  # that is the point
FUTURE = NOW + timedelta(hours=1)
DISABLED = reports.FOR_A_TIME
PHONE = Phone(number="5550100")

WRONG: list[tuple[Package, str, str]] = [
    (incident(at=None), "form", "incident.at"),
    (incident(at=None), "incident_time", "incident.at"),
    (incident(at_means=" "), "incident_time", "incident.at_means"),
    (incident(at=NAIVE), "times", "incident.at"),
    (incident(at=FUTURE), "times", "incident.at"),
    (incident(escalation=" "), "escalation", "incident.escalation"),
    (incident(escalation="x" * 3001), "lengths", "incident.escalation"),
    (incident(platform="x" * 257), "lengths", "incident.platform"),
    (suspect(profile_urls=("https://meadow.alt/a b",)), "forms", "suspects.0.profile_urls.0"),
    (suspect(profile_urls=("", "https://meadow.alt/")), "blank", "suspects.0.profile_urls.0"),
    (suspect(profile_urls=("meadow.alt",)), "forms", "suspects.0.profile_urls.0"),
    (suspect(ip_events=(IpEvent(ip="192.0.2.300"),)), "forms", "suspects.0.ip_events.0.ip"),
    (suspect(ip_events=(IpEvent(ip="192.0.2.1", port=0),)), "numbers", "suspects.0.ip_events.0.port"),
    (suspect(ip_events=(IpEvent(ip="192.0.2.1", at=FUTURE),)), "times", "suspects.0.ip_events.0.at"),
    (suspect(screen_name="hill\x00"), "characters", "suspects.0.screen_name"),
    (suspect(prior_reports=(0,)), "numbers", "suspects.0.prior_reports.0"),
    (person(age=151), "numbers", "suspects.0.person.age"),
    (person(born_on=(NOW + timedelta(days=2)).date()), "times", "suspects.0.person.born_on"),
    (person(emails=(Email(address="nobody"),)), "forms", "suspects.0.person.emails.0.address"),
    (person(emails=(Email(address=f"{'l' * 65}@meadow.alt"),)), "forms", "suspects.0.person.emails.0.address"),
    (
        person(emails=(Email(address="a@meadow.alt", verified_at=THEN),)),
        "verified",
        "suspects.0.person.emails.0.is_verified",
    ),
    (
        person(phones=(replace(PHONE, verified_at=THEN, is_verified=False),)),
        "verified",
        "suspects.0.person.phones.0.is_verified",
    ),
    (person(phones=(replace(PHONE, calling_code="44"),)), "forms", "suspects.0.person.phones.0.calling_code"),
    (person(phones=(replace(PHONE, extension="12a"),)), "forms", "suspects.0.person.phones.0.extension"),
    (person(phones=(Phone(number="+441", calling_code="+44"),)), "phones", "suspects.0.person.phones.0.number"),
    (person(addresses=(Address(us_state="XX"),)), "forms", "suspects.0.person.addresses.0.us_state"),
    (person(addresses=(Address(country="ZZ"),)), "forms", "suspects.0.person.addresses.0.country"),
    (person(addresses=(Address(us_state="IL", country="GB"),)), "location", "suspects.0.person.addresses.0.us_state"),
    (suspect(location=replace(reports.LOCATION, region=None)), "location", "suspects.0.location.region"),
    (
        suspect(temporarily_disabled=replace(DISABLED, notified_at=THEN - timedelta(days=1))),
        "disabled",
        "suspects.0.temporarily_disabled.notified_at",
    ),
    (
        suspect(temporarily_disabled=replace(DISABLED, reenabled_at=THEN)),
        "disabled",
        "suspects.0.temporarily_disabled.reenabled_at",
    ),
    (
        suspect(associated=(replace(reports.ASSOCIATED[0], born_on=reports.PERSON.born_on),)),
        "age",
        "suspects.0.associated.0.approximate_age",
    ),
    (report(details=()), "details", "details"),
    (report(suspects=(reports.SUSPECT, reports.SUSPECT)), "batch", "suspects"),
    (
        report(reporter=Reporter(person=replace(reports.REPORTER.person, emails=()))),
        "reporter",
        "reporter.person.emails",
    ),
    (report(details=(EmailMessage(emails=(Email(address="x@meadow.alt"),)),)), "emails", "details.0.emails.0"),
    (report(note="What happened: [\u2026]"), "placeholders", "note"),
    (report(note="What happened: TODO"), "placeholders", "note"),
    (report(note="What happened: [INSERT]"), "placeholders", "note"),
    (
        report(reporter=replace(reports.REPORTER, legal_url="https://example.org/le")),
        "placeholders",
        "reporter.legal_url",
    ),
    (
        replace(IMAGE, sources={k: v for k, v in SOURCES.items() if k != "suspects"}),
        "provenance",
        "suspects.0.identifier",
    ),
    (replace(IMAGE, sources={**SOURCES, "note": Provenance(Origin.TYPED, NOW)}), "provenance", "note"),
    (file(relevance=Relevance.SUPPLEMENTAL), "supplemental", "files.0.classification"),
    (file(relevance=Relevance.SUPPLEMENTAL, annotations=(FileAnnotation.MEME,)), "supplemental", "files.0.annotations"),
    (file(original_name="n" * 2057), "lengths", "files.0.original_name"),
    (file(uploaded_at=FUTURE), "times", "files.0.uploaded_at"),
    (file(url="ftp:/meadow"), "forms", "files.0.url"),
    (replace(IMAGE, files=(*IMAGE.files, IMAGE.files[0])), "evidence", "files.2"),
    (replace(BATCH, files=()), "batch", "files"),
    (replace(BATCH, report=replace(reports.batch(), note="More.")), "batch", "note"),
    (replace(BATCH, report=replace(reports.batch(), details=(WebPage(),))), "batch", "details"),
    (replace(BATCH, report=replace(reports.batch(), suspects=(reports.SUSPECT,))), "batch", "suspects.0"),
    (of(reports.batch(), replace(reports.batch_file(), original_name="a.jpg")), "batch", "files.0.original_name"),
    (of(reports.batch(), replace(reports.batch_file(), annotations=())), "batch", "files.0.annotations"),
    (
        of(reports.batch(), replace(reports.batch_file(), annotations=tuple(FileAnnotation))),
        "batch",
        "files.0.annotations",
    ),
    (of(reports.batch(), replace(LOG, annotations=(FileAnnotation.VIRAL,))), "batch", "files.0.relevance"),
]


@pytest.mark.parametrize(("package", "rule", "place"), WRONG, ids=[f"{each[1]}-{each[2]}" for each in WRONG])
def test_what_is_wrong_with_a_report_is_found_with_its_place(package: Package, rule: str, place: str) -> None:
    """By the rule that is for it."""
    assert (rule, place) in found(package)


EMPTY = of(
    Report(incident=replace(reports.incident(), at_means="Upload."), details=(WebPage(),), reporter=reports.REPORTER)
)
UNDER_CONDITIONS: list[tuple[Package, dict[str, Any], str, str]] = [
    (IMAGE, {"evidence": {}}, "evidence", "files.0"),
    (IMAGE, {"evidence": {"k0": EvidenceCheck("0" * 32, 9, NOW - timedelta(hours=1))}}, "evidence", "files.0"),
    (IMAGE, {"evidence": {"k0": EvidenceCheck("f" * 32, 9, NOW)}}, "evidence", "files.0"),
    (IMAGE, {"evidence": {"k0": EvidenceCheck("0" * 32, 0, NOW)}}, "evidence", "files.0"),
    (IMAGE, {"views": {}}, "viewed", "files.0.views"),
    (MAXIMAL, {"views": {"k0": reports.SEEN}}, "viewed", "files.0.views"),
    (IMAGE, {"may_classify": False}, "classification", "files.0.classification"),
    (MAXIMAL, {"features": frozenset()}, "form", "incident.annotations.informational"),
    (IMAGE, {"channel": replace(CHANNEL, is_enabled=False)}, "channel", "channel"),
    (IMAGE, {"channel": replace(CHANNEL, credentials_environment=Environment.TEST)}, "channel", "channel"),
    (IMAGE, {"channel": replace(CHANNEL, host_environment=None)}, "channel", "channel"),
    (IMAGE, {"channel": replace(CHANNEL, status_ok_at=None)}, "channel", "channel"),
    (IMAGE, {"channel": replace(CHANNEL, status_ok_at=NOW - timedelta(hours=25))}, "channel", "channel"),
    (EMPTY, {}, "completeness", "report"),
    (EMPTY, {"override": Override("per_1", " ")}, "completeness", "report"),
]


@pytest.mark.parametrize(("package", "known", "rule", "place"), UNDER_CONDITIONS)
def test_what_is_wrong_around_a_report_is_found(package: Package, known: dict[str, Any], rule: str, place: str) -> None:
    """Evidence, views, the channel, and how complete it is."""
    assert (rule, place) in found(package, **known)


def test_the_schema_of_the_operator_is_asked_about_each_document() -> None:
    """What it finds is a problem of that document."""
    asked: list[bytes] = []

    def validate(document: bytes) -> list[str]:
        asked.append(document)
        return ["fileDetails"] if b"<fileDetails" in document else []

    problems = check(IMAGE, conditions(IMAGE), validate=validate)

    assert len(asked) == 3
    assert [(each.rule, each.place) for each in problems] == [("schema", "files.0"), ("schema", "files.1")]


def test_every_rule_has_a_test_that_breaks_it() -> None:
    """And no problem has a rule that is not in the list."""
    tried = {rule for _, rule, _ in WRONG} | {rule for _, _, rule, _ in UNDER_CONDITIONS} | {"schema"}

    assert tried == set(RULES)
    for package, _, _ in WRONG:
        assert {rule for rule, _ in found(package)} <= set(RULES)


def test_a_problem_says_what_to_do_and_never_what_was_written() -> None:
    """Place, sentence and remedy; a problem may be shown where content may not."""
    written = "hillmillquay\x00"
    package = suspect(
        screen_name=written * 30,
        profile_urls=(written,),
        person=replace(reports.PERSON, emails=(Email(address=written),)),
    )
    problems: tuple[Problem, ...] = check(package, conditions(package))

    assert len(problems) >= 4
    assert all(each.sentence and each.remedy and each.place for each in problems)
    assert not any("hillmill" in f"{each}" for each in problems)


def test_placeholders_are_refused_only_in_production_and_only_where_somebody_wrote_them() -> None:
    """What a user wrote on the platform is what they wrote; *todo* is a word."""
    typed = report(note="Visit example.com TODO")
    test_channel = ChannelFacts(Environment.TEST, Environment.TEST, Environment.TEST, is_enabled=True, status_ok_at=NOW)

    assert ("placeholders", "note") in found(typed)
    assert ("placeholders", "note") not in found(typed, channel=test_channel)
    assert found(report(note="Todo bien, todo claro [sic] [laughs] in the file [The whole text is in a.txt.]")) == set()
    assert found(suspect(profile_bio="TODO: example.com")) == set()


def test_what_is_missing_never_holds_up_a_report_about_danger() -> None:
    """It is shown; only what is wrong blocks."""
    calm = check(EMPTY, conditions(EMPTY))
    danger = replace(EMPTY, is_urgent=True)
    escalated = replace(
        EMPTY, report=replace(EMPTY.report, incident=replace(EMPTY.report.incident, escalation="Friday."))
    )

    assert blocks(calm)
    for package in (danger, escalated):
        problems = check(package, conditions(package))
        said = {"escalation"} if package is danger else set()
        assert {each.rule for each in problems} == {"completeness"} | said, "it is told that nobody says so to them"
        assert not blocks(problems)
    assert not blocks(check(EMPTY, conditions(EMPTY, override=Override("per_1", "Nothing more is known."))))


@given(models("report"), models("fileDetails"))
@settings(max_examples=examples(50))
def test_any_report_is_checked_without_failing(any_report: Report, details: FileDetails) -> None:
    """Every problem has a rule; the meter is a percentage."""
    package = of(any_report, details)
    problems = check(package, conditions(package))

    assert {each.rule for each in problems} <= set(RULES)
    assert 0 <= measure(package).percent <= 100


def test_the_meter_goes_by_worth() -> None:
    """The nine stand in the order of their weight, and together make a hundred."""
    weights = [each.weight for each in CRITERIA]

    assert weights == sorted(weights, reverse=True)
    assert sum(weights) == 100
    assert [each.id for each in CRITERIA] == [
        "identifier", "addresses", "times", "files", "conversation", "others", "narrative", "around", "contact",
    ]  # fmt: skip


def test_the_meter_says_what_would_help_most() -> None:
    """Of an empty report first the identifier; of a full one nothing."""
    assert measure(EMPTY).wanted[0].startswith("the platform's own identifier")
    full = replace(MAXIMAL, report=replace(MAXIMAL.report, note="n" * 200))
    assert measure(full).percent == 100
    assert measure(full).wanted == ()
    assert measure(BATCH).percent == 100
    assert {line.id for line in measure(BATCH).lines} == {"identifier", "times", "files", "contact"}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (suspect(), suspect(identifier=None)),
        (suspect(), suspect(ip_events=(replace(reports.LOGIN, port=None),))),
        (file(), file(views=ViewFacts())),
        (file(), file(classification=None, annotations=())),
        (suspect(), suspect(location=None)),
        (report(), report(note=None)),
        (IMAGE, of(reports.with_image(), reports.image())),
    ],
)
def test_each_fact_counts(better: Package, worse: Package) -> None:
    """Without it the report is less complete."""
    if better.report.suspects[0].ip_events and better.files[0].details.ip_event:
        better, worse = (
            replace(p, files=tuple(replace(f, details=replace(f.details, ip_event=None)) for f in p.files))
            for p in (better, worse)
        )
    assert measure(worse).percent < measure(better).percent
