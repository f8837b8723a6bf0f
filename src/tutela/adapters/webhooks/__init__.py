"""Webhooks on their way: signed, to a checked address, with an end."""
