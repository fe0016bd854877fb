"""The forms of multiple-choice questions, by name."""

from teams.multiple_choice.forms.arranged import AssertionReason, Matching, Ordered
from teams.multiple_choice.forms.figure import Figure
from teams.multiple_choice.forms.lettered import Lettered
from teams.multiple_choice.forms.single import AllAbove, Best, Case, Cloze, NoneAbove, Tabled
from teams.multiple_choice.forms.twins import Combined, HowMany, OneFalse, Several, Spot

__all__ = [
    "AllAbove", "AssertionReason", "Best", "Case", "Cloze", "Combined", "Figure", "HowMany", "Lettered", "Matching",
    "NoneAbove", "OneFalse", "Ordered", "Several", "Spot", "Tabled",
]  # fmt: skip
