"""`python -m teams.tool_use --seeds FOLDER`"""

from teams.engine.cli import main
from teams.tool_use import skill

main(skill)
