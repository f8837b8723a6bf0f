"""The table that `see` and `may` are answered from, so that a platform's own process answers from the same one."""

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.problems import InvalidRequest
from tutela.core.effects_file import overlaid
from tutela.errors import Misconfigured
from tutela.flows.simulate_effects import as_json
from tutela_client.simulate import surfaces_to_compare
from tutela_client.table import EffectTable, shipped_source

MAX_LOOKS = 4000
"""Items times surfaces of one question: each is looked at by every class of viewers, twice. The command takes more."""


def read_effects(call: Call) -> Response:
    """Tell the whole table in force, as `EffectTable` of the client takes it."""
    call.no_query()
    return answer(call.house.effects.source)


def simulate_effects(call: Call) -> Response:
    """Tell what another table would change about what is seen."""
    call.no_query()
    asked = call.body(bodies.EffectsQuestion)
    other = _table(asked)
    surfaces = tuple(asked.surfaces) or surfaces_to_compare(call.house.effects, other)
    if asked.items * len(surfaces) > MAX_LOOKS:
        message = f"Items times surfaces may be {MAX_LOOKS}: name fewer, or use `tutela effects simulate`."
        raise InvalidRequest([{"place": "items", "message": message}])
    found = call.house.simulate_effects(call.house.effects, other, items=asked.items, surfaces=surfaces)
    return answer(as_json(found))


def _table(asked: bodies.EffectsQuestion) -> EffectTable:
    try:
        return overlaid(shipped_source(), asked.effects, place="effects")
    except Misconfigured as error:
        place = (error.place or "effects").replace(": ", ".")
        message = " ".join(part for part in (error.detail, error.remedy) if part)
        raise InvalidRequest([{"place": place, "message": message}]) from error
