"""The machine face, `/v1`."""
