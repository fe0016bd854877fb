"""`python -m teams.brain_teaser --seeds FOLDER`"""

from teams.brain_teaser import skill
from teams.engine.cli import main

main(skill)
