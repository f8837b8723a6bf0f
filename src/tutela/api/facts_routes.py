"""The routes of facts that only platforms know of accounts."""

from tutela.api import facts, facts_answers, facts_bodies
from tutela.api.route import Route

_FACTS = "/v1/accounts/{id}/facts"

ROUTES = (
    Route(
        "PUT",
        _FACTS,
        "facts",
        "Tell facts of an account",
        work=facts.tell_facts,
        body=facts_bodies.ToldFacts,
        answer=facts_answers.AccountFactsTold,
        detail="What only you know and a report needs: send it when `account.facts_wanted` asks for it, or before. It "
        "replaces what was told before; the same again changes nothing but the time. Sealed under a key of the account "
        "alone, which can be destroyed.",
    ),
    Route(
        "GET",
        _FACTS,
        "facts",
        "When facts of an account were told",
        work=facts.read_facts,
        answer=facts_answers.AccountFactsTold,
        other_scope="reports",
        detail="The facts themselves only for the scope `reports`; whoever reads them is recorded.",
    ),
    Route(
        "POST",
        f"{_FACTS}/ask",
        "reports",
        "Ask the platform for facts",
        work=facts.ask_for_facts,
        body=facts_bodies.FactsAsked,
        answer=facts_answers.Asked,
        detail="By webhook, with retries for days. A finding under one of the twelve clauses asks by itself.",
    ),
)
