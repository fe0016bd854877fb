"""One good draft of every form, as a writer would hand it in; and ways to break it."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SALT: dict[str, Any] = {
    "question": "Why does salt scattered on an icy road melt the ice at a few degrees below zero?",
    "because": "Dissolved salt lowers the temperature at which water and ice are in balance, so ice at that temperature melts.",
    "right": "Salt water freezes at a lower temperature than pure water",
    "wrong": [
        {"option": "Salt gives off heat while it dissolves in the water", "because": "dissolving common salt takes up a little heat"},
        {"option": "Salt grains press on the ice and melt it by pressure", "because": "the pressure of a grain is far too small"},
        {"option": "Salt keeps the warmth of the road from being lost", "because": "a thin layer of grains insulates nothing"},
    ],
}  # fmt: skip
CASE: dict[str, Any] = {
    "case": "A bicycle's rear brake has been squealing for a week. The rider has just fitted new pads and cleaned the rim with a cloth soaked in chain oil remover, then wiped it dry. On the first wet ride the brake hardly bites; in the dry it bites, and squeals. The cable moves freely, and the pads touch the rim along their whole length at the same moment.",
    "question": "What most likely explains both the squeal and the weak bite in the wet?",
    "because": "A residue on the rim lets pads slip and stick by turns, which squeals, and water on it makes the film slippery.",
    "right": "A film left on the rim by the cleaner",
    "wrong": [
        {"option": "A brake cable that binds in its housing", "because": "the cable moves freely"},
        {"option": "Pads that meet the rim at their rear edge", "because": "they touch along their whole length at once"},
        {"option": "Pads that have worn down to their holders", "because": "they are new"},
    ],
}  # fmt: skip
TABLE: dict[str, Any] = {
    "columns": ["Lamp", "Power (W)", "Light (lm)", "Price (EUR)"],
    "rows": [["P", "9", "810", "4.50"], ["Q", "12", "1200", "7.80"], ["R", "42", "630", "1.90"], ["S", "7", "700", "6.40"]],
}  # fmt: skip
TABLED: dict[str, Any] = {
    "table": TABLE,
    "question": "Which lamp gives the most light for its power without costing more than 7 euros?",
    "because": "Lumens per watt are 90 for P, 100 for Q, 15 for R and 100 for S; Q costs more than 7 euros, so S is left.",
    "right": "S",
    "wrong": [
        {"option": "P", "because": "takes the brightest of those that are cheap enough"},
        {"option": "Q", "because": "forgets the limit on the price"},
        {"option": "R", "because": "takes the cheapest"},
    ],
}
CLOZE: dict[str, Any] = {
    "sentence": "Although the soup was taken off the fire, it went on boiling for a while, because the heavy pot had ____ so much heat.",
    "question": "Which word completes the sentence?",
    "because": "Heat that is given off afterwards must have been kept before.",
    "right": "stored",
    "wrong": [
        {"option": "reflected", "because": "what is reflected is not there later"},
        {"option": "released", "because": "it would then have been gone"},
        {"option": "blocked", "because": "what was kept out can't keep it boiling"},
    ],
}
NONE: dict[str, Any] = {**SALT, "none": "None of the above"}
ALL: dict[str, Any] = {
    "question": "Which of these makes wet laundry on a line dry faster?",
    "because": "Water evaporates faster where the air is warmer, drier or renewed more often.",
    "right": ["A rise in the temperature of the air", "A fall in the humidity of the air", "A wind that blows along the line"],
    "wrong": [
        {"option": "A fall in temperature at the same humidity", "because": "colder air takes up less water"},
        {"option": "A fog that drifts in from the river side", "because": "air full of droplets takes up no more"},
    ],
    "all": "All of the above",
}  # fmt: skip
_TWINS = [
    {"true": "Sound travels faster in water than in air", "false": "Sound travels faster in air than in water", "because": "takes the thinner medium for the quicker"},
    {"true": "Light travels faster in air than in water", "false": "Light travels faster in water than in air", "because": "carries over what holds of sound"},
    {"true": "Sound can't travel through an empty space", "false": "Sound can travel through an empty space", "because": "thinks of films set among the stars"},
    {"true": "A higher note has a shorter wavelength in air", "false": "A higher note has a longer wavelength in air", "because": "takes high for long"},
]  # fmt: skip
SOUND: dict[str, Any] = {
    "question": "Here are some statements about sound and light at room temperature. Judge each of them by itself.",
    "because": "Sound needs a medium and is faster in stiffer ones; light is slowed by matter; wavelength falls as frequency rises.",
    "twins": _TWINS,
}
SPOT: dict[str, Any] = {
    "question": "The steps tell how a fridge moves heat. In which step is there an error, if there is one?",
    "because": "The agent takes up heat where it evaporates, inside, and gives it off where it condenses, outside.",
    "twins": [
        {"true": "The agent evaporates in the tubes inside and takes up heat", "false": "The agent condenses in the tubes inside and takes up heat", "because": "mixes up the two changes"},
        {"true": "The compressor draws the gas off and presses it together", "false": "The compressor draws the gas off and cools it down", "because": "pressing a gas together heats it"},
        {"true": "In the tubes outside, the agent gives off heat to the room", "false": "In the tubes outside, the agent takes up heat from the room", "because": "thinks that a fridge makes cold"},
        {"true": "Behind a narrow valve its pressure falls, and it cools", "false": "Behind a narrow valve its pressure rises, and it cools", "because": "takes a narrow place for a place of pressure"},
    ],
    "none": "There is no error",
}  # fmt: skip
PAIRS: dict[str, Any] = {
    "question": "Match each instrument with what it measures.",
    "because": "Each instrument is named for what it measures or works by it.",
    "pairs": [
        {"left": "Barometer", "right": "pressure of the air"},
        {"left": "Hygrometer", "right": "water in the air"},
        {"left": "Anemometer", "right": "speed of the wind"},
        {"left": "Pyranometer", "right": "light of the sun"},
    ],
}
ORDER: dict[str, Any] = {
    "question": "In which order does this happen when milk is made into hard cheese?",
    "because": "Curd has to form before it can be cut, be cut before it gives off whey, and be pressed before it ripens.",
    "items": ["Rennet makes the milk set", "The curd is cut into grains", "Whey is drained off", "The mass is pressed in a mould", "The loaf ripens in a cellar"],
}  # fmt: skip
GRID: dict[str, Any] = {
    "question": "Decide whether the assertion and the reason are true, and whether the reason explains the assertion.",
    "because": "Ice floats because water expands as it freezes.",
    "assertion": "Ice floats on water of the same temperature.",
    "false_assertion": "Ice sinks in water of the same temperature.",
    "explains": "Water takes up more room when it freezes, so ice is less dense.",
    "unrelated": "Ice takes up heat while it melts without getting warmer.",
    "false_reason": "Water loses part of its mass when it freezes, so ice is lighter.",
}
TANK: dict[str, Any] = {
    "question": "A tank holds 1,200 litres. Each day 5% of what is in it leaks out. How many litres are left after 2 days?",
    "because": "Each day 95 % of what was there the day before remains, so the factor applies twice.",
    "expression": "1200 * 0.95**2",
    "unit": "litres",
    "places": 0,
    "mistakes": [
        {"mistake": "takes 5 % of the first amount on both days", "expression": "1200 * (1 - 2 * 0.05)"},
        {"mistake": "lets it leak on one day only", "expression": "1200 * 0.95"},
        {"mistake": "gives what has leaked out", "expression": "1200 - 1200 * 0.95**2"},
        {"mistake": "adds what should be taken away", "expression": "1200 * 1.05**2"},
    ],
}
LAMPS: dict[str, Any] = {
    "table": TABLE,
    "question": "How many lumens per watt does lamp P give more than lamp R?",
    "because": "Light divided by power, for each lamp by itself, then the difference.",
    "expression": "810 / 9 - 630 / 42",
    "unit": "lm/W",
    "places": 0,
    "mistakes": [
        {"mistake": "divides the difference in light by the difference in power", "expression": "(810 - 630) / (42 - 9)"},
        {"mistake": "gives the yield of P alone", "expression": "810 / 9"},
        {"mistake": "takes lamp Q for lamp P", "expression": "1200 / 12 - 630 / 42"},
    ],
}  # fmt: skip
DRAFTS: dict[str, Mapping[str, Any]] = {
    name: {"evidence": [], **draft}
    for name, draft in {
        "single_best": SALT,
        "negative_except": {**SOUND, "question": "All of these statements on sound and light are true EXCEPT one. Which is it?"},
        "none_above": NONE,
        "all_above": ALL,
        "multiple_response": {**SOUND, "question": "Which of these statements on sound and light are true? Name all that apply."},
        "complex_statements": {**SOUND, "question": "Which of these statements on sound and light are true?"},
        "how_many_true": {**SOUND, "question": "How many of these statements on sound and light are true?"},
        "matching": PAIRS,
        "cloze": CLOZE,
        "assertion_reason": GRID,
        "calculation": TANK,
        "table_calculation": LAMPS,
        "table_reading": TABLED,
        "case_vignette": CASE,
        "ordering": ORDER,
        "error_spotting": SPOT,
    }.items()
}  # fmt: skip
"""Kind to a draft of it; between them they use every form."""
