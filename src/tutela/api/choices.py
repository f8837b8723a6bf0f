"""What a viewer chooses not to see."""

from starlette.responses import Response

from tutela.api import choice_bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor, wrong_cursor
from tutela.core.choices import ChoiceKind
from tutela.flows.keep_choices import Wish


def read_choices(call: Call) -> Response:
    """Tell what an account chose, a page at a time."""
    asked = call.query(choice_bodies.ChoicesQuery)
    found = call.house.keep_choices.page(call.part("id"), _place(asked.cursor), asked.limit + 1)
    page = found[: asked.limit]
    told = [{"kind": each.kind, "value": each.value, "ends_at": each.ends_at} for each in page]
    following = to_cursor(f"{page[-1].kind}:{page[-1].value.encode().hex()}") if len(found) > asked.limit else None
    return answer({"choices": told, "next": following})


def _place(cursor: str | None) -> tuple[str, str]:
    kind, _, value = from_cursor(cursor).partition(":")
    try:
        return kind and ChoiceKind(kind).value, bytes.fromhex(value).decode()
    except ValueError:
        raise wrong_cursor() from None


def put_choices(call: Call) -> Response:
    """Set choices of an account."""
    call.no_query()
    said = call.body(choice_bodies.Choices)
    wishes = [Wish(each.kind, each.value, each.ends_at) for each in said.choices]
    call.house.keep_choices.put(call.part("id"), wishes)
    return Response(status_code=204)


def drop_choices(call: Call) -> Response:
    """Delete choices of an account."""
    asked = call.query(choice_bodies.DropQuery)
    call.house.keep_choices.drop(call.part("id"), asked.kind, asked.value)
    return Response(status_code=204)
