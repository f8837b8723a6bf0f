"""Propose, agree to, decline and order destructions, and read their certificates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tutela.core.filing.destruction import Answer, Needs, Order, Wish, released_by, wished
from tutela.core.filing.destructions import Basis, Destruction, DestructionState, Doomed
from tutela.core.filing.retention import RetentionTable
from tutela.core.ids import DestructionId, EvidenceId, ReportId
from tutela.core.operator import OperatorProfile
from tutela.core.permissions import Principal, demand
from tutela.core.sessions import demand_proof
from tutela.errors import BadInput, Conflict, NotForYou, StillKept, UnknownDestruction, UnknownMedia
from tutela.flows.destroy import Destroy
from tutela.flows.doom import Doom
from tutela.flows.keep_holds import MOST_LETTERS, MOST_REASON
from tutela.flows.own_evidence import refuse_own_evidence
from tutela.flows.weigh_evidence import Weighed, weigh_evidence
from tutela.ports.clock import Clock
from tutela.ports.destructions import DestructionBook, ReportEvidence
from tutela.ports.entropy import Entropy
from tutela.ports.store import Store

MOST_CONTENTS = 10_000
"""Of one destruction: a certificate is read by people."""


@dataclass(frozen=True, slots=True)
class DestructionSeen:
    """A destruction with what it is about."""

    destruction: Destruction
    contents: tuple[Doomed, ...]


@dataclass(frozen=True, slots=True)
class KeepDestructions:
    """Every verb of a destruction. What is held or whose time is not over is refused, whoever asks and why."""

    store: Store
    book: DestructionBook
    doom: Doom
    destroy: Destroy
    table: RetentionTable
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy

    def propose(
        self, principal: Principal, ids: Sequence[EvidenceId], reason: str, wish: Wish = Wish.TIME
    ) -> Destruction:
        """Propose what is over for destruction; a second person has to agree.

        A report takes along what was written for it. A wish of somebody to be forgotten is asked here too, and hurries
        nothing.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do; a service's key never may.
            tutela.errors.BadInput: It names nothing, too much, or no reason.
            tutela.errors.UnknownMedia: One of them is not kept here.
            tutela.errors.NotForYou: One of them is about an account of their own.
            tutela.errors.StillKept: One of them is held, or its time is not over; the place says which.
            tutela.errors.Conflict: One of them is proposed already, or being destroyed.
        """
        demand(principal, "preserve")
        _check_reason(reason)
        if wish is Wish.ORDER:
            raise BadInput("An order is carried out, and not proposed.", place="wish", remedy="Use the order.")
        wanted = self._weighed(principal, ids)
        self._refuse_kept(wanted, wish, None)
        new = Destruction(
            self._new_id(), Basis.TWO_PEOPLE, reason.strip(), principal.id, self.clock.now()
        )  # fmt: skip
        contents = [Doomed(each.id, each.kept.row.id, holds=tuple(h.id for h in each.kept.holds)) for each in wanted]
        self.book.propose(new, contents)
        return new

    def agree(self, principal: Principal, destruction_id: DestructionId) -> Destruction:
        """Agree to what somebody else proposed, and carry it out. Irreversible.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.MustProve: The last proof of who asks is too old.
            tutela.errors.NotForYou: They proposed it themselves, or it is about an account of their own.
            tutela.errors.UnknownDestruction: There is none.
            tutela.errors.StillKept: One of them has come under a hold since, or into a case or a report.
            tutela.errors.Conflict: It waits no more, or something was done about one of them in this moment.
        """
        demand(principal, "preserve")
        demand_proof(principal, self.clock.now())
        before = self._waiting(destruction_id)
        if before.proposed_by == principal.id:
            raise NotForYou("a second person agrees, not whoever proposed it", place="id")
        wanted = self._weighed(principal, [each.id for each in self.book.contents(destruction_id)])
        self._refuse_kept(wanted, Wish.TIME, None)
        after = replace(
            before, state=DestructionState.DESTROYING, agreed_by=principal.id, agreed_at=self.clock.now()
        )  # fmt: skip
        return self._carry_out(after, wanted)

    def decline(self, principal: Principal, destruction_id: DestructionId) -> None:
        """End a proposal: by whoever made it, or whoever would have to agree. Nothing is destroyed.

        Raises:
            tutela.errors.NotForYou: It is about an account of their own.
            tutela.errors.UnknownDestruction: There is none.
            tutela.errors.Conflict: It waits no more.
        """
        demand(principal, "preserve")
        before = self._waiting(destruction_id)
        with self.store.read() as reader:
            refuse_own_evidence(reader, principal, [each.id for each in self.book.contents(destruction_id)])
        self.book.decline(before, principal.id, self.clock.now())

    def order(self, principal: Principal, ids: Sequence[EvidenceId], order: Order, reason: str) -> Destruction:
        """Carry out what an agency orders by law: one person, at once, with a certificate. Irreversible.

        Raises:
            tutela.errors.BadInput: It names nothing, too much, no reason, no agency or no reference.
            tutela.errors.MustProve: The last proof of who asks is too old.
            tutela.errors.NotForYou: One of them is about an account of their own, or was under a hold of a court or of
                police that they released.
            tutela.errors.StillKept: Holds stand in the way that it does not or cannot end, those of others; or a report
                that it does not name is on its way with it.
            tutela.errors.Conflict: One of them is being destroyed already, or something was done about it meanwhile.
        """
        demand(principal, "preserve")
        demand_proof(principal, self.clock.now())
        _check_reason(reason)
        if len(order.agency) > MOST_LETTERS or len(order.reference) > MOST_LETTERS:
            raise BadInput(f"Agency and reference have at most {MOST_LETTERS} characters.", place="reference")
        wanted = self._weighed(principal, ids)
        self._refuse_kept(wanted, Wish.ORDER, order)
        _refuse_same_hand(wanted, principal)
        now = self.clock.now()
        new = Destruction(
            self._new_id(), Basis.ORDER, reason.strip(), principal.id, now, DestructionState.DESTROYING, order,
            principal.id, now,
        )  # fmt: skip
        return self._carry_out(new, wanted, order)

    def due(self, principal: Principal, *, after: str = "", limit: int = 500) -> tuple[list[Weighed], str]:
        """Return a page of everything that is kept as evidence, and where the next one begins; empty at the end.

        Media come first, by id, then what was written for reports, then the reports.
        """
        demand(principal, "preserve")
        with self.store.read() as reader:
            is_media = not after or after.startswith("med_")
            ids = [EvidenceId(each.id) for each in reader.sealed_page(after, limit)] if is_media else []
            if is_media and len(ids) < limit:
                after = ""
            if len(ids) < limit:
                ids += [each for each, _ in reader.report_evidence_page(after, limit - len(ids))]
            found = {w.id: w for w in weigh_evidence(reader, ids, self.table, self.profile(), self.clock.now())}
        following = ids[-1] if len(ids) == limit else ""
        return [found[each] for each in ids if each in found], following

    def page(
        self, principal: Principal, *, after: str = "", limit: int = 100, state: DestructionState | None = None
    ) -> list[Destruction]:
        """Return destructions by id."""
        demand(principal, "preserve")
        return self.book.page(after, limit, state=state)

    def show(self, principal: Principal, destruction_id: DestructionId) -> DestructionSeen:
        """Return one with what it is about; the salts in it prove which file was destroyed.

        Raises:
            tutela.errors.UnknownDestruction: There is none.
        """
        demand(principal, "preserve")
        return DestructionSeen(self._stored(destruction_id), tuple(self.book.contents(destruction_id)))

    def certificate(self, principal: Principal, destruction_id: DestructionId) -> bytes:
        """Return the certificate.

        Raises:
            tutela.errors.UnknownDestruction: There is none.
            tutela.errors.Conflict: It is not proved yet, or ended by itself and has none.
        """
        demand(principal, "preserve")
        found = self.book.certificate(destruction_id)
        if found is None:
            state = self._stored(destruction_id).state
            raise Conflict(
                f"there is no certificate of this destruction: it is {state.value}", place="id",
                remedy="It is made once every key is destroyed under which one of the contents ever lay.",
            )  # fmt: skip
        return found

    def _carry_out(self, after: Destruction, wanted: Sequence[Weighed], order: Order | None = None) -> Destruction:
        weighed = {each.id: each.facts for each in wanted}
        self.book.begin(after, self.doom(wanted, order), self.clock.now(), weighed)
        return self.destroy(after.id) or after

    def _weighed(self, principal: Principal, ids: Sequence[EvidenceId]) -> list[Weighed]:
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            raise BadInput("It names nothing.", place="media", remedy="Name what is to be destroyed.")
        if len(wanted) > MOST_CONTENTS:
            raise BadInput(f"One destruction is of at most {MOST_CONTENTS} contents.", place="media")
        with self.store.read() as reader:
            _refuse_alone(wanted, reader.reports_of_written(wanted))
            with_files = _with_files(wanted, reader.evidence_of_reports(wanted))
            refuse_own_evidence(reader, principal, with_files)
            found = weigh_evidence(reader, with_files, self.table, self.profile(), self.clock.now())
        if missing := set(wanted) - {each.id for each in found}:
            raise UnknownMedia(place=min(missing))
        return found

    def _refuse_kept(self, wanted: Sequence[Weighed], wish: Wish, order: Order | None) -> None:
        now = self.clock.now()
        for each in wanted:
            answer = wished(each.kept, wish, now, order)
            if answer.needs is Needs.IMPOSSIBLE:
                raise StillKept(_why(answer, each), place=each.id, remedy="Leave it out, or see what keeps it.")

    def _waiting(self, destruction_id: DestructionId) -> Destruction:
        found = self._stored(destruction_id)
        if found.state is not DestructionState.PROPOSED:
            raise Conflict(f"this waits no more: it is {found.state.value}", place="id", remedy="Read it again.")
        return found

    def _stored(self, destruction_id: DestructionId) -> Destruction:
        found = self.book.destruction(destruction_id)
        if found is None:
            raise UnknownDestruction(place="id")
        return found

    def _new_id(self) -> DestructionId:
        return DestructionId(self.entropy.new_id("destruction"))


def _with_files(wanted: Sequence[EvidenceId], files: Sequence[ReportEvidence]) -> list[EvidenceId]:
    """Return what was named, with what was written for the reports among it: it lies under their keys."""
    return list(dict.fromkeys([*wanted, *(each.id for each in files if each.is_written)]))


def _refuse_alone(wanted: Sequence[EvidenceId], report_of: Mapping[EvidenceId, ReportId]) -> None:
    for each, report_id in sorted(report_of.items()):
        if EvidenceId(report_id) not in wanted:
            raise BadInput("It lies under the key of its report and goes with it.", place=each,
                           remedy=f"Name the report {report_id}, which takes what was written for it.")  # fmt: skip


def _refuse_same_hand(wanted: Sequence[Weighed], principal: Principal) -> None:
    """Let nobody release what a court or police asked for and then order it away: those are two people."""
    for each in wanted:
        if holds := released_by(each.kept, principal.id):
            raise NotForYou(f"a second person carries it out, not whoever released {holds[0].id}", place=each.id)


def _why(answer: Answer, weighed: Weighed) -> str:
    if answer.holds:
        ids = ", ".join(hold.id for hold in answer.holds)
        return f"{answer.reason} By: {ids}."
    until = weighed.until
    return answer.reason if until is None else f"{answer.reason} It is over on {until:%Y-%m-%d}."


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput("It needs a reason.", place="reason", remedy="Say why it is destroyed.")
    if len(reason) > MOST_REASON:
        raise BadInput(f"A reason has at most {MOST_REASON} characters.", place="reason")
