"""OpenID Connect: the code flow with PKCE, the id token checked against the provider's own keys."""

import base64
import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tutela.errors import Unavailable, WrongProof
from tutela.ports.clock import Clock
from tutela.ports.proofs import Identity, Journey

KEPT_SECONDS = 3600.0
"""How long what the provider says of itself is believed; keys that nobody knows are asked for at once."""

TIMEOUT_SECONDS = 10.0
LEEWAY_SECONDS = 60
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures only: `none` and keyed hashes would let whoever reads the configuration sign."""


@dataclass(frozen=True, slots=True)
class Client:
    """As whom we are registered at the provider."""

    issuer: str
    id: str
    secret: str = field(repr=False)


class OidcProvider:
    """Ask the identity provider of the house; see `ports.proofs.IdentityProvider`."""

    def __init__(self, name: str, client: Client, clock: Clock, transport: httpx.BaseTransport | None = None) -> None:
        """Speak with the issuer as the client that it knows."""
        self.name, self._clock = name, clock
        self._issuer, self._client_id, self._client_secret = client.issuer, client.id, client.secret
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS, transport=transport, follow_redirects=False)
        self._lock = threading.Lock()
        self._about: tuple[Mapping[str, Any], float] | None = None
        self._keys: tuple[KeySet, float] | None = None

    def address(self, journey: Journey) -> str:
        """Return where the browser is sent."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(journey.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code", "client_id": self._client_id, "redirect_uri": journey.redirect,
            "scope": "openid", "state": journey.state, "nonce": journey.nonce, "code_challenge": challenge,
            "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self._discovered()['authorization_endpoint']}?{urlencode(asked)}"

    def identity(self, code: str, journey: Journey) -> Identity:
        """Return who came back."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": journey.redirect,
            "code_verifier": journey.verifier,
        }  # fmt: skip
        answer = self._asked("POST", self._discovered()["token_endpoint"], data=form)
        if not isinstance(answer.get("id_token"), str):
            raise WrongProof(place="provider")
        claims = self._checked(answer["id_token"], journey)
        return Identity(f"{self._issuer}|{claims['sub']}", claims)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _checked(self, token: str, journey: Journey) -> Mapping[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            nonce={"essential": True, "value": journey.nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            claims = self._decoded(token).claims
            rules.validate(claims)
        except (JoseError, ValueError) as error:
            raise WrongProof(place="provider") from error
        if claims.get("azp", self._client_id) != self._client_id:
            raise WrongProof(place="provider")
        return claims

    def _decoded(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._known_keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):  # it may have been signed by a key that is newer than ours
            return jwt.decode(token, self._known_keys(anew=True), algorithms=ALGORITHMS)

    def _discovered(self) -> Mapping[str, Any]:
        with self._lock:
            if self._about is None or time.monotonic() > self._about[1]:
                address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
                about = self._asked("GET", address)
                if about.get("issuer") != self._issuer:
                    raise Unavailable("the identity provider calls itself otherwise than it is configured")
                self._about = about, time.monotonic() + KEPT_SECONDS
            return self._about[0]

    def _known_keys(self, *, anew: bool = False) -> KeySet:
        address = self._discovered()["jwks_uri"]
        with self._lock:
            if anew or self._keys is None or time.monotonic() > self._keys[1]:
                found: Any = self._asked("GET", address)
                self._keys = KeySet.import_key_set(found), time.monotonic() + KEPT_SECONDS
            return self._keys[0]

    def _asked(self, method: str, address: str, **more: Any) -> Mapping[str, Any]:
        auth = (self._client_id, self._client_secret) if method == "POST" else None
        try:
            answer = self._http.request(method, address, auth=auth, headers={"Accept": "application/json"}, **more)
            if method == "POST" and answer.is_client_error:
                raise WrongProof(place="provider")
            told = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable("the identity provider does not answer", remedy="Sign in by another way.") from error
        if not isinstance(told, dict):
            raise Unavailable("the identity provider does not answer as it should")
        return told
