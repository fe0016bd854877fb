"""The script of data_to_text, read once."""

from pathlib import Path

from agents.script import Script

script = Script(Path(__file__).with_name("script.md"))
