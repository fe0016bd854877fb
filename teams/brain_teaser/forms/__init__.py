"""The forms of brain teasers, each with the evidence that it has one solution."""

from teams.brain_teaser.forms.chosen import Puzzled
from teams.brain_teaser.forms.dealt import Dealt, put, with_attempt, with_herring
from teams.brain_teaser.forms.explained import Flawed
from teams.brain_teaser.forms.riddle import Detail, Rebus, Riddle, Story
from teams.brain_teaser.forms.worded import Hidden, Lettered, Steps

DEALT = Dealt()
RIDDLE, STORY, DETAIL, REBUS = Riddle(), Story(), Detail(), Rebus()
HIDDEN, STEPS = Hidden(), Steps()
PUZZLED, PUZZLED_FIVE = Puzzled(3), Puzzled(4)
FLAWED = Flawed()

__all__ = [
    "DEALT", "DETAIL", "FLAWED", "HIDDEN", "PUZZLED", "PUZZLED_FIVE", "REBUS", "RIDDLE", "STEPS", "STORY", "Dealt",
    "Detail", "Flawed", "Hidden", "Lettered", "Puzzled", "Rebus", "Riddle", "Steps", "Story", "put", "with_attempt",
    "with_herring",
]  # fmt: skip
