"""`python -m teams.data_to_text --seeds FOLDER`"""

from teams.data_to_text import skill
from teams.engine.cli import main

main(skill)
