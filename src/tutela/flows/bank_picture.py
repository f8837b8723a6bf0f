"""Bank a content that is at hand: its digests, and the hashes of its pictures. The bytes are not kept."""

from dataclasses import dataclass

from tutela.core.banks import QUALITY_FLOOR, SignalType
from tutela.core.signals.digest import digests_of
from tutela.flows.keep_banks import Added, KeepBanks, NewMember
from tutela.ports.scanner import MediaScanner, Scan


@dataclass(frozen=True, slots=True)
class Banked:
    """What a content was banked as."""

    added: Added
    signals: tuple[NewMember, ...]
    scan: Scan


@dataclass(frozen=True, slots=True)
class BankPicture:
    """Bank contents. Idempotent."""

    keep_banks: KeepBanks
    scanner: MediaScanner

    def __call__(self, bank_name: str, content: bytes) -> Banked:
        """Add every signal of *content* to a bank; one that cannot be decoded is banked by its digests alone.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.ScannerUnavailable: Nobody can look at it now; nothing was added.
        """
        scan = self.scanner.scan(content)
        digests = [NewMember(SignalType(name), value) for name, value in digests_of(content).known()]
        values = dict.fromkeys(pdq.hex for pdq in scan.hashes if pdq.quality >= QUALITY_FLOOR)
        signals = (*digests, *(NewMember(SignalType.PDQ, value) for value in values))
        return Banked(self.keep_banks.add(bank_name, signals), signals, scan)
