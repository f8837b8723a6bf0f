"""Who asks by an API key in the Authorization header."""

import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, Protocol, TypeVar

from starlette.requests import Request

from tutela.core.permissions import Principal
from tutela.errors import Unauthenticated
from tutela.flows.keep_keys import KeepKeys
from tutela.ports.desk import ApiKey

KEPT_SECONDS = 1.0
"""How long a key that was checked is believed: a revocation is honoured everywhere within twice this."""

MAX_KEPT = 10_000
MAX_SECRET_CHARACTERS = 200

P = ParamSpec("P")
T = TypeVar("T")


class InThread(Protocol):
    """Run work in a thread."""

    def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Return what *work* returns."""
        ...


class CheckedKeys:
    """Keys that were checked a moment ago, by the keyed hash of their secret: no secret is kept or compared."""

    def __init__(self, keep_keys: KeepKeys) -> None:
        """Check against *keep_keys*."""
        self._keep_keys = keep_keys
        self._checked: dict[bytes, tuple[ApiKey, float]] = {}

    async def check(self, request: Request, in_thread: InThread) -> ApiKey:
        """Return the key of *request*.

        Raises:
            tutela.errors.Unauthenticated: There is none, or it is not valid (any more).
        """
        secret = _secret(request)
        mark = self._keep_keys.hash_secret(secret.encode())
        now = time.monotonic()
        found = self._checked.get(mark)
        if found is not None and now < found[1]:
            return found[0]
        self._checked.pop(mark, None)
        key = await in_thread(self._keep_keys.check, secret)
        if key.owner is not None:  # what a person's token may changes with its person, from the next request on
            return key
        if len(self._checked) >= MAX_KEPT:
            self._checked.clear()
        # Counted from before the read, so that a revocation during it is not outlived.
        self._checked[mark] = key, now + KEPT_SECONDS
        return key

    def principal_of(self, key: ApiKey) -> Principal:
        """Return who asks with *key*."""
        return self._keep_keys.principal_of(key)


def _secret(request: Request) -> str:
    values = request.headers.getlist("authorization")
    scheme, _, secret = (values[0] if len(values) == 1 else "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(secret) <= MAX_SECRET_CHARACTERS:
        raise Unauthenticated(place="Authorization", remedy="Send `Authorization: Bearer` with a key of this system.")
    return secret
