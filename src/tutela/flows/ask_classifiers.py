"""Gather what rules ask of classifiers in one planning: each content once, within quotas, and only what may be asked.

What may not be asked at all is not stored for it either: no consent, no basis (P12), a licence that is over.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from tutela.core.audit import AuditEvent
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.usage import refusal
from tutela.core.classifying.verdicts import Asked, Content, Digest, DigestKind, Image, Input, Text
from tutela.core.content import Channel
from tutela.core.operator import Technique
from tutela.core.rules.book import Place
from tutela.core.rules.rule import AskClassifier
from tutela.flows.look_with_rules import Noticed, Seen
from tutela.ports.classifiers import Origin, Request
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader

QUESTIONS_A_DAY = 1000
"""That one rule asks, unless the operator says otherwise."""

_log = structlog.get_logger(__name__)

SealText = Callable[[str, str, datetime], bytes]
"""Seal a text for the question of an identifier, which is asked at a moment."""


def _sealed_for_nobody(_text: str, _question: str, _at: datetime) -> bytes:
    raise AssertionError  # nobody is asked where no classifier is set up


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom rules may ask, and how much."""

    specs: Mapping[str, ClassifierSpec] = field(default_factory=dict)
    seal: SealText = _sealed_for_nobody
    a_day: int = QUESTIONS_A_DAY  #: of one rule


ASKING_NOBODY = Asking()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One content of an event."""

    about: Input
    content_ref: str
    words: str | None = None


@dataclass(slots=True)
class AskClassifiers:
    """The questions of one planning."""

    reader: Reader
    asking: Asking
    entropy: Entropy
    now: datetime
    questions: list[Request] = field(default_factory=list)
    exceeded: set[str] = field(default_factory=set)  #: rules that ask no more today
    _by_rule: Counter[str] = field(default_factory=Counter)
    _by_classifier: Counter[str] = field(default_factory=Counter)
    _asked: set[tuple[str, str, str]] = field(default_factory=set)  #: classifier, event, content

    def read(self, rules: Iterable[Place]) -> None:
        """Read how much of today's quotas is used by live rules that ask anybody."""
        asking = {rule.name: [each.classifier for each in _asks(rule)] for rule in rules}
        named = {each for many in asking.values() for each in many}
        if not named:
            return
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._by_rule.update(self.reader.questions_by_rule([name for name in asking if asking[name]], midnight))
        self._by_classifier.update(self.reader.questions_by_classifier(named, midnight))

    def __call__(self, rule: Place, seen: Seen) -> bool:
        """Take in what a live rule asks about an event; return whether anything is asked by it."""
        before = len(self.questions)
        for effect in _asks(rule):
            spec = self.asking.specs.get(effect.classifier)
            if spec is None:
                _log.warning("classifier_not_set_up", classifier=effect.classifier, rule=rule.name)
                continue
            for wanted in _contents(seen.noticed, spec):
                self._ask(rule.name, spec, seen.noticed, wanted)
        return len(self.questions) > before

    def audit(self) -> list[AuditEvent]:
        """Return the entry of each question: what leaves the house is on record before it does."""
        return [
            AuditEvent(
                "rule:classifier:asked",
                each.id,
                {
                    "classifier": each.classifier_id, "rule": each.rule, "event": each.origin.event_id,
                    "about": each.about.value,
                },
            )
            for each in self.questions
        ]  # fmt: skip

    def _ask(self, rule: str, spec: ClassifierSpec, noticed: Noticed, wanted: _Wanted) -> None:
        key = (spec.id, noticed.event.id, wanted.content_ref)
        if key in self._asked:
            return
        refused = refusal(spec, _question(spec, noticed, wanted), self.now)
        if refused is not None:
            _log.info("classifier_not_asked", classifier=spec.id, rule=rule, reason=refused.value)
            return
        # What no day's budget will ever pay is not kept waiting for it.
        if self._by_rule[rule] >= self.asking.a_day or self._by_classifier[spec.id] >= spec.budget.calls_per_day:
            self.exceeded.add(rule)
            return
        self._asked.add(key)
        self._by_rule[rule] += 1
        self._by_classifier[spec.id] += 1
        self.questions.append(self._request(rule, spec, noticed, wanted))

    def _request(self, rule: str, spec: ClassifierSpec, noticed: Noticed, wanted: _Wanted) -> Request:
        event, question_id = noticed.event, self.entropy.new_id("question")
        origin = Origin(
            event.id, event.author_id, event.recipient_id, event.item_id, event.channel, noticed.told.regions
        )  # fmt: skip
        sealed = None if wanted.words is None else self.asking.seal(wanted.words, question_id, self.now)
        return Request(question_id, spec.id, wanted.content_ref, wanted.about, rule, origin, self.now, sealed)


def _asks(rule: Place) -> Sequence[AskClassifier]:
    return [effect for effect in rule.then if isinstance(effect, AskClassifier)]


def _contents(noticed: Noticed, spec: ClassifierSpec) -> Iterator[_Wanted]:
    """Yield what of an event is at hand, may be looked at (P12), and is taken by the classifier.

    What a participant quotes to us is heard in every channel, and put to nobody else.
    """
    if noticed.is_quoting:
        return
    written, posted = noticed.told.written, noticed.told.posted
    is_read = Technique.TEXT in noticed.techniques and Input.TEXT in spec.takes
    if is_read and written is not None and written.body:
        yield _Wanted(Input.TEXT, noticed.event.id, written.body)
    is_seen = Technique.KNOWN_IMAGES in noticed.techniques and spec.takes & {Input.IMAGE, Input.DIGEST}
    if is_seen and posted is not None:
        for media_id in dict.fromkeys(posted.media_ids or ()):
            yield _Wanted(Input.IMAGE, media_id)


def _question(spec: ClassifierSpec, noticed: Noticed, wanted: _Wanted) -> Asked:
    """Return the question as far as it is known before it is asked: of a picture nothing but that it is one."""
    content: Content = Text(wanted.words or "")
    if wanted.about is Input.IMAGE:
        content = Image(b"", "") if Input.IMAGE in spec.takes else Digest(DigestKind.SHA256, "")
    channel: Channel = noticed.event.channel
    # `_contents` has asked for the basis.
    return Asked(content, channel.kind, is_encrypted=channel.is_encrypted, has_basis=True)
