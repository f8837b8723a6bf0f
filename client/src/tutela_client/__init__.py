"""Ask a Tutela server before publishing and before showing. Standard library only."""

from tutela_client.answers import Answer, Change, Changes, Known, Rejected, Standing, Strikes, Uploaded, Visibility
from tutela_client.client import Client
from tutela_client.in_force import Holdings, InForce
from tutela_client.may import Deed, Permission, Person, may
from tutela_client.scope import Scope
from tutela_client.see import Seen, see, see_account, see_all
from tutela_client.table import EffectTable
from tutela_client.transport import TutelaClientError
from tutela_client.verdict import Cause, Exposure, Reason, Verdict
from tutela_client.viewer import Choice, Viewer

__all__ = [
    "Answer",
    "Cause",
    "Change",
    "Changes",
    "Choice",
    "Client",
    "Deed",
    "EffectTable",
    "Exposure",
    "Holdings",
    "InForce",
    "Known",
    "Permission",
    "Person",
    "Reason",
    "Rejected",
    "Scope",
    "Seen",
    "Standing",
    "Strikes",
    "TutelaClientError",
    "Uploaded",
    "Verdict",
    "Viewer",
    "Visibility",
    "may",
    "see",
    "see_account",
    "see_all",
]
