"""The routes of statements of reasons and of the EU Transparency Database."""

from tutela.api import statement_answers, statement_bodies, statements
from tutela.api.route import Route

_STATEMENTS, _READ, _SENIOR, _FILE = "statements", "read", "decide_senior", "file"

ROUTES = (
    Route(
        "GET",
        "/v1/accounts/{id}/statements",
        _STATEMENTS,
        "Statements of reasons to an account",
        work=statements.list_of_account,
        query=statement_bodies.StatementsQuery,
        answer=statement_answers.StatementPage,
        other_scope=_READ,
        detail="What its holder may be told by now, newest first, with every element that Article 17 of the Digital "
        "Services Act asks for. What is delayed is not there yet.",
    ),
    Route(
        "GET",
        "/v1/statements/{id}",
        _STATEMENTS,
        "A statement of reasons in words",
        work=statements.read_statement,
        query=statement_bodies.TextQuery,
        answer=statement_answers.StatementInWords,
        other_scope=_READ,
        detail="Neutral sentences, in a language and for adults or teenagers. They hold no id, date, list or person.",
    ),
    Route(
        "POST",
        "/v1/statements/{id}/delivered",
        _STATEMENTS,
        "Say that a statement was delivered",
        work=statements.deliver,
        body=statement_bodies.Delivered,
        answer=statement_answers.Tracked,
        detail="Idempotent: the first word about it stays. Until it is said, the checklist names it after a day.",
    ),
    Route(
        "POST",
        "/v1/statements/{id}/delay",
        _SENIOR,
        "Have telling wait longer",
        work=statements.delay,
        body=statement_bodies.Delay,
        answer=statement_answers.Tracked,
        is_for_people=True,
        detail="On a basis, and never beyond what it allows: 30 days after the decision while people look, 366 where "
        "an authority asked for it or somebody is at risk.",
    ),
    Route(
        "POST",
        "/v1/statements/{id}/release",
        _SENIOR,
        "End the delay of a statement",
        work=statements.release,
        body=statement_bodies.Release,
        answer=statement_answers.Tracked,
        is_for_people=True,
    ),
    Route(
        "GET",
        "/v1/decisions/{id}/statements",
        "decide",
        "Statements of reasons of a decision",
        work=statements.list_of_decision,
        answer=statement_answers.StatementPage,
        detail="Delayed ones too, for people who decide.",
    ),
    Route(
        "GET",
        "/v1/eu-database",
        _FILE,
        "The channel to the EU Transparency Database",
        work=statements.read_eu_database,
        answer=statement_answers.EuDatabase,
        other_scope="audit",
        detail="How it stands, how many records wait, are stored or were refused. It is set up at the command line.",
    ),
    Route(
        "GET",
        "/v1/eu-database/records",
        _FILE,
        "Export records for the EU Transparency Database",
        work=statements.export_records,
        query=statement_bodies.ExportQuery,
        media_type="application/x-ndjson",
        other_scope="audit",
        detail="Each record of measures applied in a period, sent or not, as JSON lines or (`format=csv`) CSV. No "
        "personal data is in any.",
    ),
)
