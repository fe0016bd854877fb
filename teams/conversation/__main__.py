"""`python -m teams.conversation --seeds FOLDER`"""

from teams.conversation import skill
from teams.engine.cli import main

main(skill)
