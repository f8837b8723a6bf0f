"""In-memory twins of outside systems: shipped, for tests and the demo. The database has none."""
