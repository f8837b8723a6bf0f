"""What must be done before anybody is protected, and what is wrong now: asked by every face alike."""

from typing import TYPE_CHECKING

from tutela.core.operator import BASES, FIGURES, LICENCES, REPORTS, RULES, SECONDS, WORDS, lapses_soon
from tutela.flows.take_stock import alarms, has_members

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def checklist_of(house: "House") -> dict[str, bool]:
    """Return each line and whether it is done."""
    done = frozenset({"duties_confirmed"} if house.duties.confirm.is_confirmed() else ())
    with house.store.read() as reader:
        members = int(has_members(reader, house.clock.now()))
    return house.profile.checklist(members=members, has_escrow=house.keys.has_escrow(), alarms=_wrong(house), done=done)


def _wrong(house: "House") -> frozenset[str]:
    now = house.clock.now()
    with house.store.read() as reader:
        wrong = alarms(reader, now)
        is_stuck = house.watch_seconds.stuck(reader)
    by_line = {
        SECONDS: is_stuck,
        BASES: lapses_soon(house.profile.read().bases, now),
        LICENCES: house.keep_word_banks.has_alarm(),
        RULES: house.rules.engine.book.left_out,
        WORDS: house.word_engine.not_opened,
        FIGURES: house.report_figures.is_late(),
        # A server looks at all clocks every minute; who asks in between is told what was seen then.
        REPORTS: not house.duties.watch.last().is_quiet,
    }
    watched = (
        house.on_call.alarms(),
        house.read_classifiers.alarms(),
        house.filing.watch.alarms(),
        house.messaging.alarms(),
        house.statements.watch.last().lines,
    )
    return wrong.union(*watched, (line for line, is_wrong in by_line.items() if is_wrong))
