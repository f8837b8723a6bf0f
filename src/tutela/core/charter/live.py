"""The promises, asked of what is in force: the same ones, on a live system."""

from collections.abc import Iterable

from tutela.core.charter.breach import Breach
from tutela.core.charter.effects import of_effects
from tutela.core.charter.plans import ONLY_PEOPLE
from tutela.core.measures import Measure, MeasureKind, Standing
from tutela_client.table import EffectTable, shipped_table


def of_measures(measures: Iterable[Measure]) -> Iterable[Breach]:
    """P2, P8 and P11 of what is in force: the same promises, asked of a live system."""
    for measure in measures:
        if not measure.clause_id or not measure.policy_version:
            yield Breach("P8", measure.id, "a measure without clause or policy version")
        if measure.kind is MeasureKind.LOCK_PENDING_DECISION and measure.ends_at is not None:
            yield Breach("P2", measure.id, "a lock that ends without a decision")
        if measure.is_automated and measure.kind in ONLY_PEOPLE:
            yield Breach("P11", measure.id, f"a machine decided {measure.kind}")
        if measure.is_automated and measure.review_by is None:
            yield Breach("P11", measure.id, "an automatic measure without a review clock")


def of_visibility(
    item_id: str, own: Standing, carried: Iterable[Standing], table: EffectTable | None = None
) -> Iterable[Breach]:
    """P1 and P6 of what is stored: whatever hides an item, or media it carries, hides it from everybody, everywhere."""
    rows = table or shipped_table()
    for kind in sorted({measure.kind for standing in (own, *carried) for measure in standing.measures}):
        yield from of_effects(kind, item_id, rows)
