"""Read everything of a case that a report is drawn up from: what was found, about whom, in what, who has seen it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.core.cases import Case
from tutela.core.content import EvidenceState, Media
from tutela.core.filing.duty import Trait
from tutela.core.filing.known_case import Disabled, KnownAccount, KnownCase, KnownFinding, KnownItem, KnownMedia
from tutela.core.filing.report_file import view_facts
from tutela.core.ids import DecisionId, ItemId, MediaId, PersonId
from tutela.core.links.extraction import extract
from tutela.core.measures import Measure, MeasureKind, Subject
from tutela.core.picture_metadata import PictureMetadata
from tutela.core.plans import Answer
from tutela.core.policy import Policy
from tutela.core.roles import Role
from tutela.core.statements import Statement
from tutela.core.views import Purpose
from tutela.flows.keep_facts import KeepFacts
from tutela.flows.read_roles import roles_found
from tutela.ports.clock import Clock
from tutela.ports.committer import StoredItem
from tutela.ports.reported_before import Reported, ReportedBefore
from tutela.ports.store import Reader
from tutela.ports.views import Views

MOST_ITEMS = 1000
"""Of one case in one report; of how many more there are, it tells the number."""

MOST_STATEMENTS = 100

MOST_READ = 50
"""Files of which it is read what they say of their making: somebody waits for the draft."""

LOOKS = (Purpose.FULL_LOOK, Purpose.METADATA)
"""What proves that a file was seen, or read of its making."""

_DISABLES = (MeasureKind.SUSPEND, MeasureKind.LOCK_PENDING_DECISION)


@dataclass(frozen=True, slots=True)
class ReadKnownCase:
    """Read cases for reports."""

    facts: KeepFacts
    before: ReportedBefore
    views: Views
    policy: Policy
    clock: Clock
    making: Callable[[Media], PictureMetadata | None]  #: what a sealed picture says of its making

    def __call__(self, reader: Reader, case: Case, authority: str) -> KnownCase:
        """Return what is known of *case*, for a report to *authority*; without findings where none stands."""
        now, found = self.clock.now(), reader.found_case(case.id)
        ids = [] if found is None else list(found.decision_ids)
        items = self._items(reader, ids)
        sheet = reader.duty_sheet(case.id)
        return KnownCase(
            case_id=case.id,
            at=now,
            findings=self._findings(reader, ids),
            accounts=self._accounts(reader, case, ids, authority, now),
            items=items[:MOST_ITEMS],
            banks={str(bank.id): bank.name for bank in reader.banks()},
            imagery=sheet.imagery,
            is_in_danger=case.is_in_danger or Trait.DANGER in sheet.traits,
            more_items=max(0, len(items) - MOST_ITEMS),
        )

    def _findings(self, reader: Reader, ids: list[DecisionId]) -> tuple[KnownFinding, ...]:
        decisions, records, by_two = reader.decisions(ids), reader.findings(ids), reader.agreed_by_two(ids)
        found = []
        for each in ids:
            decision = decisions[each]
            if decision.clause_id is None or each not in records:
                continue
            clause = self.policy.clause(decision.clause_id)
            people = 2 if each in by_two else 1
            found.append(
                KnownFinding(
                    clause.id, clause.title, clause.duty_hint, decision.at, PersonId(decision.decided_by or ""),
                    records[each].facts.line, people,
                )
            )  # fmt: skip
        return tuple(found)

    def _accounts(
        self, reader: Reader, case: Case, ids: list[DecisionId], authority: str, now: datetime
    ) -> tuple[KnownAccount, ...]:
        roles = {case.account_id: Role.NONE, **roles_found(reader, ids)}
        accounts = reader.accounts_by_id(roles)
        before = self.before.of_accounts(authority, roles)
        standings = reader.standings(Subject.account(each) for each in roles)
        return tuple(
            KnownAccount(
                account=accounts[each],
                role=role,
                told=self.facts.read(each),
                disabled=_disabled(
                    standings[Subject.account(each)].measures, reader.statements_told(each, now, MOST_STATEMENTS), now
                ),
                prior_reports=_numbers(before.get(each, ())),
            )
            for each, role in roles.items()
        )

    def _items(self, reader: Reader, ids: list[DecisionId]) -> tuple[KnownItem, ...]:
        found = [each.item_id for each in reader.answers_by(ids) if each.answer is not Answer.PUBLISH]
        stored = reader.items_by_id(dict.fromkeys(found))
        detected = reader.detected(stored)
        media = reader.media_by_id({each for one in stored.values() for each in one.item.media_ids})
        known = {each: self._media(one, reads=at < MOST_READ) for at, (each, one) in enumerate(sorted(media.items()))}
        ordered = sorted(stored.values(), key=lambda each: (each.item.submitted_at, each.item.id))
        return tuple(_item(each, detected.get(each.item.id, ()), known) for each in ordered)

    def _media(self, media: Media, *, reads: bool) -> KnownMedia:
        has_bytes = media.evidence is EvidenceState.SEALED and bool(media.content_id and media.digests.md5)
        making = self.making(media) if has_bytes and reads else None
        return KnownMedia(media, view_facts(self.views.log_of(media.id, LOOKS), media), has_bytes, making)


def merged(known: Iterable[KnownCase]) -> KnownCase:
    """Return several cases about one and the same as one: the first one's, with the others' accounts and items."""
    first, *others = known
    accounts = {each.account.id: each for one in (first, *others) for each in one.accounts}
    items: dict[ItemId, KnownItem] = {each.item.id: each for one in (first, *others) for each in one.items}
    return KnownCase(
        case_id=first.case_id,
        at=first.at,
        findings=tuple(each for one in (first, *others) for each in one.findings),
        accounts=tuple(accounts.values()),
        items=tuple(items.values()),
        banks=first.banks,
        imagery=first.imagery,
        is_in_danger=any(each.is_in_danger for each in (first, *others)),
        more_items=sum(each.more_items for each in (first, *others)),
    )


def _item(stored: StoredItem, detected: Iterable[object], known: Mapping[MediaId, KnownMedia]) -> KnownItem:
    text = stored.item.text or ""
    return KnownItem(
        item=stored.item,
        detections=tuple(detected),  # type: ignore[arg-type]  # detections of the reader
        media=tuple(known[each] for each in stored.item.media_ids if each in known),
        links=tuple(dict.fromkeys(each.link.href for each in extract(text).links)) if text else (),
    )


def _disabled(measures: Iterable[Measure], told: Iterable[Statement], now: datetime) -> Disabled | None:
    """Return the gravest measure in force that disables an account, since its first grant."""
    held = [each for each in measures if each.kind in _DISABLES and each.holds_at(now)]
    if not held:
        return None
    for_good = [each for each in held if each.kind is MeasureKind.SUSPEND and each.ends_at is None]
    gravest = min(for_good or held, key=lambda each: each.starts_at)
    since = [each.tell_at for each in told if each.decision_id == gravest.decision_id]
    return Disabled(gravest.starts_at, gravest.ends_at, bool(for_good), min(since, default=None))


def _numbers(before: Iterable[Reported]) -> tuple[int, ...]:
    return tuple(int(each.number) for each in before if each.number.isdigit())
