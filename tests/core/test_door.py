"""What keeps a new item out: who writes it, from where, and what it names."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.strategies as make
from core.strategies import ACCOUNT, HOUSE, NOW
from tutela.core import charter
from tutela.core.decisions import plan_item, plan_unknown
from tutela.core.door import KEEPS_FROM_WRITING, refusing
from tutela.core.ids import DecisionId, MeasureId
from tutela.core.measures import Measure, MeasureKind, Standing, Subject, SubjectKind
from tutela.core.plans import Answer, Sighting
from tutela_client.scope import EVERYTHING, Scope
from tutela_client.table import shipped_table

K = MeasureKind
ON = {
    K.BLOCK_LINK: Subject(SubjectKind.LINK, "example.org"),
    K.BLOCK_DEVICE: Subject(SubjectKind.DEVICE, "phone-7"),
    K.BLOCK_NETWORK: Subject(SubjectKind.NETWORK, "203.0.113.0/24"),
}
TALK = Subject(SubjectKind.CONVERSATION, "talk-1")


def held(kind: MeasureKind, subject: Subject | None = None, hours: float = -1, **fields: Any) -> Measure:
    """Return a measure that began so many hours from now, and ends a day later."""
    scope = fields.pop("scope", Scope(verification="age") if kind is K.LOCK_UNTIL_VERIFIED else EVERYTHING)
    starts = NOW + timedelta(hours=hours)
    ends = fields.pop("ends_at", starts + timedelta(days=1))
    return Measure(
        MeasureId("msr_1"), kind, subject or ON.get(kind) or Subject.account(ACCOUNT), DecisionId("dec_1"), HOUSE, "1",
        starts, is_automated=False, ends_at=ends, scope=scope, **fields,
    )  # fmt: skip


def sighting(*measures: Measure, **fields: Any) -> Sighting:
    """Return a new item with these measures on whoever and whatever it is posted with."""
    on_account = tuple(m for m in measures if m.subject.kind is SubjectKind.ACCOUNT)
    others = tuple(Standing(m.subject, 1, (m,)) for m in measures if m.subject.kind is not SubjectKind.ACCOUNT)
    media = [make.media_seen("med_1")] if fields.pop("has_media", False) else []
    made = make.sighting(*media, account=on_account)
    return replace(made, **{"is_new": True, "posted_with": others, **fields})


POST, MESSAGE, PICTURE = {}, {"is_message": True, "is_post": False}, {"has_media": True}
IN_A_ROOM = {"is_message": True}  # written to somebody where others read along
TO_A_MINOR = {**MESSAGE, "is_to_protected": True}
TO_MINORS = Scope(audience="minors")


@pytest.mark.parametrize(
    ("measure", "how", "refused"),
    [
        *((held(kind), how, True) for kind in KEEPS_FROM_WRITING for how in (POST, MESSAGE, PICTURE)),
        (held(K.BLOCK_POSTING), POST, True),
        (held(K.BLOCK_POSTING), MESSAGE, False),
        (held(K.BLOCK_MESSAGING), POST, False),
        (held(K.BLOCK_MESSAGING), MESSAGE, True),
        *((held(kind), IN_A_ROOM, True) for kind in (K.BLOCK_POSTING, K.BLOCK_MESSAGING)),
        (held(K.BLOCK_MESSAGING, scope=TO_MINORS), MESSAGE, False),
        (held(K.BLOCK_MESSAGING, scope=TO_MINORS), TO_A_MINOR, True),
        (held(K.BLOCK_MESSAGING, scope=TO_MINORS), {**IN_A_ROOM, "is_to_protected": True}, True),
        (held(K.BLOCK_MESSAGING, scope=TO_MINORS), POST, False),
        (held(K.BLOCK_MESSAGING, TALK), MESSAGE, True),
        (held(K.BLOCK_MESSAGING, TALK), POST, True),
        (held(K.BLOCK_LINK), POST, True),
        (held(K.BLOCK_LINK), MESSAGE, True),
        (held(K.BLOCK_DEVICE), POST, False),
        (held(K.BLOCK_DEVICE), PICTURE, True),
        (held(K.BLOCK_NETWORK), POST, False),
        (held(K.BLOCK_NETWORK), PICTURE, True),
        (held(K.LIMIT_REACH), POST, False),
        (held(K.HIDE_PROFILE), POST, False),
        (held(K.PROTECT), POST, False),
        (held(K.WARN), POST, False),
        (held(K.BLOCK_LINK, hours=-24), POST, False),
        (held(K.BLOCK_LINK, hours=1), POST, False),
        (held(K.BLOCK_POSTING, hours=-24), POST, False),
        (held(K.BLOCK_LINK, revoked_by=DecisionId("dec_9")), POST, False),
        (held(K.BLOCK_LINK), {"is_new": False}, False),
        (held(K.READ_ONLY), {"is_new": False}, False),
    ],
)
def test_what_is_refused(measure: Measure, how: dict[str, Any], refused: bool) -> None:  # noqa: FBT001  # a table
    """While it is in force, and only what is new: what was published before stays as it is."""
    seen = sighting(measure, **how)
    plan = plan_item(seen, policy_version="1")

    assert refusing(seen) == ((measure,) if refused else ())
    assert plan.answer is (Answer.REFUSE if refused else Answer.PUBLISH)
    assert (plan.grants, plan.statements, plan.cases) == ((), (), ())
    assert charter.of_plan(plan, seen) == ()
    if refused and measure.subject is not TALK:
        kinder = replace(plan, answer=Answer.PUBLISH)
        assert {breach.promise for breach in charter.of_plan(kinder, seen)} & {"P1", "P2"}


kinds = [*KEEPS_FROM_WRITING, K.BLOCK_POSTING, K.BLOCK_MESSAGING, *ON, K.LIMIT_REACH, K.PROTECT]
drawn = st.builds(held, st.sampled_from(sorted(kinds)), hours=st.sampled_from([-30, -1, 1]))
drawn |= st.builds(held, st.just(K.BLOCK_MESSAGING), hours=st.sampled_from([-30, -1, 1]), scope=st.just(TO_MINORS))
flags = ("is_message", "is_post", "is_to_protected", "is_new", "has_media")
hows = st.fixed_dictionaries(dict.fromkeys(flags, st.booleans()))


@given(st.lists(drawn, max_size=5), drawn, hows)
def test_a_further_measure_never_lets_in_what_was_refused(
    measures: list[Measure], further: Measure, how: dict[str, Any]
) -> None:
    """Whatever they are, and whether or not the banks could be asked: the charter holds for the plan."""
    for plan in (plan_item, plan_unknown):
        seen, more = sighting(*measures, **how), sighting(*measures, further, **how)
        before, after = plan(seen, policy_version="1"), plan(more, policy_version="1")

        assert charter.of_plan(before, seen) == charter.of_plan(after, more) == ()
        assert before.answer is not Answer.REFUSE or after.answer is Answer.REFUSE


def test_the_door_refuses_what_the_table_of_effects_refuses() -> None:
    """What ships answers `may` the same: posts, messages, uploads."""
    refuses = shipped_table().refuses
    for verb, how in (("post", POST), ("message", MESSAGE)):
        for kind in sorted({*KEEPS_FROM_WRITING, K.BLOCK_POSTING, K.BLOCK_MESSAGING, K.BLOCK_LINK}):
            assert bool(refusing(sighting(held(kind), **how))) is (verb in refuses[kind.value]), (verb, kind)
    for kind in (K.BLOCK_DEVICE, K.BLOCK_NETWORK):
        assert "upload" in refuses[kind.value]
        assert "post" not in refuses[kind.value]
