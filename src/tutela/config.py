"""Settings: from `TUTELA_*` variables and an optional `tutela.toml`, read once, frozen."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tutela.core.addresses import parse_target
from tutela.core.paging import checked_email
from tutela.core.undo_windows import LONGEST_SECONDS
from tutela.errors import BadInput, Misconfigured

PREFIX = "TUTELA_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set. `docs/reference/settings.md` has a line for each; a test compares."""

    var: Path = Path("var")  #: folder for everything that Tutela writes unless it is set elsewhere
    database_url: str = field(default="", repr=False)  #: default: SQLite in `var`; may hold a password, never printed
    vault_url: str = ""  #: default: the folder `var/vault`; or `s3://`, `gs://`, `az://`
    keys: Path | None = None  #: folder of the keys; default `var/keys`. Keep it off the backup of database and vault
    writer: str = "main"  #: name of this process's audit chain; one per process on PostgreSQL
    host: str = "127.0.0.1"
    port: int = 8420
    is_behind_tls: bool = False  #: required to listen beyond this machine
    upload_max_bytes: int = 256 * 1024 * 1024
    request_max_bytes: int = 8 * 1024 * 1024  #: of a JSON body
    batch_max_items: int = 500
    scanner_processes: int = 0  #: 0: one per core
    pixels_max: int = 100_000_000
    index_stale_seconds: int = 10  #: not ready when the indexes were not brought up to date for so long
    log_level: str = "info"
    policy_file: Path | None = None  #: the operator's own ordinary clauses, beside those that ship
    effects_file: Path | None = None  #: the operator's own rows of what measures do, over those that ship
    appeals_file: Path | None = None  #: how long people may appeal, what is misuse, and bodies outside the house
    classifiers_file: Path | None = None  #: the operator's classifiers; unset: nobody is asked, and nothing goes out
    desk_file: Path | None = None  #: what links of the platform look like, for notices; unset: a person reads each
    desk_is_open: bool = False  #: the public desk, for people without an account, under /desk
    desk_listen: str = ""  #: HOST:PORT of its own, where nothing else answers; unset: beside the console
    desk_url: str = ""  #: where people reach it, as https://help.example; for links that lead there
    desk_exit_url: str = "https://duckduckgo.com/?q=weather"  #: where its way out leads: something that says nothing
    desk_link_key: int = 1  #: raise it by one, and links signed with the key before count no more
    desk_keep_days: int = 365  #: how long what people outside wrote is kept after its answer; what became of it stays
    webhooks_allow_private: bool = False  #: receivers on this machine and its network, also without encryption
    webhooks_timeout_seconds: int = 15  #: of one try: name, connection, request and answer together
    webhooks_keep_days: int = 7  #: how long deliveries that arrived are kept, to be looked at and sent again
    events_keep_days: int = 30  #: how long events are recorded, to explain what came of them and to try rules on
    events_keep_text: bool = False  #: also what was written, sealed; without it rules that read it cannot be tried
    rule_cases_per_day: int = 500  #: that one rule opens; what it sees beyond is laid before people more slowly
    rule_questions_per_day: int = 1000  #: that one rule puts to classifiers; 0: none
    links_expand: bool = (
        False  #: whether an analyst may ask where a shortened link leads; whoever is asked learns of it
    )
    undo_seconds: int = 10  #: how long a decision may be taken back, and what it tells waits; 0: neither

    views_grant_minutes: int = 5  #: from a grant of a view to its first byte
    views_use_minutes: int = 10  #: from the first byte of a view to its last: a player asks piece by piece
    views_proof_minutes: int = 5  #: how old a proof of who looks may be when a view is granted or opened
    exposure_severe_per_day: int = 100  #: looks at severe evidence, the most that one person takes in 24 hours
    exposure_minutes_per_day: int = 60  #: and for how long together; warned at four fifths, stopped at all of it
    golden_per_thousand: int = 20  #: of the cases that a reviewer takes next, how many are golden; 0: none
    public_url: str = ""  #: where people reach the console, as https://tutela.example; unset: http://localhost
    proxy_hops: int = 0  #: proxies of our own in front that note in X-Forwarded-For whom they answer
    oidc_issuer: str = ""  #: the identity provider of the house; unset: none, and nothing goes out
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)  #: never printed
    oidc_name: str = "your identity provider"  #: what the button says
    filing_in_server: bool = True  #: the server files reports itself; false where `tutela reports work` does
    filing_lease_seconds: int = 60  #: how long a process that files and is not heard of counts as alive
    filing_answer_seconds: int = 60  #: for an authority to connect, to take a piece of a file, and to answer
    pages_wait_minutes: int = 5  #: for an acknowledgement, before the next on the rota is woken
    pages_webhook_url: str = field(default="", repr=False)  #: a bridge to telephones; may hold what only it should know
    pages_webhook_secret: str = field(default="", repr=False)  #: what it is signed with, as whsec_...; never printed
    pages_smtp_host: str = ""  #: the mail server by which pages go out; unset: none go by mail
    pages_smtp_port: int = 465
    pages_smtp_starttls: bool = False  #: TLS after the greeting, as on port 587; else from the first byte
    pages_smtp_user: str = ""
    pages_smtp_password: str = field(default="", repr=False)  #: never printed
    pages_smtp_from: str = ""  #: whom the mail comes from; nothing in it says what this is

    desk_target_danger_minutes: int = 15  #: to decide what somebody told us, where somebody may be in danger
    desk_target_child_hours: int = 4  #: where a child may be shown
    desk_target_other_hours: int = 24  #: everything else
    desk_target_appeal_days: int = 7  #: to decide an appeal
    desk_smtp_from: str = ""  #: whom messages to the people who asked come from; unset: none go by mail
    desk_smtp_host: str = ""  #: the mail server by which they go out; unset: that of pages
    desk_smtp_port: int = 465
    desk_smtp_starttls: bool = False  #: TLS after the greeting, as on port 587; else from the first byte
    desk_smtp_user: str = ""
    desk_smtp_password: str = field(default="", repr=False)  #: never printed

    @property
    def keys_folder(self) -> Path:
        """Return where the keys are."""
        return self.keys or self.var / "keys"

    @property
    def database(self) -> str:
        """Return the database's URL."""
        return self.database_url or f"sqlite:///{self.var / 'tutela.db'}"


def load(environment: Mapping[str, str] | None = None, *, file: Path | None = None, **overrides: Any) -> Settings:
    """Return the settings: defaults, then the file, then the environment, then *overrides*.

    Args:
        environment: `os.environ` unless given.
        file: `tutela.toml` beside the process unless given; a file that was named must exist.
        overrides: From the command line; none means not given.

    Raises:
        tutela.errors.Misconfigured: A key is unknown or a value is of the wrong kind; the message names it.
    """
    env = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for name, value in _from_file(file, env).items():
        values[name] = _value(name, value, place="tutela.toml")
    for key, value in env.items():
        if key.startswith(PREFIX) and key != f"{PREFIX}CONFIG":
            name = key.removeprefix(PREFIX).lower()
            values[name] = _value(name, value, place=key)
    values.update({name: value for name, value in overrides.items() if value is not None})
    return check(Settings(**values))


def _from_file(file: Path | None, env: Mapping[str, str]) -> Mapping[str, Any]:
    named = file or (Path(env[f"{PREFIX}CONFIG"]) if f"{PREFIX}CONFIG" in env else None)
    path = named or Path("tutela.toml")
    if not path.exists():
        if named is None:
            return {}
        raise Misconfigured("the configuration file is not there", place=str(path))
    return read_toml(path, "the configuration file")


def read_toml(path: Path, what: str) -> Mapping[str, Any]:
    """Return a file of the operator's own, parsed.

    Args:
        path: Where it is.
        what: What it holds, for the message.

    Raises:
        tutela.errors.Misconfigured: It is not there, cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise Misconfigured(f"{what} cannot be read: {reason}", place=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{what} is not readable as TOML: {error}", place=str(path)) from error


_TYPES = {each.name: each.type for each in fields(Settings)}


def _value(name: str, value: Any, *, place: str) -> Any:
    if name not in _TYPES:
        alike = difflib.get_close_matches(name, _TYPES, n=1)
        meant = f"Did you mean {alike[0]}? " if alike else ""
        raise Misconfigured(
            f"there is no setting {name!r}", place=place, remedy=f"{meant}`tutela settings` names them all."
        )
    kind = _TYPES[name]
    try:
        if kind is bool:
            return value if isinstance(value, bool) else _BOOLEANS[str(value).lower()]
        if kind is int:
            return int(str(value))  # by way of text: 84.5 and true would quietly become a number
    except (KeyError, ValueError):
        wanted = "true or false" if kind is bool else "a whole number"
        raise Misconfigured(f"{name} must be {wanted}", place=place) from None
    return Path(value) if "Path" in str(kind) else str(value)


_LOG_LEVELS = ("debug", "info", "warning", "error")
_POSITIVE = ("desk_keep_days", "upload_max_bytes", "request_max_bytes", "batch_max_items", "pixels_max")
_AT_MOST = {
    "webhooks_timeout_seconds": 60,
    "webhooks_keep_days": 365,
    "golden_per_thousand": 200,
    "exposure_severe_per_day": 500,
    "exposure_minutes_per_day": 240,
    "views_grant_minutes": 15,
    "views_use_minutes": 60,
    "views_proof_minutes": 15,
    "events_keep_days": 365,
    "rule_cases_per_day": 100_000,
    "rule_questions_per_day": 10_000_000,
    "undo_seconds": LONGEST_SECONDS,
    "filing_lease_seconds": 3600,
    "filing_answer_seconds": 600,
    "pages_wait_minutes": 60,
    "pages_smtp_port": 65535,
    "desk_link_key": 1_000_000,
    "desk_smtp_port": 65535,
    "desk_target_danger_minutes": 240,
    "desk_target_child_hours": 72,
    "desk_target_other_hours": 720,
    "desk_target_appeal_days": 90,
}
_MAY_BE_NONE = frozenset({"golden_per_thousand", "undo_seconds", "rule_questions_per_day"})
_ALMOST_A_URL = re.compile(r"[a-z0-9]{2,}:(?!//)")
"""A store's address without its two slashes would become a folder of that name, and evidence would lie in it."""

_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def check(settings: Settings) -> Settings:
    """Return *settings*, or refuse what is unsafe.

    Raises:
        tutela.errors.Misconfigured: With a sentence that says what to do.
    """
    is_local = settings.host in _HERE
    if not is_local and not settings.is_behind_tls:
        raise Misconfigured(
            "listening beyond this machine needs TLS in front: keys and content would travel in the clear",
            place="host",
            remedy="Put a TLS proxy in front and set TUTELA_IS_BEHIND_TLS=true, or listen on 127.0.0.1.",
        )
    if not 0 <= settings.port <= _LAST_PORT:
        raise Misconfigured("port must be 0 to 65535", place="port")
    if settings.log_level not in _LOG_LEVELS:
        raise Misconfigured(f"log_level must be one of {', '.join(_LOG_LEVELS)}", place="log_level")
    for name in _POSITIVE:
        if getattr(settings, name) < 1:
            raise Misconfigured(f"{name} must be 1 or more", place=name)
    for name, most in _AT_MOST.items():
        least = 0 if name in _MAY_BE_NONE else 1
        if not least <= getattr(settings, name) <= most:
            raise Misconfigured(f"{name} must be {least} to {most}", place=name)
    _check_doors(settings)
    _check_desk_address(settings)
    _check_pages(settings)
    _check_desk(settings)
    if settings.scanner_processes < 0:
        raise Misconfigured("scanner_processes must be 0 (one per core) or more", place="scanner_processes")
    if _ALMOST_A_URL.match(settings.vault_url):
        raise Misconfigured(
            "this is neither a folder nor the address of an object store",
            place="vault_url",
            remedy="Name a folder, or s3://BUCKET, gs://BUCKET or az://CONTAINER.",
        )
    return settings


_SITE = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://localhost(:[0-9]{1,5})?")


def _check_doors(settings: Settings) -> None:
    """Refuse an address or a provider by which people would sign in in the clear, or nowhere."""
    if settings.public_url and not _SITE.fullmatch(settings.public_url):
        raise Misconfigured(
            "this is no address that people can sign in at",
            place="public_url",
            remedy="Name scheme and host only, as in https://tutela.example; http only for localhost.",
        )
    if not 0 <= settings.proxy_hops <= _MOST_HOPS:
        raise Misconfigured(f"proxy_hops must be 0 to {_MOST_HOPS}", place="proxy_hops")
    if settings.oidc_issuer and not settings.oidc_issuer.startswith("https://"):
        raise Misconfigured("the identity provider must be reached by https", place="oidc_issuer")
    if settings.oidc_issuer and not (settings.oidc_client_id and settings.oidc_client_secret):
        raise Misconfigured(
            "an identity provider knows us by an id and a secret",
            place="oidc_client_id",
            remedy="Set oidc_client_id and oidc_client_secret, or leave oidc_issuer empty.",
        )


def desk_address(settings: Settings) -> tuple[str, int] | None:
    """Return where the desk listens by itself, or none where it is beside the console.

    Raises:
        tutela.errors.Misconfigured: It is no address with a port.
    """
    if not settings.desk_listen:
        return None
    host, _, port = settings.desk_listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > _LAST_PORT:
        raise Misconfigured("this is no HOST:PORT, as 127.0.0.1:8421", place="desk_listen")
    return host.strip("[]"), int(port)


def _check_desk_address(settings: Settings) -> None:
    """Refuse a desk that would be reached in the clear, or whose way out leads nowhere."""
    address = desk_address(settings)
    if address is not None and address[0] not in _HERE and not settings.is_behind_tls:
        raise Misconfigured(
            "listening beyond this machine needs TLS in front: what frightened people write would travel in the clear",
            place="desk_listen",
            remedy="Put a TLS proxy in front and set TUTELA_IS_BEHIND_TLS=true, or listen on 127.0.0.1.",
        )
    if settings.desk_url and not _SITE.fullmatch(settings.desk_url):
        raise Misconfigured(
            "this is no address of a site", place="desk_url", remedy="Name scheme and host, as https://help.example."
        )
    if not settings.desk_exit_url.startswith("https://"):
        raise Misconfigured("the way out leads to an address that begins with https://", place="desk_exit_url")


def _check_pages(settings: Settings) -> None:
    """Refuse channels by which no page would ever go out."""
    if bool(settings.pages_webhook_url) != bool(settings.pages_webhook_secret):
        raise Misconfigured("pages go to a webhook by its address and a secret", place="pages_webhook_url")
    if settings.pages_webhook_url:
        try:
            parse_target(settings.pages_webhook_url, allows_private=settings.webhooks_allow_private)
        except BadInput as error:
            raise Misconfigured(error.detail, place="pages_webhook_url", remedy=error.remedy) from None
        if not _SECRET.fullmatch(settings.pages_webhook_secret):
            raise Misconfigured(
                "this is no secret of Standard Webhooks: whsec_ and at least 24 bytes in base64",
                place="pages_webhook_secret",
            )
    if settings.pages_smtp_host:
        try:
            checked_email(settings.pages_smtp_from)
        except BadInput:
            raise Misconfigured("pages by mail come from an address", place="pages_smtp_from") from None


def _check_desk(settings: Settings) -> None:
    """Refuse a mail server by which no message would ever go out."""
    if not settings.desk_smtp_from:
        if settings.desk_smtp_host:
            raise Misconfigured("messages by mail come from an address", place="desk_smtp_from")
        return
    try:
        checked_email(settings.desk_smtp_from)
    except BadInput:
        raise Misconfigured("messages by mail come from an address", place="desk_smtp_from") from None
    if not settings.desk_smtp_host and not settings.pages_smtp_host:
        raise Misconfigured(
            "messages by mail go out by a mail server",
            place="desk_smtp_host",
            remedy="Set desk_smtp_host, or pages_smtp_host for both.",
        )


_SECRET = re.compile(r"whsec_([A-Za-z0-9+/]{4}){8,85}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_LAST_PORT = 65535
_MOST_HOPS = 8
