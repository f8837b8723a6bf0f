"""Every verb that takes a principal, as every role, as a key, and as nobody: deny by default, in the flow itself."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tutela.flows
from login import HOME, MACHINE, SITE, Member, join, quick_passwords
from make import Home
from tutela.core.permissions import PEOPLE_ONLY, ROLE_SCOPES, SCOPES, Principal, StaffRole
from tutela.errors import Forbidden, TutelaError, Unauthenticated
from tutela.flows.enrol_passkey import Answered
from tutela.flows.staff import Staff

OWN = "a session of one's own"

Call = Callable[[Staff, Principal], Any]

TABLE: dict[str, tuple[str, Call]] = {
    "ChangePassword.__call__": (OWN, lambda s, p: s.change_password(p, "x")),
    "Enrol.who": (OWN, lambda s, p: s.recover.enrol.who(p)),
    "Enrol.enrolled": (OWN, lambda s, p: s.recover.enrol.removed(p)),
    "Enrol.removed": (OWN, lambda s, p: s.recover.enrol.removed(p)),
    "EnrolPasskey.begin": (OWN, lambda s, p: s.enrol_passkey.begin(p, SITE)),
    "EnrolPasskey.finish": (OWN, lambda s, p: s.enrol_passkey.finish(p, Answered("x", "x", "x"), SITE, HOME)),
    "EnrolPasskey.remove": (OWN, lambda s, p: s.enrol_passkey.remove(p, "00")),
    "EnrolTotp.begin": (OWN, lambda s, p: s.enrol_totp.begin(p)),
    "EnrolTotp.show": (OWN, lambda s, p: s.enrol_totp.show(p, "x")),
    "EnrolTotp.finish": (OWN, lambda s, p: s.enrol_totp.finish(p, "x", "0", HOME)),
    "EnrolTotp.remove": (OWN, lambda s, p: s.enrol_totp.remove(p)),
    "Invite.__call__": ("people", lambda s, p: s.invite(p, "", "", [])),
    "KeepPeople.all": ("people", lambda s, p: s.keep_people.all(p)),
    "KeepPeople.find": ("people", lambda s, p: s.keep_people.find(p, "per_none")),
    "KeepPeople.change_roles": ("people", lambda s, p: s.keep_people.change_roles(p, "per_none", [])),
    "KeepPeople.end": ("people", lambda s, p: s.keep_people.end(p, "per_none")),
    "KeepSessions.own": (OWN, lambda s, p: s.keep_sessions.own(p)),
    "KeepSessions.revoke": (OWN, lambda s, p: s.keep_sessions.revoke(p, "ses_none")),
    "KeepSessions.revoke_others": (OWN, lambda s, p: s.keep_sessions.revoke_others(p)),
    "KeepSessions.of_person": ("people", lambda s, p: s.keep_sessions.of_person(p, "per_none")),
    "KeepSessions.revoke_all": ("people", lambda s, p: s.keep_sessions.revoke_all(p, "per_none")),
    "KeepTokens.own": (OWN, lambda s, p: s.keep_tokens.own(p)),
    "KeepTokens.create": (OWN, lambda s, p: s.keep_tokens.create(p, "x", [])),
    "KeepTokens.revoke": (OWN, lambda s, p: s.keep_tokens.revoke(p, "key_none")),
    "ReAuthenticate.by_password": (OWN, lambda s, p: s.re_authenticate.by_password(p, "x", HOME)),
    "ReAuthenticate.by_code": (OWN, lambda s, p: s.re_authenticate.by_code(p, "0", HOME)),
    "ReAuthenticate.begin_passkey": (OWN, lambda s, p: s.re_authenticate.begin_passkey(p, SITE)),
    "ReAuthenticate.finish_passkey": (OWN, lambda s, p: s.re_authenticate.finish_passkey(p, "x", "x", SITE, HOME)),
    "Recover.new_codes": (OWN, lambda s, p: s.recover.new_codes(p)),
    "Recover.start_over": ("people", lambda s, p: s.recover.start_over(p, "per_none")),
}
"""Each verb of people, what it takes, and a call of it that changes nothing even where it is let in."""

ANSWERS_ONLY = {"KeepTokens.may_give", "SecondStep.session_lane"}
"""What takes a principal, reads nothing of the house and changes nothing."""

ELSEWHERE = frozenset({
    "answer_case", "tell_answer",
    "claim_case", "hand_over_case", "hold_case", "keep_own_accounts", "list_cases", "mark_danger", "move_case",
    "next_case", "note_case", "read_case", "release_case", "skip_case", "grant_view", "keep_views", "open_view",
    "read_metadata", "keep_rota", "who_is_on_call", "acknowledge_page", "read_pages", "try_paging", "mark_golden",
    "withdraw_golden", "list_golden", "read_agreement", "keep_rules", "move_rules", "try_rules",
    "keep_labels", "read_fires", "replay_rules", "expand_links", "lay_out_case", "read_shift", "list_colleagues",
    "keep_bases", "keep_exposure", "find_cases", "find_anything", "lay_out_account", "name_staff", "oversee_banks",
    "report_figures", "oversee_connections", "oversee_rules", "read_bases", "read_figures", "show_decision",
    "verify_beside",
    "switch_banks", "what_they_see", "verbs_of_notices", "read_notices", "work_on_notice",
    "enrol_notifiers", "read_clocks", "read_messages", "keep_statements", "keep_transparency",
    "appeal_bench", "appeal_links", "decide_appeal", "keep_appeal_conduct", "move_appeal", "read_appeals",
    "take_appeal",
})  # fmt: skip
"""Modules of flows whose verbs have a table of their own: `test_cases`, `_views`, `_answer_case`, `_on_call`,
`_quality`, `_report_figures`, `_replay`, `_lay_out_case`, `_exposure`, `_doors_of_pages`, `_who_notices`,
`_who_clocks`, `_statements`, `_transparency`, `_who_appeals`, `api/test_classifiers` and `contract/test_rule_book`.
"""

ABOUT_REPORTS = frozenset({
    "approve_report", "ask_for_facts", "check_channel", "confirm_duties", "correct_report", "deal", "decline_duty",
    "draw_up_report", "edit_report", "effect_orders", "end_reports", "endangered", "file_by_hand",
    "fill_duty_sheet", "keep_channel", "keep_destructions", "keep_exports", "keep_facts", "keep_holds",
    "keep_orders", "keep_schema", "lay_out_by_hand", "prepare_report", "preview_report", "read_duties",
    "read_reports", "take_duty",
})  # fmt: skip
"""Those whose table is in `test_who_reports`, which reaches exactly these."""


def verbs() -> Iterator[str]:
    """Yield each public method of a flow that takes a principal first."""
    for found in pkgutil.iter_modules(tutela.flows.__path__):
        if found.name in ELSEWHERE | ABOUT_REPORTS:
            continue
        module = importlib.import_module(f"tutela.flows.{found.name}")
        for name, cls in inspect.getmembers(module, inspect.isclass):
            for method, function in vars(cls).items() if cls.__module__ == module.__name__ else ():
                plain = getattr(function, "__func__", function)
                parameters = list(inspect.signature(plain).parameters.values()) if inspect.isfunction(plain) else []
                is_public = not method.startswith("_") or method == "__call__"
                if is_public and any(each.annotation in {Principal, "Principal"} for each in parameters[:2]):
                    yield f"{name}.{method}"


def test_every_verb_that_takes_a_principal_is_in_the_table() -> None:
    """Write a line for a new one: what it takes, and a harmless call."""
    assert set(verbs()) - ANSWERS_ONLY == TABLE.keys()


@pytest.fixture
def people(home: Home) -> dict[StaffRole, Member]:
    """Return somebody of each role, who has proved a moment ago who they are."""
    home.house.passwords = quick_passwords()
    return {role: join(home.house, f"{role.value.replace('_', '-')}-person", role) for role in StaffRole}


def is_let_in(staff: Staff, call: Call, principal: Principal) -> bool:
    """Return whether a call got past the question who asks."""
    try:
        call(staff, principal)
    except Forbidden as refused:
        # What was wrong with the call itself is told by another kind, or by another place.
        return isinstance(refused, Unauthenticated) and refused.place in {"passkey", "code", "password"}
    except TutelaError:
        return True
    return True


def test_every_verb_as_every_role_and_as_a_key_and_as_nobody(home: Home, people: dict[StaffRole, Member]) -> None:
    """Roles by the table of roles; keys and tokens never; a service with every scope there is, neither."""
    staff = home.house.staff
    everything = frozenset(SCOPES)
    token = Principal(people[StaffRole.ADMINISTRATOR].id, everything - PEOPLE_ONLY, None)
    for verb, (takes, call) in TABLE.items():
        for role, member in people.items():
            may = takes == OWN or takes in ROLE_SCOPES[role]
            assert is_let_in(staff, call, member.principal) == may, (verb, role)
        for nobody in (Principal("", frozenset()), Principal("key_1", everything), token):
            assert not is_let_in(staff, call, nobody), verb
        assert is_let_in(staff, call, MACHINE) == (takes != OWN), verb
