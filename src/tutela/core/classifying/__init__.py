"""Classifiers: what is asked, what an answer may be, and what bounds the asking. Signals for rules, never decisions."""
