"""How classifiers stand, and where links lead, over HTTP."""

from starlette.responses import Response

from tutela.api import classifier_bodies
from tutela.api.calls import Call, answer
from tutela.flows.tell_classifiers import figures_body, state_body


def list_classifiers(call: Call) -> Response:
    """List the classifiers that are set up."""
    call.no_query()
    now = call.house.clock.now()
    return answer({"classifiers": [state_body(each, now) for each in call.house.read_classifiers.all()]})


def read_classifier(call: Call) -> Response:
    """Tell how one stands, and how it agrees with people."""
    call.no_query()
    name, read = call.part("id"), call.house.read_classifiers
    state = read.one(name)
    return answer(
        {
            **state_body(state, call.house.clock.now()),
            "agreement": [figures_body(each) for each in read.agreement(name)],
        }
    )


def expand_link(call: Call) -> Response:
    """Tell where a shortened link leads."""
    call.no_query()
    found = call.house.expand_links(call.caller, call.body(classifier_bodies.LinkToExpand).url)
    unknown = None if found.unknown is None else found.unknown.value
    return answer({"chain": [each.href for each in found.chain], "known": found.is_known, "unknown": unknown})
