"""The routes of people: what an administrator does about them, and what everybody does about themselves."""

from tutela.api import people, people_answers, people_bodies
from tutela.api.route import ANY_KEY, SIGNED_IN, Route

_SCOPE = "people"
_FRESH = "Takes a proof of who you are that is at most five minutes old."

ROUTES = (
    Route("GET", "/v1/me", ANY_KEY, "Who asks", work=people.read_me, answer=people_answers.Me),
    Route(
        "GET",
        "/v1/me/sessions",
        SIGNED_IN,
        "List your sessions",
        work=people.list_own_sessions,
        answer=people_answers.Sessions,
    ),
    Route(
        "DELETE",
        "/v1/me/sessions",
        SIGNED_IN,
        "End your other sessions",
        work=people.end_other_sessions,
        answer=people_answers.Ended,
    ),
    Route(
        "DELETE",
        "/v1/me/sessions/{id}",
        SIGNED_IN,
        "End one of your sessions",
        work=people.end_own_session,
        statuses=(204,),
    ),
    Route("GET", "/v1/me/tokens", SIGNED_IN, "List your tokens", work=people.list_tokens, answer=people_answers.Tokens),
    Route(
        "POST",
        "/v1/me/tokens",
        SIGNED_IN,
        "Make a token of your own",
        work=people.create_token,
        body=people_bodies.NewToken,
        answer=people_answers.TokenWithSecret,
        statuses=(201,),
        detail=f"It may what it was given, as far as you may it at the moment of each call, and opens nothing sealed. "
        f"The secret is shown once. {_FRESH}",
    ),
    Route(
        "DELETE", "/v1/me/tokens/{id}", SIGNED_IN, "Revoke a token of yours", work=people.revoke_token, statuses=(204,)
    ),
    Route("GET", "/v1/people", _SCOPE, "List people", work=people.list_people, answer=people_answers.People),
    Route(
        "POST",
        "/v1/people",
        _SCOPE,
        "Invite somebody",
        work=people.invite,
        body=people_bodies.NewPerson,
        answer=people_answers.Invited,
        statuses=(201,),
        detail=f"Hand the link over yourself: it opens once, within three days. {_FRESH}",
    ),
    Route("GET", "/v1/people/{id}", _SCOPE, "Read a person", work=people.read_person, answer=people_answers.Person),
    Route(
        "PATCH",
        "/v1/people/{id}",
        _SCOPE,
        "Give other roles",
        work=people.change_roles,
        body=people_bodies.OtherRoles,
        answer=people_answers.Person,
        detail=f"Their next request is answered by them. Nobody changes their own. {_FRESH}",
    ),
    Route(
        "DELETE",
        "/v1/people/{id}",
        _SCOPE,
        "Let somebody go",
        work=people.end_person,
        statuses=(204,),
        detail=f"Sessions, tokens and ways in end at once and for good. {_FRESH}",
    ),
    Route(
        "POST",
        "/v1/people/{id}/start-over",
        _SCOPE,
        "Let somebody begin anew",
        work=people.start_over,
        answer=people_answers.Invited,
        detail=f"Who lost what they prove themselves by loses the rest as well, and gets a new link. {_FRESH}",
    ),
    Route(
        "GET",
        "/v1/people/{id}/sessions",
        _SCOPE,
        "List somebody's sessions",
        work=people.list_sessions_of,
        answer=people_answers.Sessions,
    ),
    Route(
        "DELETE",
        "/v1/people/{id}/sessions",
        _SCOPE,
        "End somebody's sessions",
        work=people.end_sessions_of,
        answer=people_answers.Ended,
    ),
)
