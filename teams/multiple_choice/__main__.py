"""`python -m teams.multiple_choice --seeds FOLDER`"""

from teams.engine.cli import main
from teams.multiple_choice import skill

main(skill)
