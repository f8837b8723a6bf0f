"""The table of effects over HTTP: a client in another process answers from the same one."""

from typing import Any

from tutela_client.table import EffectTable


def test_the_table_is_told_whole_and_makes_the_same_table(api: Any) -> None:
    """What a client builds from the answer has the version, the effects and the refusals of the server's own."""
    told = EffectTable(api.get("/v1/effects", scope="read"))
    own = api.house.effects

    assert (told.version, told.surfaces, told.always) == (own.version, own.surfaces, own.always)
    assert told.kinds == own.kinds
    assert told.refuses == own.refuses
    for kind in own.kinds:
        for surface in (*own.surfaces, "a-surface-nobody-registered"):
            assert told.effect(kind, "other_minor", surface) == own.effect(kind, "other_minor", surface)


def test_the_table_is_told_only_to_readers(api: Any) -> None:
    """A key that submits does not read."""
    assert api.send("GET", "/v1/effects", scope="submit").status_code == 403
