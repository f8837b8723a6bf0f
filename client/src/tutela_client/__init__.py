"""Ask a Tutela server before publishing and before showing. Standard library only."""

from tutela_client.see import EffectTable, InForce, Viewer, see
from tutela_client.verdict import Exposure, Verdict

__all__ = ["EffectTable", "Exposure", "InForce", "Verdict", "Viewer", "see"]
