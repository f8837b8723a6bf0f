"""Exact near-duplicate search."""
