"""A small pretend platform with harmless pictures, for the demo and the tests."""
