"""Whether a request about an adult's intimate image is whole, and what is missing (TAKE IT DOWN Act, section 3).

It matters for these alone. A notice about a child is complete by coming in; and what is missing stops nothing: it only
decides from when the 48 hours of the law run.
"""

from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import NoticeDraft

SIGNATURE = "signature"
LOCATION = "location"
GOOD_FAITH = "good_faith"
CONTACT = "contact"

ELEMENTS = (SIGNATURE, LOCATION, GOOD_FAITH, CONTACT)
"""What the law asks for. Source: Pub. L. 119-12, section 3(a)(1)(B)."""


def missing(draft: NoticeDraft) -> tuple[str, ...]:
    """Return the names of what is missing, in the order of the law; empty where nothing is, or nothing need be."""
    if draft.branch is not Branch.ADULT_INTIMATE or draft.age_said in {"under_13", "13_15", "16_17"}:
        return ()
    present = {
        SIGNATURE: bool(draft.signature.strip()),
        LOCATION: bool(draft.links or draft.items or draft.digests or draft.words.strip()),
        GOOD_FAITH: draft.good_faith,
        CONTACT: bool(draft.contact.address.strip()),
    }
    return tuple(each for each in ELEMENTS if not present[each])
