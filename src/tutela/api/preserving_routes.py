"""The routes of keeping evidence, destroying it by proof, and agreeing on handing it out."""

from tutela.api import preserving, preserving_answers, preserving_bodies
from tutela.api.bodies import PageQuery
from tutela.api.route import Route

_PRESERVE = "preserve"

_FRESH = "Takes a proof of who you are that is at most five minutes old."

_HOLDS = (
    Route(
        "GET", "/v1/holds", _PRESERVE, "Holds", work=preserving.list_holds, query=PageQuery,
        answer=preserving_answers.Holds, detail="Those that keep something now, in the order of their placing.",
    ),
    Route(
        "POST", "/v1/holds", _PRESERVE, "Hold evidence", work=preserving.place_hold, body=preserving_bodies.NewHold,
        answer=preserving_answers.Hold, statuses=(201,),
        detail="It beats every deletion from now on. Naming an item (by the platform's name) or a case also holds what "
        "lies beside it, and a case its reports. It has an end, or a date on which somebody looks at it again.",
    ),
    Route(
        "GET", "/v1/holds/{id}", _PRESERVE, "Read a hold", work=preserving.show_hold,
        answer=preserving_answers.HoldShown,
    ),
    Route(
        "POST", "/v1/holds/{id}/extend", _PRESERVE, "Keep it longer", work=preserving.extend_hold,
        body=preserving_bodies.HoldExtended, answer=preserving_answers.Hold, detail="Never shorter.",
    ),
    Route(
        "POST", "/v1/holds/{id}/review", _PRESERVE, "Note that it is still wanted", work=preserving.review_hold,
        body=preserving_bodies.HoldReviewed, answer=preserving_answers.Hold,
    ),
    Route(
        "POST", "/v1/holds/{id}/release", _PRESERVE, "End a hold", work=preserving.release_hold,
        body=preserving_bodies.Reasoned, answer=preserving_answers.Hold,
        detail="Nothing is destroyed by that. The year after a report is ordered by law and is not released.",
    ),
)  # fmt: skip

_DESTRUCTIONS = (
    Route(
        "GET", "/v1/evidence", _PRESERVE, "What is kept", work=preserving.list_kept, query=PageQuery,
        answer=preserving_answers.KeptPage,
        detail="Sealed media, then what was written for reports, then reports; each with its kind, when its time is "
        "over, and what happens to it when nobody asks.",
    ),
    Route(
        "GET", "/v1/destructions", _PRESERVE, "Destructions", work=preserving.list_destructions, query=PageQuery,
        answer=preserving_answers.Destructions,
    ),
    Route(
        "POST", "/v1/destructions", _PRESERVE, "Propose a destruction", work=preserving.propose,
        body=preserving_bodies.NewDestruction, answer=preserving_answers.Destruction, statuses=(201,),
        detail="Somebody else has to agree. What is held, or whose time is not over, is refused, whoever asks.",
    ),
    Route(
        "POST", "/v1/destructions/order", _PRESERVE, "Carry out an order by law", work=preserving.order,
        body=preserving_bodies.OrderedDestruction, answer=preserving_answers.Destruction, statuses=(201,),
        detail="By one person, at once, with a certificate; irreversible. Never ends a hold of a court or of "
        "police, nor is it for whoever released one. While a report with it is on its way it waits, unless "
        f"`ends_holds` names that report, too. {_FRESH}",
    ),
    Route(
        "GET", "/v1/destructions/{id}", _PRESERVE, "Read a destruction", work=preserving.show_destruction,
        answer=preserving_answers.Destruction,
    ),
    Route(
        "POST", "/v1/destructions/{id}/agree", _PRESERVE, "Agree, and destroy", work=preserving.agree,
        answer=preserving_answers.Destruction, detail=f"By somebody else than who proposed it; irreversible. {_FRESH}",
    ),
    Route(
        "POST", "/v1/destructions/{id}/decline", _PRESERVE, "End a proposal", work=preserving.decline,
        statuses=(204,),
    ),
    Route(
        "GET", "/v1/destructions/{id}/certificate", _PRESERVE, "The certificate", work=preserving.certificate,
        media_type="text/plain", detail="From when it is proved: every key is destroyed under which one of the "
        "contents ever lay. Two lines; docs/how-to/keep-and-destroy.md says how they are verified.",
    ),
)  # fmt: skip

_EXPORTS = (
    Route(
        "GET", "/v1/exports", _PRESERVE, "Packages for police", work=preserving.list_exports, query=PageQuery,
        answer=preserving_answers.Exports,
    ),
    Route(
        "POST", "/v1/exports", _PRESERVE, "Ask for a package", work=preserving.request_export,
        body=preserving_bodies.NewExport, answer=preserving_answers.Export, statuses=(201,),
        detail="Somebody else has to approve it. The package is then made at the machine: `tutela export make`.",
    ),
    Route(
        "GET", "/v1/exports/{id}", _PRESERVE, "Read a package", work=preserving.show_export,
        answer=preserving_answers.Export,
    ),
    Route(
        "POST", "/v1/exports/{id}/approve", _PRESERVE, "Approve a package", work=preserving.approve_export,
        answer=preserving_answers.Export,
        detail=f"By somebody else, who has compared the fingerprint of the key. {_FRESH}",
    ),
    Route(
        "POST", "/v1/exports/{id}/decline", _PRESERVE, "End a request", work=preserving.decline_export,
        answer=preserving_answers.Export,
    ),
)  # fmt: skip

ROUTES = (*_HOLDS, *_DESTRUCTIONS, *_EXPORTS)
"""What is done with the scope `preserve`."""
