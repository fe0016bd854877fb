"""`python -m teams.open_domain_qa --seeds FOLDER`"""

from teams.engine.cli import main
from teams.open_domain_qa import skill

main(skill)
