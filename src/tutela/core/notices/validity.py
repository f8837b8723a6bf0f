"""Whether a request about an adult's intimate image is whole, and what is missing (TAKE IT DOWN Act, section 3).

It matters for these alone. A notice about a child is complete by coming in; and what is missing stops nothing: it only
decides from when the 48 hours of the law run.
"""

from collections.abc import Iterable

from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import Contact, NoticeDraft

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


def joined(drafts: Iterable[NoticeDraft], branch: Branch) -> NoticeDraft:
    """Return all that was told so far as one, as far as it makes a request whole: what came later completes it."""
    told = list(drafts)
    return NoticeDraft(
        branch=branch,
        links=tuple(link for each in told for link in each.links),
        items=tuple(item for each in told for item in each.items),
        digests=tuple(digest for each in told for digest in each.digests),
        words="".join(each.words for each in told),
        age_said=next((each.age_said for each in told if each.age_said), ""),
        signature=next((each.signature for each in told if each.signature.strip()), ""),
        good_faith=any(each.good_faith for each in told),
        contact=next((each.contact for each in told if each.contact.address.strip()), Contact()),
    )
