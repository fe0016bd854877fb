"""The script of tool_use, read once, and the names it reserves."""

from pathlib import Path

from agents.script import Script

script = Script(Path(__file__).with_name("script.md"))
SPOKEN = ("ask_user", "final_answer", "failed")
"""Tools by which an assistant speaks; no function of a seed may be called so."""
