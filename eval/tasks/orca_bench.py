"""Orca-Bench: held-out pairs of the user's own runs, marked beside the teacher's answers (see `eval.orca`)."""

from __future__ import annotations

from eval.orca.task import task

__all__ = ["task"]
