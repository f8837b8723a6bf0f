"""Re-scans: stored hashes against members by the million, in processes of this machine."""
