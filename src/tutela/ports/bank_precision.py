"""How often the matches of banks were right, read from what people decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from tutela.core.ids import BankId
from tutela.core.policy import MatchKind
from tutela.core.precision import Precision


class BankPrecisionReader(Protocol):
    """The part of a consistent read about it: a case counts once for each bank, whatever matches lie in it."""

    def precision_by_bank(self, since: datetime, limit: int) -> Mapping[str, Mapping[MatchKind, Precision]]:
        """Return how often each bank was right in cases that were opened since *since*: the newest *limit*."""
        ...

    def precision_of_bank(self, bank_id: BankId) -> Mapping[MatchKind, Precision]:
        """Return how often a bank was right, ever."""
        ...
