"""P4 of a case that ends: nothing that was found ends before every authority that is owed it has it."""

from tutela.core.charter.breach import Breach
from tutela.core.filing.closing import Owed, must_be_filed, unmet
from tutela.core.ids import CaseId


def of_ending(case_id: CaseId, owed: Owed) -> tuple[Breach, ...]:
    """Return how the end of a case would break P4: by what must be filed and is not, or what nobody decided.

    Whoever only has it in hand has not told it: its clock runs on, and so does the case.
    """
    missing = [f"{each} must have it, and does not" for each in must_be_filed(owed)]
    open_still = [f"{each.authority}: {each.sentence}" for each in unmet(owed)]
    return tuple(Breach("P4", case_id, detail) for detail in dict.fromkeys((*missing, *open_still)))
