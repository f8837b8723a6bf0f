"""Find what a notice is about: by links, by the platform's own ids, by digests that somebody's browser computed.

Names are only taken as such where they are the very id of an account. Whatever cannot be found is no error: a person
reads it, and it is looked for again as long as the notice is open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tutela.core.banks import SignalType
from tutela.core.ids import AccountId, ItemId
from tutela.core.notices.draft import NoticeDraft
from tutela.core.notices.links import LinkPatterns, Place
from tutela.errors import IndexNotReady
from tutela.flows.find_copies import MAX_QUESTIONS, FindCopies, Question
from tutela.flows.look_up_hashes import Signal
from tutela.ports.committer import StoredItem
from tutela.ports.store import Reader

MAX_ITEMS = 200
"""Items that one notice is about: the rest of what carries the same picture is found when it is decided."""

NEAR_BITS = 31
"""How close a picture must be to one that somebody has. Source: the customary PDQ threshold."""


@dataclass(frozen=True, slots=True)
class Located:
    """What was found."""

    items: tuple[StoredItem, ...] = ()  #: in the order in which they were named; those found by digest come last
    accounts: tuple[AccountId, ...] = ()  #: named themselves
    elsewhere: int = 0  #: links that are not of this platform
    unknown: int = 0  #: links of this platform, ids and digests, of which nothing is stored here

    @property
    def is_found(self) -> bool:
        """Return whether anything was."""
        return bool(self.items or self.accounts)


@dataclass(slots=True)
class _Named:
    items: dict[str, None] = field(default_factory=dict)
    accounts: dict[str, None] = field(default_factory=dict)
    elsewhere: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class LocateNotice:
    """Look up what somebody names."""

    patterns: LinkPatterns
    find_copies: FindCopies

    def __call__(
        self, reader: Reader, drafts: Iterable[NoticeDraft], by_digest: Sequence[ItemId] = (),
        known: frozenset[ItemId] = frozenset(),
    ) -> Located:  # fmt: skip
        """Return what *drafts* name together, as far as it is stored; see `carriers_of` for *by_digest*.

        What is *known* is left out, before there are too many.
        """
        named = _Named()
        for draft in drafts:
            self._name(named, draft)
        stored = reader.items_by_platform_id(named.items) if named.items else {}
        accounts = reader.accounts_by_platform_id(named.accounts) if named.accounts else {}
        found = {stored[each].item.id: stored[each] for each in named.items if each in stored}
        found |= {key: each for key, each in reader.items_by_id(by_digest).items() if key not in found}
        missing = len(named.items) - len(stored)
        return Located(
            tuple(each for key, each in found.items() if key not in known)[:MAX_ITEMS],
            tuple(accounts[each].id for each in named.accounts if each in accounts),
            named.elsewhere,
            named.unknown + missing,
        )

    def _name(self, named: _Named, draft: NoticeDraft) -> None:
        named.items.update(dict.fromkeys(draft.items))
        named.accounts.update(dict.fromkeys(draft.names))
        for link in draft.links:
            pointed = self.patterns(link)
            if pointed.place is Place.ITEM:
                named.items[pointed.platform_id] = None
            elif pointed.place is Place.ACCOUNT:
                named.accounts[pointed.platform_id] = None
            elif pointed.place is Place.ELSEWHERE:
                named.elsewhere += 1
            else:
                named.unknown += 1

    def carriers_of(self, drafts: Iterable[NoticeDraft]) -> tuple[ItemId, ...]:
        """Return the items that carry what somebody's browser computed a digest of, the nearest first.

        It reads for itself, and finds nothing while the index is not ready: the notice is taken all the same, and
        looked for again.
        """
        questions = [_question(each.sha256, each.pdq) for draft in drafts for each in draft.digests]
        if not questions:
            return ()
        try:
            answers = [
                each
                for start in range(0, len(questions), MAX_QUESTIONS)
                for each in self.find_copies(
                    questions[start : start + MAX_QUESTIONS], max_distance_bits=NEAR_BITS, limit=MAX_ITEMS
                )
            ]
        except IndexNotReady:
            return ()
        carriers = (copy.carrier for answer in answers for copy in answer.page if copy.carrier is not None)
        return tuple(dict.fromkeys(each.item_id for each in carriers))[:MAX_ITEMS]


def _question(sha256: str | None, pdq: str | None) -> Question:
    digests: tuple[Signal, ...] = ((SignalType.SHA256, sha256.lower()),) if sha256 else ()
    return Question(hashes=(bytes.fromhex(pdq),) if pdq else (), digests=digests)
