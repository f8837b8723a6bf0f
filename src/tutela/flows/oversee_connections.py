"""Oversee what is connected: webhooks, classifiers and channels for danger; and test each connection, now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tutela.core.classifying.verdicts import Input, Text, Unknown
from tutela.core.permissions import Principal, demand, demand_one
from tutela.flows.keep_webhooks import KeepWebhooks
from tutela.flows.on_call import OnCall, OnCallStock
from tutela.flows.read_classifiers import ClassifierState, ReadClassifiers
from tutela.flows.try_classifier import TryClassifier
from tutela.ports.webhooks import Webhook, WebhookStock

CLASSIFIERS, WEBHOOKS, ROTA = "operate", "webhooks", "rota"
SENTENCE = "The lake is calm today."
"""What a classifier is asked about in a test: nothing of anybody."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a platform is told, without the part of its address that only the receiver should know."""

    webhook: Webhook
    host: str


@dataclass(frozen=True, slots=True)
class Connections:
    """What is connected; of what somebody may not see, none."""

    endpoints: Sequence[Endpoint] | None
    deliveries: WebhookStock | None
    classifiers: Sequence[ClassifierState] | None
    channels: Sequence[str] | None  #: by which somebody is woken
    on_call: OnCallStock | None


@dataclass(frozen=True, slots=True)
class ConnectionTested:
    """What came of one test."""

    name: str
    is_well: bool
    said: str  #: the kind of failure, or the status of the answer; empty where there is nothing to say
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class OverseeConnections:
    """Read what is connected, and test it."""

    webhooks: KeepWebhooks
    classifiers: ReadClassifiers
    on_call: OnCall
    try_classifier: Callable[[], TryClassifier]

    def all(self, principal: Principal) -> Connections:
        """Return what is connected, as far as *principal* may see it.

        Raises:
            tutela.errors.Forbidden: They may see none of it.
        """
        demand_one(principal, (CLASSIFIERS, WEBHOOKS, ROTA))
        endpoints = deliveries = classifiers = channels = stock = None
        if principal.may(WEBHOOKS):
            endpoints = [Endpoint(each, urlsplit(each.url).hostname or "") for each in self.webhooks.webhooks.all()]
            deliveries = self.webhooks.webhooks.stock()
        if principal.may(CLASSIFIERS):
            classifiers = self.classifiers.all()
        if principal.may(ROTA):
            channels, stock = [each.channel.value for each in self.on_call.test.senders], self.on_call.stock()
        return Connections(endpoints, deliveries, classifiers, channels, stock)

    def test_webhook(self, principal: Principal, webhook_id: str) -> ConnectionTested:
        """Send a ping now.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownWebhook: There is none.
        """
        demand(principal, WEBHOOKS)
        outcome = self.webhooks.test(webhook_id)
        said = outcome.failure.value if outcome.failure else f"status {outcome.status}"
        return ConnectionTested(
            self.webhooks.find(webhook_id).name, outcome.is_success, said, outcome.milliseconds
        )  # fmt: skip

    def test_classifier(self, principal: Principal, classifier_id: str) -> ConnectionTested:
        """Ask a classifier about a harmless sentence, within its bounds and at its costs.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownClassifier: There is none.
            tutela.errors.Misconfigured: Its secret or model is not there.
        """
        demand(principal, CLASSIFIERS)
        verdict = self.try_classifier()(classifier_id, Text(SENTENCE)).verdict
        if isinstance(verdict, Unknown):
            return ConnectionTested(classifier_id, is_well=False, said=verdict.reason.value)
        return ConnectionTested(classifier_id, is_well=True, said="", milliseconds=verdict.milliseconds)

    def test_paging(self, principal: Principal, email: str | None) -> list[ConnectionTested]:
        """Test each channel by which somebody is woken; none where none is set up.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.BadInput: It is no address.
        """
        tested = self.on_call.test(principal, email)
        return [
            ConnectionTested(each.channel.value, each.is_well, each.failure.value if each.failure else "")
            for each in tested
        ]


def takes_text(state: ClassifierState) -> bool:
    """Return whether a classifier can be asked about a sentence."""
    return Input.TEXT in state.spec.takes
