"""`python -m teams.analytical_reasoning --seeds FOLDER`"""

from teams.analytical_reasoning import skill
from teams.engine.cli import main

main(skill)
