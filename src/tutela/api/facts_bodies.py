"""What may be sent about facts of accounts."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, RootModel

from tutela.api.bodies import Body, Identifier
from tutela.core.webhooks import MOST_ITEMS_WANTED

_Table = Annotated[dict[str, Any], Field(description="Fields as docs/how-to/tell-account-facts.md names them.")]
_Tables = list[_Table]


class Anything(RootModel[Any]):
    """Whatever is JSON."""


class ToldFacts(Body):
    """What only the platform knows of an account, in the words of the report; what is left out is not known.

    Read by the table of the report itself: each field that is wrong is named, and nothing of the body is taken.
    """

    person: _Table | None = None  #: names, emails, phones, addresses, age or day of birth
    service: str | None = None
    is_compromised: bool | None = None
    screen_name: str | None = None
    display_names: list[str] | None = None
    profile_urls: list[str] | None = None
    profile_bio: str | None = None
    ip_events: _Tables | None = None  #: ip, port, event, at, is_possible_proxy
    devices: _Tables | None = None  #: id_kind, id_value, event, at
    is_third_party_user: bool | None = None
    temporarily_disabled: _Table | None = None
    permanently_disabled: _Table | None = None
    location: _Table | None = None  #: country, and city and region where they are known
    all_emails_reported: bool | None = None
    associated: _Tables | None = None  #: other accounts that belong to the same person
    items: _Tables | None = None  #: id, posted_at, url, is_public, room, ip_event, devices, files, around
    example: ClassVar[Any] = {
        "person": {
            "emails": [{"address": "sam@forum.example", "is_verified": True, "verified_at": "2026-01-02T00:00:00Z"}]
        },
        "screen_name": "sam",
        "profile_urls": ["https://forum.example/u/sam"],
        "ip_events": [{"ip": "192.0.2.10", "port": 51000, "event": "login", "at": "2026-11-20T17:59:00Z"}],
        "location": {"country": "US"},
        "items": [{"id": "post-1001", "posted_at": "2026-11-20T18:00:00Z", "is_public": True}],
    }


class FactsAsked(Body):
    """That the platform is to be asked now."""

    #: none: those in open cases
    items: Annotated[tuple[Identifier, ...], Field(max_length=MOST_ITEMS_WANTED)] = ()
    example: ClassVar[Any] = {"items": ["post-1001"]}
