"""The question, as all forms of this skill have it."""

from teams.engine.stages.forms import text

QUESTION = text(12, 1500, "as whoever answers will see it, who sees nothing else")
"""Longer than a question about a text may be: it brings its situation, its data or its attempt along."""
