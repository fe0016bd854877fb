"""`python -m teams.web_agent --seeds FOLDER`"""

from teams.engine.cli import main
from teams.web_agent import skill

main(skill)
