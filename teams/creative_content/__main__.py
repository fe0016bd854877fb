"""`python -m teams.creative_content --seeds FOLDER`"""

from teams.creative_content import skill
from teams.engine.cli import main

main(skill)
