"""Requirements of a piece that a program can check: the rules, whether a request says them, what breaks them."""

from teams.creative_content.rules.catalogue import RULES, Requirement, Rule, broken, menu, stands_at_odds
from teams.creative_content.rules.wording import misread

__all__ = ["RULES", "Requirement", "Rule", "broken", "menu", "misread", "stands_at_odds"]
