"""Find whatever somebody has at hand: an identifier, a link, a hash or a picture. Nothing of the question is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from tutela.core.banks import QUALITY_FLOOR, Bank, SignalType
from tutela.core.ids import BankId, CaseId, DecisionId
from tutela.core.measures import Measure
from tutela.core.permissions import Principal
from tutela.core.signals.digest import digests_of
from tutela.core.sought import Sought, sought
from tutela.core.spotting import Spotted
from tutela.core.subjects import of_link
from tutela.errors import UnknownRule
from tutela.flows.find_cases import MOST_BEGINNING, SHORTEST_BEGINNING, FindCases, FoundCases
from tutela.flows.find_copies import Copies, FindCopies, Question
from tutela.flows.look_up_hashes import KnownSignal, LookUpHashes, Signal
from tutela.ports.clock import Clock
from tutela.ports.scanner import MediaScanner
from tutela.ports.store import Reader, Store

MAX_CARRIERS = 20
"""Of copies that are told one by one; all are counted."""

MAX_CASES = 20
"""Open cases about whoever carries a copy that are told."""


@dataclass(frozen=True, slots=True)
class FoundHashes:
    """What is known of hashes, as far as whoever asks may know."""

    known: tuple[KnownSignal, ...] = ()
    lapsed: tuple[str, ...] = ()  #: names of banks that could not be asked
    copies: Copies | None = None  #: none where they may not ask for copies
    cases: tuple[CaseId, ...] = ()  #: open ones about whoever carries a copy
    is_decoded: bool = True  #: false of a file that no decoder here can open: it was compared by its bytes alone


@dataclass(frozen=True, slots=True)
class FoundLink:
    """What is known of a link."""

    blocks: tuple[Measure, ...] = ()  #: in force on it, or on a domain above it
    spotted: Spotted | None = None  #: by banks of links; none where they may not ask


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found."""

    cases: FoundCases = field(default_factory=FoundCases)
    decision: DecisionId | None = None
    bank: Bank | None = None
    rule: str | None = None
    hashes: FoundHashes | None = None  #: none where nothing was asked about a hash
    link: FoundLink | None = None
    missing: frozenset[str] = frozenset()  #: scopes that would have found more
    banks: tuple[Bank, ...] = ()  #: whose names begin so, where none is called just that


@dataclass(frozen=True, slots=True)
class FindAnything:
    """Find anything. Each part is asked only for whoever has its scope; the scopes that are missing are told."""

    store: Store
    cases: FindCases
    look_up: LookUpHashes
    copies: FindCopies
    scanner: MediaScanner
    rule: Callable[[str], object]  #: raises UnknownRule
    spot: Callable[..., Spotted]
    clock: Clock

    def __call__(self, principal: Principal, said: str) -> Found:
        """Return what *said* stands for, in every way in which it can be read.

        Raises:
            tutela.errors.IndexNotReady: Nothing can be said yet of what is near a hash.
        """
        asked = sought(said)
        found = self._named(principal, asked)
        if asked.signals:
            hashes, missing = self._hashes(principal, asked.signals)
            found = replace(found, hashes=hashes, missing=found.missing | missing)
        if asked.link:
            link, missing = self._link(principal, asked.link)
            found = replace(found, link=link, missing=found.missing | missing)
        return found

    def by_content(self, principal: Principal, content: bytes) -> Found:
        """Return what is known of a file. It is hashed and let go: no byte of it is kept, nor any hash.

        Raises:
            tutela.errors.ScannerUnavailable: Nobody can look at it now.
            tutela.errors.IndexNotReady: Nothing can be said yet of what is near it.
        """
        if not {"lookup", "copies"} & principal.scopes:
            return Found(missing=frozenset({"lookup", "copies"}))
        scan = self.scanner.scan(content)
        signals = [(SignalType(name), value) for name, value in digests_of(content).known()]
        values = dict.fromkeys(each.hex for each in scan.hashes if each.quality >= QUALITY_FLOOR)
        signals += [(SignalType.PDQ, value) for value in values]
        hashes, missing = self._hashes(principal, signals)
        return Found(hashes=replace(hashes, is_decoded=scan.failure is None), missing=missing)

    def _named(self, principal: Principal, asked: Sought) -> Found:
        if not asked.name:
            return Found()
        missing = {scope for scope in ("cases", "decide", "banks", "rules") if not principal.may(scope)}
        if principal.may("judge"):  # whoever says what members are worth reads of banks what is needed for that
            missing -= {"banks"}
        cases = FoundCases() if "cases" in missing else self.cases(principal, asked.name)
        with self.store.read() as reader:
            decision = None
            if asked.noun == "decision" and "decide" not in missing:
                decision = next(iter(reader.decisions([DecisionId(asked.name)])), None)
            bank = None if "banks" in missing else _bank(reader, asked)
            is_begun = "banks" not in missing and bank is None and len(asked.name) >= SHORTEST_BEGINNING
            begun = [each for each in reader.banks() if _begins(each, asked.name)] if is_begun else []
        rule = asked.name if "rules" not in missing and self._is_rule(asked.name) else None
        return Found(cases, decision, bank, rule, missing=frozenset(missing), banks=tuple(begun[:MOST_BEGINNING]))

    def _is_rule(self, name: str) -> bool:
        try:
            self.rule(name)
        except UnknownRule:
            return False
        return True

    def _hashes(self, principal: Principal, signals: Sequence[Signal]) -> tuple[FoundHashes, frozenset[str]]:
        missing = frozenset(scope for scope in ("lookup", "copies") if not principal.may(scope))
        found = FoundHashes()
        if "lookup" not in missing:
            told = self.look_up(signals)
            known = {(each.bank.id, each.member.id): each for result in told.results for each in result}
            found = replace(found, known=tuple(known.values()), lapsed=told.lapsed)
        if "copies" not in missing:
            copies = self._copies(signals)
            found = replace(found, copies=copies, cases=self._cases_about(principal, copies))
        return found, missing

    def _copies(self, signals: Sequence[Signal]) -> Copies:
        digests = tuple(each for each in signals if each[0] is not SignalType.PDQ)
        hashes = [bytes.fromhex(value) for kind, value in signals if kind is SignalType.PDQ]
        # Frames of one file are one question each; the first, which says the digests as well, is told.
        [copies] = self.copies([Question(hashes=tuple(hashes[:1]), digests=digests)], limit=MAX_CARRIERS)
        return copies

    def _cases_about(self, principal: Principal, copies: Copies) -> tuple[CaseId, ...]:
        if not principal.may("cases"):
            return ()
        accounts = {each.carrier.account_id for each in copies.page if each.carrier}
        with self.store.read() as reader:
            cases = sorted(reader.open_cases(accounts).values(), key=lambda each: (each.due_at, each.id))
        return tuple(each.id for each in cases[:MAX_CASES])

    def _link(self, principal: Principal, link: str) -> tuple[FoundLink, frozenset[str]]:
        missing = frozenset(scope for scope in ("decide", "words") if not principal.may(scope))
        blocks: tuple[Measure, ...] = ()
        if "decide" not in missing:
            blocks = self._blocks(link)
        return FoundLink(blocks, None if "words" in missing else self.spot(None, [link])), missing

    def _blocks(self, link: str) -> tuple[Measure, ...]:
        try:
            subjects = of_link(link)
        except ValueError:
            return ()
        now = self.clock.now()
        with self.store.read() as reader:
            standings = reader.standings(subjects)
        return tuple(each for subject in subjects for each in standings[subject].measures if each.holds_at(now))


def _begins(bank: Bank, beginning: str) -> bool:
    return bank.name.casefold().startswith(beginning.casefold())


def _bank(reader: Reader, asked: Sought) -> Bank | None:
    if asked.noun == "bank":
        return next((each for each in reader.banks() if each.id == BankId(asked.name)), None)
    return reader.bank_by_name(asked.name)
