"""Keep the operator's profile and the checklist of what must be done before anybody is protected."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tutela.core.aims import Aims
from tutela.core.content import ChannelKind
from tutela.core.operator import Basis, OperatorProfile, checklist
from tutela.core.units import Duration
from tutela.ports.desk import Desk

KEPT_SECONDS = 1.0
_PROFILE = "profile"
_DONE = "checklist"


@dataclass(slots=True)
class KeepProfile:
    """Read and write the profile. It is read on every submission, so it is kept in memory for a second."""

    desk: Desk
    aims: Aims = field(default_factory=Aims)  #: of the settings
    _known: OperatorProfile | None = field(default=None)
    _good_until: float = field(default=0.0)

    def read(self) -> OperatorProfile:
        """Return the profile; empty before the operator has answered."""
        if self._known is None or time.monotonic() > self._good_until:
            stored = self.desk.setting(_PROFILE)
            self._known = replace(OperatorProfile() if stored is None else from_json(stored), aims=self.aims)
            # Another process may have changed it: a lapsed basis (P12) must be noticed everywhere.
            self._good_until = time.monotonic() + KEPT_SECONDS
        return self._known

    def write(self, profile: OperatorProfile) -> None:
        """Record the profile, with an audit entry."""
        self.desk.put_setting(_PROFILE, to_json(profile))
        self._known = replace(profile, aims=self.aims)

    def read_now(self) -> OperatorProfile:
        """Return the profile as it is stored at this moment."""
        self._known = None
        return self.read()

    def replace(self, before: OperatorProfile, after: OperatorProfile, by: str) -> None:
        """Record *after* in the place of *before*; the audit says who did.

        Raises:
            tutela.errors.Conflict: It was changed meanwhile.
        """
        is_first = self.desk.setting(_PROFILE) is None
        self.desk.put_setting(_PROFILE, to_json(after), by=by, instead_of=None if is_first else to_json(before))
        self._known = replace(after, aims=self.aims)

    def mark_done(self, line: str) -> None:
        """Record that a line of the checklist is done. Idempotent."""
        done = set((self.desk.setting(_DONE) or {}).get("done", []))
        if line not in done:
            self.desk.put_setting(_DONE, {"done": sorted(done | {line})})

    def checklist(
        self, *, members: int, has_escrow: bool, alarms: frozenset[str] = frozenset(),
        done: frozenset[str] = frozenset(),
    ) -> dict[str, bool]:  # fmt: skip
        """Return each line and whether it is done; *done* are lines that are so as other records say."""
        done = done | set((self.desk.setting(_DONE) or {}).get("done", []))
        if has_escrow:
            done |= {"keys_escrowed"}
        return checklist(self.read(), facts=done, members=members, alarms=alarms)


def to_json(profile: OperatorProfile) -> dict[str, Any]:
    """Return the profile as it is stored and shown."""
    return {
        "country": profile.country,
        "user_regions": list(profile.user_regions),
        "services": [kind.value for kind in profile.services],
        "has_encrypted_channels": profile.has_encrypted_channels,
        "people": profile.people,
        "authorities": list(profile.authorities),
        "lists": list(profile.lists),
        "on_call": profile.on_call,
        "is_report_only": profile.is_report_only,
        "is_small_enterprise": profile.is_small_enterprise,
        "transient_hours": profile.transient_period.seconds / 3600,
        "bases": [
            {
                "region": basis.region,
                "channel": basis.channel.value,
                "technique": basis.technique,
                "legal_basis": basis.legal_basis,
                "reference": basis.reference,
                "from": basis.starts_at.isoformat(),
                "to": basis.ends_at.isoformat() if basis.ends_at else None,
            }
            for basis in profile.bases
        ],
    }


def from_json(stored: Mapping[str, Any]) -> OperatorProfile:
    """Return the profile of what `to_json` made."""
    return OperatorProfile(
        country=stored["country"],
        user_regions=tuple(stored["user_regions"]),
        services=tuple(ChannelKind(kind) for kind in stored["services"]),
        has_encrypted_channels=stored["has_encrypted_channels"],
        people=stored["people"],
        authorities=tuple(stored["authorities"]),
        lists=tuple(stored["lists"]),
        on_call=stored["on_call"],
        is_report_only=stored["is_report_only"],
        is_small_enterprise=stored.get("is_small_enterprise", False),  # recorded before there was the question
        transient_period=Duration(hours=stored["transient_hours"]),
        bases=tuple(
            Basis(
                region=basis["region"],
                channel=ChannelKind(basis["channel"]),
                technique=basis["technique"],
                legal_basis=basis["legal_basis"],
                reference=basis["reference"],
                starts_at=datetime.fromisoformat(basis["from"]),
                ends_at=datetime.fromisoformat(basis["to"]) if basis["to"] else None,
            )
            for basis in stored["bases"]
        ),
    )
