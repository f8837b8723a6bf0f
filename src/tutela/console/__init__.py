"""The face of people who work here: pages that work without scripts, except for passkeys."""
