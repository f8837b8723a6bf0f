"""Lay out a case: everything that somebody decides it from, in one read, whatever lies in it.

Nobody who may yet answer sees what others came to: what holds by an answer that awaits another one, and what a look for
quality is about, is left out (P3).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.core.account_standing import StandingWords, words_of
from tutela.core.banks import Detection
from tutela.core.case_moves import Actor, DangerNote, sentence_of, why_not
from tutela.core.case_states import ENDS, Move
from tutela.core.cases import Case, Purpose
from tutela.core.content import Account, Media
from tutela.core.ids import AccountId, BankId, CaseId, DecisionId, MediaId
from tutela.core.look_groups import LookGroup, exact_media, look_groups
from tutela.core.measures import Measure, Standing, Subject
from tutela.core.permissions import Principal, demand
from tutela.core.strikes import Strike
from tutela.errors import NotForYou
from tutela.flows.endangered import Endangered, endangered
from tutela.flows.move_case import CaseSeen, CaseWork, actor_of, seen, shown_case
from tutela.flows.offer_undo import offer_undo
from tutela.flows.read_fires import MOST_FIRES
from tutela.ports.committer import StoredItem
from tutela.ports.events import Fire
from tutela.ports.store import Reader
from tutela_client.table import EffectTable

ITEMS_LAID_OUT = 20
"""Items that one screen shows; of how many more there are, it tells the number."""

_TELLS = (Move.CLAIM, Move.RELEASE, Move.HOLD, Move.SKIP, Move.HAND_OVER, Move.RESUME, Move.DECIDE, Move.RAISE_DANGER)
"""Moves of which a screen says why they cannot be made."""


@dataclass(frozen=True, slots=True)
class LaidItem:
    """One item of a case, with what was noticed about it and what holds on it."""

    stored: StoredItem
    detections: tuple[Detection, ...]
    measures: tuple[Measure, ...]  #: on the item itself, in force
    is_held: bool = (
        False  #: by what is kept from whoever looks until they have answered: that it holds is told, no more
    )


@dataclass(frozen=True, slots=True)
class CaseLayout:
    """A case as it is laid before somebody."""

    seen: CaseSeen
    barred: Mapping[Move, str]  #: why a move cannot be made, in a sentence
    account: Account
    words: StandingWords
    strikes: tuple[Strike, ...]
    measures: tuple[Measure, ...]  #: on the account, in force
    items: tuple[LaidItem, ...]
    media: Mapping[MediaId, Media]
    media_measures: Mapping[MediaId, tuple[Measure, ...]]
    groups: tuple[LookGroup, ...]
    banks: Mapping[BankId, str]
    fires: tuple[Fire, ...]
    others: tuple[Case, ...]  #: other open cases about the same account
    is_held: bool = False  #: whether something holds on the account that is kept from whoever looks until they answered
    endangered: tuple[Endangered, ...] = ()  #: children whom the account turned to, and those of unknown age
    danger: tuple[DangerNote, ...] = ()  #: who said that somebody is in danger, and who that they are not any more

    @property
    def detections(self) -> tuple[Detection, ...]:
        """Return everything that was noticed, the nearest match first."""
        found = [each for item in self.items for each in item.detections]
        return tuple(sorted(found, key=lambda each: (each.is_suppressed, each.match.distance_bits, each.id)))

    @property
    def matches(self) -> tuple[tuple[Detection, int], ...]:
        """Return the nearest match of each bank and kind, with how many there are like it."""
        found: dict[object, list[Detection]] = defaultdict(list)
        for each in self.detections:
            found[each.match.bank_id, each.match.kind, each.match.clause_id, each.is_suppressed].append(each)
        return tuple((each[0], len(each)) for each in found.values())


@dataclass(frozen=True, slots=True)
class LayOutCase:
    """Lay out a case."""

    work: CaseWork
    effects: EffectTable

    def __call__(self, principal: Principal, case_id: CaseId) -> CaseLayout:
        """Return a case with everything around it.

        Raises:
            tutela.errors.UnknownCase: There is none of that identifier.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        demand(principal, "cases")
        with self.work.store.read() as reader:
            shown, actor, now = shown_case(reader, case_id), actor_of(reader, principal), self.work.clock.now()
            case = shown.case
            if case.account_id in actor.own_accounts:
                raise NotForYou("nobody works on a case about an account of their own", place="case")
            offer = offer_undo(reader, principal.id, case, now) if principal.may("decide") else None
            found = seen(shown, actor, now)
            found = CaseSeen(found.shown, found.moves, found.at, is_own=found.is_own, undo=offer)
            barred = _barred(case, actor, now)
            items = self._items(reader, case_id)
            account = reader.accounts_by_id([case.account_id])[case.account_id]
            media_ids = list(dict.fromkeys(each for item in items for each in item.item.media_ids))
            media = reader.media_by_id(media_ids)
            detected = reader.detected([each.item.id for each in items])
            held = _Held(reader, items, account.id, media_ids, _kept_from(reader, principal, case), now)
            strikes = reader.strikes([account.id]).get(account.id, ())
            others = [each for each in reader.open_cases([account.id]).values() if each.id != case_id]
            fires = reader.fires_of_case(case_id, MOST_FIRES)
            banks = {bank.id: bank.name for bank in reader.banks()}
            danger = tuple(reader.danger_notes(case_id))
            # Of what a rule saw somebody do: where nothing fired there is nobody whom it could be about.
            may_be = endangered(reader, case, reader.met_by(case.account_id), now) if fires else ()
        about = Subject.account(account.id)
        laid = tuple(held.laid(each, detected.get(each.item.id, ())) for each in items)
        exact = exact_media(each for item in laid for each in item.detections)
        return CaseLayout(
            seen=found,
            barred=barred,
            account=account,
            words=words_of(held.on(about), now, self.effects),
            strikes=tuple(each for each in strikes if each.decision_id not in held.kept_from),
            measures=held.on(about),
            items=laid,
            media=media,
            media_measures={each: held.on(Subject.media(each)) for each in media_ids},
            groups=look_groups([media[each] for each in media_ids if each in media], exact),
            banks=banks,
            fires=tuple(fires),
            others=tuple(sorted(others, key=lambda each: each.due_at)),
            is_held=held.is_kept_on(about),
            danger=danger,
            endangered=may_be,
        )

    def _items(self, reader: Reader, case_id: CaseId) -> list[StoredItem]:
        ids = reader.all_case_items(case_id, ITEMS_LAID_OUT)
        stored = reader.items_by_id(ids)
        return [stored[each] for each in ids if each in stored]


class _Held:
    """What holds on everything that lies in a case, without what nobody may see before they answered."""

    def __init__(  # one argument for each thing that it is read from
        self, reader: Reader, items: Iterable[StoredItem], account: AccountId, media: Iterable[MediaId],
        kept_from: frozenset[DecisionId], now: datetime,
    ) -> None:  # fmt: skip
        subjects = {Subject.account(account), *(Subject.item(each.item.id) for each in items)}
        self._standings: Mapping[Subject, Standing] = reader.standings(subjects | {Subject.media(m) for m in media})
        self.kept_from, self._now = kept_from, now

    def on(self, subject: Subject) -> tuple[Measure, ...]:
        """Return what holds on *subject*."""
        return tuple(
            each
            for each in self._standings[subject].measures
            if each.holds_at(self._now) and each.decision_id not in self.kept_from
        )

    def laid(self, item: StoredItem, detected: Iterable[Detection]) -> LaidItem:
        """Return an item as it is laid out."""
        subject = Subject.item(item.item.id)
        return LaidItem(item, tuple(detected), self.on(subject), self.is_kept_on(subject))

    def is_kept_on(self, subject: Subject) -> bool:
        """Return whether something holds on *subject* of which nothing else is told."""
        measures = self._standings[subject].measures
        return any(each.holds_at(self._now) and each.decision_id in self.kept_from for each in measures)


def _barred(case: Case, actor: Actor, now: datetime) -> dict[Move, str]:
    """Return why each move cannot be made that a screen says something of."""
    barred = ((each, why_not(case, each, actor, now)) for each in _TELLS)
    return {each: sentence_of(why, case, each, actor, now) for each, why in barred if why is not None}


def _kept_from(reader: Reader, principal: Principal, case: Case) -> frozenset[DecisionId]:
    """Return decisions that would tell *principal* what others came to before they have answered themselves."""
    if case.state in ENDS or principal.id in case.answered_by:
        return frozenset()
    found = {each.meanwhile for each in reader.case_answers(case.id) if each.meanwhile is not None}
    look = reader.look_of(case.id) if case.purpose is not Purpose.WORK else None
    return frozenset(found if look is None else {*found, look.decision_id})
