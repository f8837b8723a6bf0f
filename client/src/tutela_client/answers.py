"""What the server answers, as values. What an answer lacks or names in a word unknown here is read as the strictest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tutela_client.in_force import InForce
from tutela_client.may import Permission
from tutela_client.scope import Scope
from tutela_client.table import STRICTEST
from tutela_client.verdict import Cause, Exposure, Reason, Verdict
from tutela_client.viewer import Choice

UNREADABLE = InForce("", "unreadable", datetime(1970, 1, 1, tzinfo=UTC))
"""A measure of a kind that no table knows, and that therefore hides everything."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do with an item that somebody wants to post."""

    id: str  #: the platform's own identifier
    answer: str  #: `publish`, `hold` or `refuse`
    decision: str | None  #: for the platform's own records; nothing for the user's eyes
    notice: str | None  #: `under_review` or `not_available`: all that the author may be told
    scanned: bool  #: whether known material was looked for; false where the law gives no basis for it
    new: bool  #: false when this item was submitted before

    @property
    def may_publish(self) -> bool:
        """Return whether the item may be shown to anybody. A word this client does not know means no."""
        return self.answer == "publish"


@dataclass(frozen=True, slots=True)
class Rejected:
    """One item of a batch that could not be used. Do not publish it."""

    id: str
    status: int
    detail: str
    place: str | None
    remedy: str | None
    may_publish: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of reasons in words: send `text` as it is, or lay its sections out yourself."""

    id: str
    account: str  #: your own identifier of whoever is told
    code: str
    decision: str  #: what an appeal is about
    language: str
    title: str
    text: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]  #: each a heading with its sentences
    reasons: Mapping[str, Any]  #: every element of Article 17(3) as codes


def statement_of(body: Mapping[str, Any]) -> Statement:
    """Return the statement of an answer."""
    text = body["text"]
    return Statement(
        id=body["id"],
        account=body["account"],
        code=body["code"],
        decision=body["decision"],
        language=text["language"],
        title=text["title"],
        text=text["plain"],
        sections=tuple((each["title"], tuple(each["sentences"])) for each in text["sections"]),
        reasons=body["reasons"],
    )


@dataclass(frozen=True, slots=True)
class Uploaded:
    """One upload: the same bytes have the same id however often they come."""

    id: str
    sha256: str
    sha1: str
    md5: str
    size_bytes: int
    scan: str  #: `scanned`, `pending` or `unscannable`
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Visibility:
    """A verdict for everything that was asked about."""

    table_version: str
    verdicts: Mapping[str, Verdict]  #: of items
    unknown: tuple[str, ...]  #: never submitted: their verdict is `absent`
    accounts: Mapping[str, Verdict] = field(default_factory=dict)  #: of their page, name and picture
    unknown_accounts: tuple[str, ...] = ()  #: nothing is known of them, so nothing is in force

    def of(self, item: str) -> Verdict:
        """Return the verdict of *item*; the strictest for one that was not asked about."""
        return self.verdicts.get(item, STRICTEST)

    def of_account(self, account: str) -> Verdict:
        """Return the verdict of *account* itself; the strictest for one that was not asked about."""
        return self.accounts.get(account, STRICTEST)

    def is_shown(self, item: str) -> bool:
        """Return whether anything of *item* may be rendered as it is; covers and placeholders say no."""
        return self.of(item).exposure <= Exposure.LOWER


@dataclass(frozen=True, slots=True)
class Strikes:
    """What counts against an account now: its points, and each ladder and strike as the server tells them."""

    id: str
    points: int
    ladders: tuple[Mapping[str, Any], ...]
    strikes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One subject whose state changed, as it stands now."""

    seq: int
    kind: str  #: `item`, `account`, `tag`, `conversation`, `link`, `device` or `network`
    id: str
    at: datetime
    own: tuple[InForce, ...] = ()  #: on itself; of an item on its media as well
    author: str | None = None  #: of an item
    is_published: bool = True  #: false keeps an item absent, whatever else holds
    inside: tuple[InForce, ...] = ()  #: of an item: on what it quotes, with the media and authors of that


@dataclass(frozen=True, slots=True)
class Changes:
    """Each changed subject once, in the order of their last changes. Keep `next` and pass it as *after*."""

    changes: tuple[Change, ...]
    next: str
    has_more: bool  #: whether there was more to tell at once
    feed: str = ""  #: another one after the server was restored: begin at 0 again
    table_version: str = ""  #: of the server's table of effects


@dataclass(frozen=True, slots=True)
class Known:
    """A bank knows a hash that was looked up."""

    bank: str
    clause: str
    distance_bits: int
    threshold_bits: int
    member: str | None = None


def answer_of(body: Mapping[str, Any]) -> Answer:
    """Return the answer about one item."""
    return Answer(
        id=body["id"],
        answer=body["answer"],
        decision=body.get("decision"),
        notice=body.get("notice"),
        scanned=body.get("scanned") is True,
        new=body.get("new") is True,
    )


def outcome_of(body: Mapping[str, Any]) -> Answer | Rejected:
    """Return the answer about one item of a batch, or why there is none."""
    problem = body.get("error")
    if problem is None:
        return answer_of(body)
    detail = str(problem.get("detail") or problem.get("title") or "it could not be used")
    status = int(problem.get("status", 0))
    return Rejected(body["id"], status, detail, problem.get("place"), problem.get("remedy"))


def uploaded_of(body: Mapping[str, Any]) -> Uploaded:
    """Return what became of an upload."""
    return Uploaded(
        id=body["id"],
        sha256=body["sha256"],
        sha1=body["sha1"],
        md5=body["md5"],
        size_bytes=body["size_bytes"],
        scan=body["scan"],
        media_type=body.get("media_type"),
        width=body.get("width"),
        height=body.get("height"),
        failure=body.get("failure"),
    )


def visibility_of(body: Mapping[str, Any]) -> Visibility:
    """Return the verdicts."""
    verdicts, accounts = (
        {name: verdict_of(verdict) for name, verdict in (body.get(part) or {}).items()}
        for part in ("verdicts", "accounts")
    )
    unknown, unknown_accounts = (tuple(body.get(part) or ()) for part in ("unknown", "unknown_accounts"))
    return Visibility(body.get("table_version", ""), verdicts, unknown, accounts, unknown_accounts)


def verdict_of(body: Mapping[str, Any]) -> Verdict:
    """Return one verdict; what is missing is refused, and an unknown exposure means absent."""
    exposure = Exposure.__members__.get(str(body.get("exposure")).upper(), Exposure.ABSENT)
    until = body.get("valid_until")
    return Verdict(
        exposure=exposure,
        disabled_actions=frozenset(body.get("disabled_actions", ())),
        ads=body.get("ads") is True,
        earns=body.get("earns") is True,
        rank_factor=float(body.get("rank_factor", 0.0)),
        notices=frozenset(body.get("notices", ())),
        reasons=frozenset(Reason(each["clause"], each["decision"]) for each in body.get("reasons") or ()),
        openable=body.get("openable") is True,
        valid_until=datetime.fromisoformat(until) if until else None,
        causes=_causes_of(body),
    )


def permission_of(body: Mapping[str, Any]) -> Permission:
    """Return whether something may be done; what is not said to be allowed is not."""
    until = body.get("valid_until")
    is_allowed = body.get("allowed") is True
    code = "" if is_allowed else str(body.get("code") or "not_available")
    return Permission(is_allowed, code, datetime.fromisoformat(until) if until else None, _causes_of(body))


def _causes_of(body: Mapping[str, Any]) -> frozenset[Cause]:
    return frozenset(Cause(each["measure"] or "", each["row"]) for each in body.get("because") or ())


def strikes_of(body: Mapping[str, Any]) -> Strikes:
    """Return the strikes of an account."""
    return Strikes(body["id"], body["points"], tuple(body["ladders"]), tuple(body["strikes"]))


def changes_of(body: Mapping[str, Any]) -> Changes:
    """Return a page of changes."""
    changes = tuple(change_of(each) for each in body["changes"])
    return Changes(changes, body["next"], body["more"] is True, body["feed"], body["table_version"])


def change_of(told: Mapping[str, Any]) -> Change:
    """Return one change; an item that is not said to be published is not."""
    return Change(
        told["seq"],
        told["kind"],
        told["id"],
        datetime.fromisoformat(told["at"]),
        _measures_of(told["own"]),
        told.get("author"),
        told["kind"] != "item" or told.get("published") is True,
        _measures_of(told.get("inside") or ()),
    )


def _measures_of(told: Iterable[Mapping[str, Any]]) -> tuple[InForce, ...]:
    """Return the measures; one that cannot be read counts as the strictest, and keeps no other from being heard of."""
    found = []
    for each in told:
        try:
            found.append(in_force_of(each))
        except (KeyError, TypeError, ValueError, AttributeError):
            found.append(UNREADABLE)
    return tuple(found)


def in_force_of(told: Mapping[str, Any]) -> InForce:
    """Return one measure."""
    ends_at = told["ends_at"]
    return InForce(
        told["id"],
        told["kind"],
        datetime.fromisoformat(told["starts_at"]),
        datetime.fromisoformat(ends_at) if ends_at else None,
        Scope.from_json(told["scope"]),
        told.get("clause") or "",
        told.get("decision") or "",
    )


def choices_of(body: Mapping[str, Any]) -> tuple[list[Choice], str | None]:
    """Return a page of choices, and where the next begins."""
    ends = ((each, each["ends_at"]) for each in body["choices"])
    found = [Choice(each["kind"], each["value"], datetime.fromisoformat(end) if end else None) for each, end in ends]
    return found, body["next"]


def known_of(body: Mapping[str, Any]) -> tuple[Known, ...]:
    """Return what the banks know about one hash."""
    return tuple(
        Known(m["bank"], m["clause"], m["distance_bits"], m["threshold_bits"], m.get("member")) for m in body["matches"]
    )
