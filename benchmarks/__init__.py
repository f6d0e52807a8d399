"""Measurements beside peers, in one run; ratios matter, single times do not."""
