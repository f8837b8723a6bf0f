"""Prove that a known picture is recognised, from the bytes to what a viewer sees, with a harmless picture.

The picture is a fresh pattern each time, so that it is known nowhere else. Its bank has an ordinary clause that accuses
nobody, holds at most, and is off again afterwards; all names of the platform's side start with `canary-`.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tutela.core.banks import SignalType
from tutela.core.content import Media
from tutela.core.ids import BankId, ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.plans import Answer
from tutela.core.policy import Ceiling, Material, Verification, VisibilityCeiling
from tutela.errors import Conflict
from tutela.flows.keep_banks import BankChange, KeepBanks, NewBank, NewMember
from tutela.flows.receive_media import ReceiveMedia
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Submission, Submitted
from tutela.flows.submit import Submit
from tutela.ports.entropy import Entropy
from tutela.ports.store import Store

BANK = "canary"
CLAUSE = ClauseId("ops.unscanned")
"""Ordinary, and its text says that nobody is accused of anything."""

ACCOUNT = "canary-account"
SIDE_PIXELS = 256
COARSE = 16
"""Blobs along one side of the pattern: coarse enough to survive what platforms do to pictures."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Each step of the path, and whether it did what it must."""

    steps: tuple[tuple[str, bool], ...]

    @property
    def is_proved(self) -> bool:
        """Return whether every step held."""
        return all(held for _, held in self.steps)


@dataclass(frozen=True, slots=True)
class ProvePath:
    """Send a pattern, an altered copy and an unrelated one through the whole path."""

    store: Store
    keep_banks: KeepBanks
    receive_media: ReceiveMedia
    submit: Submit
    entropy: Entropy

    def __call__(self) -> Proof:
        """Run once. What remains: the bank, switched off and empty, and items of the account `canary-account`."""
        name = self.entropy.token(6).hex()
        known, other = _pattern(self.entropy.token(8)), _pattern(self.entropy.token(8))
        original = self._receive(known)
        if not original.hashes:
            return Proof((("the picture was decoded and hashed", False),))
        bank_id = self._bank()
        member = NewMember(SignalType.PDQ, original.hashes[0].hex)
        self.keep_banks.add(BANK, [member])
        try:
            copied, unrelated = self._receive(_altered(known)), self._receive(other)
            answers = self._submit(name, copied, unrelated)
            steps = self._steps(name, bank_id, answers)
        finally:
            self.keep_banks.remove(BANK, member.signal_type, member.value)
            self.keep_banks.change(BANK, BankChange(is_active=False))
        return Proof((("the picture was decoded and hashed", True), *steps))

    def _bank(self) -> BankId:
        new = NewBank(
            BANK, CLAUSE, Material.OTHER, Verification.OWN, "generated here by `tutela canary`",
            ceiling=Ceiling(visibility=VisibilityCeiling.HOLD),
        )  # fmt: skip
        try:
            return self.keep_banks.create(new).id
        except Conflict:
            return self.keep_banks.change(BANK, BankChange(is_active=True)).id

    def _receive(self, pixels: npt.NDArray[np.uint8]) -> Media:
        with self.receive_media.open() as reception:
            reception.write(_png(pixels))
            return reception.finish()

    def _submit(self, name: str, copied: Media, unrelated: Media) -> list[Answer | None]:
        author = Author(ACCOUNT)
        outcomes, _ = self.submit([
            Submission(f"canary-{name}-copy", author, "post", media=(MediaReference(copied.id),)),
            Submission(f"canary-{name}-other", author, "post", media=(MediaReference(unrelated.id),)),
        ])  # fmt: skip
        return [outcome.answer if isinstance(outcome, Submitted) else None for outcome in outcomes]

    def _steps(self, name: str, bank_id: BankId, answers: list[Answer | None]) -> tuple[tuple[str, bool], ...]:
        asked = [f"canary-{name}-copy", f"canary-{name}-other"]
        with self.store.read() as reader:
            views = reader.item_views(asked)
            detections = reader.detections(views[asked[0]].item) if asked[0] in views else []
        kinds = (
            [m.kind for standing in views[asked[0]].standings for m in standing.measures] if asked[0] in views else []
        )
        return (
            ("an altered copy was matched by its bank", any(d.match.bank_id == bank_id for d in detections)),
            ("the copy was not published", answers[0] is not None and answers[0] is not Answer.PUBLISH),
            ("a viewer does not see the copy", MeasureKind.HOLD in kinds),
            ("an unrelated picture was published", answers[1] is Answer.PUBLISH),
        )


def _pattern(seed: bytes) -> npt.NDArray[np.uint8]:
    """Return soft grey blobs: harmless, rich enough to hash well, and different for each seed."""
    numbers = np.random.default_rng(int.from_bytes(seed, "big"))  # a picture, no secret
    coarse = numbers.uniform(0, 255, (COARSE + 1, COARSE + 1))
    at = np.linspace(0, COARSE, SIDE_PIXELS)
    rows = np.array([np.interp(at, np.arange(COARSE + 1), line) for line in coarse])
    smooth = np.array([np.interp(at, np.arange(COARSE + 1), column) for column in rows.T]).T
    return smooth.astype(np.uint8)


def _altered(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return a copy as a platform might make one: smaller and a little darker."""
    half = SIDE_PIXELS // 2
    smaller = pixels.reshape(half, 2, half, 2).mean(axis=(1, 3))
    darker: npt.NDArray[np.uint8] = (smaller * 0.9).astype(np.uint8)
    return darker


def _png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Return *pixels* as a grey PNG."""
    height, width = pixels.shape
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
