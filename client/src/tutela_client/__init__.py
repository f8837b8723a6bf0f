"""Ask a Tutela server before publishing and before showing. Standard library only."""

from tutela_client.alarms import Alarm, AlarmCode
from tutela_client.answers import Answer, Change, Changes, Known, Rejected, Strikes, Uploaded, Visibility
from tutela_client.cache import Cache, Contact, Post, Staleness, Used
from tutela_client.client import Client
from tutela_client.in_force import Holdings, InForce
from tutela_client.may import Deed, Permission, Person, may
from tutela_client.observed import NotObserved, Observed
from tutela_client.outbox import Sent
from tutela_client.pace import Pace, Patience, Pauses
from tutela_client.scope import Scope
from tutela_client.see import Seen, see, see_account, see_all
from tutela_client.standing import Standing
from tutela_client.table import EffectTable
from tutela_client.transport import TutelaClientError
from tutela_client.verdict import Cause, Exposure, Reason, Verdict
from tutela_client.viewer import Choice, Viewer

__all__ = [
    "Alarm",
    "AlarmCode",
    "Answer",
    "Cache",
    "Cause",
    "Change",
    "Changes",
    "Choice",
    "Client",
    "Contact",
    "Deed",
    "EffectTable",
    "Exposure",
    "Holdings",
    "InForce",
    "Known",
    "NotObserved",
    "Observed",
    "Pace",
    "Patience",
    "Pauses",
    "Permission",
    "Person",
    "Post",
    "Reason",
    "Rejected",
    "Scope",
    "Seen",
    "Sent",
    "Staleness",
    "Standing",
    "Strikes",
    "TutelaClientError",
    "Uploaded",
    "Used",
    "Verdict",
    "Viewer",
    "Visibility",
    "may",
    "see",
    "see_account",
    "see_all",
]
