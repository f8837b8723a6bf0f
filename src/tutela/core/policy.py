"""The policy as values: clauses, what each demands, and how far a machine may go before a person looks.

A `Policy` that lacks one of the twelve zero-tolerance clauses, or holds a weaker one, cannot be made: the floor below
is checked whenever one comes into being, whatever file or merge it came from (promise P2 of the charter). Longer than a
module should be, because clause, ceiling and floor are one rule, and nobody should read one without the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from tutela.core.ids import ClauseId
from tutela.core.ladders import StrikeRule
from tutela.errors import BadInput, Misconfigured

ZERO_TOLERANCE_IDS = tuple(
    ClauseId(f"cse.{name}")
    for name in (
        "depiction",
        "generated",
        "commentary",
        "links",
        "promotion",
        "seeking",
        "commercial",
        "sending",
        "conversation",
        "coercion",
        "identifying",
        "normalising",
    )
)
"""The twelve clauses that no configuration switches off, weakens or makes ordinary."""

RESERVED_PREFIX = "cse."
"""Only the twelve start so, so that no ordinary clause can pass for one of them."""

KNOWN_KINDS = (
    "limit_reach",
    "de_emphasise",
    "exclude",
    "cover",
    "disable_actions",
    "age_gate",
    "withhold",
    "hide_profile",
    "block_posting",
    "block_messaging",
    "read_only",
    "lock_until_verified",
    "lock_pending_decision",
    "protect",
    "suspend",
    "no_ads",
    "no_payout",
    "hold",
    "remove",
    "quarantine",
    "block_media",
    "block_link",
    "block_device",
    "block_network",
    "warn",
)
"""Every kind of measure that a policy may name, in the order of the reference."""

ANSWERS_ON_CONTENT = frozenset({"quarantine", "remove"})
"""What answers a zero-tolerance violation, on the content of its actor (P2)."""

ANSWERS_ON_ACCOUNT = frozenset({"lock_pending_decision", "suspend"})
"""What answers it on the actor's account: only a decision ends these (P2)."""

LESSER_KINDS = frozenset(
    {
        "limit_reach",
        "de_emphasise",
        "cover",
        "disable_actions",
        "age_gate",
        "withhold",
        "block_posting",
        "read_only",
        "lock_until_verified",
        "warn",
    }
)
"""What never answers it (P2)."""


class ClauseKind(StrEnum):
    """Whether a clause is about what is shown or about what somebody does."""

    CONTENT = "content"
    BEHAVIOUR = "behaviour"


class Severity(IntEnum):
    """How grave a violation is. Higher is graver, and earlier in a queue."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class DutyHint(StrEnum):
    """Which kind of incident a report would most likely name. A hint: the duty follows from facts and place (P4).

    Source: incident types of the CyberTipline API.
    """

    CSAM = "csam"
    TRAFFICKING = "trafficking"
    ENTICEMENT = "enticement"
    UNSOLICITED_OBSCENE = "unsolicited_obscene"
    NONE = "none"


class VisibilityCeiling(IntEnum):
    """How far a machine may hide. A hold leaves the bytes where they are; a seal is a quarantine with a clock."""

    NONE = 0
    CASE = 1
    HOLD = 2
    SEAL = 3


class AccountCeiling(IntEnum):
    """How far a machine may restrict an account. It never suspends (P11)."""

    NONE = 0
    BLOCK_MESSAGING = 1
    LOCK_PENDING_DECISION = 2


class PropagationCeiling(IntEnum):
    """What happens by itself to other items that carry the same media. Near copies are at most held."""

    NONE = 0
    IDENTICAL_HELD = 1
    IDENTICAL_SEALED = 2


class ReportCeiling(IntEnum):
    """Whether a draft is laid before a person. No machine files (P11)."""

    NONE = 0
    DRAFT = 1


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What may happen before a person looks, on four axes that are bounded each on its own."""

    visibility: VisibilityCeiling = VisibilityCeiling.NONE
    account: AccountCeiling = AccountCeiling.NONE
    propagation: PropagationCeiling = PropagationCeiling.NONE
    report: ReportCeiling = ReportCeiling.NONE

    def meet(self, other: "Ceiling") -> "Ceiling":
        """Return the lower of both on each axis. Never higher than either, whatever the order."""
        return Ceiling(
            min(self.visibility, other.visibility),
            min(self.account, other.account),
            min(self.propagation, other.propagation),
            min(self.report, other.report),
        )

    def is_within(self, other: "Ceiling") -> bool:
        """Return whether no axis is above that of *other*."""
        return self.meet(other) == self


NOTHING = Ceiling()
"""A machine does nothing at all."""

HIGHEST = Ceiling(
    VisibilityCeiling.SEAL,
    AccountCeiling.LOCK_PENDING_DECISION,
    PropagationCeiling.IDENTICAL_SEALED,
    ReportCeiling.DRAFT,
)
"""As far as a machine ever goes, on every axis."""

ORDINARY_HIGHEST = Ceiling(
    VisibilityCeiling.HOLD, AccountCeiling.BLOCK_MESSAGING, PropagationCeiling.IDENTICAL_HELD, ReportCeiling.NONE
)
"""As far as a machine goes under an ordinary clause: sealing, locking and drafts belong to the twelve."""


class Verification(StrEnum):
    """Who checked what is on a list."""

    SEVERAL_ANALYSTS = "several_analysts"
    ONE_ANALYST = "one_analyst"
    OWN = "own"
    USERS = "users"


class MatchKind(StrEnum):
    """Identical bytes, or a likeness."""

    EXACT_DIGEST = "exact_digest"
    NEAR = "near"


class Material(StrEnum):
    """What is on a list. Each bank holds one of these, so that none shares a ceiling with apparent CSAM."""

    APPARENT_CSAM = "apparent_csam"
    EXPLOITATIVE = "exploitative"
    GENERATED = "generated"
    ADULT_INTIMATE = "adult_intimate"
    SUPPRESSION = "suppression"  #: known harmless: it clears, and never hides
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CeilingRow:
    """One source of suspicion and the most that a machine may make of it."""

    id: str
    covers: str
    ceiling: Ceiling
    #: Banks that this row is for; all three empty for sources that are no banks.
    material: frozenset[Material] = frozenset()
    verification: frozenset[Verification] = frozenset()
    match: frozenset[MatchKind] = frozenset()
    new_public_items: VisibilityCeiling | None = None  #: higher visibility for these, where the operator asks for it
    account_max_hours: int | None = None  #: after this the account measure has ended
    decide_within_hours: int | None = None  #: a person must have decided by then

    def is_for(self, material: Material, verification: Verification, match: MatchKind) -> bool:
        """Return whether a match of this description falls under the row."""
        return material in self.material and verification in self.verification and match in self.match


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The ceiling table: exactly one row for every description a match can have.

    Raises:
        tutela.errors.Misconfigured: A description has no row, or two.
    """

    version: str
    rows: tuple[CeilingRow, ...]

    def __post_init__(self) -> None:
        """Refuse a table that leaves an answer open."""
        for material in Material:
            for verification in Verification:
                for match in MatchKind:
                    found = sum(row.is_for(material, verification, match) for row in self.rows)
                    if found != 1:
                        what = f"{material}, {verification}, {match}"
                        raise Misconfigured(f"{found} rows of the ceiling table answer for {what}; one must.")

    def row(self, row_id: str) -> CeilingRow:
        """Return the row of that id.

        Raises:
            tutela.errors.Misconfigured: There is none.
        """
        for row in self.rows:
            if row.id == row_id:
                return row
        raise Misconfigured(f"The ceiling table has no row `{row_id}`.")


def ceiling_for(material: Material, verification: Verification, match: MatchKind, ceilings: Ceilings) -> Ceiling:
    """Return the most that a machine may make of such a match.

    The clause and the bank may ask for less: meet all three.
    """
    return next(row.ceiling for row in ceilings.rows if row.is_for(material, verification, match))


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule of conduct, in words for those it binds and in data for those who apply it."""

    id: ClauseId
    version: str  #: of the file it came from; every decision names clause and version
    kind: ClauseKind
    title: str
    adult: str  #: the rule in plain words
    teen: str  #: the same for somebody of fourteen, with where help is
    severity: Severity
    is_zero_tolerance: bool
    automation: Ceiling  #: the most that a machine may do in its name
    allowed: tuple[str, ...]  #: kinds for the material and whoever is found to be the actor
    demanded_on_content: tuple[str, ...] = ()  #: at least one of these on the actor's content
    demanded_on_account: tuple[str, ...] = ()  #: at least one of these on the actor's account, without an end
    lesser_refused: tuple[str, ...] = ()  #: kinds that are refused as an answer to the actor
    for_others: tuple[str, ...] = ()  #: kinds for depicted, coerced, compromised or minor people: help, not an answer
    duty_hint: DutyHint = DutyHint.NONE
    strikes: StrikeRule | None = None  #: what a person's finding counts; never under the twelve


def weaknesses(clause: Clause) -> tuple[str, ...]:
    """Return what keeps *clause* from being a zero-tolerance clause; empty when nothing does."""
    holds = {
        "it must be zero tolerance": clause.is_zero_tolerance,
        "its severity must be high or critical": clause.severity >= Severity.HIGH,
        "a machine must at least open a case": clause.automation.visibility >= VisibilityCeiling.CASE,
        "it must demand quarantine or remove, and nothing less": _is_some_of(
            clause.demanded_on_content, ANSWERS_ON_CONTENT
        ),
        "it must demand lock_pending_decision or suspend, and nothing less": _is_some_of(
            clause.demanded_on_account, ANSWERS_ON_ACCOUNT
        ),
        "it must refuse every lesser measure": set(clause.lesser_refused) >= LESSER_KINDS,
        "it must not allow a lesser measure": LESSER_KINDS.isdisjoint(clause.allowed),
        "it must have no strikes: the first finding already demands the account measure": clause.strikes is None,
    }
    return tuple(sentence for sentence, is_held in holds.items() if not is_held)


def _is_some_of(kinds: tuple[str, ...], answers: frozenset[str]) -> bool:
    return bool(kinds) and set(kinds) <= answers


@dataclass(frozen=True, slots=True)
class Policy:
    """All clauses in force. The twelve are always among them.

    Raises:
        tutela.errors.Misconfigured: One of the twelve is missing or weakened, or an ordinary clause passes for one.
    """

    version: str
    clauses: Mapping[ClauseId, Clause]

    def __post_init__(self) -> None:
        """Refuse to exist below the floor."""
        object.__setattr__(self, "clauses", MappingProxyType(dict(self.clauses)))
        for clause_id in ZERO_TOLERANCE_IDS:
            if clause_id not in self.clauses:
                raise Misconfigured("This zero-tolerance clause is missing.", place=clause_id)
            for weakness in weaknesses(self.clauses[clause_id]):
                raise Misconfigured(f"A zero-tolerance clause cannot be weakened: {weakness}.", place=clause_id)
        for clause_id, clause in self.clauses.items():
            if clause_id not in ZERO_TOLERANCE_IDS:
                check_ordinary(clause)

    def clause(self, clause_id: str) -> Clause:
        """Return the clause of that id.

        Raises:
            tutela.errors.BadInput: There is none.
        """
        found = self.clauses.get(ClauseId(clause_id))
        if found is None:
            raise BadInput("There is no clause of that identifier.")
        return found

    @property
    def zero_tolerance(self) -> tuple[Clause, ...]:
        """Return the twelve, in their order."""
        return tuple(self.clauses[clause_id] for clause_id in ZERO_TOLERANCE_IDS)


def check_ordinary(clause: Clause) -> None:
    """Refuse an ordinary clause that takes a name or a power of the twelve.

    Raises:
        tutela.errors.Misconfigured: It does.
    """
    if clause.id.startswith(RESERVED_PREFIX) or clause.is_zero_tolerance:
        raise Misconfigured(
            "Only the twelve clauses that ship with Tutela are zero tolerance, and only their ids start with `cse.`.",
            place=clause.id,
            remedy="Give the clause another id and make it ordinary.",
        )
    if clause.strikes is not None and "lock_until_verified" in clause.allowed:
        raise Misconfigured(
            "`lock_until_verified` answers a suspected compromise or a missing age, never a violation.",
            place=f"{clause.id}.allowed",
            remedy="Leave it to `for_others`, or to a clause without strikes.",
        )
    if not clause.automation.is_within(ORDINARY_HIGHEST):
        raise Misconfigured(
            "Under an ordinary clause a machine may hold, block messaging and hold identical media; nothing more.",
            place=f"{clause.id}.automation",
        )


def merge(policy: Policy, extra: Mapping[ClauseId, Clause], *, version: str) -> Policy:
    """Return *policy* with ordinary clauses beside it. Nothing that stands is changed.

    Args:
        policy: What stands.
        extra: The clauses to add, by id.
        version: Of the file they came from; the version of the whole names both.

    Raises:
        tutela.errors.Misconfigured: A clause exists already, takes a reserved id, or a power of the twelve.
    """
    for clause_id, clause in extra.items():
        if clause_id in policy.clauses:
            raise Misconfigured(
                "This clause exists already and cannot be changed by another file.",
                place=clause_id,
                remedy="Give yours another id.",
            )
        check_ordinary(clause)
        _check_ladder(policy, clause)
    return Policy(f"{policy.version}+{version}", {**policy.clauses, **extra})


def _check_ladder(policy: Policy, clause: Clause) -> None:
    """Refuse another ladder of a name that is taken: points of one would be counted on the other."""
    for known in policy.clauses.values():
        both = known.strikes, clause.strikes
        if both[0] and both[1] and both[0].ladder.id == both[1].ladder.id and both[0].ladder != both[1].ladder:
            raise Misconfigured(
                "Another file has a ladder of this id, with other rungs.",
                place=f"{clause.id}.strikes.ladder",
                remedy="Give yours another id.",
            )
