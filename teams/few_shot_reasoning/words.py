"""The script of this skill, read once."""

from pathlib import Path

from agents.script import Script

script = Script(Path(__file__).with_name("script.md"))
