"""The table that `see` and `may` are answered from, so that a platform's own process answers from the same one."""

from starlette.responses import Response

from tutela.api.calls import Call, answer


def read_effects(call: Call) -> Response:
    """Tell the whole table in force, as `EffectTable` of the client takes it."""
    call.no_query()
    return answer(call.house.effects.source)
