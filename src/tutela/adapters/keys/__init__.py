"""Keys: one master key, and destroyable keys per retention period, outside database and vault."""
