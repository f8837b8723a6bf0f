"""Product data: the policy and the effect table."""
