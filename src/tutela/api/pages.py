"""Two plain pages without scripts: what this is and what is left to do, and the reference of the routes."""

import base64
import hashlib
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from starlette.responses import Response

from tutela.api.calls import Call
from tutela.api.openapi import document
from tutela.api.operate import reasons_not_ready
from tutela.api.version import product_version
from tutela.core.operator import (
    BASES,
    BRAKED_MEMBERS,
    CASES,
    CHANNELS,
    CLASSIFIERS,
    DUE,
    FIGURES,
    FILINGS,
    HOLDS,
    LICENCES,
    MESSAGES,
    ON_CALL,
    PAGES,
    QUOTAS,
    REACHED,
    REPORTS,
    REVIEWS,
    RULES,
    SAMPLES,
    SECONDS,
    STATEMENTS,
    TRANSPARENCY,
    WORDS,
)

LINES = {
    "profile_recorded": "The operator's profile is recorded: `tutela profile set` or PUT /v1/profile",
    "lists_connected": "A list of known material is connected: `tutela bank create`, then `tutela bank import`",
    "canary_recognised": "A harmless canary is recognised end to end: `tutela canary`",
    "keys_escrowed": "A recovery copy of the master key is kept elsewhere: `tutela keys escrow`",
    "restore_drilled": "Restoring a backup was tried: `tutela drill`",
    "duties_confirmed": "Counsel has read the table of duties: `tutela duty table`, then `tutela duty confirm`",
    "authority_tested": "The channel to the authority was tested: `tutela checklist --done authority_tested`",
    "on_call_named": "Somebody is on call: `tutela profile set --on-call`",
    QUOTAS: "A quota is used up, and more was only held: look at its bank; `GET /v1/quotas` says which",
    REVIEWS: "Measures of a machine wait too long for a person: look at the cases that are due",
    BRAKED_MEMBERS: "Members that suddenly hit many accounts are braked: look, then `tutela bank release-brake`",
    CASES: "Cases are overdue, or due soon and nobody works on them: `tutela case list`",
    SECONDS: "A case waits for a second answer that nobody here may give: give somebody the role",
    SAMPLES: "Decisions drawn for a second look were not looked at in time: `tutela case next`",
    ON_CALL: "Nobody is on call: nobody would be woken when somebody is in danger: `tutela rota add`",
    REACHED: "No channel leads to somebody on call: `tutela rota reach`, `tutela page test`",
    PAGES: "Somebody is in danger, and nobody has said that they have it: `tutela page list`",
    BASES: "A basis for looking beyond public channels ends within 14 days: renew it, or let it end; GET /v1/bases",
    RULES: "Rules saw more than they may lay before people in a day, or cannot be used any more: `tutela rules list`",
    LICENCES: "A licence is over or ends within 30 days; a lapsed bank is not asked any more: `tutela bank list`, "
    "`tutela words list`",
    FILINGS: "A report to an authority failed, keeps failing, may expire, or lacks files: `tutela reports alarms`",
    CHANNELS: "The channel to an authority does not work, or reports wait for it: `tutela channel show`",
    WORDS: "A bank of words cannot be opened, and what it would find is unknown: `tutela coverage`",
    REPORTS: "What an authority must be told is late, or soon will be and nobody has it: `tutela duty list`",
    STATEMENTS: "Statements could be told a day ago, and no platform says that they were: `tutela statement list`",
    TRANSPARENCY: "The EU Transparency Database refused a record, or knows us no more: `tutela eu-database show`",
    FIGURES: "The report of figures of the last period should have been published: `tutela transparency list`",
    HOLDS: "A hold on evidence is past the date on which somebody looks whether it is still wanted: `tutela hold list`",
    DUE: "Something that somebody asked or ordered is past its time: `tutela clocks`",
    MESSAGES: "A message to somebody who asked has waited for an hour: `tutela message list`",
    CLASSIFIERS: "A classifier does not answer, bills too much, or is not set up: `tutela classifiers list`",
}
"""Each line of the checklist in words, with the command that gets it done."""


@cache
def _style() -> str:
    return resources.files("tutela.api").joinpath("pages.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    allowed = f"style-src 'sha256-{digest}'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _page(title: str, body: str) -> Response:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_style()}</style></head><body><main>{body}</main></body></html>"
    )
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": _policy()})


def first_page(call: Call) -> Response:
    """Show what this is, whether it is ready, and what must still be done."""
    reasons = reasons_not_ready(call)
    lines = {} if reasons else call.house.checklist()
    done = sum(lines.values())
    parts = [
        f'<h1>Tutela <span class="quiet">{escape(product_version())}</span></h1>',
        "<p>Recognises known abuse material by hash, hides it, seals it and accounts for every step.</p>",
    ]
    if reasons:
        parts.append(f'<p class="alarm" role="alert"><strong>Not ready:</strong> {escape("; ".join(reasons))}.</p>')
    elif not lines["lists_connected"]:
        parts.append('<p class="alarm" role="alert">No list is connected: nothing can be recognised yet.</p>')
    if lines:
        parts.append('<p class="fine"><strong>Ready.</strong> Questions are answered.</p>')
        parts.append(f"<h2>Before anybody is protected: {done} of {len(lines)} done</h2><ul class='checks'>")
        parts.extend(_line(line, is_done=is_done) for line, is_done in lines.items())
        parts.append("</ul>")
    parts.append('<p><a href="/docs">Reference of the API</a> · <a href="/openapi.json">OpenAPI document</a></p>')
    return _page("Tutela", "".join(parts))


def _line(line: str, *, is_done: bool) -> str:
    state = "done" if is_done else "open"
    return f'<li><span class="state {state}">{state}</span> {_prose(LINES.get(line, line))}</li>'


def reference_page(call: Call) -> Response:
    """Show every route and every schema."""
    del call
    return _page("Tutela: reference of the API", _reference())


_FIRST_CALLS = """\
# before publishing: publish only when the answer is "publish"
curl http://127.0.0.1:8420/v1/items -H "Authorization: Bearer $KEY" \\
    -F 'item={"id": "post-831", "author": {"id": "user-52"}, "kind": "post"}' -F media=@picture.jpg

# before showing: show only what is not "absent"
curl http://127.0.0.1:8420/v1/visibility -H "Authorization: Bearer $KEY" \\
    -H "Content-Type: application/json" \\
    -d '{"viewer": {"account": "user-7"}, "surface": "feed", "items": ["post-831"]}'"""


@cache
def _reference() -> str:
    whole = document()
    schemas = whole["components"]["schemas"]
    operations = [
        (path, method, operation) for path, methods in whole["paths"].items() for method, operation in methods.items()
    ]
    return "".join(
        (
            "<h1>Reference of the API</h1>",
            '<p><a href="/">First page</a> · <a href="/openapi.json">OpenAPI document</a></p>',
            "<p>Each call needs a key: ",
            "<code>tutela key create my-forum --scope submit --scope read</code> prints one. ",
            "Send it as <code>Authorization: Bearer tutela_...</code>. All times are UTC.</p>",
            f"<pre>{escape(_FIRST_CALLS)}</pre>",
            '<p>Every error has one shape: <a href="#schema-Problem">Problem</a>.</p>',
            "<h2>Routes</h2><div class='wide'><table>",
            "<thead><tr><th>Route</th><th>Scope</th><th>What</th></tr></thead><tbody>",
            *(_row(*each) for each in operations),
            "</tbody></table></div>",
            *(_section(*each) for each in operations),
            "<h2>Schemas</h2>",
            *(_schema(name, schema) for name, schema in sorted(schemas.items())),
        )
    )


def _row(path: str, method: str, operation: dict[str, Any]) -> str:
    link = f'<a href="#{operation["operationId"]}"><code>{method.upper()} {escape(path)}</code></a>'
    return f"<tr><td>{link}</td><td>{operation['x-scope']}</td><td>{escape(operation['summary'])}</td></tr>"


def _section(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = [
        f"<tr><td>{p['in']}</td><td><code>{p['name']}</code></td><td>{_type(p['schema'])}</td></tr>"
        for p in operation["parameters"]
    ]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        rows.append(f"<tr><td>body</td><td>{kind}</td><td>{_type(content['schema'])}</td></tr>")
    for status, response in operation["responses"].items():
        for kind, content in response.get("content", {"": {"schema": {}}}).items():
            what = f"{_type(content['schema'])} {response['description']}"
            rows.append(f"<tr><td>{status}</td><td>{kind}</td><td>{what}</td></tr>")
    heading = f'<h3 id="{operation["operationId"]}"><code>{method.upper()} {escape(path)}</code></h3>'
    table = f"<div class='wide'><table><tbody>{''.join(rows)}</tbody></table></div>"
    return f"{heading}<p>{_prose(operation['description'])}</p>{table}"


def _schema(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{_type(told)}</td>"
        f"<td>{'required' if field in required else ''}</td><td>{_prose(told.get('description', ''))}</td></tr>"
        for field, told in schema.get("properties", {}).items()
    )
    table = f"<div class='wide'><table><tbody>{rows}</tbody></table></div>" if rows else f"<p>{_type(schema)}</p>"
    return f'<h3 id="schema-{escape(name)}">{escape(name)}</h3><p>{_prose(schema.get("description", ""))}</p>{table}'


def _type(schema: dict[str, Any]) -> str:
    """Return one type in a few words, with a link where it has a section of its own."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#schema-{escape(name)}">{escape(name)}</a>'
    if choices := schema.get("anyOf"):
        return " or ".join(_type(each) for each in choices)
    if words := schema.get("enum"):
        return ", ".join(f"<code>{escape(str(word))}</code>" for word in words)
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}{_bounds(schema, 'minItems', 'maxItems')}"
    word = escape(str(schema.get("format") or schema.get("type") or ""))
    return word + _bounds(schema, "minLength", "maxLength") + _bounds(schema, "minimum", "maximum")


def _bounds(schema: dict[str, Any], low: str, high: str) -> str:
    if low not in schema and high not in schema:
        return ""
    return f", {schema.get(low, 0)} to {schema.get(high, 'any')}"


def _prose(text: str) -> str:
    """Return text with its `code` marked."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
