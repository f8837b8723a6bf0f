"""Reports of figures: draw one up for a period, publish it, correct it, hand it out; and enter what no row holds."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.core.filing.retention import EUROPEAN_UNION
from tutela.core.ids import TransparencyId
from tutela.core.operator import OperatorProfile
from tutela.core.permissions import Principal, demand, demand_one
from tutela.core.reasons import ReasonTable
from tutela.core.transparency import Entered, Period, csv_set, dated, figures_of, flaws, packed, summary_of
from tutela.core.transparency.categories import TOTAL
from tutela.core.transparency.edition import Edition, EditionState, refuse_to_draw_up, refuse_to_publish
from tutela.core.transparency.period import owed_at
from tutela.core.transparency.sheets import TEXTS, Drawn
from tutela.errors import BadInput, Conflict, UnknownEdition
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.figures import CountedReader, Editions

READING = ("transparency", "audit")
"""Who may read drafts: those who draw them up, and auditors."""

MOST_TEXT = 20_000
"""Of one text of the qualitative part."""

MOST_RECIPIENTS = 10**10
"""More than there are people."""

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_LANGUAGE = re.compile(r"[a-z]{2}")
IDENTIFICATION, TEXT, PEOPLE = "identification", "texts", "people"
_RECIPIENTS, _DISPUTES_OF = "recipients:", "disputes:"
_DISPUTES = frozenset({"total", "upheld", "partly", "overturned", "median_hours", "implemented_percent"})


@dataclass(frozen=True, slots=True)
class ReportOwed:
    """The report that has to come out next."""

    period: Period
    due_at: datetime
    is_published: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """Every verb of a report."""

    counting: CountedReader
    editions: Editions
    table: Callable[[], ReasonTable]
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy

    def draw_up(self, principal: Principal, period: Period) -> Edition:
        """Draw up the report of a period that is over, from what is stored now; a draft takes another's place.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.BadInput: The period is not over, or its report is published: correct it then.
            tutela.errors.Conflict: Somebody drew it up at the same moment.
        """
        demand(principal, "transparency")
        return self._draw_up(principal, period, "")

    def correct(self, principal: Principal, period: Period, reason: str) -> Edition:
        """Draw up another edition of a report that is published, and say in it what was wrong. It is published apart.

        Raises:
            tutela.errors.BadInput: Nothing is published that could be corrected, or there is no reason.
        """
        demand(principal, "transparency")
        if not reason.strip():
            raise BadInput(
                "A correction needs its reason.", place="reason", remedy="Say what was wrong, in public words."
            )
        return self._draw_up(principal, period, _text(reason, "reason"))

    def publish(self, principal: Principal, edition_id: TransparencyId) -> Edition:
        """Let everybody read an edition, with the day in it. It is never taken back: what is wrong is corrected.

        Raises:
            tutela.errors.UnknownEdition: There is none.
            tutela.errors.Conflict: It is no draft any more, or not the one that was drawn up.
        """
        demand(principal, "transparency")
        edition = self._edition(edition_id)
        refuse_to_publish(edition)
        now, package = self.clock.now(), self.editions.package(edition_id)
        if hashlib.sha256(package).hexdigest() != edition.sha256:
            raise Conflict("this draft is not as it was drawn up", place="id", remedy="Draw up another one.")
        self.editions.publish(edition_id, dated(package, now.date()), now, principal.id)
        return self._edition(edition_id)

    def all(self, principal: Principal) -> Sequence[Edition]:
        """Return every edition, the newest first."""
        demand_one(principal, READING)
        return self.editions.all()

    def show(self, principal: Principal, edition_id: TransparencyId) -> tuple[Edition, Mapping[str, Any]]:
        """Return an edition, and what is told of it in public.

        Raises:
            tutela.errors.UnknownEdition: There is none.
        """
        demand_one(principal, READING)
        return self._edition(edition_id), self.editions.summary(edition_id)

    def package(self, principal: Principal, edition_id: TransparencyId) -> bytes:
        """Return the files of an edition in one zip, byte for byte.

        Raises:
            tutela.errors.UnknownEdition: There is none.
        """
        demand_one(principal, READING)
        self._edition(edition_id)
        return self.editions.package(edition_id)

    def owed(self, principal: Principal) -> tuple[ReportOwed, ...]:
        """Return the report that comes out next, with its clock; none where the operator need not publish any."""
        demand_one(principal, READING)
        return self._owed()

    def is_late(self) -> bool:
        """Return whether a report should have been published by now."""
        return any(each.is_late for each in self._owed())

    def public(self) -> Sequence[Edition]:
        """Return what everybody may read, the newest first."""
        return [each for each in self.editions.all() if each.is_public]

    def public_summary(self, edition_id: TransparencyId) -> tuple[Edition, Mapping[str, Any]]:
        """Return a published edition, and what is told of it.

        Raises:
            tutela.errors.UnknownEdition: There is none, or it is not published.
        """
        return self._public(edition_id), self.editions.summary(edition_id)

    def public_package(self, edition_id: TransparencyId) -> bytes:
        """Return the files of a published edition.

        Raises:
            tutela.errors.UnknownEdition: There is none, or it is not published.
        """
        self._public(edition_id)
        return self.editions.package(edition_id)

    def enter_identification(
        self, principal: Principal, *, provider: str, service: str, contact: str, is_very_large: bool = False
    ) -> None:
        """Enter who provides which service, and how the provider is reached.

        Raises:
            tutela.errors.BadInput: One of them is empty or too long.
        """
        said = {"provider": _line(provider, "provider"), "service": _line(service, "service"),
                "contact": _line(contact, "contact"), "is_very_large": is_very_large}  # fmt: skip
        self._enter(principal, IDENTIFICATION, said)

    def enter_text(self, principal: Principal, key: str, text: str) -> None:
        """Enter one text of the qualitative part.

        Raises:
            tutela.errors.BadInput: There is no such text, or it is too long.
        """
        if key not in TEXTS:
            raise BadInput("there is no such text", place="key", remedy=", ".join(TEXTS))
        self._enter(principal, TEXT, {**self.editions.entered().get(TEXT, {}), key: _text(text, "text")})

    def enter_recipients(self, principal: Principal, month: str, counts: Mapping[str, int]) -> None:
        """Enter how many people used the service in a month: in all, and by Member State.

        Raises:
            tutela.errors.BadInput: It is no month, no country of the Union, or no number.
        """
        if not _MONTH.fullmatch(month):
            raise BadInput("this is no month", place="month", remedy="Write it as 2026-01.")
        for scope, count in counts.items():
            if scope != TOTAL and scope not in EUROPEAN_UNION:
                raise BadInput("this is no Member State", place=scope, remedy=f"As in DE; {TOTAL} for all.")
            if not 0 <= count <= MOST_RECIPIENTS:
                raise BadInput("this is no number of people", place=scope)
        self._enter(principal, f"{_RECIPIENTS}{month}", counts)

    def enter_people(self, principal: Principal, internal: int, external: int, by_language: Mapping[str, int]) -> None:
        """Enter who moderates: employed, contracted, and how many with each language.

        Raises:
            tutela.errors.BadInput: One of them is no number, or a language is none.
        """
        if any(not _LANGUAGE.fullmatch(each) for each in by_language):
            raise BadInput("a language has two small letters", place="by_language", remedy="As in de.")
        if min(internal, external, *by_language.values(), 0) < 0:
            raise BadInput("this is no number of people", place="internal")
        self._enter(principal, PEOPLE, {"internal": internal, "external": external, "by_language": dict(by_language)})

    def enter_disputes(self, principal: Principal, period: Period, counts: Mapping[str, int]) -> None:
        """Enter what came of the disputes of a period before certified bodies: its reports alone tell it.

        Raises:
            tutela.errors.BadInput: There is no such figure, or it is no number.
        """
        if unknown := counts.keys() - _DISPUTES:
            raise BadInput("there is no such figure", place=min(unknown), remedy=", ".join(sorted(_DISPUTES)))
        if any(each < 0 for each in counts.values()):
            raise BadInput("this is no number", place="disputes")
        self._enter(principal, f"{_DISPUTES_OF}{period.label}", counts)

    def entered(self, period: Period | None = None) -> Entered:
        """Return everything that was entered; of disputes what was said of one period, none without it."""
        disputes = "" if period is None else f"{_DISPUTES_OF}{period.label}"
        known = self.editions.entered()
        who, people = known.get(IDENTIFICATION, {}), known.get(PEOPLE, {})
        return Entered(
            who.get("provider", ""), who.get("service", ""), who.get("contact", ""), known.get(TEXT, {}),
            {name.removeprefix(_RECIPIENTS): said for name, said in known.items() if name.startswith(_RECIPIENTS)},
            people.get("internal"), people.get("external"), people.get("by_language", {}), known.get(disputes, {}),
            bool(who.get("is_very_large", False)),
        )  # fmt: skip

    def _owed(self) -> tuple[ReportOwed, ...]:
        is_very_large = self.entered().is_very_large
        if self.profile().is_small_enterprise and not is_very_large:
            return ()  # Article 15(2)
        now = self.clock.now()
        period = owed_at(now, self.counting.began_at(), half_yearly=is_very_large)
        is_out = any(each.is_public and each.period == period for each in self.editions.all())
        return (ReportOwed(period, period.due_at, is_out, not is_out and period.is_late(now)),)

    def _draw_up(self, principal: Principal, period: Period, correction: str) -> Edition:
        now, known = self.clock.now(), self.editions.all()
        of = [each for each in known if each.period == period]
        refuse_to_draw_up(period, now, has_published=any(each.is_public for each in of), correction=correction)
        version = max((each.version for each in of), default=0) + 1
        previous = max((each.published_at for each in known if each.published_at is not None), default=None)
        figures = figures_of(self.counting.count(period.starts_at, period.ends_at), self.table())
        files = csv_set(Drawn(period, self.entered(period), figures, now, version, previous, correction))
        if found := flaws(files):
            raise AssertionError(f"a report does not hold what it must: {found[0]}")
        package = packed(files)
        edition = Edition(
            TransparencyId(self.entropy.new_id("transparency")), period, version, EditionState.DRAFT, now,
            principal.id, hashlib.sha256(package).hexdigest(), len(package), correction=correction,
        )  # fmt: skip
        self.editions.add(edition, package, summary_of(period, figures).as_json())
        return edition

    def _enter(self, principal: Principal, name: str, said: Mapping[str, Any]) -> None:
        demand(principal, "transparency")
        self.editions.enter(name, said, self.clock.now(), principal.id)

    def _edition(self, edition_id: TransparencyId) -> Edition:
        found = self.editions.edition(edition_id)
        if found is None:
            raise UnknownEdition(place="id")
        return found

    def _public(self, edition_id: TransparencyId) -> Edition:
        found = self._edition(edition_id)
        if not found.is_public:
            raise UnknownEdition(place="id")
        return found


def _line(said: str, place: str) -> str:
    if not said.strip() or len(said) > MOST_TEXT or "\n" in said.strip():
        raise BadInput("one line is needed", place=place)
    return said.strip()


def _text(said: str, place: str) -> str:
    if len(said) > MOST_TEXT:
        raise BadInput(f"This has at most {MOST_TEXT} characters.", place=place)
    return said.strip()
