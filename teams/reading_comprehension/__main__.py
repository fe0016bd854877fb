"""`python -m teams.reading_comprehension --seeds FOLDER`"""

from teams.engine.cli import main
from teams.reading_comprehension import skill

main(skill)
