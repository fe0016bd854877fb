"""`python -m teams.few_shot_reasoning --seeds FOLDER`"""

from teams.engine.cli import main
from teams.few_shot_reasoning import skill

main(skill)
