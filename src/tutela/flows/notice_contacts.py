"""Say how whoever told us is reached, at the moment at which they are written to; see `ports.messages.Contacts`."""

from dataclasses import dataclass

from tutela.core.ids import NoticeId
from tutela.core.messages import MessageAbout
from tutela.flows.notice_secrets import NoticeSecrets
from tutela.ports.store import Store


@dataclass(frozen=True, slots=True)
class NoticeContacts:
    """Open what was told, for as long as one message takes."""

    store: Store
    secrets: NoticeSecrets

    def contact_of(self, about: MessageAbout, about_id: str) -> str | None:
        """Return the address that was told first: nobody who adds something later is written to instead."""
        del about  # always a notice: see where this is wired
        notice_id = NoticeId(about_id)
        with self.store.read() as reader:
            sealed = reader.sealed_notice(notice_id)
        told = [each.contact.address for each in self.secrets.read_told(notice_id, sealed)]
        return next((address for address in told if address), None)

    def language_of(self, about: MessageAbout, about_id: str) -> str:
        """Return the language in which it was told."""
        del about  # as above
        with self.store.read() as reader:
            notice = reader.notice_of(NoticeId(about_id))
        return "en" if notice is None else notice.language
