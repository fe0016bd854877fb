"""Hostile programs: `test_hostile.py` runs them as tests, `python -m tests.sandbox.hostile` prints a table of them."""

from tests.sandbox.hostile import escapes, forgeries, greed, leftovers, oddities
from tests.sandbox.hostile.held import PROGRAMS, Program, still_works

__all__ = ["PROGRAMS", "Program", "escapes", "forgeries", "greed", "leftovers", "oddities", "still_works"]
