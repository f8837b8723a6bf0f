"""Filing with authorities: duty, report, checks before it is sent, the state it is in, and how long it is kept."""
