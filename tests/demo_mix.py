"""What waits for people at the end of the demo, by why it is there: the mix over which exposure is counted."""

MIX = {"near match": 229, "rule": 18, "exact digest": 11, "decision pending": 1}
"""Cases by reason, as `tutela demo` prints them. The test of the demo compares its own."""

WITH_PICTURE = frozenset({"near match", "exact digest"})
"""Cases in which a picture lies, one in each: in the demo every variant is posted by an account of its own."""
