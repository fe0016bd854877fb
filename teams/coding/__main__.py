"""`python -m teams.coding --seeds FOLDER`"""

from teams.coding import skill
from teams.engine.cli import main

main(skill)
