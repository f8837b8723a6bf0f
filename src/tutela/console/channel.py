"""The page of the channel to an authority: where reports go, as whom, in whose name, by whose approval."""

from typing import Any

from starlette.responses import Response

from tutela.console.forms import chosen, done_of
from tutela.console.reporter_form import PARTS, read_reporter, reporter_fields
from tutela.console.visits import Visit
from tutela.core.filing.channel import MOST_APPROVERS, SPOKEN_TO, ApprovalRule, Channel, ChannelChange, unready
from tutela.core.filing.states import Environment
from tutela.errors import BadInput, Refused
from tutela.flows.channel_door import Credentials

FIELDS = ("environment", "base_url", "schema_url", "people", "least_complete_percent", "may_classify")
"""Of the form, beside credentials and who reports."""


def channel_page(visit: Visit) -> Response:
    """Show how a channel stands."""
    authority, now = visit.part("authority"), visit.house.clock.now()
    if authority not in SPOKEN_TO:
        raise BadInput("no interface of this authority is spoken here", place="authority", remedy="File it by hand.")
    found = next((each for each in visit.house.filing.keep.all(visit.principal) if each.authority == authority), None)
    channel = found or Channel(authority=authority)
    table = visit.house.duties.confirm.table
    return visit.page(
        "channel.html",
        channel=channel,
        is_new=found is None,
        authority=next(each.name for each in table.authorities if each.id == authority),
        missing=() if channel.is_enabled else unready(channel, now),
        given=_given(visit, channel),
        reporter=reporter_fields(visit, channel.reporter),
        parts=PARTS,
        wrong=_wrong(visit),
        environments=list(Environment),
        most_approvers=MOST_APPROVERS,
        may_set=visit.principal.may("file"),
        done=done_of(visit, "channel_done"),
    )


def set_up(visit: Visit) -> Response:
    """Keep what was said of a channel."""
    keep, authority, principal = visit.house.filing.keep, visit.part("authority"), visit.principal
    before = next((each for each in keep.all(principal) if each.authority == authority), Channel(authority=authority))
    environment = chosen(visit, "environment", Environment)
    said_url, schema_url = visit.said("base_url").strip(), visit.said("schema_url").strip()
    # The address that stood there before is of the other environment: it is entered anew, and never taken over.
    is_new_url = said_url != before.base_url
    change = ChannelChange(
        environment=environment,
        base_url=said_url if said_url and is_new_url else None,
        reporter=read_reporter(visit) if before.reporter is not None or _says_reporter(visit) else None,
        approval=ApprovalRule(_number(visit, "people"), _number(visit, "least_complete_percent")),
        schema_url=schema_url if schema_url and schema_url != before.schema_url else None,
        may_classify=visit.said("may_classify") == "yes",
    )
    keep.set(principal, authority, change, _credentials(visit))
    return _back(visit, "set")


def check(visit: Visit) -> Response:
    """Ask the authority now whether it knows us, and from which address."""
    visit.house.filing.check.check(visit.principal, visit.part("authority"))
    return _back(visit, "checked")


def enable(visit: Visit) -> Response:
    """Let reports go out."""
    visit.house.filing.keep.enable(visit.principal, visit.part("authority"))
    return _back(visit, "enabled")


def disable(visit: Visit) -> Response:
    """Let nothing go out."""
    visit.house.filing.keep.disable(visit.principal, visit.part("authority"))
    return _back(visit, "disabled")


def put_schema(visit: Visit) -> Response:
    """Keep the schema of a file, or the one that the authority gives now."""
    schema, authority = visit.house.filing.schema, visit.part("authority")
    if visit.request.headers.get("content-type", "").startswith("multipart/"):
        if not visit.file:
            raise BadInput("no file was chosen", place="file", remedy="Choose the schema, a file that ends in .xsd.")
        schema.put(visit.principal, authority, visit.file)
    else:
        schema.fetch(visit.principal, authority)
    return _back(visit, "schema")


def see_schema(visit: Visit) -> Response:
    """Note that somebody knows what the schema says differently."""
    visit.house.filing.schema.see(visit.principal, visit.part("authority"))
    return _back(visit, "seen")


def _credentials(visit: Visit) -> Credentials | None:
    """Return name and password where both were entered; none leaves those that are there.

    Raises:
        tutela.errors.BadInput: Only one of them was entered.
    """
    username, password = visit.said("username").strip(), visit.said("password")
    if not username and not password:
        return None
    if not (username and password):
        raise BadInput("a name goes with its password", place="credentials", remedy="Enter both, or neither.")
    return Credentials(username, password)


def _number(visit: Visit, name: str) -> int:
    said = visit.said(name).strip()
    if not (said.isascii() and said.isdecimal() and len(said) <= 3):  # noqa: PLR2004  # per cent
        raise BadInput("this is no number", place=name, remedy="Enter digits alone.")
    return int(said)


def _given(visit: Visit, channel: Channel) -> dict[str, str]:
    """Return what the form shows: what was sent where it was not taken, else what is kept. Never a password."""
    if _was_sent(visit):
        return {name: visit.said(name) for name in (*FIELDS, "username")}
    return {
        "environment": channel.environment.value,
        "base_url": channel.base_url,
        "schema_url": channel.schema_url,
        "people": str(channel.approval.people),
        "least_complete_percent": str(channel.approval.least_complete_percent),
        "may_classify": "yes" if channel.may_classify else "",
        "username": "",
    }


def _was_sent(visit: Visit) -> bool:
    return visit.error is not None and visit.request.method == "POST" and "environment" in visit.form


def _says_reporter(visit: Visit) -> bool:
    return any(value.strip() for name in visit.form if name.startswith("reporter.") for value in visit.form[name])


def _wrong(visit: Visit) -> dict[str, str]:
    if isinstance(visit.error, Refused):
        return {each["place"]: each["message"] for each in visit.error.places}
    if visit.error is not None and visit.error.place:
        return {visit.error.place: f"{visit.error.detail} {visit.error.remedy or ''}".strip()}
    return {}


def _back(visit: Visit, done: str) -> Response:
    return visit.go(f"/console/settings/channels/{visit.part('authority')}?done={done}")


def channels_of(visit: Visit) -> list[Any]:
    """Return the authorities whose interface is spoken, each with its channel; empty for whoever has no part in it."""
    if not (visit.principal.may("file") or visit.principal.may("reports")):
        return []
    held = {each.authority: each for each in visit.house.filing.keep.all(visit.principal)}
    named = {each.id: each.name for each in visit.house.duties.confirm.table.authorities}
    return [(authority, named.get(authority, authority), held.get(authority)) for authority in SPOKEN_TO]
