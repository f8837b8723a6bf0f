"""What Tutela does: one verb a file. Flows read, let the core decide, and commit once."""
