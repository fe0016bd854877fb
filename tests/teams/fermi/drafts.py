"""Drafts of every form of estimates, as a good writer hands them in."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from typing import Any


def leaf(
    name: str, what: str, low: float, high: float, unit: str, basis: str = "assumed", **more: str
) -> dict[str, Any]:
    why = "seen and counted often enough, and hardly ever beyond these ends"
    return {"name": name, "what": what, "basis": basis, "why": why, "low": low, "high": high, "unit": unit, **more}


def step(name: str, expression: str, unit: str, what: str = "what comes out", **more: str) -> dict[str, str]:
    return {"name": name, "what": what, "expression": expression, "unit": unit, **more}


PEOPLE = leaf("people", "people who live in the town", 80000, 80000, "person", "said")
LOANS: dict[str, Any] = {
    "plan": "readers, how often they come, how many books each time, what a book weighs",
    "leaves": [
        PEOPLE,
        leaf("readers", "share of people who use the library", 10, 25, "%"),
        leaf("loans", "books a reader borrows in a year", 8, 25, "book / person / year"),
        leaf("weight", "mass of one book", 0.3, 0.6, "kg / book"),
    ],
    "steps": [step("books", "people * readers * loans", "book / year"), step("mass", "books * weight", "t / year")],
    "other": {
        "leaves": [
            leaf("visits", "visitors at the counters in an hour", 60, 150, "visitor / hour"),
            leaf("open", "hours the library is open in a year", 1500, 2500, "hour / year", "known"),
            leaf("each", "books taken home at a visit", 0.8, 2, "book / visitor"),
            leaf("heft", "mass of one book or film", 0.25, 0.6, "kg / book"),
        ],
        "steps": [step("mass", "visits * open * each * heft", "t / year")],
    },
    "question": "Our library in a town of 80,000 people wants to know whether to ask for a lift for returned books. About how many tonnes of books do readers carry home from it in a year?",
}
ESTIMATE = LOANS
IDLE = {
    **LOANS,
    "idle": 1400,
    "question": "Our library in a town of 80,000 people has 1,400 square metres of floor and wants to ask for a lift for returned books. About how many tonnes of books do readers carry home from it in a year?",
}
STRANGE = {
    **LOANS,
    "steps": [
        step("books", "people * readers * loans", "book / year"),
        step("mass", "books * weight", "stone / fortnight"),
    ],
    "question": "Our library in a town of 80,000 people keeps its old scales, which weigh in stone. About how many stone of books do readers carry home from it in a fortnight?",
}
ODDS: dict[str, Any] = {
    "plan": "how often one passes beneath, how often one falls, how long one is in its way",
    "leaves": [
        leaf("falls", "flower pots that fall from sills in the town in a year", 20, 200, "pot / year"),
        leaf("length", "length of pavement below windows with pots", 20, 60, "km"),
        leaf("stride", "length of pavement in which a pot hits a person", 0.4, 0.8, "m / pot"),
        leaf("time", "time one person spends on such pavements", 5, 20, "minute / day"),
    ],
    "steps": [
        step("share", "time", "", "share of the time one is there"),
        step("odds", "falls * stride / length * share", "1 / year", "hits in a year"),
    ],
    "other": {
        "leaves": [
            leaf("struck", "people in the country who are struck by a pot in a year", 20, 200, "person / year"),
            leaf("country", "people in the country", 5e7, 9e7, "person", "known"),
            leaf("dense", "how many more pots there are in this town than on the mean", 2, 6, ""),
        ],
        "steps": [step("odds", "struck / country * dense", "1 / year")],
    },
    "question": "My aunt walks through the old town daily, where every window has its pots, and won't take the other side. How likely is it that one falling pot hits her within a year? Give one in how many.",
}
ODDS["steps"][1] = step("odds", "falls * stride / length * share * span", "", "chance within a year")
ODDS["leaves"].append(leaf("span", "the time asked about", 1, 1, "year", "said"))
ODDS["other"]["steps"] = [step("odds", "struck / country * dense * year_", "")]
ODDS["other"]["leaves"].append(leaf("year_", "the time asked about", 1, 1, "year", "said"))
TWO_ROUTES = {
    **LOANS,
    "question": "Before we ask the council for a lift, I'd like the same figure twice, from two sides that share no guess: about how many tonnes of books go home from the library of a town of 80,000 people in a year?",
}
BOUNDS = {
    **LOANS,
    "question": "For the floor's load we need two figures nobody can argue with: how many tonnes of books go home from the library of a town of 80,000 people in a year, at the very least and at the very most?",
}
INTERVAL = {
    **LOANS,
    "question": "I have to order vans and will pay for too many as for too few. Between what would you bet nine to one that the books lent by the library of a town of 80,000 people weigh in a year, in tonnes?",
}
SENSITIVE: dict[str, Any] = {
    "plan": "the square of the diameter outweighs a wider factor",
    "leaves": [
        leaf("trees", "trees in the park", 300, 500, "tree", words="between 300 and 500 trees"),
        leaf("height", "height of the trunks", 6, 14, "m / tree", words="a trunk of 6 to 14 metres"),
        leaf("girth", "diameter of the trunks", 20, 45, "cm", words="a diameter of 20 to 45 centimetres"),
        leaf("dense", "density of green wood", 700, 1000, "kg / m^3", words="700 to 1,000 kilograms a cubic metre"),
    ],
    "steps": [step("volume", "trees * height * pi / 4 * girth**2", "m^3"), step("mass", "volume * dense", "t")],
    "question": "For a storm fund I reckoned how many tonnes of trunk stand in our park: trees, times height, times the area of a circle of their diameter, times the density of the wood. I can send somebody out to measure one of these properly. With which does the result move most?",
}
FAULTY: dict[str, Any] = {
    "plan": "cups, grounds, mass, volume",
    "leaves": [
        leaf("staff", "people in the building", 240, 240, "person", words="people"),
        leaf("cups", "cups a person drinks in a day", 2, 4, "cup / person / day", words="cups a day for each"),
        leaf("days", "working days in a year", 220, 220, "day / year", words="working days a year"),
        leaf("grounds", "coffee in a cup", 8, 10, "g / cup", words="grams a cup"),
    ],
    "steps": [
        step("daily", "staff * cups", "cup / day", words="cups a day", shown="cups drunk in a day"),
        step("yearly", "daily * days / share", "cup / year", words="cups a year", shown="cups drunk in a year"),
        step("coffee", "yearly * grounds", "kg / year", words="kilograms a year", shown="coffee that is used"),
    ],
    "question": "Our caretaker worked out how much ground coffee the building throws away, to see whether it would do for the garden. The number of people is from the payroll, the cups are what he sees. It looks odd to me. Does it hold, and if it doesn't, what comes out?",
}
FAULTY["leaves"].append(leaf("share", "a year has its working days once", 1, 1, "year / year", words=""))
FAULTY["leaves"].pop()
FAULTY["leaves"][1] = leaf(
    "cups", "cups a person drinks in a working day", 2, 4, "cup / person / workday", words="cups a working day for each"
)
FAULTY["leaves"][2] = leaf("days", "working days in a year", 220, 220, "workday / year", words="working days a year")
FAULTY["steps"][0] = step(
    "daily", "staff * cups", "cup / workday", words="cups a working day", shown="cups drunk in a day"
)
FAULTY["steps"][1] = step("yearly", "daily * days", "cup / year", words="cups a year", shown="cups drunk in a year")
RIVALS: dict[str, Any] = {
    "plan": "from the drinkers, and from the deliveries",
    "leaves": FAULTY["leaves"],
    "steps": FAULTY["steps"],
    "other": {
        "leaves": [
            leaf("boxes", "boxes that come in a month", 4, 6, "box / month", words="boxes a month"),
            leaf("packs", "packs in a box", 12, 12, "pack / box", words="packs a box"),
            leaf("content", "coffee in a pack", 1, 1, "kg / pack", words="kilograms a pack"),
        ],
        "steps": [
            step("yearly", "boxes * packs", "pack / year", words="packs a year", shown="packs that come in a year"),
            step("coffee", "yearly * content", "kg / year", words="kilograms a year", shown="coffee that is used"),
        ],
    },
    "question": "The caretaker and the bookkeeper have both worked out how much coffee our building uses in a year, he from what people drink, she from the boxes on the stairs. They come out far apart. Whose figure should I take, and where did the other go wrong?",
}
INVERSE: dict[str, Any] = {
    "plan": "people times cups times grounds is what was weighed",
    "leaves": [
        leaf("cups", "cups a person drinks in a workday", 1, 4, "cup / person / workday"),
        leaf("days", "workdays of one person in a year", 190, 225, "workday / year"),
        leaf("grounds", "coffee in a cup", 7, 11, "g / cup"),
        leaf("staff", "people in the building", 100, 400, "person"),
    ],
    "steps": [step("coffee", "staff * cups * days * grounds", "kg / year")],
    "unknown": "staff",
    "wanted": 1200,
    "question": "A firm down the road says it throws away the grounds of 1,200 kilograms of ground coffee a year, and nobody there will say how many work in the building. About how many people must that be?",
}
LARGER: dict[str, Any] = {
    "first": {
        "label": "the rain on the roof of a family house in a year",
        "leaves": [
            leaf("roof", "ground covered by the roof of a house", 80, 150, "m^2"),
            leaf("rain", "rain in a year", 0.5, 1, "m / year", "known"),
            leaf("density", "density of water", 1000, 1000, "kg / m^3", "known"),
        ],
        "steps": [step("mass", "roof * rain * density", "t / year")],
    },
    "second": {
        "label": "all the food that a family of four eats in a year",
        "leaves": [
            leaf("family", "people in the family", 4, 4, "person", "said"),
            leaf("food", "food one person eats in a day", 1.2, 2.2, "kg / person / day"),
        ],
        "steps": [step("mass", "family * food", "t / year")],
    },
    "question": "My son asked what weighs more, and we couldn't agree: what falls as rain on the roof of a family house in a year, or what a family of four eats in it. Which is it?",
}
ENOUGH: dict[str, Any] = {
    "first": {**LARGER["second"], "label": "water needed", "leaves": [
        leaf("people", "people in the house", 4, 4, "person", "said"),
        leaf("flush", "water flushed by one person in a day", 25, 45, "L / person / day"),
    ], "steps": [step("need", "people * flush", "m^3 / year")]},
    "second": {"label": "rain caught", "leaves": [
        leaf("roof", "ground covered by the stadium's roof", 15000, 30000, "m^2"),
        leaf("rain", "rain in a year", 0.5, 1, "m / year", "known"),
    ], "steps": [step("rain_", "roof * rain", "m^3 / year")]},
    "yes": "Yes, by far",
    "no": "No, by far not",
    "question": "The caretaker of our stadium lives there with his family, 4 people in all, and wants to flush with the rain from the big roof alone, with a tank as large as he likes. Would a year's rain do for that?",
}  # fmt: skip
CLAIMED: dict[str, Any] = {
    **LOANS,
    "too_high": "far too high",
    "about_right": "about right",
    "too_low": "far too low",
    "question": "At the counter somebody said that readers carry {claim} tonnes of books home every year from the library of our town, which has 80,000 people. Can that be?",
}
BY_FORM = {
    "estimate": ESTIMATE, "odds": ODDS, "two_routes": TWO_ROUTES, "bounds": BOUNDS, "interval": INTERVAL,
    "sensitive": SENSITIVE, "faulty": FAULTY, "rivals": RIVALS, "inverse": INVERSE, "larger": LARGER, "enough": ENOUGH,
    "claimed": CLAIMED,
}  # fmt: skip

_USE = "I split it into who uses the library, how much they borrow, and what a book weighs.\n\n- Readers: 15 % of the town, since perhaps every seventh household has a card in use.\n- Loans: 15 books each a year, a little more than one a month.\n- Weight: 0.4 kg a book; a paperback weighs half of that, a picture book twice.\n\n80,000 people × 15 % = 12,000 readers\n12,000 readers × 15 books a year = 180,000 books a year\n180,000 books a year × 0.4 kg = 72 tonnes a year\n\n"
_OFF = "The loans may be twice or half of that and the weight a third off, so anything between 30 and 200 tonnes would not surprise me; for each inhabitant it comes to just under a kilogram, two or three books, which sounds right."
_DESK = "From the counters: perhaps 100 visitors an hour, open 2,000 hours a year, each taking home 1.3 books of 0.4 kg.\n\n100 visitors an hour × 2,000 hours = 200,000 visitors a year\n200,000 visitors a year × 1.3 books × 0.4 kg = 104 tonnes a year\n\n"
ANSWERS = {
    "estimate": f"{_USE}{_OFF} **About 70 tonnes a year.**",
    "strange": f"{_USE}A stone is 6.35 kg and a year has 26 fortnights.\n\n72,000 kg a year / 26 = 2,800 kg a fortnight\n2,800 kg / 6.35 kg = 440 stone a fortnight\n\nWith other loans it may lie between 200 and 1,000 stone. **About 400 stone a fortnight.**",
    "odds": "It hangs on how many pots fall, how much of the pavement one pot covers, and how long she is there.\n\n- Pots: 60 fall in the town in a year, about one a week; more would be talked about.\n- Pavement: 35 km beneath such windows, with 0.6 m of it in reach of one pot.\n- Time: 10 minutes a day on such pavements.\n\n0.6 m / 35 km = 0.000017\n10 minutes / 1,440 minutes = 0.007\n60 pots a year × 0.000017 × 0.007 = 0.000007 hits a year\n\nAll three are guesses within a factor of 3, so between one in 30,000 and one in a million; far below what crossing the street costs her. **About 1 in 140,000 a year.**",
    "two_routes": f"{_USE}So **about 70 tonnes** by the readers.\n\n{_DESK}So **about 100 tonnes** by the counters.\n\nThey differ by less than half, which is closer than either deserves; the number of visitors is the weaker guess. {_OFF} I would go by **about 80 tonnes a year.**",
    "bounds": "At the least, one inhabitant in ten has a card and borrows 8 books a year of 0.3 kg, as with paperbacks; fewer, and the library would be closed. At the most it is one in four with 25 books of 0.6 kg, which keeps every shelf half empty.\n\n80,000 people × 10 % × 8 books × 0.3 kg = 19 tonnes a year\n80,000 people × 25 % × 25 books × 0.6 kg = 300 tonnes a year\n\nSo **between 20 and 300 tonnes a year.**",
    "interval": f"{_USE}Readers and loans are each good to half as much again, the weight to a third. At the low end:\n\n80,000 people × 11 % × 11 books × 0.35 kg = 34 tonnes a year\n\nand at the high end:\n\n80,000 people × 20 % × 20 books × 0.5 kg = 160 tonnes a year\n\nMy best figure is 70; I would bet nine to one on **30 to 160 tonnes a year.**",
    "sensitive": "What counts is the factor between the ends, and the diameter enters squared.\n\n500 trees / 300 trees = 1.7\n14 m / 6 m = 2.3\n45 cm / 20 cm = 2.25, and squared 2.25 × 2.25 = 5\n1,000 / 700 = 1.4\n\nHeight has the widest range of the four, but goes in once only; the diameter moves the result twice as much. Have it measured: **{letter}**.",
    "inverse": "One person's share leads back to the number. A person drinks 2 cups in a workday, works 210 days a year (five a week less holidays and illness), and a cup takes 9 g of ground coffee.\n\n2 cups a day × 210 days = 420 cups a year\n420 cups × 9 g = 3.8 kg a year for each person\n1,200 kg / 3.8 kg = 320 people\n\nWith one cup it would be 600, with four 160, so between 150 and 700 people. **About 300 people.**",
    "larger": "The roof of a family house covers some 110 m² of ground, ten metres by eleven, and about 0.7 m of rain fall in a year. A person eats some 1.6 kg a day.\n\n110 m² × 0.7 m = 77 m³\n77 m³ × 1,000 kg/m³ = 77,000 kg a year\n4 people × 1.6 kg × 365 days = 2,300 kg a year\n77,000 kg / 2,300 kg = 33\n\nEven on a dry year with a small roof it is the rain by a factor of fifteen: **{letter}**.",
    "enough": "A flush takes 6 litres and a person flushes 6 times a day, so 35 litres; the roof of a stadium covers some 20,000 m², and 0.7 m of rain fall in a year.\n\n4 people × 35 L × 365 days = 51,000 L a year\n20,000 m² × 0.7 m = 14,000 m³ a year\n14,000 m³ / 51 m³ = 270\n\nThat is hundreds of times what they need, however dry the year: **{letter}**.",
    "claimed": f"{_USE}{_OFF} Set beside about 70 tonnes, the claim is a clear case: **{{letter}}**.",
    "faulty": "I go through it with its own values. {why} The corrected working:\n\n240 people × 3 cups = 720 cups a working day\n720 cups × 220 days = 158,000 cups a year\n158,000 cups × 9 g = 1,420 kg a year\n\nSo the mistake stands in **step {step}**, and it comes to **about 1,420 kg a year**.",
    "sound": "I went through it line by line, and nothing is wrong with it.\n\n240 people × 3 cups = 720 cups a working day\n720 cups × 220 days = 158,000 cups a year\n158,000 cups × 9 g = 1,420 kg a year\n\nThree cups are plausible, and nine grams are what a filter takes. The working holds: **about 1,420 kg a year**.",
}
"""What a good assistant says to each, with the letter or step of its question put in."""
