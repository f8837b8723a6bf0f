"""Who we are at an authority: credentials sealed, and opened only to be used."""

import json
from dataclasses import dataclass, field

from tutela.core.filing.channel import Channel
from tutela.errors import KeyMissing, UnknownChannel, VaultError
from tutela.ports.authority import Endpoint
from tutela.ports.channels import Channels
from tutela.ports.keys import KeyRing

KEYS_PERIOD = "channels"
"""Under which key of the ring the credentials lie. It is never destroyed by retention."""

LONGEST = 256
"""Characters of a name or password."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the authority gave the operator."""

    username: str = field(repr=False)
    password: str = field(repr=False)

    def is_usable(self) -> bool:
        """Return whether it can be sent: HTTP Basic takes no colon in a name, and no control characters."""
        texts = (self.username, self.password)
        return ":" not in self.username and all(0 < len(each) <= LONGEST and each.isprintable() for each in texts)


@dataclass(frozen=True, slots=True)
class ChannelDoor:
    """Seal credentials, and open a channel with them."""

    channels: Channels
    keys: KeyRing

    def sealed(self, authority: str, credentials: Credentials) -> bytes:
        """Return what is stored of *credentials*."""
        told = json.dumps([credentials.username, credentials.password]).encode()
        return self.keys.wrap(KEYS_PERIOD, told, context=authority.encode())

    def opened(self, channel: Channel) -> Endpoint:
        """Return where reports go and who we are there.

        Raises:
            tutela.errors.UnknownChannel: It has no address or no credentials.
            tutela.errors.KeyMissing: The key that opens the credentials is not there.
        """
        held = self.channels.credentials(channel.authority)
        if held is None or not channel.base_url:
            remedy = "Set both: `tutela channel set`."
            raise UnknownChannel("it has no address or no credentials", place=channel.authority, remedy=remedy)
        try:
            username, password = json.loads(self.keys.unwrap(KEYS_PERIOD, held, context=channel.authority.encode()))
        except VaultError as error:
            raise KeyMissing("the credentials of the channel cannot be opened", remedy="Enter them anew.") from error
        return Endpoint(channel.base_url, channel.environment, username, password)
