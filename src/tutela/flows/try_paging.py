"""Try whether a page would get out: one test by each channel, now."""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.paging import Channel, PageFailure, checked_email
from tutela.core.permissions import Principal, demand
from tutela.ports.clock import Clock
from tutela.ports.pages import PageSender


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test."""

    channel: Channel
    failure: PageFailure | None

    @property
    def is_well(self) -> bool:
        """Return whether it arrived."""
        return self.failure is None


@dataclass(frozen=True, slots=True)
class TryPaging:
    """Test the connections."""

    senders: Sequence[PageSender]
    clock: Clock

    def __call__(self, principal: Principal, email: str | None = None) -> list[Tested]:
        """Return what came of each channel; none where no channel is set up.

        Args:
            principal: Who asks.
            email: Whither a mail is sent; without it the mail server is only signed in to.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.BadInput: It is no address.
        """
        demand(principal, "rota")
        address = None if email is None else checked_email(email)
        now = self.clock.now()
        return [Tested(each.channel, each.test(now, address)) for each in self.senders]
