"""`python -m teams.text_extraction --seeds FOLDER`"""

from teams.engine.cli import main
from teams.text_extraction import skill

main(skill)
