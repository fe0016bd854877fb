"""`python -m teams.data_to_text --seeds FOLDER`"""

from teams.engine.cli import main
from teams.data_to_text import skill

main(skill)
