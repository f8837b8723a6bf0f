"""How much a machine may do in a day, and what is counted."""

import tomllib
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import ACCOUNT, HOUSE, ITEM, ceilings, clauses, match
from tutela.core.banks import Match
from tutela.core.bounds import Bound
from tutela.core.ids import MediaId
from tutela.core.measures import MeasureKind, Subject
from tutela.core.policy import Ceiling, MatchKind, PropagationCeiling, VisibilityCeiling
from tutela.core.policy_file import parse_quotas
from tutela.core.quotas import QUOTA_KINDS, Quotas, QuotaUsed, Want, at_limit, wants
from tutela.errors import BadInput, Misconfigured

FILE = tomllib.loads(resources.files("tutela.policy").joinpath("quotas.toml").read_text(encoding="utf-8"))
SHIPPED = parse_quotas(FILE, place="quotas.toml")
LOCK, SEAL = MeasureKind.LOCK_PENDING_DECISION, MeasureKind.QUARANTINE
MEDIA = Subject.media(MediaId("med_1"))
HOLD_ALL = Ceiling(VisibilityCeiling.HOLD, propagation=PropagationCeiling.IDENTICAL_HELD)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (
            match(),
            {
                (SEAL, Subject.item(ITEM)),
                (LOCK, Subject.account(ACCOUNT)),
                (SEAL, MEDIA),
                (MeasureKind.BLOCK_MEDIA, MEDIA),
            },
        ),
        (match(ceiling=HOLD_ALL), {(MeasureKind.HOLD, MEDIA)}),
        (match(clause=HOUSE), {(MeasureKind.HOLD, MEDIA)}),
        (match(kind=MatchKind.NEAR), set()),
        (match(ceiling=Ceiling(VisibilityCeiling.HOLD)), set()),
        (match(ceiling=Ceiling(VisibilityCeiling.CASE, propagation=PropagationCeiling.IDENTICAL_HELD)), set()),
        (match().bounded({Bound.OVER_QUOTA}), set()),
        (match().bounded({Bound.BRAKED}), set()),
    ],
)
def test_what_is_counted_is_what_goes_beyond_holding_the_item(
    found: Match, wanted: set[tuple[MeasureKind, Subject]]
) -> None:
    """Hiding is free, whatever it is for."""
    assert {(want.kind, want.subject) for want in wants(found, ITEM, ACCOUNT)} == wanted


@given(ceilings, clauses, st.sampled_from(MatchKind))
def test_over_a_quota_nothing_is_wanted_and_the_item_is_hidden_all_the_same(
    ceiling: Ceiling, clause: Any, kind: MatchKind
) -> None:
    """The bound takes everything that is counted away, and no more of hiding than down to a hold."""
    found = match(ceiling=ceiling, clause=clause, kind=kind)
    over = found.bounded({Bound.OVER_QUOTA})

    assert wants(over, ITEM, ACCOUNT) == frozenset()
    assert over.ceiling.visibility == min(ceiling.visibility, VisibilityCeiling.HOLD)
    assert all(want.kind in QUOTA_KINDS and want.clause_id == clause for want in wants(found, ITEM, ACCOUNT))
    assert Want(MeasureKind.HOLD, Subject.item(ITEM), clause) not in wants(found, ITEM, ACCOUNT)


def test_the_shipped_quotas_are_in_force_until_an_operator_sets_others() -> None:
    """Downwards to nothing and upwards to the highest; what is left out is as it ships."""
    shipped = SHIPPED.limits({})
    assert set(shipped) == set(QUOTA_KINDS)
    assert SHIPPED.limits({"quarantine": 0})[SEAL] == 0
    assert SHIPPED.limits({"quarantine": 100_000})[SEAL] == 100_000
    assert SHIPPED.limits({"quarantine": 7})[LOCK] == shipped[LOCK]


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"quarantine": 100_001}, "limits.quarantine"),
        ({"quarantine": -1}, "limits.quarantine"),
        ({"suspend": 1}, "limits.suspend"),
        ({"exclude": 1}, "limits.exclude"),
    ],
)
def test_no_operator_sets_what_is_out_of_bounds(asked: dict[str, int], place: str) -> None:
    """There is no quota of what no machine does."""
    with pytest.raises(BadInput) as raised:
        SHIPPED.limits(asked)

    assert raised.value.place == place


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "suspend"}, "quota 1.kind"),
        ({"daily": 99_999_999}, "quotas.lock_pending_decision"),
        ({"daily": -1}, "quotas.lock_pending_decision"),
        ({"kind": "quarantine"}, "quotas"),
        ({"dayly": 3}, "quota 1.dayly"),
        ({"daily": "many"}, "quota 1.daily"),
    ],
)
def test_a_spoilt_table_names_its_place(change: dict[str, Any], place: str) -> None:
    """A kind without a quota would have none."""
    first, *rest = FILE["quota"]

    with pytest.raises(Misconfigured, match=place):
        parse_quotas({**FILE, "quota": [{**first, **change}, *rest]}, place="quotas.toml")


def test_a_table_that_lacks_a_kind_cannot_be_made() -> None:
    """Nor one that has a kind twice."""
    for rows in (SHIPPED.rows[1:], (*SHIPPED.rows, SHIPPED.rows[0])):
        with pytest.raises(Misconfigured):
            Quotas("x", rows)


def test_a_quota_is_used_up_when_nothing_is_left() -> None:
    """Also when it was set lower since."""
    used = [QuotaUsed("bnk_1", LOCK, count, 0) for count in (0, 4, 5, 6)]

    assert at_limit(used, {LOCK: 5}) == tuple(used[2:])
