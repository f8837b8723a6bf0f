"""The routes of events, their kinds, labels and bases."""

from tutela.api import event_answers, event_bodies, events
from tutela.api.bodies import PageQuery
from tutela.api.route import ANY_KEY, Route

_SUBMIT, _RULES, _CASES = "submit", "rules", "cases"

ROUTES = (
    Route(
        "POST",
        "/v1/events",
        _SUBMIT,
        "Tell an event",
        work=events.observe,
        body=event_bodies.Event,
        answer=event_answers.Observation,
        is_repeatable=True,
        detail="What somebody did: a message, a follow, a payment. Rules look at it, counters count it, and what "
        "follows is committed with it. The same event again is answered as the first time. In group and private "
        "channels nothing of it is evaluated, counted or recorded without a basis; a `report` always is.",
    ),
    Route(
        "POST",
        "/v1/events/batch",
        _SUBMIT,
        "Tell many events",
        work=events.observe_batch,
        body=event_bodies.EventBatch,
        answer=event_answers.Observations,
        is_repeatable=True,
        detail="In the order in which they happened. Each is answered on its own; one that cannot be used does not "
        "keep the others out.",
    ),
    Route(
        "GET", "/v1/event-kinds", ANY_KEY, "Which kinds of events there are", work=events.read_kinds,
        answer=event_answers.EventKinds,
    ),
    Route(
        "PUT",
        "/v1/event-kinds",
        "operate",
        "Declare kinds of events",
        work=events.declare_kinds,
        body=event_bodies.EventKinds,
        answer=event_answers.EventKinds,
        detail="Replaces what was declared. Rules ask for an attribute as `event.NAME`, so one name has one type in "
        "all kinds. An attribute that a rule in force asks for cannot be taken away.",
    ),
    Route(
        "GET", "/v1/accounts/{id}/labels", _CASES, "The labels on an account", work=events.read_labels,
        answer=event_answers.Labels, other_scope=_RULES, detail="And the lists that it is on.",
    ),
    Route(
        "PUT",
        "/v1/accounts/{id}/labels/{label}",
        _RULES,
        "Put a label on an account",
        work=events.put_label,
        body=event_bodies.NewLabel,
        answer=event_answers.Label,
        detail="Rules read it as `author.labels`: trust may send a case to another queue, and never silences a rule.",
    ),
    Route(
        "DELETE", "/v1/accounts/{id}/labels/{label}", _RULES, "Take a label off", work=events.remove_label,
        statuses=(204,), detail="Whoever set it.",
    ),
    Route(
        "PUT", "/v1/accounts/{id}/lists/{label}", _RULES, "Put an account on a list", work=events.put_on_list,
        body=event_bodies.NewLabel, answer=event_answers.Label,
    ),
    Route(
        "DELETE", "/v1/accounts/{id}/lists/{label}", _RULES, "Take an account off a list", work=events.take_off_list,
        statuses=(204,),
    ),
    Route(
        "GET", "/v1/lists/{label}", _CASES, "Who is on a list", work=events.read_list, query=PageQuery,
        answer=event_answers.Labels, other_scope=_RULES,
    ),
    Route(
        "GET",
        "/v1/bases",
        "operate",
        "The register of bases",
        work=events.read_bases,
        answer=event_answers.Bases,
        other_scope=_RULES,
        detail="Why anything may be looked at beyond public channels, and where nothing is for want of a basis. It is "
        "part of the profile, and recorded with it.",
    ),
)  # fmt: skip
