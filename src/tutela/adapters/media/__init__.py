"""Decoding of images, with limits, in child processes that may die."""
