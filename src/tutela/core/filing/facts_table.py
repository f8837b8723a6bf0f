"""What the platform may tell of an account, line by line: the lines of the report's own table where it has them."""

from collections.abc import Iterable

from tutela.core.filing.account_facts import AccountFacts, FileFacts, ItemFacts, Message
from tutela.core.filing.schema import Element, Leaf, Nested, Overlong, Shape
from tutela.core.filing.table import FLAG, PAST, PROSE, SHAPES, URL

_IDENTIFIER = Leaf(longest=200, may_be_blank=False, overlong=Overlong.REFUSED)
_OF_SUSPECT = {each.field: each for each in SHAPES["personOrUserReported"].elements}
_OF_FILE = {each.field: each for each in SHAPES["fileDetails"].elements}

MOST_ITEMS, MOST_FILES, MOST_MESSAGES = 200, 20, 1000
MOST = {"items": MOST_ITEMS, "files": MOST_FILES, "around": MOST_MESSAGES}
"""How often what may stand several times may stand, where it is not what `reading` says."""


def _told(fields: Iterable[str]) -> tuple[Element, ...]:
    return tuple(_OF_SUSPECT[each] for each in fields)


FACT_SHAPES = {
    **SHAPES,
    "accountFacts": Shape(
        AccountFacts,
        (
            *_told(
                (
                    "person", "service", "is_compromised", "screen_name", "display_names", "profile_urls",
                    "profile_bio", "ip_events", "devices", "is_third_party_user", "temporarily_disabled",
                    "permanently_disabled", "location", "all_emails_reported", "associated",
                )
            ),
            Element("", "items", Nested("itemFacts"), 0, None),
        ),
    ),
    "itemFacts": Shape(
        ItemFacts,
        (
            Element("", "id", _IDENTIFIER, 1),
            Element("", "posted_at", PAST),
            Element("", "url", URL),
            Element("", "is_public", FLAG),
            Element("", "room", Leaf(longest=255)),
            _OF_FILE["ip_event"],
            _OF_FILE["devices"],
            Element("", "files", Nested("fileFacts"), 0, None),
            Element("", "around", Nested("message"), 0, None),
        ),
    ),
    "fileFacts": Shape(
        FileFacts, tuple(_OF_FILE[each] for each in ("original_name", "uploaded_at", "url", "hashes"))
    ),
    "message": Shape(
        Message,
        (Element("", "by", _IDENTIFIER, 1), Element("", "at", PAST), Element("", "text", PROSE, 1)),
    ),
}  # fmt: skip
"""Every shape of the report, and those of facts."""
