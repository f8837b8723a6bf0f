"""From a finding to what it enters into the own bank of its clause (P3, P11): who, what, and by how many people."""

from collections.abc import Callable, Iterable, Iterator

from tutela.core.finding_rules import Question
from tutela.core.findings import FoundItem, FoundMedia
from tutela.core.ids import ItemId, MediaId
from tutela.core.measures import SubjectKind
from tutela.core.own_banks import Banking, Obstacle, OwnBank, Signal, is_ours
from tutela.core.policy import Policy
from tutela.core.remedies import Cell, Evidence, Weight, cell_of, weight_of

Meant = Callable[[FoundItem], Iterable[FoundMedia]]
"""Return the media of an item that a finding is about."""


def banking(question: Question, policy: Policy, meant: Meant) -> Banking | None:
    """Return what a finding enters; nothing where one person alone made it, or the table of remedies has no bank.

    What two people found again, and a decision has put there already, rests on both from then on: it stays when one of
    them is overturned.
    """
    own = question.known.own
    if own is None or not _is_shown_to_two(question, policy):
        return None
    media = _media(question, meant, _is_banked)
    novel, again = _signals(media, own), _signals(_media(question, meant, _is_known_here), own)
    if not media and not any(each in own.held and own.held[each].rests_on for each in again):
        return None
    if own.bank is not None and not is_ours(own.bank, own.clause_id):
        return Banking(own.clause_id, own.ceiling, own.bank, obstacle=Obstacle.NOT_OURS)
    held = [own.held[each] for each in dict.fromkeys((*novel, *again)) if each in own.held]
    return Banking(
        own.clause_id,
        own.ceiling,
        own.bank,
        entries=tuple(each for each in novel if each not in own.held),
        supports=tuple(each.member_id for each in held if each.rests_on),
        known=sum(not own.held[each].rests_on for each in novel if each in own.held),
        left_out=len(media & set(own.harmless)),
        relies_on={each.member_id: len(each.rests_on) for each in held},
    )


def _is_shown_to_two(question: Question, policy: Policy) -> bool:
    """Return whether two stand behind it who both say that what is shown is forbidden.

    Two agree whichever of the twelve they name; who names what somebody did says nothing of the picture.
    """
    finding = question.finding
    named = [weight_of(policy.clause(each)) for each in finding.agreed_on]
    return finding.is_by_two and bool(named) and all(weight is Weight.GRAVE_CONTENT for weight in named)


def _is_banked(cell: Cell) -> bool:
    return cell.remedy.is_banked


def _is_known_here(cell: Cell) -> bool:
    return cell.weight is Weight.GRAVE_CONTENT and cell.evidence is Evidence.REVIEWED_HERE


def _media(question: Question, meant: Meant, has: Callable[[Cell], bool]) -> set[MediaId]:
    """Return the media of every item whose cell of the table *has* it."""
    cells = (
        (item, cell_of(question.clause, question.finding.role(item.account_id), item.evidence))
        for item in _asked(question)
    )
    return {media.media_id for item, cell in cells if cell is not None and has(cell) for media in meant(item)}


def _signals(media: Iterable[MediaId], own: OwnBank) -> tuple[Signal, ...]:
    """Return the signals of *media*, each once and in one order; of what is known to be harmless none."""
    found = (own.signals.get(each, ()) for each in sorted(media) if each not in own.harmless)
    return tuple(dict.fromkeys(signal for signals in found for signal in signals))


def _asked(question: Question) -> Iterator[FoundItem]:
    """Yield the items that something is asked for on; what a replaced decision was about is none of them."""
    named = dict.fromkeys(ask.subject for ask in question.finding.asks if ask.subject.kind is SubjectKind.ITEM)
    return (question.known.items[ItemId(subject.id)] for subject in named)
