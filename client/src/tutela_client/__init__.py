"""Ask a Tutela server before publishing and before showing. Standard library only."""

from tutela_client.answers import Answer, Change, Changes, Known, Rejected, Standing, Uploaded, Visibility
from tutela_client.client import Client
from tutela_client.see import EffectTable, InForce, Viewer, see
from tutela_client.transport import TutelaClientError
from tutela_client.verdict import Exposure, Verdict

__all__ = [
    "Answer",
    "Change",
    "Changes",
    "Client",
    "EffectTable",
    "Exposure",
    "InForce",
    "Known",
    "Rejected",
    "Standing",
    "TutelaClientError",
    "Uploaded",
    "Verdict",
    "Viewer",
    "Visibility",
    "see",
]
