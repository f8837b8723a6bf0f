"""Oversee banks for people: what there is, what each holds and hits, what is said of members, and importing lists.

No value of a member is told here, and nothing of what a bank of words holds: whoever keeps lists need not read them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.banks import Bank
from tutela.core.ids import MemberId, WordEntryId
from tutela.core.licences import LicenceState, licence_of
from tutela.core.opinions import Opinion
from tutela.core.permissions import Principal, demand, demand_one
from tutela.core.policy import MatchKind
from tutela.core.precision import Precision
from tutela.core.word_banks import WordEntry
from tutela.flows.fill_word_bank import FillWordBank, WordList, WordsReport
from tutela.flows.import_members import ImportMembers, ImportReport
from tutela.flows.keep_banks import find
from tutela.flows.keep_opinions import Judged, KeepOpinions
from tutela.flows.keep_word_banks import KeepWordBanks
from tutela.flows.read_rows import Row, rows_of_csv, rows_of_json
from tutela.ports.clock import Clock
from tutela.ports.store import BankCounts, Store
from tutela.ports.word_banks import WordBankSize

KEEPING, JUDGING, WORDS = "banks", "judge", "words"


class ListForm(StrEnum):
    """How a list is written that somebody imports."""

    CSV = "csv"
    JSON_LINES = "json"


_READERS: Mapping[ListForm, Callable[[Iterable[str]], Iterable[Row]]] = {
    ListForm.CSV: rows_of_csv, ListForm.JSON_LINES: rows_of_json,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BankSeen:
    """A bank as a list shows it."""

    bank: Bank
    licence: LicenceState
    detections: int
    braked: int  #: members that hit many accounts and act on items alone until somebody releases them (P11)
    owed: int  #: opinions of which its source was not told yet


@dataclass(frozen=True, slots=True)
class WordBankSeen:
    """A bank of words as a list shows it."""

    size: WordBankSize
    licence: LicenceState


@dataclass(frozen=True, slots=True)
class AllBanks:
    """Every bank that somebody may oversee."""

    media: Sequence[BankSeen]
    words: Sequence[WordBankSeen]


@dataclass(frozen=True, slots=True)
class BankPage:
    """One bank, and a page of its members."""

    bank: Bank
    licence: LicenceState
    counts: BankCounts
    precision: Mapping[MatchKind, Precision]  #: of its matches, by kind: what people found where they lie, ever
    owed: int
    members: Sequence[Judged]
    following: str  #: behind which member the next page begins; empty at the end


@dataclass(frozen=True, slots=True)
class WordBankPage:
    """One bank of words, and a page of its entries: when each came, and when it ends."""

    seen: WordBankSeen
    entries: Sequence[WordEntry]
    following: str


@dataclass(frozen=True, slots=True)
class OverseeBanks:
    """Read banks, judge members, import lists."""

    store: Store
    clock: Clock
    opinions: KeepOpinions
    words: KeepWordBanks
    imports: ImportMembers
    fill: FillWordBank

    def all(self, principal: Principal) -> AllBanks:
        """Return every bank that *principal* may oversee, by name.

        Raises:
            tutela.errors.Forbidden: They oversee none.
        """
        demand_one(principal, (KEEPING, JUDGING, WORDS))
        now = self.clock.now()
        media: list[BankSeen] = []
        if principal.may(KEEPING) or principal.may(JUDGING):
            with self.store.read() as reader:
                banks, hits, owed = reader.banks(), reader.detections_by_bank(), reader.feedback_owed()
                open_trips = [trip.bank_id for trip in reader.open_trips()]
            media = [
                BankSeen(
                    each, licence_of(each, now), hits.get(each.id, 0), open_trips.count(each.id), owed.get(each.id, 0)
                )
                for each in banks
            ]
        sizes = self.words.sizes() if principal.may(WORDS) else []
        return AllBanks(media, [WordBankSeen(each, licence_of(each.bank, now)) for each in sizes])

    def read(self, principal: Principal, name: str, after: str, limit: int) -> BankPage:
        """Return a bank with a page of its members, those behind the id *after*.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
            tutela.errors.UnknownBank: There is none of that name.
        """
        demand_one(principal, (KEEPING, JUDGING))
        with self.store.read() as reader:
            bank = find(reader, name)
            counts, owed = reader.bank_counts(bank.id), reader.feedback_owed().get(bank.id, 0)
            precision = reader.precision_of_bank(bank.id)
            found = reader.members(bank.id, after=after, limit=limit + 1)
            ids = [each.id for each in found[:limit]]
            said, trips = reader.opinions(ids), reader.trips(ids)
        members = [Judged(bank, each, said.get(each.id, ()), trips.get(each.id)) for each in found[:limit]]
        following = ids[-1] if len(found) > limit else ""
        return BankPage(bank, licence_of(bank, self.clock.now()), counts, precision, owed, members, following)

    def read_words(self, principal: Principal, name: str, after: str, limit: int) -> WordBankPage:
        """Return a bank of words with a page of its entries, of which nothing says what they hold.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
            tutela.errors.UnknownBank: There is none of that name.
        """
        demand(principal, WORDS)
        size = self.words.size(name)
        found = self.words.page(name, WordEntryId(after), limit + 1)
        following = found[limit - 1].id if len(found) > limit else ""
        return WordBankPage(WordBankSeen(size, licence_of(size.bank, self.clock.now())), found[:limit], following)

    def say(self, principal: Principal, name: str, member: MemberId, opinion: Opinion) -> Judged:
        """Record what *principal* says of a member, in the place of what they said before.

        Raises:
            tutela.errors.Forbidden: It is not theirs to say.
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.UnknownMember: It is not in this bank.
        """
        demand(principal, JUDGING)
        return self.opinions.say(name, member, opinion, by=principal.id)

    def release(self, principal: Principal, name: str, member: MemberId) -> Judged:
        """Let a braked member act in full again.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.UnknownMember: It is not in this bank.
            tutela.errors.BadInput: It is not braked.
        """
        demand(principal, JUDGING)
        return self.opinions.release(name, member, by=principal.id)

    def take_list(
        self, principal: Principal, name: str, text: str, form: ListForm, *, is_preview: bool,
        accepts_flat: bool = False,
    ) -> ImportReport:  # fmt: skip
        """Take a list in, or say what that would do. Idempotent: what is there already is counted.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.BadInput: Its first line names no columns.
            tutela.errors.IndexNotReady: Nothing can be said yet of what it would match.
        """
        demand(principal, KEEPING)
        rows = _READERS[form](text.replace("\0", "\N{REPLACEMENT CHARACTER}").splitlines(keepends=True))
        return self.imports(name, rows, is_preview=is_preview, accepts_flat=accepts_flat)

    def take_words(self, principal: Principal, name: str, words: WordList, *, is_preview: bool) -> WordsReport:
        """Take a list of words in, or say what that would do. Nothing of what it holds is ever told again.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.BadInput: It is no list of this kind, or more than a bank holds; what went before is in.
        """
        demand(principal, WORDS)
        return self.fill.take_list(name, words, principal.id, is_preview=is_preview)
