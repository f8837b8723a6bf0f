"""What an operator does once before a platform is connected: a profile, banks, a list previewed and imported."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tutela.sandbox.pictures import Harmless
from tutela.sandbox.variants import original
from tutela_client import Client

EXACT_BANK = "known-photographs"
NEAR_BANK = "known-near"

PROFILE: Mapping[str, Any] = {
    "country": "DE",
    "user_regions": ["DE", "FR"],
    "services": ["public"],
    "people": "solo",
    "lists": ["two banks of harmless photographs"],
    "authorities": ["ncmec"],
    "on_call": "nobody: this is a demo",
}


def record_profile(client: Client) -> None:
    """Record a profile that says it is a demo's."""
    client.call("PUT", "/v1/profile", PROFILE)


def record_bases(client: Client, regions: Sequence[str], other_region: str) -> None:
    """Record a basis to see who writes to whom in private in *regions*; none for *other_region*, none to read."""
    why = {"legal_basis": "made up for this demo", "reference": "demo-1", "from": "2026-01-01T00:00:00Z"}
    bases = [{"region": region, "channel": "private", "technique": "behaviour", **why} for region in regions]
    changed = {"user_regions": [*regions, other_region], "services": ["public", "private"], "bases": bases}
    client.call("PUT", "/v1/profile", {**PROFILE, **changed})


def label_school(client: Client, account: str) -> None:
    """Label the account of a teacher, as somebody does who telephoned the school."""
    path = f"/v1/accounts/{account}/labels/registered_school"
    client.call("PUT", path, {"because": "a registered school, checked by telephone"})


def create_banks(client: Client) -> None:
    """Create the two banks: digests that several analysts verified, and hashes of likeness that one did."""
    for name, verification in ((EXACT_BANK, "several_analysts"), (NEAR_BANK, "one_analyst")):
        bank = {
            "name": name,
            "clause": "cse.depiction",
            "material": "apparent_csam",
            "verification": verification,
            "source": "demo: harmless photographs that stand in for known material",
        }
        client.call("POST", "/v1/banks", bank)


@dataclass(frozen=True, slots=True)
class WordBank:
    """A bank of words of the demo, and what goes into it."""

    name: str
    kind: str
    clause: str
    entries: Sequence[Mapping[str, Any]]


def word_banks(name: str, advert: str, words: Sequence[str], host: str) -> Sequence[WordBank]:
    """Return four banks, one of each kind. A name is held on a basis, and only for a time."""
    in_a_year = (datetime.now(UTC) + timedelta(days=365)).isoformat()
    person = {"name": name, "basis": "made up for this demo"}
    return (
        WordBank("words", "keywords", "cse.seeking", [{"keyword": {"terms": [word]}} for word in words]),
        WordBank("hosts", "links", "cse.links", [{"link": {"link": host}}]),
        WordBank("adverts", "texts", "cse.commercial", [{"text": advert}]),
        WordBank("names", "names", "cse.identifying", [{"name": person, "ends_at": in_a_year}]),
    )


def fill_word_bank(client: Client, bank: WordBank) -> None:
    """Create a bank of words and put its entries in."""
    source = "demo: invented words, example hosts, and nobody's name"
    told = {"name": bank.name, "kind": bank.kind, "clause": bank.clause, "source": source}
    client.call("POST", "/v1/word-banks", told)
    for entry in bank.entries:
        client.call("POST", f"/v1/word-banks/{bank.name}/entries", entry)


def list_of(pictures: Sequence[Harmless]) -> str:
    """Return a list as an operator would receive it: digests in CSV, never pictures."""
    lines = ["type,value,classification"]
    for picture in pictures:
        content = original(picture.image)
        lines.append(f"sha256,{hashlib.sha256(content).hexdigest()},harmless")
        lines.append(f"md5,{hashlib.md5(content, usedforsecurity=False).hexdigest()},harmless")
    return "\n".join(lines) + "\n"


def import_list(client: Client, text: str, *, is_preview: bool) -> Mapping[str, Any]:
    """Import a list into the exact bank, or say what that would do."""
    path = f"/v1/banks/{EXACT_BANK}/import" + ("?preview=true" if is_preview else "")
    report: Mapping[str, Any] = client.send_text(path, text, "text/csv")
    return report


def bank_picture(client: Client, bank: str, picture: Harmless) -> None:
    """Have the server hash a picture into *bank*; it does not keep the picture."""
    client.send_file(f"/v1/banks/{bank}/media", original(picture.image))


def bank_digest(client: Client, bank: str, content: bytes) -> None:
    """Put the digest of *content* into *bank*."""
    members = [{"type": "sha256", "value": hashlib.sha256(content).hexdigest()}]
    client.call("POST", f"/v1/banks/{bank}/members", {"members": members})
