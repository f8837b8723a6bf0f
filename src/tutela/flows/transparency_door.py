"""Who we are at the EU Transparency Database: a token, sealed, and opened only to be used."""

from dataclasses import dataclass

from tutela.core.dsa.channel import TransparencyChannel
from tutela.errors import KeyMissing, UnknownChannel, VaultError
from tutela.ports.keys import KeyRing
from tutela.ports.transparency import Place, TransparencyChannels

KEYS_PERIOD = "channels"
"""Under which key of the ring the token lies, as the credentials of authorities do. Retention never destroys it."""

_CONTEXT = b"eu-transparency-database"


@dataclass(frozen=True, slots=True)
class TransparencyDoor:
    """Seal the token, and open the channel with it."""

    channels: TransparencyChannels
    keys: KeyRing

    def sealed(self, token: str) -> bytes:
        """Return what is stored of a token."""
        return self.keys.wrap(KEYS_PERIOD, token.encode(), context=_CONTEXT)

    def opened(self, channel: TransparencyChannel) -> Place:
        """Return where records go and who we are there.

        Raises:
            tutela.errors.UnknownChannel: It has no address or no token.
            tutela.errors.KeyMissing: The key that opens the token is not there.
        """
        held = self.channels.token()
        if held is None or not channel.base_url:
            remedy = "Set both: `tutela eu-database set`."
            raise UnknownChannel("it has no address or no token", place="channel", remedy=remedy)
        try:
            token = self.keys.unwrap(KEYS_PERIOD, held, context=_CONTEXT).decode()
        except VaultError as error:
            raise KeyMissing("the token of the channel cannot be opened", remedy="Enter it anew.") from error
        return Place(channel.base_url, channel.environment, token)
