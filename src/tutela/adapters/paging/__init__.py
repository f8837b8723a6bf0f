"""What carries a page to whoever is on call."""
