"""P10, asked of what is written down for operators."""

import re
from collections.abc import Iterable, Iterator, Mapping

from tutela.core.charter.breach import Breach

_HEX_DIGEST = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?![0-9a-f])")
_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[a-z]{2,}")


def of_log_record(record: Mapping[str, object], *, secrets: Iterable[str] = ()) -> tuple[Breach, ...]:
    """P10: return a breach for each field that holds something digest-like, an e-mail address, bytes, or a secret.

    Args:
        record: One log entry; lists and tables in it are read to the bottom.
        secrets: What was planted and must not turn up, in any case of letters; blank ones are ignored.
    """
    planted = tuple(secret.casefold() for secret in secrets if secret.strip())
    return tuple(
        Breach("P10", field, "a log field holds content, a name, an address or a digest")
        for field, value in record.items()
        if any(_leaks(text, planted) for text in _texts({field: value}))
    )


def _leaks(text: str | None, secrets: tuple[str, ...]) -> bool:
    if text is None:
        return True
    folded = text.casefold()
    return bool(_HEX_DIGEST.search(folded) or _ADDRESS.search(folded)) or any(secret in folded for secret in secrets)


def _texts(value: object) -> Iterator[str | None]:
    """Yield every text inside *value*, and none for bytes: nothing that a log may say is made of them."""
    if isinstance(value, bytes | bytearray | memoryview):
        yield None
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from _texts(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _texts(each)
    else:
        yield str(value)
