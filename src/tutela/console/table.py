"""Every page in one table: who may open it, and what is shown when its form was not taken."""

from dataclasses import dataclass

from tutela.console import (
    account,
    appeals,
    banks,
    bases,
    case_page,
    channel,
    coverage,
    deciding,
    decision,
    destruction,
    due,
    duties,
    export,
    exposure,
    figures,
    find,
    front,
    holds,
    looking,
    measures,
    metrics,
    notice,
    notices,
    notifiers,
    orders,
    oversight,
    own,
    people,
    queue,
    report,
    report_edit,
    report_read,
    reports,
    rule_editor,
    rules,
    security,
    settings,
    signing_in,
    word_banks,
)
from tutela.console.visits import Handler

OPEN = "open"
"""Nobody has to be signed in."""

ANY_SESSION = "any_session"
"""Signed in, also while something is still to be enrolled or proved."""

MUST_BE_PROVEN = "signed_in"
"""Signed in, with nothing left to prove; a second factor may still have to be enrolled."""

FULL = "full"
"""Signed in, with nothing left to do first."""

MAX_FORM_BYTES = 64 * 1024

MAX_SOURCE_FORM_BYTES = 1024 * 1024
"""Of a form with rules or a list: the largest rule file, as browsers write it."""

MAX_LONG_FORM_BYTES = 1024 * 1024
"""Of a form with a long text: 100,000 characters of any script, as browsers write them."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, or the form of one."""

    method: str
    path: str
    takes: str  #: one of the above, or a scope
    handler: Handler
    again: Handler | None = None  #: shows the page of a form that was not taken; none for what a script asks
    or_takes: tuple[str, ...] = ()  #: other scopes that open it as well
    most_bytes: int = MAX_FORM_BYTES  #: of its form
    takes_file: bool = False  #: one file is sent with its form, and held in memory alone


CASE = "/console/cases/{id}"
DESK = "desk"
NOTICE = "/console/notices/{id}"
NOTIFIERS = "/console/notifiers"
BANK = "/console/banks/{name}"
WORDS = "/console/word-banks/{name}"
BASES = "/console/bases"
RULE = "/console/rules/{name}"
WRITE = "/console/write-rule"
SECOND = "rules_second"
SETTINGS = "/console/settings"
DECISION = "/console/decisions/{id}"
CHANNEL = "/console/settings/channels/{authority}"
REPORT = "/console/reports/{id}"
KEEPS = "preserve"
ORDER = "/console/orders/{id}"
FIGURES, WRITES = "/console/figures", "transparency"
HOLD = "/console/holds/{id}"
APPEAL, APPEALS = "/console/appeals/{id}", "appeals"
DESTRUCTION = "/console/destruction/{id}"
EXPORT = "/console/export/{id}"

PAGES = (
    Page("GET", "/console", FULL, front.first_page),
    Page("GET", "/console/sign-in", OPEN, signing_in.sign_in_page),
    Page("POST", "/console/sign-in", OPEN, signing_in.sign_in, signing_in.sign_in_page),
    Page("GET", "/console/sign-in/second", OPEN, signing_in.second_page),
    Page("POST", "/console/sign-in/second", OPEN, signing_in.take_code, signing_in.second_page),
    Page("POST", "/console/sign-in/recovery", OPEN, signing_in.take_recovery_code, signing_in.second_page),
    Page("POST", "/console/sign-in/passkey/options", OPEN, signing_in.passkey_options),
    Page("POST", "/console/sign-in/passkey", OPEN, signing_in.take_passkey, signing_in.sign_in_page),
    Page("GET", "/console/provider", OPEN, signing_in.to_provider, signing_in.sign_in_page),
    Page("GET", "/console/provider/back", OPEN, signing_in.back_from_provider, signing_in.sign_in_page),
    Page("GET", "/console/invitation/{secret}", OPEN, signing_in.invitation_page),
    Page("POST", "/console/invitation/{secret}", OPEN, signing_in.accept, signing_in.invitation_page),
    Page("GET", "/console/invitation/{secret}/provider", OPEN, signing_in.invited_to_provider, signing_in.sign_in_page),
    Page("POST", "/console/sign-out", ANY_SESSION, signing_in.sign_out, signing_in.sign_in_page),
    Page("GET", "/console/prove", ANY_SESSION, security.prove_page),
    Page("POST", "/console/prove", ANY_SESSION, security.prove, security.prove_page),
    Page("POST", "/console/prove/passkey/options", ANY_SESSION, security.prove_options),
    Page("POST", "/console/prove/passkey", ANY_SESSION, security.prove_passkey, security.prove_page),
    Page("GET", "/console/security", MUST_BE_PROVEN, security.security_page),
    Page("POST", "/console/security/passkeys/options", MUST_BE_PROVEN, security.passkey_options),
    Page("POST", "/console/security/passkeys", MUST_BE_PROVEN, security.add_passkey, security.security_page),
    Page("POST", "/console/security/passkeys/remove", FULL, security.remove_passkey, security.security_page),
    Page("POST", "/console/security/codes", MUST_BE_PROVEN, security.begin_codes, security.security_page),
    Page("POST", "/console/security/codes/confirm", MUST_BE_PROVEN, security.confirm_codes, security.codes_again),
    Page("POST", "/console/security/codes/remove", FULL, security.remove_codes, security.security_page),
    Page("POST", "/console/security/recovery-codes", FULL, security.make_recovery_codes, security.security_page),
    Page("POST", "/console/security/password", FULL, security.change_password, security.security_page),
    Page("GET", "/console/sessions", MUST_BE_PROVEN, own.sessions_page),
    Page("POST", "/console/sessions/end", MUST_BE_PROVEN, own.end_session, own.sessions_page),
    Page("POST", "/console/sessions/end-others", MUST_BE_PROVEN, own.end_others, own.sessions_page),
    Page("GET", "/console/tokens", FULL, own.tokens_page),
    Page("POST", "/console/tokens", FULL, own.create_token, own.tokens_page),
    Page("POST", "/console/tokens/revoke", FULL, own.revoke_token, own.tokens_page),
    Page("GET", "/console/notices", DESK, notices.notices_page),
    Page("GET", NOTICE, DESK, notice.notice_page),
    Page("POST", f"{NOTICE}/told", DESK, notice.open_told, notice.notice_page),
    Page("POST", f"{NOTICE}/locate", DESK, notice.locate, notice.notice_page),
    Page("POST", f"{NOTICE}/answer", DESK, notice.answer, notice.notice_page),
    Page("POST", f"{NOTICE}/danger-over", DESK, notice.end_danger, notice.notice_page),
    Page("POST", f"{NOTICE}/call-back", "enrol", notice.call_back, notice.notice_page),
    Page("POST", f"{NOTICE}/unfounded", DESK, notice.mark_unfounded, notice.notice_page),
    Page("GET", NOTIFIERS, DESK, notifiers.notifiers_page, or_takes=("enrol",)),
    Page("POST", NOTIFIERS, "enrol", notifiers.enrol, notifiers.notifiers_page),
    Page("POST", f"{NOTIFIERS}/end", "enrol", notifiers.end, notifiers.notifiers_page),
    Page("GET", "/console/queue", "cases", queue.queue_page),
    Page("POST", "/console/queue/next", "cases", queue.take_next, queue.queue_page),
    Page("POST", "/console/queue/give-back", "cases", queue.give_back_all, queue.queue_page),
    Page("GET", "/console/due", "cases", due.due_page),
    Page("POST", "/console/due/bounced", "desk", due.note_bounce, due.due_page),
    Page("GET", "/console/find", FULL, find.find_page),
    Page("POST", "/console/find", FULL, find.find, find.find_page),
    Page("POST", "/console/find/picture", FULL, find.find_picture, find.find_page, takes_file=True),
    Page("GET", CASE, "cases", case_page.case_page),
    Page("GET", f"{CASE}/items/{{item}}", "cases", case_page.item_page),
    Page("POST", f"{CASE}/claim", "cases", case_page.claim, case_page.case_page),
    Page("POST", f"{CASE}/renew", "cases", case_page.renew, case_page.case_page),
    Page("POST", f"{CASE}/release", "cases", case_page.release, case_page.case_page),
    Page("POST", f"{CASE}/resume", "cases", case_page.resume, case_page.case_page),
    Page("POST", f"{CASE}/skip", "cases", case_page.skip, case_page.case_page),
    Page("POST", f"{CASE}/hold", "cases", case_page.hold, case_page.case_page),
    Page("POST", f"{CASE}/hand-over", "cases", case_page.hand_over, case_page.case_page),
    Page("POST", f"{CASE}/danger", "cases", case_page.danger, case_page.case_page),
    Page("POST", f"{CASE}/protect", "decide", case_page.protect, case_page.case_page),
    Page("POST", f"{CASE}/notes", "cases", case_page.write_note, case_page.case_page),
    Page("POST", f"{CASE}/plan", "decide", deciding.show_plan, deciding.show_case_again),
    Page("POST", f"{CASE}/answer", "decide", deciding.answer_case, deciding.show_case_again),
    Page("GET", f"{CASE}/measures", "decide", measures.measures_page),
    Page("POST", f"{CASE}/measures/plan", "decide", measures.show_plan, measures.measures_page),
    Page("POST", f"{CASE}/measures", "decide", measures.decide, measures.measures_page),
    Page("GET", f"{CASE}/duties", "reports", duties.duties_page),
    Page("POST", f"{CASE}/duties/sheet", "reports", duties.fill_sheet, duties.duties_page),
    Page("POST", f"{CASE}/duties/{{authority}}/take", "reports", duties.take, duties.duties_page),
    Page("POST", f"{CASE}/duties/{{authority}}/decline", "reports", duties.decline, duties.duties_page),
    Page("POST", f"{CASE}/duties/{{authority}}/file", "file", duties.file_by_hand, duties.duties_page),
    Page("POST", f"{CASE}/reports", "reports", report.draw_up, duties.duties_page),
    Page("GET", "/console/reports", "reports", reports.reports_page, or_takes=("file",)),
    Page("GET", "/console/report-lists/{list}", "reports", reports.list_page, or_takes=("file",)),
    Page("GET", REPORT, "reports", report.report_page, or_takes=("file",)),
    Page("GET", f"{REPORT}/read", "reports", report_read.read_page, or_takes=("file",)),
    Page("GET", f"{REPORT}/by-hand/{{authority}}", "reports", report_read.by_hand_page),
    Page("GET", f"{REPORT}/edit", "reports", report_edit.edit_page),
    Page(
        "POST", f"{REPORT}/edit", "reports", report_edit.edit, report_edit.edit_page, most_bytes=MAX_SOURCE_FORM_BYTES
    ),
    Page("POST", f"{REPORT}/clear", "reports", report_edit.clear, report_edit.edit_page),
    Page("POST", f"{REPORT}/danger", "reports", report.danger, report.report_page),
    Page("POST", f"{REPORT}/prepare", "reports", report.prepare, report.report_page),
    Page("POST", f"{REPORT}/withdraw", "reports", report.withdraw, report.report_page),
    Page("POST", f"{REPORT}/correct", "reports", report.correct, report.report_page),
    Page("POST", f"{REPORT}/approve", "file", report.approve, report.report_page),
    Page("POST", f"{REPORT}/give-up", "file", report.give_up, report.report_page),
    Page("POST", f"{REPORT}/retry", "file", report.retry, report.report_page),
    Page("POST", f"{REPORT}/note", "file", report.take_note, report.report_page),
    Page("GET", DECISION, "decide", decision.decision_page),
    Page("POST", f"{DECISION}/plan", "decide", decision.show_reversal, decision.show_again),
    Page("POST", f"{DECISION}/reversal", "decide", decision.reverse, decision.show_again),
    Page("POST", f"{DECISION}/withdraw", "decide", decision.withdraw, decision.show_again),
    Page("POST", "/console/undo", "decide", deciding.undo, queue.queue_page),
    Page("POST", f"{CASE}/look", "evidence", looking.look, case_page.case_page),
    Page("POST", f"{CASE}/look/end", "evidence", looking.end_look, case_page.case_page),
    Page("GET", "/console/exposure", "cases", exposure.exposure_page),
    Page("POST", "/console/exposure", "cases", exposure.decline, exposure.exposure_page),
    Page("POST", "/console/exposure/comfort", "cases", exposure.keep_comfort, exposure.exposure_page),
    Page("GET", "/console/coverage", "operate", coverage.coverage_page),
    Page("GET", "/console/account", "cases", account.account_page),
    Page("GET", "/console/banks", "banks", banks.banks_page, or_takes=("judge", "words")),
    Page("GET", BANK, "banks", banks.bank_page, or_takes=("judge",)),
    Page("POST", f"{BANK}/say", "judge", banks.say, banks.bank_page),
    Page("POST", f"{BANK}/release", "judge", banks.release, banks.bank_page),
    Page("POST", f"{BANK}/preview", "banks", banks.preview, banks.bank_page, most_bytes=MAX_SOURCE_FORM_BYTES),
    Page("POST", f"{BANK}/import", "banks", banks.take_list, banks.bank_page, most_bytes=MAX_SOURCE_FORM_BYTES),
    Page("POST", f"{BANK}/switch", "banks", banks.switch, banks.bank_page),
    Page("GET", WORDS, "words", word_banks.word_bank_page),
    *(
        Page("POST", f"{WORDS}/{verb}", "words", handler, word_banks.word_bank_page, most_bytes=MAX_SOURCE_FORM_BYTES)
        for verb, handler in (("preview", word_banks.preview), ("import", word_banks.take_list))
    ),
    Page("POST", f"{WORDS}/switch", "words", word_banks.switch, word_banks.word_bank_page),
    Page("GET", "/console/rules", "rules", rules.rules_page, or_takes=(SECOND,)),
    Page("GET", RULE, "rules", rules.rule_page, or_takes=(SECOND,)),
    Page("POST", f"{RULE}/tests", "rules", rules.run_tests, rules.rule_page),
    Page("POST", f"{RULE}/move", "rules", rules.move, rules.rule_page),
    Page("POST", f"{RULE}/approve", SECOND, rules.approve, rules.rule_page),
    Page("POST", f"{RULE}/withdraw", "rules", rules.withdraw, rules.rule_page, or_takes=(SECOND,)),
    Page("GET", WRITE, "rules", rule_editor.editor_page),
    *(
        Page("POST", f"{WRITE}/{verb}", "rules", handler, rule_editor.editor_page, most_bytes=MAX_SOURCE_FORM_BYTES)
        for verb, handler in rule_editor.VERBS.items()
    ),
    Page("GET", "/console/see", "read", oversight.see_page),
    Page("GET", BASES, "operate", bases.bases_page, or_takes=("audit",)),
    Page("POST", f"{BASES}/preview", "operate", bases.foresee_record, bases.bases_page),
    Page("POST", f"{BASES}/record", "operate", bases.record, bases.bases_page),
    Page("POST", f"{BASES}/end/preview", "operate", bases.foresee_end, bases.bases_page),
    Page("POST", f"{BASES}/end", "operate", bases.end, bases.bases_page),
    Page("GET", "/console/metrics", "quality", metrics.metrics_page, or_takes=("operate",)),
    Page("GET", SETTINGS, "operate", settings.settings_page, or_takes=("webhooks", "rota")),
    Page("POST", f"{SETTINGS}/webhooks", "webhooks", settings.test_webhook, settings.settings_page),
    Page("POST", f"{SETTINGS}/classifiers", "operate", settings.test_classifier, settings.settings_page),
    Page("POST", f"{SETTINGS}/paging", "rota", settings.test_paging, settings.settings_page),
    Page("GET", CHANNEL, "file", channel.channel_page, or_takes=("reports",)),
    Page("POST", CHANNEL, "file", channel.set_up, channel.channel_page),
    Page("POST", f"{CHANNEL}/check", "file", channel.check, channel.channel_page),
    Page("POST", f"{CHANNEL}/enable", "file", channel.enable, channel.channel_page),
    Page("POST", f"{CHANNEL}/disable", "file", channel.disable, channel.channel_page),
    Page("POST", f"{CHANNEL}/schema", "file", channel.put_schema, channel.channel_page, takes_file=True),
    Page("POST", f"{CHANNEL}/schema/seen", "file", channel.see_schema, channel.channel_page),
    Page("GET", "/console/appeals", APPEALS, appeals.appeals_page),
    Page("GET", APPEAL, APPEALS, appeals.appeal_page),
    Page("POST", f"{APPEAL}/claim", APPEALS, appeals.claim, appeals.appeal_page),
    Page("POST", f"{APPEAL}/release", APPEALS, appeals.release, appeals.appeal_page),
    Page("POST", f"{APPEAL}/accept", APPEALS, appeals.accept, appeals.appeal_page),
    Page("POST", f"{APPEAL}/plan", APPEALS, appeals.show_plan, appeals.appeal_page),
    Page("POST", f"{APPEAL}/answer", APPEALS, appeals.answer, appeals.appeal_page),
    Page("POST", f"{APPEAL}/conduct", APPEALS, appeals.act_on_conduct, appeals.appeal_page),
    Page("GET", "/console/holds", KEEPS, holds.holds_page),
    Page("POST", "/console/holds", KEEPS, holds.place, holds.holds_page),
    Page("GET", HOLD, KEEPS, holds.hold_page),
    Page("POST", f"{HOLD}/extend", KEEPS, holds.extend, holds.hold_page),
    Page("POST", f"{HOLD}/review", KEEPS, holds.review, holds.hold_page),
    Page("POST", f"{HOLD}/release", KEEPS, holds.release, holds.hold_page),
    Page("GET", "/console/destruction", KEEPS, destruction.destruction_page),
    Page("POST", "/console/destruction", KEEPS, destruction.propose, destruction.destruction_page),
    Page("POST", "/console/destruction/order", KEEPS, destruction.order, destruction.destruction_page),
    Page("GET", DESTRUCTION, KEEPS, destruction.one_page),
    Page("POST", f"{DESTRUCTION}/agree", KEEPS, destruction.agree, destruction.one_page),
    Page("POST", f"{DESTRUCTION}/decline", KEEPS, destruction.decline, destruction.one_page),
    Page("GET", f"{DESTRUCTION}/certificate", KEEPS, destruction.certificate),
    Page("GET", "/console/export", KEEPS, export.export_page),
    Page("POST", "/console/export", KEEPS, export.request, export.export_page),
    Page("GET", EXPORT, KEEPS, export.one_page),
    Page("POST", f"{EXPORT}/approve", KEEPS, export.approve, export.one_page),
    Page("POST", f"{EXPORT}/decline", KEEPS, export.decline, export.one_page),
    Page("POST", f"{EXPORT}/make", KEEPS, export.make, export.one_page),
    Page("GET", f"{EXPORT}/custody", KEEPS, export.custody),
    Page("GET", FIGURES, WRITES, figures.figures_page, or_takes=("audit",)),
    *(
        Page("POST", f"{FIGURES}/{verb}", WRITES, handler, figures.figures_page)
        for verb, handler in (
            ("draw-up", figures.draw_up),
            ("correct", figures.correct),
            ("enter", figures.enter),
            ("text", figures.enter_text),
            ("recipients", figures.enter_recipients),
        )
    ),
    Page("GET", f"{FIGURES}/{{id}}", WRITES, figures.edition_page, or_takes=("audit",)),
    Page("GET", f"{FIGURES}/{{id}}/files", WRITES, figures.files, or_takes=("audit",)),
    Page("POST", f"{FIGURES}/{{id}}/publish", WRITES, figures.publish, figures.edition_page),
    Page("GET", "/console/orders", "orders", orders.orders_page),
    Page("POST", "/console/orders", "orders", orders.register, orders.orders_page),
    Page("GET", ORDER, "orders", orders.order_page),
    *(
        Page("POST", f"{ORDER}/{verb}", "orders", handler, orders.order_page)
        for verb, handler in (
            ("verify", orders.verify),
            ("acknowledge", orders.acknowledge),
            ("preview", orders.preview),
            ("effect", orders.give_effect),
            ("tell", orders.tell_authority),
            ("inform", orders.inform),
            ("delay", orders.delay),
            ("decline", orders.decline),
            ("withdraw", orders.withdraw),
        )
    ),
    Page("GET", "/console/audit", "audit", oversight.audit_page),
    Page("POST", "/console/audit", "audit", oversight.start_verification, oversight.audit_page),
    Page("GET", "/console/people", "people", people.people_page),
    Page("POST", "/console/people", "people", people.invite, people.people_page),
    Page("GET", "/console/people/{id}", "people", people.person_page),
    Page("POST", "/console/people/{id}/roles", "people", people.change_roles, people.person_page),
    Page("POST", "/console/people/{id}/sessions", "people", people.end_sessions, people.person_page),
    Page("POST", "/console/people/{id}/start-over", "people", people.start_over, people.person_page),
    Page("POST", "/console/people/{id}/end", "people", people.end, people.person_page),
)
