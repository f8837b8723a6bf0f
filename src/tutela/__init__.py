"""Tutela: the trust-and-safety system that keeps the sexual exploitation of children off a platform."""

__version__ = "0.1.0"
