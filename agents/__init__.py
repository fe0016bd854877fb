"""Who speaks: roles, the scripts they speak from, the models that play them, and the journal of what was said."""

from agents.role import Role
from agents.script import Script

__all__ = ["Role", "Script"]
