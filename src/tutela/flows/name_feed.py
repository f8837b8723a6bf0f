"""Name the change feed, so that whoever follows it notices another history, whatever brought it about."""

from tutela.ports.desk import Desk
from tutela.ports.entropy import Entropy
from tutela.ports.store import Store

NAME_BYTES = 8
OLD_NAME = "first"
"""What every database was called that had told something before each had a name of its own: its followers go on."""


def name_feed(desk: Desk, store: Store, entropy: Entropy) -> str:
    """Return the name of the history that the change feed tells; a new database gets one of its own, for good."""
    restored = (desk.setting("restored") or {}).get("feed")
    if restored is not None:
        return str(restored)
    stored = desk.setting("feed")
    if stored is None:
        with store.read() as reader:
            is_new = reader.change_seq() == 0
        stored = desk.first_setting("feed", {"name": entropy.token(NAME_BYTES).hex() if is_new else OLD_NAME})
    return str(stored["name"])
