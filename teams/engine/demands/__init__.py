"""What can be demanded of an answer's format: rules with parameters, ways to say them, and a checker for each.

`draw_demands` draws some that go together, `faults_of` says what in an answer breaks one, `content_of` gives the
answer's own words without the wrapping. A new rule is a checker under `@rule(…)` in one of the files here.
"""

from teams.engine.demands.catalogue import RULES
from teams.engine.demands.draw import Demand, clash, combine, content_of, draw_demands, faults_of, fitting
from teams.engine.demands.rule import SHAPES, Rule

__all__ = [
    "RULES",
    "SHAPES",
    "Demand",
    "Rule",
    "clash",
    "combine",
    "content_of",
    "draw_demands",
    "faults_of",
    "fitting",
]
