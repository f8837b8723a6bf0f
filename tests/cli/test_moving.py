"""From SQLite to PostgreSQL and back."""

from collections.abc import Callable

import pytest

from cli.place import Place


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_an_installation_moves_to_postgresql_and_back(
    place: Place, new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each restore verifies everything, and work goes on behind the numbers that were given out before."""
    place.call("key", "create", "forum", "--scope", "read")
    assert place.call("canary").status == 0
    place.call("keys", "escrow", "recovery.txt", "--no-passphrase")
    assert place.call("backup", "first", "--rows").status == 0
    url = new_database()

    there = place.call(
        "restore", "first", "--var", "there", "--escrow", "recovery.txt", "--database-url", url, "--json"
    )
    monkeypatch.setenv("TUTELA_DATABASE_URL", url)
    canary = place.call("canary", "--var", "there")
    second = place.call("backup", "second", "--var", "there")
    monkeypatch.delenv("TUTELA_DATABASE_URL")
    back = place.call("restore", "second", "--var", "back", "--escrow", "recovery.txt", "--json")

    assert (there.status, there.json["breaches"]) == (0, []), there.err
    assert canary.status == 0, canary.err + canary.out
    assert second.status == 0, second.err
    assert (back.status, back.json["breaches"]) == (0, []), back.err
    assert back.json["entries"] > there.json["entries"]
