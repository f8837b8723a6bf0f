"""Every route in one table: who may call it, what it takes and what it answers. The reference is made from it."""

from dataclasses import dataclass

from tutela.api import (
    accounts,
    answers,
    bank_answers,
    bank_statistics,
    banks,
    bodies,
    changes,
    choice_answers,
    choice_bodies,
    choices,
    copies,
    effect_answers,
    effects,
    enforcement_answers,
    imports,
    items,
    lookup,
    media,
    members,
    operate,
    operator_answers,
    sight_answers,
    sight_bodies,
    strikes,
    verifications,
    visibility,
)
from tutela.api.calls import Serve, Work

OPEN = "open"
"""No key is needed."""

ANY_KEY = "any"
"""Any valid key will do."""

ANY_MEDIA = ("application/octet-stream",)
LISTS = tuple(imports.READERS)


@dataclass(frozen=True, slots=True)
class Route:
    """One route. Either `work`, in a thread, or `serve`, on the event loop."""

    method: str
    path: str
    scope: str
    summary: str
    work: Work | None = None
    serve: Serve | None = None
    body: type[bodies.Body] | None = None
    raw: tuple[str, ...] = ()  #: media types of a streamed body
    has_form: bool = False  #: also takes a form of the item and its files
    query: type[bodies.Body] = bodies.NoQuery
    answer: type[answers.Told] | None = None
    media_type: str = "application/json"  #: of the answer
    statuses: tuple[int, ...] = (200,)
    is_repeatable: bool = False  #: takes an Idempotency-Key
    detail: str = ""


_ITEMS = (
    Route(
        "POST",
        "/v1/items",
        "submit",
        "Submit an item",
        serve=media.submit_any,
        body=bodies.Item,
        has_form=True,
        answer=answers.Answer,
        statuses=(200, 201),
        is_repeatable=True,
        detail="Show the item only when the answer is `publish`. As a form: the part `item` (JSON), then one part "
        "`media` a file, streamed straight into the vault. 201 when the item is new; the same item again is answered "
        "as the first time.",
    ),
    Route(
        "POST",
        "/v1/items/batch",
        "submit",
        "Submit many items",
        work=items.submit_batch,
        body=bodies.ItemBatch,
        answer=answers.Answers,
        is_repeatable=True,
        detail="Each item is answered on its own, in order; one that cannot be used does not keep the others out.",
    ),
    Route(
        "GET",
        "/v1/items/{id}/detections",
        "detections",
        "What was noticed about an item",
        work=items.read_detections,
        answer=answers.Detections,
    ),
    Route("GET", "/v1/items/{id}", "read", "How an item stands", work=items.read_item, answer=answers.Item),
    Route(
        "POST",
        "/v1/media",
        "submit",
        "Upload media",
        serve=media.upload,
        raw=ANY_MEDIA,
        answer=answers.Media,
        statuses=(201,),
        detail="The body is the file itself. The same bytes are one media however often they come. A body that breaks "
        "off leaves nothing.",
    ),
    Route("GET", "/v1/media/{id}", "read", "What is known of media", work=media.read_media, answer=answers.Media),
)

_READERS = (
    Route(
        "PUT",
        "/v1/accounts/{id}",
        "submit",
        "Record account facts",
        work=accounts.record_account,
        body=bodies.AccountFacts,
        answer=answers.Account,
    ),
    Route(
        "GET",
        "/v1/accounts/{id}",
        "read",
        "What is known of an account",
        work=accounts.read_account,
        answer=answers.Account,
    ),
    Route(
        "GET",
        "/v1/accounts/{id}/standing",
        "read",
        "What an account may do",
        work=accounts.read_standing,
        answer=answers.Standing,
    ),
    Route(
        "GET",
        "/v1/accounts/{id}/strikes",
        "read",
        "What counts against an account",
        work=strikes.read_strikes,
        answer=enforcement_answers.Strikes,
        detail="Weight and decay are those of the day of each decision, whatever the policy says now.",
    ),
    Route(
        "POST",
        "/v1/accounts/{id}/verifications",
        "submit",
        "Record that an account was verified",
        work=verifications.record_verification,
        body=bodies.NewVerification,
        answer=enforcement_answers.Verified,
        statuses=(200, 201),
        detail="It ends the locks that ask for this verification and began before it was passed, and nothing else.",
    ),
    Route(
        "POST",
        "/v1/visibility",
        "read",
        "What a viewer may see",
        work=visibility.read_visibility,
        body=sight_bodies.VisibilityQuestion,
        answer=sight_answers.Visibility,
        detail="Ask before every rendering, for up to 500 items. What was never submitted is `absent` and named in "
        "`unknown`. `explain` needs the scope detections as well.",
    ),
    Route(
        "POST",
        "/v1/may",
        "read",
        "What an account may do",
        work=visibility.read_permission,
        body=sight_bodies.PermissionQuestion,
        answer=sight_answers.Permission,
        detail="Ask before accepting anything. To report, to appeal, to get help and to reach one's own is always "
        "allowed, and answered without reading anything. `explain` needs the scope detections as well.",
    ),
    Route(
        "GET",
        "/v1/effects",
        "read",
        "What each kind of measure does",
        work=effects.read_effects,
        answer=effect_answers.Effects,
        detail="The table in force, for a client that answers in its own process. Read it again when the version on a "
        "verdict is another one.",
    ),
    Route(
        "GET",
        "/v1/changes",
        "read",
        "What changed",
        serve=changes.read_changes,
        query=bodies.ChangesQuery,
        answer=answers.Changes,
        detail="Each changed subject is told once, at its last change, as it stands now: whoever keeps `next` catches "
        "up completely, however long it was away, and whoever begins at 0 knows all that is not clear. A change of "
        "media, or of what is quoted, is told of every item that carries or quotes it, over as many pages as that "
        "takes. With `wait_seconds` the answer comes when there is a change, or then.",
    ),
    Route(
        "GET",
        "/v1/accounts/{id}/choices",
        "choices",
        "What a viewer chose not to see",
        work=choices.read_choices,
        query=choice_bodies.ChoicesQuery,
        answer=choice_answers.Choices,
    ),
    Route(
        "PUT",
        "/v1/accounts/{id}/choices",
        "choices",
        "Set choices of a viewer",
        work=choices.put_choices,
        body=choice_bodies.Choices,
        statuses=(204,),
        detail="Hide an item, mute an account, a word or a tag, cover what is sensitive; up to 1,000 an account. They "
        "count in every answer about what this viewer sees, can only hide more, and answer no violation. They are "
        "personal: in no audit, in no log, and gone when they are deleted or over.",
    ),
    Route(
        "DELETE",
        "/v1/accounts/{id}/choices",
        "choices",
        "Delete choices of a viewer",
        work=choices.drop_choices,
        query=choice_bodies.DropQuery,
        statuses=(204,),
        detail="All of them; with `kind` those of one kind; with `value` as well that one.",
    ),
    Route(
        "GET",
        "/v1/cases",
        "detections",
        "Open cases",
        work=lookup.list_cases,
        query=bodies.CasesQuery,
        answer=answers.Cases,
    ),
    Route(
        "POST",
        "/v1/lookup",
        "lookup",
        "Look hashes up",
        work=lookup.look_up,
        body=bodies.LookupQuestion,
        answer=answers.Lookup,
        detail="503 while nothing can be said: an empty list means that no bank knows it.",
    ),
    Route(
        "POST",
        "/v1/copies",
        "copies",
        "Find copies of a picture and who carries them",
        work=copies.find_copies,
        body=bodies.CopiesQuestion,
        answer=answers.Copies,
        detail="Up to 100 queries, each by hashes, by media or by item; `limit` rows of each, nearest first, 10,000 in "
        "one answer. A call takes up the nearest 10,000 media and 100,000 carriers of all its queries together. Items "
        "in channels where nobody may look are left out. Nothing of the question is kept. 503 while nothing can be "
        "said.",
    ),
)

_BANKS = (
    Route(
        "GET",
        "/v1/banks",
        "banks",
        "List banks",
        work=banks.list_banks,
        query=bodies.PageQuery,
        answer=bank_answers.Banks,
    ),
    Route(
        "POST",
        "/v1/banks",
        "banks",
        "Create a bank",
        work=banks.create_bank,
        body=bodies.NewBank,
        answer=bank_answers.Bank,
        statuses=(201,),
        is_repeatable=True,
    ),
    Route("GET", "/v1/banks/{name}", "banks", "Read a bank", work=banks.read_bank, answer=bank_answers.Bank),
    Route(
        "PATCH",
        "/v1/banks/{name}",
        "banks",
        "Change a bank",
        work=banks.change_bank,
        body=bodies.BankChange,
        answer=bank_answers.Bank,
    ),
    Route(
        "GET",
        "/v1/banks/{name}/statistics",
        "banks",
        "What a bank holds and hits",
        work=bank_statistics.read_statistics,
        query=bodies.PageQuery,
        answer=bank_answers.Statistics,
        detail="Counted from the detections; the members that hit most items come first.",
    ),
    Route(
        "GET",
        "/v1/banks/{name}/members",
        "banks",
        "List members",
        work=members.list_members,
        query=bodies.PageQuery,
        answer=bank_answers.Members,
    ),
    Route(
        "POST",
        "/v1/banks/{name}/members",
        "banks",
        "Add members",
        work=members.add_members,
        body=bodies.NewMembers,
        answer=bank_answers.AddedMembers,
        is_repeatable=True,
    ),
    Route(
        "GET",
        "/v1/banks/{name}/members/{id}",
        "banks",
        "Read a member",
        work=members.read_member,
        answer=bank_answers.Member,
    ),
    Route(
        "PUT",
        "/v1/banks/{name}/members/{id}/opinion",
        "judge",
        "Say what a member is worth",
        work=members.say_opinion,
        body=bodies.MemberOpinion,
        answer=bank_answers.Member,
        detail="It replaces what the same key said before. One `negative` leaves likenesses to review; those of two "
        "different keys leave identical bytes to review too. It can only lower what a match does.",
    ),
    Route(
        "POST",
        "/v1/banks/{name}/members/{id}/release",
        "judge",
        "Release a braked member",
        work=members.release_brake,
        answer=bank_answers.Member,
        detail="From then on it acts in full again and its accounts are counted anew. What was held stays held until "
        "a person decides about it.",
    ),
    Route(
        "POST",
        "/v1/banks/{name}/removals",
        "banks",
        "Remove many members",
        work=members.remove_members,
        body=bodies.Removals,
        answer=bank_answers.RemovedMembers,
        detail="All of them at once, up to ten thousand. What was decided from them stays until a person decides "
        "otherwise.",
    ),
    Route(
        "DELETE",
        "/v1/banks/{name}/members/{type}/{value}",
        "banks",
        "Remove a member",
        work=members.remove_member,
        statuses=(204,),
        detail="What was decided from it stays until a person decides otherwise.",
    ),
    Route(
        "POST",
        "/v1/banks/{name}/media",
        "banks",
        "Bank a picture",
        serve=members.bank_picture,
        raw=ANY_MEDIA,
        answer=bank_answers.BankedPicture,
        detail="Its digests and picture hashes are banked; the bytes are not kept.",
    ),
    Route(
        "POST",
        "/v1/banks/{name}/import",
        "banks",
        "Import a list",
        serve=imports.import_members,
        raw=LISTS,
        query=bodies.ImportQuery,
        answer=bank_answers.ImportReport,
        detail="CSV with the columns type and value (and classification, tags, opinion), or JSON lines of the "
        "same. A thousand rows at a time are durable; a bad row is named and the rest goes in. With `preview` nothing "
        "is written.",
    ),
    Route(
        "GET",
        "/v1/banks/{name}/export",
        "banks",
        "Export a bank",
        serve=members.export_members,
        media_type="application/x-ndjson",
        detail="Only of a bank of your own, or one that may be shared.",
    ),
    Route(
        "GET",
        "/v1/imports",
        "banks",
        "List imports",
        work=imports.list_imports,
        query=bodies.PageQuery,
        answer=bank_answers.Imports,
    ),
)

_OPERATING = (
    Route(
        "GET",
        "/v1/policy",
        ANY_KEY,
        "The policy in plain words",
        work=operate.read_policy,
        answer=operator_answers.Policy,
    ),
    Route(
        "GET",
        "/v1/profile",
        "operate",
        "The operator's profile",
        work=operate.read_profile,
        answer=operator_answers.Profile,
    ),
    Route(
        "PUT",
        "/v1/profile",
        "operate",
        "Record the operator's profile",
        work=operate.write_profile,
        body=bodies.Profile,
        answer=operator_answers.Profile,
    ),
    Route(
        "GET",
        "/v1/checklist",
        "operate",
        "What must be done",
        work=operate.read_checklist,
        answer=operator_answers.Checklist,
    ),
    Route(
        "GET",
        "/v1/status",
        "operate",
        "How the system is doing",
        work=operate.read_status,
        answer=operator_answers.Status,
    ),
    Route("GET", "/metrics", "operate", "Numbers for Prometheus", work=operate.read_metrics, media_type="text/plain"),
    Route("GET", "/healthz", OPEN, "Whether the process answers", serve=operate.live, answer=operator_answers.Live),
    Route(
        "GET",
        "/readyz",
        OPEN,
        "Whether questions can be answered",
        work=operate.ready,
        answer=operator_answers.Ready,
        statuses=(200, 503),
    ),
)

ROUTES = (*_ITEMS, *_READERS, *_BANKS, *_OPERATING)
