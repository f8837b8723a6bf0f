"""Rules: what an analyst writes about events, checked, compiled and explained. Pure."""
