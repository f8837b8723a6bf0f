"""An identity provider in memory: for tests, and to try sign-in by a provider without one."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from tutela.ports.clock import Clock

ISSUER = "https://identity.example"
CLIENT_ID = "tutela"
CLIENT_SECRET = "a secret of the twin"  # noqa: S105  # opens nothing


class ProviderTwin:
    """Answer what an OpenID provider is asked; give `transport` to whoever asks."""

    def __init__(self, clock: Clock) -> None:
        """Make a key."""
        self._clock = clock
        self._key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, tuple[str, dict[str, str]]] = {}
        self.claims: dict[str, Any] = {}  #: put over those of every token, to let them be wrong
        self.is_down = False
        self.transport = httpx.MockTransport(self._answer)

    def rotate(self) -> None:
        """Sign by another key from now on."""
        self._key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig", "alg": "RS256"})

    def sign_in(self, address: str, subject: str) -> tuple[str, str]:
        """Let *subject* agree at the address to which the browser was sent, and return code and state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self._codes)}"
        self._codes[code] = subject, asked
        return code, asked["state"]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            return httpx.Response(503)
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=_ABOUT)
        if request.url.path == "/keys":
            return httpx.Response(200, json={"keys": [self._key.as_dict(private=False)]})
        return self._token(request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        # A code is good once, for the client and the redirect that it was made for, with the verifier behind it.
        found = self._codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if found is None or request.headers.get("authorization") != f"Basic {basic}":
            return httpx.Response(400, json={"error": "invalid_grant"})
        subject, asked = found
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_theirs = base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
        if not is_theirs or form.get("redirect_uri") != asked["redirect_uri"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json={"id_token": self._signed(subject, asked), "token_type": "Bearer"})

    def _signed(self, subject: str, asked: Mapping[str, str]) -> str:
        now = self._clock.now()
        claims = {
            "iss": ISSUER, "aud": CLIENT_ID, "sub": subject, "nonce": asked["nonce"], "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()), **self.claims,
        }  # fmt: skip
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key)


_ABOUT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}
