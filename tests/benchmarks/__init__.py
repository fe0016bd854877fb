"""Benchmarks: commands that print figures against a stub endpoint of our own. Nothing here is a test."""
