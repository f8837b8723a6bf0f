"""Look hashes up in the banks."""

from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.core.banks import SignalType
from tutela.errors import MalformedHash
from tutela.flows.keep_banks import parse_value
from tutela.flows.look_up_hashes import LookUpHashes


def look_up(call: Call) -> Response:
    """Tell which hashes the banks know."""
    call.no_query()
    question = call.body(bodies.LookupQuestion)
    signals = [_signal(number, each) for number, each in enumerate(question.hashes)]
    found = LookUpHashes(call.house.store, call.house.known, call.house.clock)(signals, question.banks)
    results = [
        {
            "type": signal_type.value,
            "matches": [
                {
                    "bank": known.bank.name,
                    "member": known.member.id,
                    "distance_bits": known.distance_bits,
                    "threshold_bits": known.threshold_bits,
                    "clause": known.bank.clause_id,
                    "bounds": sorted(bound.value for bound in known.bounds),
                }
                for known in matches
            ],
        }
        for (signal_type, _), matches in zip(signals, found.results, strict=True)
    ]
    return answer({"results": results, "version": found.known_seq, "lapsed": list(found.lapsed)})


def _signal(number: int, asked: bodies.HashToLookUp) -> tuple[SignalType, str]:
    try:
        return asked.type, parse_value(asked.type, asked.value)
    except MalformedHash as error:
        raise MalformedHash(error.detail, place=f"hashes.{number}.value", remedy=error.remedy) from None
