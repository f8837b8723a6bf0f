"""Cases as they are known, for tests: invented people, harmless words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.filing import reports
from core.filing.reports import LOGIN, NOW, THEN, UPLOAD
from tutela.core.banks import Detection, Match, SignalType
from tutela.core.content import (
    Account,
    Age,
    AgeBand,
    AgeProvenance,
    Channel,
    ChannelKind,
    Digests,
    EvidenceState,
    Item,
    Media,
    PdqHash,
    ScanState,
)
from tutela.core.filing.account_facts import AccountFacts, FileFacts, ItemFacts, ToldFacts
from tutela.core.filing.accounts import AssociatedAccount
from tutela.core.filing.contacts import Email, Person
from tutela.core.filing.known_case import (
    Disabled,
    KnownAccount,
    KnownCase,
    KnownFinding,
    KnownItem,
    KnownMedia,
    Letterhead,
    Transcript,
)
from tutela.core.filing.report_file import OriginalHash
from tutela.core.filing.traces import EstimatedLocation
from tutela.core.filing.wire_words import AssociationKind
from tutela.core.ids import AccountId, BankId, CaseId, ClauseId, DetectionId, ItemId, MediaId, PersonId
from tutela.core.picture_metadata import Location, PictureMetadata
from tutela.core.policy import Ceiling, DutyHint, MatchKind
from tutela.core.roles import Role

TOLD_AT = NOW - timedelta(hours=3)
FOUND_AT = NOW - timedelta(hours=5)
HEAD = Letterhead(reports.REPORTER, NOW - timedelta(days=30), "Meadow")
OFFICER = PersonId("per_officer")

DEPICTION = KnownFinding(
    ClauseId("cse.depiction"), "Depictions of a child", DutyHint.CSAM, FOUND_AT, OFFICER, people=2,
)  # fmt: skip
CONVERSATION = KnownFinding(
    ClauseId("cse.conversation"), "Drawing a child into a conversation", DutyHint.ENTICEMENT, FOUND_AT, OFFICER,
    line="The account asked a child of fourteen to meet, after pressing for days.",
)  # fmt: skip
NORMALISING = KnownFinding(
    ClauseId("cse.normalising"), "Normalising", DutyHint.NONE, FOUND_AT - timedelta(hours=1), OFFICER
)


def account(name: str, role: Role = Role.ACTOR, **fields: Any) -> KnownAccount:
    """Return an account with its part."""
    age = fields.pop("age", Age())
    regions = fields.pop("regions", ())
    return KnownAccount(Account(AccountId(f"acc_{name}"), name, age, regions, THEN), role, **fields)


def facts(*items: ItemFacts, **fields: Any) -> ToldFacts:
    """Return what the platform told."""
    return ToldFacts(AccountFacts(items=items, **fields), TOLD_AT, "key_forum")


def media(name: str, *, is_sealed: bool = True, **fields: Any) -> KnownMedia:
    """Return a file."""
    number = name.encode().hex()
    digests = Digests(number.rjust(32, "0"), number.rjust(40, "0"), number.rjust(64, "0"))
    state = EvidenceState.SEALED if is_sealed else EvidenceState.REPORT_ONLY
    made = Media(
        MediaId(f"med_{name}"), digests, (PdqHash(bytes(range(32)), 90),), ScanState.SCANNED, state, THEN,
        media_type="image/jpeg", size_bytes=9, content_id=f"content-{name}" if is_sealed else None,
    )  # fmt: skip
    return KnownMedia(made, has_bytes=is_sealed, **fields)


def item(name: str, by: KnownAccount, *carried: KnownMedia, **fields: Any) -> KnownItem:
    """Return an item."""
    more = {each: fields.pop(each) for each in ("detections", "links") if each in fields}
    made = Item(
        ItemId(f"itm_{name}"), name, by.account.id, fields.pop("kind", "post"), fields.pop("text", None),
        tuple(each.media.id for each in carried), (), fields.pop("channel", Channel()), (), THEN,
    )  # fmt: skip
    return KnownItem(made, media=carried, **more)


def match(of: KnownItem, on: KnownMedia, bits: int = 0) -> Detection:
    """Return that a bank knows a file."""
    kind, signal = (MatchKind.NEAR, SignalType.PDQ) if bits else (MatchKind.EXACT_DIGEST, SignalType.MD5)
    found = Match(
        on.media.id, ClauseId("cse.depiction"), signal, kind, Ceiling(), bits, 31, 7, "exact", bank_id=BankId("bnk_1")
    )
    return Detection(DetectionId(f"det_{on.media.id}"), of.item.id, THEN, found)


def case(accounts: tuple[KnownAccount, ...], items: tuple[KnownItem, ...], *found: KnownFinding,
         **fields: Any) -> KnownCase:  # fmt: skip
    """Return what is known of a case."""
    return KnownCase(CaseId("cas_1"), NOW, found or (DEPICTION,), accounts, items, {"bnk_1": "hotline"}, **fields)


PRIVATE = Channel(ChannelKind.PRIVATE, conversation="dm-1")
CHILD = Age(AgeBand.FROM_13_TO_15, AgeProvenance.ASSURED)


def enticement() -> KnownCase:
    """Return words alone: a private conversation with a child, and nothing else."""
    told = facts(
        ItemFacts(id="msg-1", posted_at=THEN, is_public=False),
        ItemFacts(id="msg-2", posted_at=THEN + timedelta(minutes=2), room="a room of two"),
        person=Person(emails=(Email(address="u@meadow.alt", is_verified=True, verified_at=THEN),)),
        screen_name="handle", ip_events=(LOGIN,), profile_urls=("https://meadow.alt/u/handle",),
    )  # fmt: skip
    alice = account("alice", told=told, disabled=Disabled(FOUND_AT, None, is_for_good=True, told_from=None))
    carol = account("carol", Role.COERCED, age=CHILD, regions=("US",))
    items = (
        item("msg-1", alice, kind="message", channel=PRIVATE, text="hello"),
        item("msg-2", alice, kind="message", channel=PRIVATE, text="shall we meet?"),
    )
    log = Transcript("content:log", "9" * 32, 41, "dm-1")
    return case((alice, carol), items, CONVERSATION, transcripts=(log,), is_in_danger=True)


def one_image() -> KnownCase:
    """Return a public picture that a list knows."""
    told = facts(
        ItemFacts(id="post-1", posted_at=THEN, url="https://meadow.alt/p/1", is_public=True, ip_event=UPLOAD,
                  files=(FileFacts(original_name="lake.jpg",
                                   hashes=(OriginalHash(kind="MD5", value="0" * 32),)),)),
        service="Meadow Pictures", location=EstimatedLocation(country="US", region="IL", city="Springfield"),
        associated=(AssociatedAccount(kind=AssociationKind.LINKED, identifier="alice-2"),),
    )  # fmt: skip
    alice = account("alice", told=told, prior_reports=(900000001,),
                    disabled=Disabled(FOUND_AT, FOUND_AT + timedelta(days=9), is_for_good=False,
                                      told_from=NOW - timedelta(hours=1)))  # fmt: skip
    making = PictureMetadata((("Model", "Cam"), ("x" * 70, "long"), (" ", "blank")), Location(48.1, 11.5))
    seen = media("lake", views=reports.SEEN, making=making)
    post = item("post-1", alice, seen)
    other = account("other", told=facts(screen_name="another"), prior_reports=(900000002,))
    return case((alice, other), (replace(post, detections=(match(post, seen, 7),)),), DEPICTION, NORMALISING)


def three_files() -> KnownCase:
    """Return an item with a known file, one beside it, and one of which no bytes are kept; nothing told of it."""
    alice = account("alice", Role.UNWITTING_CARRIER, regions=("DE", "AT"))
    known, beside, absent = media("known"), media("beside"), media("absent", is_sealed=False)
    post = item("post-1", alice, known, beside, absent, text="A morning by the lake")
    return case((alice,), (replace(post, detections=(match(post, known),)),))


def viral() -> KnownCase:
    """Return one file that many accounts shared."""
    shared = media("meme", views=reports.SEEN)
    people = tuple(
        account(f"user-{at}", Role.UNWITTING_CARRIER if at else Role.ACTOR,
                told=facts(ItemFacts(id=f"post-{at}", posted_at=THEN + timedelta(minutes=at), is_public=True)))
        for at in range(3)
    )  # fmt: skip
    return case(people, tuple(item(f"post-{at}", each, shared) for at, each in enumerate(people)))
