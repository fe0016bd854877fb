"""The script of the roles that all skills of text share, read once."""

from pathlib import Path

from agents.script import Script

script = Script(Path(__file__).with_name("script.md"))
