"""Many hashes at once: memory is bounded by a few answers, and what is found is the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from make import Home, submission
from tutela.core.banks import SignalType
from tutela.core.content import Digests, PdqHash
from tutela.flows.import_members import ImportMembers
from tutela.flows.keep_banks import BankChange
from tutela.flows.read_rows import rows_of_csv
from tutela.flows.refer import MediaReference
from tutela.flows.search_in_turn import QUERIES_AT_ONCE
from tutela.ports.index import NearHit

MANY = 2 * QUERIES_AT_ONCE + 3
dice = np.random.default_rng(5)


@dataclass(frozen=True, slots=True)
class Counting:
    """Answers as the index beneath does, and counts how much it is asked at once."""

    beneath: Any
    asked: list[int] = field(default_factory=list)

    def search(self, queries: Sequence[Sequence[bytes]], *, max_distance_bits: int) -> list[list[NearHit]]:
        """Search, and note how many queries there were."""
        self.asked.append(len(queries))
        found: list[list[NearHit]] = self.beneath.search(queries, max_distance_bits=max_distance_bits)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


def crowd(home: Home) -> list[str]:
    """Have pictures be stored, by three accounts, that all members of a list are near to; return the list."""
    value = dice.bytes(32)
    near = [bytes((*value[:-1], number % 4)) for number in range(12)]
    home.submit_all(
        *(
            submission(f"i{number}", MediaReference(None, Digests(), PdqHash(each, 100)), author=f"u{number % 3}")
            for number, each in enumerate(near)
        )
    )
    return [(value[:-1] + bytes((number,))).hex() for number in range(MANY)]


def test_late_matches_ask_for_few_members_at_once_and_find_the_same(home: Home) -> None:
    """Every member is near to every stored picture: all items are held, and no answer is kept beside many others."""
    home.list(*((SignalType.PDQ, each) for each in crowd(home)))
    stored = Counting(home.house.stored)

    changed = replace(home.house.match_late, stored=stored)()

    assert changed == 12
    assert {home.answer(f"i{number}").value for number in range(12)} == {"hold"}
    assert (max(stored.asked), sum(stored.asked)) == (QUERIES_AT_ONCE, MANY)


def test_a_preview_asks_for_few_members_at_once_and_counts_the_same(home: Home) -> None:
    """Each media, item and account once, and each member that would be braked."""
    values = crowd(home)
    home.list()
    home.house.keep_banks.change("known", BankChange(brake_accounts=2))
    stored = Counting(home.house.stored)
    preview: ImportMembers = replace(home.house.import_members, stored=stored)

    rows = rows_of_csv(["type,value\n", *(f"pdq,{value}\n" for value in values)])
    report = preview("known", rows, is_preview=True)

    assert (report.hits.items, report.hits.accounts, report.hits.braked) == (12, 3, MANY)
    assert (max(stored.asked), sum(stored.asked)) == (QUERIES_AT_ONCE, MANY)
