"""Everything about statements of reasons, wired together."""

from dataclasses import dataclass

from tutela.flows.draw_up_records import DrawUpRecords
from tutela.flows.keep_statements import KeepStatements
from tutela.flows.keep_transparency import KeepTransparency
from tutela.flows.submit_records import SubmitRecords
from tutela.flows.tell_statements import TellStatements
from tutela.flows.watch_statements import WatchStatements
from tutela.ports.transparency import TransparencyService


@dataclass(frozen=True, slots=True)
class StatementVerbs:
    """Statements, and what of them goes to the EU Transparency Database."""

    keep: KeepStatements
    tell: TellStatements
    watch: WatchStatements
    draw_up: DrawUpRecords
    submit: SubmitRecords
    transparency: KeepTransparency
    service: TransparencyService
