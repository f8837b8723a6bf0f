"""What waits for people at the end of the demo, by why it is there: the mix over which exposure is counted."""

MIX = {"near match": 229, "rule": 18, "exact digest": 11, "decision pending": 1}
"""Cases by reason, as `tutela demo` prints them on a machine that is not busy, beside second looks."""

PROBED = 7
"""Of those by rule: opened while it is tried whether the banks of words are asked yet. A busy machine opens more of
these, and says how many; of all others the test of the demo finds exactly these, on every machine.
"""

WITH_PICTURE = frozenset({"near match", "exact digest"})
"""Cases in which a picture lies, one in each: in the demo every variant is posted by an account of its own."""
