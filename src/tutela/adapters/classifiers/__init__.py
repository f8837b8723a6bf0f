"""Classifiers: one module an outside system, and a guard around each."""
