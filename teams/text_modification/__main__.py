"""`python -m teams.text_modification --seeds FOLDER`"""

from teams.engine.cli import main
from teams.text_modification import skill

main(skill)
