"""Enrol hotlines, authorities and trusted flaggers: only after somebody has made sure that it is them.

A notice of somebody enrolled hides what it names at once. So nobody is enrolled by asking for it: an officer calls the
number of an official directory, and writes down which.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.ids import NotifierId
from tutela.core.notices.branches import ENROLLABLE, NoticeKind
from tutela.core.permissions import Principal, demand, demand_one
from tutela.errors import BadInput, UnknownNotifier
from tutela.flows.keep_keys import KeepKeys
from tutela.ports.clock import Clock
from tutela.ports.desk import Desk
from tutela.ports.entropy import Entropy
from tutela.ports.notices import Notifier, Notifiers

MAX_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class NewNotifier:
    """Who is to be enrolled, and how it was made sure that it is them."""

    kind: NoticeKind
    name: str
    country: str
    checked_by: str


@dataclass(frozen=True, slots=True)
class EnrolNotifiers:
    """Enrol, and end enrolments."""

    notifiers: Notifiers
    keys: KeepKeys
    desk: Desk
    clock: Clock
    entropy: Entropy

    def enrol(self, principal: Principal, new: NewNotifier) -> tuple[Notifier, str]:
        """Enrol somebody and return them with the secret of their key, which is shown once.

        Raises:
            tutela.errors.Forbidden: They enrol nobody.
            tutela.errors.BadInput: Of a kind that is not enrolled, without a name, or unchecked.
        """
        demand(principal, "enrol")
        _check(new)
        key, secret = self.keys.create(f"notifier {self.entropy.token(4).hex()}", ["notices"])
        notifier = Notifier(
            NotifierId(self.entropy.new_id("notifier")), new.kind, new.name.strip(), new.country, self.clock.now(),
            principal.id, new.checked_by.strip(), key.id,
        )  # fmt: skip
        self.notifiers.add(notifier)
        return notifier, secret

    def end(self, principal: Principal, notifier_id: NotifierId) -> Notifier:
        """End an enrolment: the key opens nothing any more. What was told stays. Irreversible: they enrol anew.

        Raises:
            tutela.errors.Forbidden: They enrol nobody.
            tutela.errors.UnknownNotifier: There is none, or it has ended.
        """
        demand(principal, "enrol")
        now = self.clock.now()
        ended = self.notifiers.end(notifier_id, now, principal.id)
        if ended is None:
            raise UnknownNotifier(place="notifier")
        if ended.key_id is not None:
            self.desk.revoke_key(ended.key_id, now)
        return ended

    def all(self, principal: Principal) -> Sequence[Notifier]:
        """Return everybody who was ever enrolled, newest first.

        Raises:
            tutela.errors.Forbidden: They neither enrol nor work with notices.
        """
        demand_one(principal, ("enrol", "desk"))
        return self.notifiers.all()


def _check(new: NewNotifier) -> None:
    if new.kind not in ENROLLABLE:
        known = ", ".join(sorted(ENROLLABLE))
        raise BadInput("nobody is enrolled as this", place="kind", remedy=f"It is one of {known}.")
    for place, text in (("name", new.name), ("checked_by", new.checked_by)):
        if not 0 < len(text.strip()) <= MAX_CHARACTERS or not text.isprintable():
            raise BadInput(f"1 to {MAX_CHARACTERS} characters on one line", place=place)
    if new.country and not (len(new.country) == 2 and new.country.isascii() and new.country.isupper()):  # noqa: PLR2004  # ISO 3166-1 alpha-2
        raise BadInput("a country is two capital letters, as in DE", place="country")
