"""Give somebody a golden case in place of the next one, at the set rate, so that they cannot tell."""

from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.audit import AuditEvent
from tutela.core.case_moves import SkipReason
from tutela.core.case_states import CaseState, Move
from tutela.core.cases import Case, Purpose
from tutela.core.ids import CaseId
from tutela.core.looks import Golden, Look, golden_round, is_given, replaces_head
from tutela.core.permissions import Principal
from tutela.flows.move_case import move_event
from tutela.flows.next_case import GivenInstead
from tutela.flows.read_bench import MAX_ITEMS
from tutela.ports.cases import CaseFilter, CaseMove, CaseSkip, OpenCase
from tutela.ports.committer import CaseItem, Changeset
from tutela.ports.entropy import Entropy
from tutela.ports.quality import QualityChanges
from tutela.ports.store import Reader

CANDIDATES = 100
"""Of which one is drawn: golden cases are marked by hand, and few."""

_DRAW_BYTES = 4


@dataclass(frozen=True, slots=True)
class GiveGolden:
    """Draw whether the next case is a golden one, and which. Never before danger, or what is late."""

    entropy: Entropy
    rate: int  #: of a thousand

    def __call__(
        self, reader: Reader, principal: Principal, head: OpenCase, wanted: CaseFilter, now: datetime
    ) -> GivenInstead | None:
        """Return what is given in place of *head*, claimed, with all that is written for it; none in most cases."""
        # Whoever keeps golden cases can read what is held to be right; and only a person is measured.
        is_measured = principal.person_id is not None and not principal.may("quality")
        if not (is_measured and replaces_head(head.case, now) and is_given(self.rate, self.entropy.token(_DRAW_BYTES))):
            return None
        golden = self._drawn(reader, principal, wanted)
        items = [] if golden is None else reader.all_case_items(golden.case.id, MAX_ITEMS)
        if golden is None or not items:
            return None
        name = CaseId(self.entropy.new_id("case"))
        case = golden_round(golden, name, principal.id, head.case, now, self.entropy.token(_DRAW_BYTES))
        waiting = replace(case, state=CaseState.OPEN, holder=None, until=None, version=1)
        skips = (CaseSkip(name, each, SkipReason.OTHER, now) for each in sorted(reader.who_knows(golden.case.id)))
        changeset = Changeset(
            cases=(case,),
            case_items=tuple(CaseItem(name, item_id) for item_id in items),
            case_skips=tuple(skips),  # should it go back to its queue, nobody who knows the answer is offered it
            quality=QualityChanges(looks=(_look(golden, case, now),)),
            audit=(
                AuditEvent("system:case:opened", name, {"clause": case.clause_id}),
                move_event(CaseMove(waiting, case), Move.CLAIM, principal.id),
            ),
        )
        shown = reader.case_shown(golden.case.id)
        return None if shown is None else GivenInstead(replace(shown, case=case), changeset)

    def _drawn(self, reader: Reader, principal: Principal, wanted: CaseFilter) -> Golden | None:
        found = reader.golden_for(principal.id, reader.own_accounts(principal.id), wanted, CANDIDATES)
        if not found:
            return None
        drawn = int.from_bytes(self.entropy.token(_DRAW_BYTES), "big") % len(found)
        golden = reader.golden(found[drawn])
        # What somebody declines they are not given for the sake of a figure either.
        return None if golden is None or golden.case.clause_id in wanted.without else golden


def _look(golden: Golden, case: Case, now: datetime) -> Look:
    return Look(case.id, Purpose.GOLDEN, golden.decision_id, now, golden_id=golden.id, person=case.holder)
