"""`python -m teams.fermi --seeds FOLDER`"""

from teams.engine.cli import main
from teams.fermi import skill

main(skill)
