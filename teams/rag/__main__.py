"""`python -m teams.rag --seeds FOLDER`"""

from teams.engine.cli import main
from teams.rag import skill

main(skill)
