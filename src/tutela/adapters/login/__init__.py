"""How a proof is checked; see `ports.proofs`."""
