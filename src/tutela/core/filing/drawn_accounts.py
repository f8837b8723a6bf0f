"""The accounts of a report: who did it, who was harmed, who else has a part, each as a person found it.

Whoever has any other part than that of the actor is no suspect (P2). Who told about it is not in the report at all.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tutela.core.content import AgeBand
from tutela.core.filing.account_facts import AccountFacts
from tutela.core.filing.accounts import (
    AssociatedAccount,
    PermanentDisable,
    Recipient,
    Suspect,
    TemporaryDisable,
    Victim,
)
from tutela.core.filing.contacts import Person
from tutela.core.filing.known_case import Disabled, KnownAccount, KnownCase
from tutela.core.filing.moments import written
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.filing.traces import EstimatedLocation
from tutela.core.filing.wire_words import COUNTRIES, AssociationKind
from tutela.core.roles import Role

VICTIMS = frozenset({Role.DEPICTED, Role.COERCED, Role.MINOR_PEER})
RECIPIENTS = frozenset({Role.UNWITTING_CARRIER})
SUSPECTS = frozenset({Role.ACTOR, Role.COMPROMISED})
"""Of a compromised account the report says that it is one: somebody else used it."""

_PARTS = {
    Role.DEPICTED: "People of the provider found that the holder of this account is shown.",
    Role.COERCED: "People of the provider found that the holder of this account was made to do it.",
    Role.MINOR_PEER: "People of the provider found that the holder of this account is a minor among peers.",
    Role.UNWITTING_CARRIER: "People of the provider found that this account passed it on without knowing what it was.",
    Role.COMPROMISED: "People of the provider found that somebody else than its holder used this account.",
}
_OF_PARTY = (
    "person", "service", "is_compromised", "screen_name", "display_names", "profile_urls", "profile_bio", "ip_events",
    "devices", "temporarily_disabled", "permanently_disabled", "location", "all_emails_reported",
)  # fmt: skip

Placed = dict[str, Provenance]


def suspect(known: KnownCase, account: KnownAccount, place: str) -> tuple[Suspect, Placed]:
    """Return the account that is reported, and where each part of it comes from."""
    facts = _facts(account)
    others = _other_actors(known, account)
    made = Suspect(
        **_party(account),
        is_third_party_user=facts.is_third_party_user,
        associated=(*facts.associated, *others),
        note=_note(account),
    )
    sources = _sources(known, account, place)
    offset = len(facts.associated)
    sources |= {f"{place}.associated.{offset + at}": _found(known) for at in range(len(others))}
    if account.role is Role.COMPROMISED:
        made, sources = replace(made, is_compromised=True), {**sources, f"{place}.is_compromised": _found(known)}
    return made, sources


def victim(known: KnownCase, account: KnownAccount, place: str) -> tuple[Victim, Placed]:
    """Return who was harmed."""
    told = _party(account)
    person = told.pop("person") or Person()
    return Victim(**told, person=person, associated=_facts(account).associated, note=_note(account)), _sources(
        known, account, place
    )


def recipient(known: KnownCase, account: KnownAccount, place: str) -> tuple[Recipient, Placed]:
    """Return whoever else had it."""
    return Recipient(**_party(account), note=_note(account)), _sources(known, account, place)


def of_roles(known: KnownCase, roles: Iterable[Role]) -> tuple[KnownAccount, ...]:
    """Return the accounts with one of these parts, whom the case is about first."""
    wanted = frozenset(roles)
    return tuple(each for each in known.accounts if each.role in wanted)


def _party(account: KnownAccount) -> dict[str, Any]:
    facts = _facts(account)
    told: dict[str, Any] = {name: getattr(facts, name) for name in _OF_PARTY}
    told |= {"identifier": account.account.platform_id, "prior_reports": account.prior_reports}
    if told["location"] is None:
        told["location"] = _country(account)
    if account.disabled is not None and not (facts.temporarily_disabled or facts.permanently_disabled):
        told |= _disabled(account.disabled)
    return told


def _facts(account: KnownAccount) -> AccountFacts:
    return AccountFacts() if account.told is None else account.told.facts


def _country(account: KnownAccount) -> EstimatedLocation | None:
    """Return the country that the platform told of the account itself, where it is one."""
    regions = account.account.regions
    is_one = len(regions) == 1 and regions[0] in COUNTRIES
    return EstimatedLocation(country=regions[0]) if is_one else None


def _disabled(by: Disabled) -> dict[str, Any]:
    # Only that nobody was told is known here: whether the platform showed what it may tell, only the platform knows.
    is_told = None if by.told_from is not None else False
    if by.is_for_good:
        return {"permanently_disabled": PermanentDisable(disabled_at=by.at, is_user_notified=is_told)}
    made = TemporaryDisable(disabled_at=by.at, is_user_notified=is_told, reenabled_at=by.until)
    return {"temporarily_disabled": made}


def _note(account: KnownAccount) -> str | None:
    told = [_PARTS[account.role]] if account.role in _PARTS else []
    age, facts = account.account.age, _facts(account)
    has_age = facts.person is not None and (facts.person.age is not None or facts.person.born_on is not None)
    if age.band is not AgeBand.UNKNOWN and not has_age:
        told.append(f"The platform takes the holder's age to be: {age.band.value} ({age.provenance.value}).")
    if account.disabled is not None and account.disabled.told_from is not None:
        told.append(f"The holder may have been told of the measure since {written(account.disabled.told_from)}.")
    return " ".join(told) or None


def _other_actors(known: KnownCase, account: KnownAccount) -> tuple[AssociatedAccount, ...]:
    others = (each for each in of_roles(known, {Role.ACTOR}) if each.account.id != account.account.id)
    return tuple(
        AssociatedAccount(
            kind=AssociationKind.OTHER,
            identifier=each.account.platform_id,
            service=_facts(each).service,
            screen_name=_facts(each).screen_name,
            prior_reports=each.prior_reports,
            note="People of the provider found that this account had a part of its own in the same matter.",
        )
        for each in others
    )


def _sources(known: KnownCase, account: KnownAccount, place: str) -> Placed:
    told_at = account.account.created_at if account.told is None else account.told.at
    computed = Provenance(Origin.COMPUTED, known.at)
    sources = {place: Provenance(Origin.PLATFORM, told_at), f"{place}.prior_reports": computed}
    sources[f"{place}.note"] = _found(known) if account.role in _PARTS else computed
    facts = _facts(account)
    if not (facts.temporarily_disabled or facts.permanently_disabled):
        sources |= {f"{place}.{name}": computed for name in ("temporarily_disabled", "permanently_disabled")}
    return sources


def _found(known: KnownCase) -> Provenance:
    """Return that a person found it: whoever decided last."""
    last = max(known.findings, key=lambda each: each.at)
    return Provenance(Origin.TYPED, last.at, last.by)
