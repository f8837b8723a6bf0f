"""A language model that is given the clause as its policy, over OpenAI-compatible chat completions.

What it is asked and what it may answer is in `core.classifying.policy_questions`.
"""

import secrets
from typing import Any

from tutela.adapters.classifiers.asking import Sent, as_json
from tutela.adapters.classifiers.secrets import Secret
from tutela.core.classifying.documents import NotUsableError, table
from tutela.core.classifying.policy_questions import answer_of, request_of
from tutela.core.classifying.setup import PolicySetup
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import Classification, Content, Reason, Unknown, Verdict

_MARK_BYTES = 12
_MAX_TOKENS = 10**9


class PolicyModel:
    """Speak to a model."""

    def __init__(self, spec: ClassifierSpec, setup: PolicySetup, secret: Secret | None) -> None:
        """Judge by the policies of *setup*."""
        self._spec, self._setup, self._secret = spec, setup, secret

    def request(self, content: Content) -> Sent:
        """Return the question, with a mark of its own."""
        mark = f"content-{secrets.token_hex(_MARK_BYTES)}"
        body = request_of(self._spec.version, self._setup.policies, content, mark, self._setup.most_tokens)
        headers = {} if self._secret is None else {"Authorization": f"Bearer {self._secret.reveal()}"}
        return as_json(body, headers)

    def verdict(self, answer: Any, content: Content) -> Verdict:
        """Return the scores; an answer that cannot be used costs all the same."""
        del content
        told = table(answer)
        cost, version = self._cost(told), told.get("model")
        if not isinstance(version, str):
            raise NotUsableError(Reason.GARBAGE)
        try:
            scores, because = answer_of(told, frozenset(self._setup.policies))
        except NotUsableError as error:
            return Unknown(error.reason, cost_micro=cost)
        return Classification(scores, version, (because,), cost)

    def _cost(self, told: dict[str, Any]) -> int | None:
        if not self._setup.micro_per_1000_tokens:
            return None
        tokens = table(told.get("usage")).get("total_tokens")
        if isinstance(tokens, bool) or not isinstance(tokens, int) or not 0 <= tokens <= _MAX_TOKENS:
            raise NotUsableError(Reason.GARBAGE)
        return -(-tokens * self._setup.micro_per_1000_tokens // 1000)  # rounded up: never less than it took
