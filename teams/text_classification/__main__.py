"""`python -m teams.text_classification --seeds FOLDER`"""

from teams.engine.cli import main
from teams.text_classification import skill

main(skill)
