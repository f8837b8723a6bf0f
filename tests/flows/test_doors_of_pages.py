"""The verbs behind the pages of the console: each as every role, deny by default, in the flow itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from answering import person
from make import Home
from tutela.bootstrap import House
from tutela.core.content import ChannelKind
from tutela.core.ids import DecisionId, MemberId
from tutela.core.operator import Basis
from tutela.core.permissions import Principal, StaffRole
from tutela.errors import Forbidden, TutelaError
from tutela.flows.fill_word_bank import WordList
from tutela.flows.oversee_banks import ListForm
from tutela.flows.prepare_words import WordFormat

NO_BASIS = Basis("", ChannelKind.PUBLIC, "", "", "", datetime(2026, 3, 2, tzinfo=UTC))
"""Refused by whoever may record one."""

Call = Callable[[House, Principal], Any]

DOORS: dict[str, tuple[frozenset[str], Call]] = {
    "LayOutAccount.__call__": (frozenset({"cases"}), lambda h, p: h.lay_out_account(p, "nobody")),
    "LayOutAccount.network": (frozenset({"cases"}), lambda h, p: h.lay_out_account.network(p, "nobody")),
    "OverseeBanks.all": (frozenset({"banks", "judge", "words"}), lambda h, p: h.oversee_banks.all(p)),
    "OverseeBanks.read": (frozenset({"banks", "judge"}), lambda h, p: h.oversee_banks.read(p, "none", "", 9)),
    "OverseeBanks.read_words": (frozenset({"words"}), lambda h, p: h.oversee_banks.read_words(p, "none", "", 9)),
    "OverseeBanks.say": (
        frozenset({"judge"}), lambda h, p: h.oversee_banks.say(p, "none", MemberId("mem_none"), None),  # type: ignore[arg-type]  # there is no such bank
    ),
    "OverseeBanks.release": (
        frozenset({"judge"}), lambda h, p: h.oversee_banks.release(p, "none", MemberId("mem_none")),
    ),
    "OverseeBanks.take_words": (
        frozenset({"words"}),
        lambda h, p: h.oversee_banks.take_words(p, "none", WordList(b"", WordFormat.TEXT), is_preview=True),
    ),
    "SwitchBanks.media": (frozenset({"banks"}), lambda h, p: h.switch_banks.media(p, "none", is_active=True)),
    "SwitchBanks.of_words": (frozenset({"words"}), lambda h, p: h.switch_banks.of_words(p, "none", is_active=True)),
    "OverseeBanks.take_list": (
        frozenset({"banks"}), lambda h, p: h.oversee_banks.take_list(p, "none", "", ListForm.CSV, is_preview=True),
    ),
    "OverseeConnections.all": (frozenset({"operate", "webhooks", "rota"}), lambda h, p: h.oversee_connections.all(p)),
    "OverseeConnections.test_webhook": (
        frozenset({"webhooks"}), lambda h, p: h.oversee_connections.test_webhook(p, "none"),
    ),
    "OverseeConnections.test_classifier": (
        frozenset({"operate"}), lambda h, p: h.oversee_connections.test_classifier(p, "none"),
    ),
    "OverseeConnections.test_paging": (
        frozenset({"rota"}), lambda h, p: h.oversee_connections.test_paging(p, "nobody@lakes.example"),
    ),
    "OverseeRules.__call__": (
        frozenset({"rules", "rules_second"}), lambda h, p: h.rules.oversee(p, timedelta(days=1)),
    ),
    "KeepBases.foresee_record": (
        frozenset({"operate"}), lambda h, p: h.keep_bases.foresee_record(p, NO_BASIS),
    ),
    "KeepBases.record": (frozenset({"operate"}), lambda h, p: h.keep_bases.record(p, NO_BASIS)),
    "KeepBases.foresee_end": (frozenset({"operate"}), lambda h, p: h.keep_bases.foresee_end(p, "none", None)),
    "KeepBases.end": (frozenset({"operate"}), lambda h, p: h.keep_bases.end(p, "none", None)),
    "ReadBases.__call__": (frozenset({"operate", "audit"}), lambda h, p: h.read_bases(p)),
    "ReadFigures.__call__": (frozenset({"quality", "operate"}), lambda h, p: h.read_figures(p, 7)),
    "ShowDecision.__call__": (frozenset({"decide"}), lambda h, p: h.show_decision(p, DecisionId("dec_none"))),
    "VerifyBeside.last": (frozenset({"audit"}), lambda h, p: h.verify_beside.last(p)),
    "VerifyBeside.start": (frozenset({"audit"}), lambda h, p: h.verify_beside.start(p, reads_contents=False)),
    "WhatTheySee.__call__": (frozenset({"read"}), lambda h, p: h.what_they_see(p, "none")),
}  # fmt: skip
"""Each verb, the scopes of which any opens it, and a call that changes nothing even where it is let in."""


@pytest.mark.parametrize("verb", DOORS)
def test_a_verb_opens_to_its_scopes_and_to_no_other_role(home: Home, verb: str) -> None:
    """Whoever has none of them is refused, whatever else they may; whoever has one gets past the door."""
    scopes, call = DOORS[verb]
    for role in StaffRole:
        somebody = person("none", role)
        try:
            call(home.house, somebody)
            was_let_in = True
        except Forbidden:
            was_let_in = False
        except TutelaError:
            was_let_in = True
        assert was_let_in is any(somebody.may(scope) for scope in scopes), role


@pytest.mark.parametrize("said", ["a-name", "https://lakes.example/", "0" * 32])
def test_whoever_may_nothing_finds_nothing(home: Home, said: str) -> None:
    """And is told what they would have to be allowed for."""
    found = home.house.find_anything(Principal("per_none", frozenset()), said)
    assert (found.decision, found.bank, found.rule, found.cases.cases) == (None, None, None, ())
    assert found.missing
    assert home.house.find_anything.by_content(Principal("per_none", frozenset()), b"a lake").hashes is None
