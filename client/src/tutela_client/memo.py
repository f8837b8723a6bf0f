"""Verdicts that were made already, by what decides them. It only saves time: without it every answer is the same."""

from tutela_client.verdict import CLEAR, Verdict

MAX_VERDICTS = 8_192
"""Of one viewer class on one surface. Few sets of measures are common; ends and authors' own make most of the keys."""

MAX_JOINS = 32_768


class Memo:
    """What was answered from one table. Any thread may use it: an entry that is lost is made again."""

    __slots__ = ("_joins", "_verdicts")

    def __init__(self) -> None:
        """Start with nothing."""
        self._verdicts: dict[tuple[str | None, str], dict[object, Verdict]] = {}
        self._joins: dict[tuple[int, int], tuple[Verdict, Verdict, Verdict]] = {}

    def __len__(self) -> int:
        """Return how many verdicts are kept."""
        return sum(map(len, self._verdicts.values())) + len(self._joins)

    def verdicts(self, surface: str | None, viewer_class: str) -> dict[object, Verdict]:
        """Return the verdicts for one viewer class on one surface, to read from."""
        return self._verdicts.setdefault((surface, viewer_class), {})

    def keep(self, verdicts: dict[object, Verdict], key: object, verdict: Verdict) -> Verdict:
        """Keep *verdict* in *verdicts* and return it."""
        if len(verdicts) >= MAX_VERDICTS:
            verdicts.clear()
        verdicts[key] = verdict
        return verdict

    def joined(self, left: Verdict, right: Verdict) -> Verdict:
        """Return the join of two kept verdicts; most are the same value, or nothing at all."""
        if left is right or right is CLEAR:
            return left
        if left is CLEAR:
            return right
        key = (id(left), id(right))
        known = self._joins.get(key)
        if known is None:
            if len(self._joins) >= MAX_JOINS:
                self._joins.clear()
            # Both are kept beside their join, so that neither id can become another verdict's.
            known = self._joins[key] = (left, right, left.join(right))
        return known[2]
