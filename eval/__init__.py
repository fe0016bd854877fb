"""Measure models the paper's way, and the data's own worth."""
