"""The promises, asked of the table of effects: what each row may not say, and what the shipped one says."""

from typing import Any

import pytest

from core import strategies as make
from core.sight import spoiled
from core.strategies import ITEM
from tutela.core import charter
from tutela.core.charter.effects import HEARD
from tutela.core.ids import MediaId
from tutela.core.measures import ALLOWED_SUBJECTS, MeasureKind, Subject
from tutela_client.table import EffectTable, shipped_source, shipped_table

THE_ITEM, THE_MEDIA = Subject.item(ITEM), Subject.media(MediaId("med_1"))
GONE = {"exposure": "absent", "ads": False, "earns": False, "openable": False}


def with_cell(kind: str, row: str, group: str, effect: dict[str, Any]) -> EffectTable:
    """Return the shipped table with one cell replaced, for the author too: nobody sees more than the author."""
    source = shipped_source()
    source["kinds"][kind].setdefault(row, {})[group] = effect
    if row == "everyone":
        source["kinds"][kind].setdefault("author", {})[group] = effect
    return EffectTable(source)


@pytest.mark.parametrize("kind", MeasureKind)
def test_the_shipped_table_keeps_its_part_of_the_charter(kind: MeasureKind) -> None:
    """Every kind, for every class, on every surface, one that nobody registered included."""
    assert list(charter.of_effects(kind, ITEM, shipped_table())) == []
    assert list(charter.of_table(shipped_table())) == []


@pytest.mark.parametrize(
    ("promise", "kind", "row", "group", "effect"),
    [
        ("P1", "quarantine", "author", "author_appeal", GONE | {"exposure": "cover"}),
        ("P1", "quarantine", "author", "author_appeal", GONE | {"openable": True}),
        ("P1", "hold", "staff", "review", GONE | {"exposure": "show"}),
        ("P1", "block_media", "everyone", "media", GONE | {"exposure": "placeholder"}),
        ("P1", "remove", "author", "detail", GONE | {"exposure": "cover"}),
        ("P1", "remove", "staff", "review", GONE | {"exposure": "placeholder", "openable": True}),
        ("P2", "suspend", "staff", "profile", GONE | {"exposure": "placeholder"}),
        ("P2", "suspend", "everyone", "search", GONE | {"exposure": "placeholder"}),
        ("P2", "protect", "staff", "recommendations", {"exposure": "absent"}),
        ("P2", "protect", "other", "feed", {"exposure": "lower"}),
        ("P2", "protect", "staff", "feed", {"earns": False}),
        ("P2", "protect", "staff", "feed", {"disabled_actions": ["reply"]}),
        ("P6", "hold", "everyone", "feed", GONE | {"ads": True}),
        ("P6", "quarantine", "everyone", "feed", GONE | {"earns": True}),
        ("P6", "suspend", "author", "author_appeal", GONE | {"ads": True}),
        ("P6", "remove", "everyone", "detail", GONE | {"exposure": "placeholder", "earns": True}),
        ("P6", "exclude", "everyone", "notifications", {"exposure": "lower", "ads": False}),
        ("P6", "exclude", "everyone", "embed", {"exposure": "show", "ads": False}),
        ("P6", "exclude", "everyone", "feed", {"exposure": "show"}),
        ("P6", "no_ads", "everyone", "feed", {"ads": True}),
        ("P6", "no_payout", "author", "profile", {"earns": True}),
        ("P6", "lock_pending_decision", "staff", "trends", {"exposure": "lower", "ads": False, "earns": False}),
        ("P6", "lock_pending_decision", "everyone", "feed", {"ads": False}),
        ("P8", "hold", "author", "author_appeal", GONE | {"notice": "known_picture"}),
        ("P8", "quarantine", "author", "feed", GONE | {"notice": "quarantined"}),
    ],
)
def test_a_tampered_effect_table_is_found(
    promise: str, kind: str, row: str, group: str, effect: dict[str, Any]
) -> None:
    """Stored measures are worth what the table makes of them; with the shipped one there is nothing to find."""
    table, subject = with_cell(kind, row, group, effect), THE_MEDIA if kind == "block_media" else THE_ITEM
    found = list(charter.of_table(table))

    assert {breach.promise for breach in found} == {promise}
    assert all(kind in breach.detail for breach in found)
    if subject.kind in ALLOWED_SUBJECTS[MeasureKind(kind)]:
        stored = make.standing(subject, make.measure(MeasureKind(kind), subject))
        in_force = list(charter.of_visibility(ITEM, make.standing(THE_ITEM), [stored], table))
        assert {breach.promise for breach in in_force} == {promise}
        assert list(charter.of_visibility(ITEM, make.standing(THE_ITEM), [stored])) == []


@pytest.mark.parametrize(
    ("promise", "kind", "said"),
    [
        ("P1", "hold", {"refuses": ["post", "reply", "quote", "upload"]}),
        ("P1", "block_media", {"refuses": []}),
        ("P2", "lock_pending_decision", {"refuses": ["read", "post"]}),
        ("P2", "suspend", {"refuses": []}),
        ("P2", "protect", {"refuses": ["message"]}),
        ("P8", "quarantine", {"is_sealed": False}),
        ("P8", "lock_pending_decision", {"is_sealed": False}),
        ("P8", "hold", {"code": "known_picture"}),
    ],
)
def test_a_kind_that_refuses_too_little_or_says_too_much_is_found(
    promise: str, kind: str, said: dict[str, Any]
) -> None:
    """What `may` answers is as much a part of the promise as what `see` does."""
    assert {breach.promise for breach in charter.of_table(EffectTable(spoiled(kind, **said)))} == {promise}


@pytest.mark.parametrize(("verb", "promise"), HEARD.items())
def test_the_way_to_be_heard_cannot_be_closed(verb: str, promise: str) -> None:
    """Neither as a verb that measures may take, nor by one that takes it."""
    source = shipped_source()
    source["always"].remove(verb)
    source["kinds"]["read_only"]["refuses"].append(verb)
    # A verb that may be taken must be, by what shuts an account out: that is another promise.
    for kind in ("lock_pending_decision", "suspend"):
        source["kinds"][kind]["refuses"].append(verb)
    found = [breach for breach in charter.of_table(EffectTable(source)) if breach.promise == promise]

    assert {breach.subject for breach in found} == {verb, "read_only", "lock_pending_decision", "suspend"}


def test_a_verb_of_the_platforms_own_must_be_refused_by_what_shuts_out() -> None:
    """Who is suspended does not stream either."""
    source = shipped_source()
    source["verbs"].append("stream")
    found = list(charter.of_table(EffectTable(source)))

    assert {(breach.promise, breach.subject) for breach in found} == {
        ("P2", "suspend"),
        ("P2", "lock_pending_decision"),
    }


def test_a_table_without_a_kind_is_found() -> None:
    """What it does not know, it cannot say."""
    source = shipped_source()
    del source["kinds"]["hold"]

    assert {(b.promise, b.subject) for b in charter.of_table(EffectTable(source))} == {("P1", "hold")}
