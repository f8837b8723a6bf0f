"""Side by side with peers, in one run on one machine: ratios count, absolute figures are for orientation."""
