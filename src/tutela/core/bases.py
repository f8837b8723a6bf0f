"""The register of bases as it is changed: what may be recorded or ended, and what then starts or stops (P12)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.content import ChannelKind
from tutela.core.operator import ANYWHERE, Basis, OperatorProfile, Technique, unwatched
from tutela.errors import BadInput
from tutela_client.countries import COUNTRIES

MAX_LINE_CHARACTERS = 200
_KEY_CHARACTERS = 16


@dataclass(frozen=True, slots=True, order=True)
class Running:
    """A technique in a kind of channel for one region."""

    channel: ChannelKind
    technique: Technique
    region: str


@dataclass(frozen=True, slots=True)
class BasesChange:
    """What a change of the register amounts to, from a moment on."""

    before: OperatorProfile
    after: OperatorProfile
    basis: Basis  #: that is recorded, or ends
    at: datetime  #: from when on
    starts: tuple[Running, ...]
    stops: tuple[Running, ...]


def key_of(basis: Basis) -> str:
    """Return what names a basis: the same for the same words and days, and another as soon as one of them changes."""
    said = (basis.region, basis.channel.value, basis.technique, basis.legal_basis, basis.reference,
            basis.starts_at.isoformat(), "" if basis.ends_at is None else basis.ends_at.isoformat())  # fmt: skip
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:_KEY_CHARACTERS]


def recorded(profile: OperatorProfile, basis: Basis, now: datetime) -> BasesChange:
    """Return what recording *basis* amounts to.

    Raises:
        tutela.errors.BadInput: It cannot be recorded so; the place is named.
    """
    _check(profile, basis, now)
    after = replace(profile, bases=(*profile.bases, basis))
    return _change(profile, after, basis, max(now, basis.starts_at))


def ended(profile: OperatorProfile, key: str, at: datetime, now: datetime) -> BasesChange:
    """Return what ending a basis at *at* amounts to; one that has not begun by then is taken out.

    Raises:
        tutela.errors.BadInput: There is none of that key, it has ended, or it would end later or in the past.
    """
    basis = next((each for each in profile.bases if key_of(each) == key), None)
    if basis is None:
        raise BadInput("this basis is not on record", place="basis", remedy="Read the register again.")
    if basis.ends_at is not None and basis.ends_at <= now:
        raise BadInput("this basis has ended already", place="basis")
    if at < now:
        raise BadInput("a basis ends now or later, never before", place="until", remedy="Leave it empty for now.")
    if basis.ends_at is not None and basis.ends_at <= at:
        raise BadInput("this basis ends sooner by itself", place="until", remedy="To go on, record another one.")
    shorter = () if basis.starts_at >= at else (replace(basis, ends_at=at),)
    bases = tuple(kept for each in profile.bases for kept in (shorter if key_of(each) == key else (each,)))
    return _change(profile, replace(profile, bases=bases), basis, at)


def _change(before: OperatorProfile, after: OperatorProfile, basis: Basis, at: datetime) -> BasesChange:
    dark, dark_then = _unwatched(before, at), _unwatched(after, at)
    return BasesChange(before, after, basis, at, tuple(sorted(dark - dark_then)), tuple(sorted(dark_then - dark)))


def _unwatched(profile: OperatorProfile, at: datetime) -> set[Running]:
    found = unwatched(profile, at)
    return {Running(each.channel, each.technique, region) for each in found for region in each.regions}


def _check(profile: OperatorProfile, basis: Basis, now: datetime) -> None:
    if basis.region != ANYWHERE and basis.region not in COUNTRIES:
        raise BadInput("a region is two letters, as in DE, or * for everywhere", place="region")
    if basis.channel is ChannelKind.PUBLIC:
        raise BadInput("public channels need no basis", place="channel", remedy="Choose group or private.")
    if basis.technique not in set(Technique):
        raise BadInput("no technique of that name is used here", place="technique", remedy=_known(Technique))
    for place, line in (("legal_basis", basis.legal_basis), ("reference", basis.reference)):
        if not 0 < len(line.strip()) <= MAX_LINE_CHARACTERS or not line.isprintable():
            raise BadInput(f"this is a line of 1 to {MAX_LINE_CHARACTERS} characters", place=place)
    if basis.ends_at is not None and basis.ends_at <= max(now, basis.starts_at):
        raise BadInput("a basis ends after it starts, and after now", place="until")
    if basis in profile.bases:
        raise BadInput("this very basis is on record already", place="basis")


def _known(words: Iterable[str]) -> str:
    return f"Known: {', '.join(words)}."
