"""What may be sent about banks: themselves, their members, opinions of them, and what a machine may do by them."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from tutela.api.bodies import MAX_HASHES, MAX_REMOVALS, BankName, Body, HashToLookUp, Line, Moment, SignalValue, Word
from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, MAX_THRESHOLD_BITS, SignalType
from tutela.core.brake import CUSTOMARY_ACCOUNTS, CUSTOMARY_WINDOW_HOURS, MAX_ACCOUNTS, MAX_WINDOW_HOURS
from tutela.core.opinions import Opinion
from tutela.core.policy import Material, Verification


class CeilingAsked(Body):
    """Less than the source of a bank allows; an axis that is left out is `none`."""

    visibility: Annotated[str, Field(pattern="^(none|case|hold|seal)$")] = "none"
    account: Annotated[str, Field(pattern="^(none|block_messaging|lock_pending_decision)$")] = "none"
    propagation: Annotated[str, Field(pattern="^(none|identical_held|identical_sealed)$")] = "none"
    report: Annotated[str, Field(pattern="^(none|draft)$")] = "none"


class NewBank(Body):
    """A bank of known signals, and what its source makes it good for."""

    name: BankName
    clause: Word
    material: Material
    verification: Verification
    source: Annotated[Line, Field(min_length=1)]
    threshold_bits: Annotated[int, Field(ge=0, le=MAX_THRESHOLD_BITS)] = CUSTOMARY_THRESHOLD_BITS
    ceiling: CeilingAsked | None = None
    may_keep: bool = True
    may_share: bool = False
    brake_accounts: Annotated[int, Field(ge=1, le=MAX_ACCOUNTS)] = CUSTOMARY_ACCOUNTS
    brake_window_hours: Annotated[int, Field(ge=1, le=MAX_WINDOW_HOURS)] = CUSTOMARY_WINDOW_HOURS
    licence_ends_at: Moment | None = None
    example: ClassVar[Any] = {
        "name": "example-list",
        "clause": "cse.depiction",
        "material": "apparent_csam",
        "verification": "several_analysts",
        "source": "The national hotline",
    }


class BankChange(Body):
    """What may be changed about a bank."""

    active: bool | None = None
    threshold_bits: Annotated[int, Field(ge=0, le=MAX_THRESHOLD_BITS)] | None = None
    brake_accounts: Annotated[int, Field(ge=1, le=MAX_ACCOUNTS)] | None = None
    brake_window_hours: Annotated[int, Field(ge=1, le=MAX_WINDOW_HOURS)] | None = None
    licence_ends_at: Moment | None = None  #: null takes the end away
    example: ClassVar[Any] = {"active": False}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        said = {name for name in self.model_fields_set if getattr(self, name) is not None or name == "licence_ends_at"}
        if not said:
            raise ValueError(f"name at least one of {', '.join(type(self).model_fields)}")
        return self


class NewMember(Body):
    """One signal to be banked."""

    type: SignalType
    value: SignalValue
    classification: Line | None = None
    tags: Annotated[list[Line], Field(max_length=20, default_factory=list)]
    opinion: Opinion | None = None  #: of the source; being on its list is its word for it


class NewMembers(Body):
    """Signals to be banked; one that cannot be used is named and the others go in."""

    members: Annotated[list[NewMember], Field(min_length=1, max_length=MAX_HASHES)]
    accept_flat: bool = False  #: take picture hashes of zeros or ones only in as well
    example: ClassVar[Any] = {"members": [{"type": "sha1", "value": "00112233445566778899aabbccddeeff00112233"}]}


class Removals(Body):
    """Signals to be taken out; one that cannot be used is named and the others go."""

    members: Annotated[list[HashToLookUp], Field(min_length=1, max_length=MAX_REMOVALS)]
    example: ClassVar[Any] = {"members": [{"type": "sha1", "value": "00112233445566778899aabbccddeeff00112233"}]}


class MemberOpinion(Body):
    """What one of your own people says of a member; the key that asks is who says it."""

    opinion: Opinion
    classification: Annotated[Line, Field(min_length=1)] | None = None
    example: ClassVar[Any] = {"opinion": "negative", "classification": "a landscape"}


class QuotaLimits(Body):
    """How many measures of each kind a machine may set in a day because of one bank; what is left out is as shipped."""

    limits: Annotated[dict[Word, Annotated[int, Field(ge=0)]], Field(max_length=20)]
    example: ClassVar[Any] = {"limits": {"lock_pending_decision": 50}}
