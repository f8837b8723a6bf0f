"""P12: of what is private nothing is evaluated, counted or recorded without a basis; what a participant tells is.

Once for each profile of an operator that ships, by the regions of its users: what the law of a region allows is for the
operator to record, and never for us to assume.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from make import Home, photo
from ruled import A_CASE, ADULT, CLAUSE, PUBLIC, YOUNG, cases_about, event, fires, message, observe, rule, use, who
from tutela.adapters.db.counter_tables import counter_windows
from tutela.adapters.db.event_tables import account_labels, contacts, events, rule_fires
from tutela.adapters.db.tables import accounts
from tutela.core.content import Channel, ChannelKind
from tutela.core.ids import EventId
from tutela.core.operator import ANYWHERE, Basis, OperatorProfile, Technique
from tutela.core.rules.rule import Target
from tutela.core.rules.types import FactValues
from tutela.flows.keep_event_kinds import kind_of
from tutela.flows.submission import Author

PROFILES = {"US": "US", "EU": "DE", "UK": "GB"}
COUNTED = 'event.kind == "message" and count(by=author.id, within="24h") > 0'
READS = 'contains(text.body, "zarblok")'
KEPT = (events, contacts, counter_windows, rule_fires, account_labels, accounts)
GROUP, PRIVATE = (Channel(kind, conversation="room") for kind in (ChannelKind.GROUP, ChannelKind.PRIVATE))
SEALED_OFF = replace(PRIVATE, is_encrypted=True)
PLACES = (PRIVATE, PUBLIC)
WHAT_IT_IS = {"item.media_ids", "item.tags", "item.answer", "item.banks", "item.clauses"}


@dataclass(frozen=True)
class Operator:
    """An operator of one profile, whose rules are in force."""

    home: Home
    region: str

    def record(self, *bases: Basis) -> None:
        """Have these bases, and no others, be recorded."""
        profile = OperatorProfile(self.region, (self.region,), tuple(ChannelKind), bases=bases)
        self.home.house.profile.write(profile)

    def basis(
        self, technique: Technique, channel: ChannelKind = ChannelKind.PRIVATE, region: str = "", days: int = 7
    ) -> Basis:
        """Return a basis that begins now."""
        now = self.home.clock.now()
        return Basis(
            region or self.region, channel, technique, "the law that allows it", "assessment 1", now,
            now + timedelta(days=days),
        )  # fmt: skip

    def person(self, name: str, *, young: bool = False, region: str = "") -> Author:
        """Return somebody of this region."""
        return who(name, YOUNG if young else ADULT, region or self.region)

    def recorded(self) -> set[EventId]:
        """Return the events that are recorded."""
        with self.home.house.engine.connect() as connection:
            return {EventId(name) for name in connection.execute(select(events.c.id)).scalars()}

    def facts(self, event_id: EventId | None) -> FactValues:
        """Return what is recorded of an event."""
        assert event_id is not None
        with self.home.house.store.read() as reader:
            found = reader.event(event_id)
        assert found is not None
        return found.facts

    def kept(self) -> dict[str, int]:
        """Return how many rows there are of everything that is kept of events, where there are any."""
        with self.home.house.engine.connect() as connection:
            counted = {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in KEPT}
        return {name: count for name, count in counted.items() if count}


@pytest.fixture(params=PROFILES)
def operator(request: pytest.FixtureRequest, home_anywhere: Home) -> Operator:
    """Return an operator who has recorded nothing."""
    here = Operator(home_anywhere, PROFILES[request.param])
    use(home_anywhere, rule(COUNTED), rule(READS, name="reads"))
    here.record()
    return here


@pytest.mark.parametrize("channel", [GROUP, PRIVATE, SEALED_OFF], ids=["group", "private", "encrypted"])
def test_nothing_private_is_evaluated_counted_or_recorded_without_a_basis(operator: Operator, channel: Channel) -> None:
    """Not even that the two people exist."""
    sent = message("m1", operator.person("ann"), operator.person("kid", young=True), channel=channel, text="zarblok")
    [told] = observe(operator.home, sent)

    assert told.event_id is None
    assert told.withheld == ("behaviour", "known_images", "text")
    assert operator.kept() == {}


@pytest.mark.parametrize("channel", [GROUP, PRIVATE], ids=["group", "private"])
def test_a_basis_for_who_writes_to_whom_lets_nobody_read(operator: Operator, channel: Channel) -> None:
    """Counters count; the rule that reads stays silent, and of the text nothing is kept."""
    operator.record(operator.basis(Technique.BEHAVIOUR, channel.kind))
    sent = message("m1", operator.person("ann"), operator.person("kid", young=True), channel=channel, text="zarblok")
    [told] = observe(operator.home, sent)

    assert told.withheld == ("known_images", "text")
    assert (len(fires(operator.home)), len(fires(operator.home, "reads"))) == (1, 0)
    with operator.home.house.store.read() as reader:
        assert told.event_id is not None
        kept = reader.event(told.event_id)
    assert kept is not None
    assert not any(name.startswith("text.") for name in kept.facts)


def test_a_basis_for_both_lets_both(operator: Operator) -> None:
    """Each technique by its own."""
    operator.record(operator.basis(Technique.BEHAVIOUR), operator.basis(Technique.TEXT))
    observe(operator.home, message("m1", operator.person("ann"), None, channel=PRIVATE, text="zarblok"))

    assert (len(fires(operator.home)), len(fires(operator.home, "reads"))) == (1, 1)


def test_a_basis_for_one_kind_of_channel_is_none_for_another(operator: Operator) -> None:
    """And none for what is encrypted from end to end."""
    operator.record(operator.basis(Technique.BEHAVIOUR, ChannelKind.GROUP), operator.basis(Technique.TEXT))
    sent = [
        message("m1", operator.person("ann"), None, channel=PRIVATE),
        message("m2", operator.person("ann"), None, channel=SEALED_OFF),
    ]
    assert [each.event_id for each in observe(operator.home, *sent)] == [None, None]
    assert operator.kept() == {}


@pytest.mark.both_databases
def test_a_basis_that_lapses_between_two_messages_of_one_conversation_ends_it(operator: Operator) -> None:
    """From that moment on, without anybody doing anything; the checklist said so a fortnight before."""
    operator.record(operator.basis(Technique.BEHAVIOUR, days=20))
    ann, kid = operator.person("ann"), operator.person("kid", young=True)
    [first] = observe(operator.home, message("m1", ann, kid, channel=PRIVATE))
    before = operator.kept()
    operator.home.clock.advance(days=20)
    [second] = observe(operator.home, message("m2", ann, kid, channel=PRIVATE))

    assert first.event_id is not None
    assert second.event_id is None
    assert operator.kept() == before


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["recipient", "said", "stored"])
def test_somebody_of_another_region_who_joins_switches_it_off(operator: Operator, how: str) -> None:
    """Whether they are named as the recipient, among the others involved, or known from before."""
    operator.record(operator.basis(Technique.BEHAVIOUR))
    ann = operator.person("ann")
    elsewhere = operator.person("zoe", region="BR")
    if how == "stored":
        observe(operator.home, event("l1", "login", elsewhere))
        elsewhere = operator.person("zoe")
    before = operator.kept()
    to = None if how == "said" else elsewhere
    [told] = observe(operator.home, message("m1", ann, to, channel=PRIVATE, regions=("BR",) if how == "said" else ()))

    assert told.event_id is None
    assert operator.kept() == before


def test_somebody_of_whom_no_region_is_known_switches_it_off(operator: Operator) -> None:
    """They may be anywhere: only a basis for everywhere lets anybody look."""
    operator.record(operator.basis(Technique.BEHAVIOUR))
    ann, unknown = operator.person("ann"), who("zoe", YOUNG)
    told = observe(
        operator.home,
        message("m1", ann, unknown, channel=PRIVATE),
        message("m2", unknown, None, channel=PRIVATE),
    )
    assert [each.event_id is not None for each in told] == [False, False]

    operator.record(operator.basis(Technique.BEHAVIOUR, region=ANYWHERE))
    [everywhere] = observe(operator.home, message("m4", ann, who("yan", YOUNG), channel=PRIVATE))
    assert everywhere.event_id is not None


FLAGS = dict.fromkeys(("has_recipient", "is_contact", "is_communication", "is_refusal", "is_notice"), False)


def test_what_a_platform_declares_as_text_may_be_what_somebody_wrote(operator: Operator) -> None:
    """It takes a basis to read; where it is read, only a keyed hash is kept. Numbers are as they are."""
    attributes = {"headline": "text", "tries": "number"}
    operator.home.house.event_kinds.declare([kind_of({"name": "ad", "says": "", "attributes": attributes, **FLAGS})])
    operator.record(operator.basis(Technique.BEHAVIOUR))
    given = {"headline": "zarblok for sale", "tries": 2}
    told = observe(
        operator.home,
        *(event(f"a{n}", "ad", operator.person("ann"), channel=at, attributes=given) for n, at in enumerate(PLACES)),
    )

    kept = [operator.facts(each.event_id) for each in told]
    assert [each["event.tries"] for each in kept] == [2, 2]
    assert "event.headline" not in kept[0]
    assert kept[1]["event.headline"] == operator.home.house.rule_work.opaque.word("zarblok for sale")


def test_a_basis_for_who_writes_to_whom_lets_nobody_see_tags_or_media(operator: Operator) -> None:
    """Of a submitted item its number of media is known, and neither which they are nor what it is about."""
    operator.record(operator.basis(Technique.BEHAVIOUR))
    picture = operator.home.upload(photo("china"))
    to = operator.person("kid", young=True)
    seen = []
    for name, channel in (("p1", PRIVATE), ("p2", PUBLIC)):
        operator.home.submit(
            name, picture, author="ann", kind="message", channel=channel, tags=("zarblok",), recipient=to,
            regions=(operator.region,),
        )  # fmt: skip
        [event_id] = operator.recorded() - {each for each, _ in seen}
        seen.append((event_id, operator.facts(event_id)))

    assert [facts["item.media"] for _, facts in seen] == [1, 1]
    assert [sorted(facts.keys() & WHAT_IT_IS) for _, facts in seen] == [[], sorted(WHAT_IT_IS)]
    assert "zarblok" not in str(seen)


@pytest.mark.parametrize("channel", [GROUP, PRIVATE, SEALED_OFF], ids=["group", "private", "encrypted"])
def test_what_a_participant_tells_always_goes_through(operator: Operator, channel: Channel) -> None:
    """It is no interception: somebody speaks of their own conversation. A rule opens a case about the other one."""
    on_them = replace(A_CASE, on=Target.RECIPIENT)
    use(operator.home, rule('event.kind == "report"', on_them, name="tells"))
    told = event("r1", "report", operator.person("kid", young=True), operator.person("ann"), channel=channel)
    [heard] = observe(operator.home, told)

    assert heard.event_id is not None
    assert heard.withheld == ()
    assert CLAUSE in cases_about(operator.home, "ann")


@pytest.mark.parametrize("channel", [GROUP, PRIVATE, SEALED_OFF], ids=["group", "private", "encrypted"])
def test_a_submitted_item_is_no_way_around(operator: Operator, channel: Channel) -> None:
    """It is stored, as it was before, and no rule sees it."""
    to = operator.person("kid", young=True)
    done = operator.home.submit("p1", author="ann", kind="message", channel=channel, text="zarblok", recipient=to)

    assert done.is_new
    assert operator.kept() == {"accounts": 1}


def test_what_is_public_needs_no_basis(operator: Operator) -> None:
    """Everybody can see it."""
    observe(operator.home, message("m1", operator.person("ann"), None, text="zarblok"))

    assert (len(fires(operator.home)), len(fires(operator.home, "reads"))) == (1, 1)
