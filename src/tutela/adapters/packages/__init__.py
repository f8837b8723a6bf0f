"""Encrypt packages to somebody else's public key."""
