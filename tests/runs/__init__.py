"""Runs kept as they were, small enough to lie here: to be browsed, and read by every later version."""
