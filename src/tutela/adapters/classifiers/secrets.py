"""Secrets of classifiers, read from where the configuration says they are, and told to nobody."""

import re
from collections.abc import Mapping
from pathlib import Path

from tutela.core.classifying.setup import SecretPlace, SecretRef
from tutela.errors import Misconfigured

MAX_SECRET_BYTES = 16 * 1024
_SECRET = re.compile(r"[\x21-\x7e]{1,8192}")


class Secret:
    """A secret that no print, log or traceback shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep *value*."""
        self._value = value

    def reveal(self) -> str:
        """Return it, to put it into a request."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(...)"


def read_secret(ref: SecretRef, environment: Mapping[str, str], *, place: str) -> Secret:
    """Return the secret at *ref*.

    Args:
        ref: Where it is.
        environment: `os.environ`, usually.
        place: Of the reference, for messages.

    Raises:
        tutela.errors.Misconfigured: It is not there, or no secret that a header can hold. It is not repeated.
    """
    if ref.place is SecretPlace.ENVIRONMENT:
        found, where = environment.get(ref.name), f"the variable {ref.name}"
    else:
        found, where = _from_file(Path(ref.name)), f"the file {ref.name}"
    if not found:
        raise Misconfigured("The secret is not there.", place=place, remedy=f"Put it into {where}.")
    value = found.strip()
    if not _SECRET.fullmatch(value):
        raise Misconfigured(
            "What is there is no secret.",
            place=place,
            remedy=f"One line of printable ASCII, without blanks, in {where}.",
        )
    return Secret(value)


def _from_file(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(MAX_SECRET_BYTES).decode("ascii", "replace")
    except OSError:
        return None
