"""The promises, each a function that answers with the breaches it finds.

They are asked three times: of a plan before it is committed, by property tests, and of the live system by
`tutela audit verify`; and of the table of effects, which decides what measures are worth, before it is used. Here are
the promises as far as the parts that exist reach: P1 to P8, P10, P11; P9 is `core.audit`, P12 is
`core.operator.may_use`.
"""

from tutela.core.charter.appeals import AppealDecided, of_appeal, of_pending
from tutela.core.charter.breach import Breach
from tutela.core.charter.conduct import of_conduct
from tutela.core.charter.effects import of_effects, of_table
from tutela.core.charter.ending import Ending, of_ending
from tutela.core.charter.live import of_measures, of_visibility
from tutela.core.charter.logs import of_log_record
from tutela.core.charter.notices import of_notice
from tutela.core.charter.plans import of_plan
from tutela.core.charter.telling import Telling, of_delay, of_telling
from tutela.core.charter.verifications import of_verification

__all__ = [
    "AppealDecided",
    "Breach",
    "Ending",
    "Telling",
    "of_appeal",
    "of_conduct",
    "of_delay",
    "of_effects",
    "of_ending",
    "of_log_record",
    "of_measures",
    "of_notice",
    "of_pending",
    "of_plan",
    "of_table",
    "of_telling",
    "of_verification",
    "of_visibility",
]
