"""Hands, chimes, mirrors and days: what clock and calendar hide."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist

_Told = tuple[Sequence[str], str]


class Clock(Puzzle):
    """Chimes and what lies between them, a clock that gains, hands in a mirror, the angle between hands."""

    name = "clock"
    answers = "share"
    twists = ("harder",)

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        sort = random.choice(
            ("angle", "gains") if twist == "harder" else ("chimes", "chimes", "angle", "gains", "meets")
        )
        if sort == "chimes":
            one, two = random.sample(range(3, 13), 2)
            return {"sort": sort, "one": one, "seconds": (one - 1) * random.randint(1, 4), "two": two}
        if sort == "angle":
            hour, minute = random.randint(1, 12), random.choice(range(4, 60, 2))
            return {"sort": sort, "hour": hour, "minute": minute}
        if sort == "gains":
            gain = random.choice((-12, -10, -6, -5, -4, 4, 5, 6, 10, 12))
            # By the wrong clock so many minutes went by; the true ones come out whole.
            true = 60 * random.randint(4, 20)
            shown = Fraction(true * (60 + gain), 60)
            return {"sort": sort, "gain": gain, "shown": int(shown)} if shown.denominator == 1 else None
        return {"sort": sort, "hours": random.choice((12, 24, 36, 48))}

    def solutions(self, data: Data) -> list[Any]:
        if data["sort"] == "chimes":
            return [str(Fraction(data["seconds"], data["one"] - 1) * (data["two"] - 1))]
        if data["sort"] == "angle":
            hour, minute = Fraction(30 * (data["hour"] % 12)) + Fraction(data["minute"], 2), 6 * data["minute"]
            return [str(_smaller(hour - minute))]
        if data["sort"] == "gains":
            return [str(Fraction(data["shown"] * 60, 60 + data["gain"]))]
        # Minute by minute of a twelfth of a turn: the hands meet eleven times in twelve hours, the start not counted.
        return [str(sum(1 for k in range(1, 100) if Fraction(12 * k, 11) <= data["hours"]))]

    def tempting(self, data: Data) -> str:
        if data["sort"] == "chimes":
            return str(Fraction(data["seconds"] * data["two"], data["one"]))
        if data["sort"] == "angle":
            return str(_smaller(Fraction(30 * (data["hour"] % 12)) - 6 * data["minute"]))
        if data["sort"] == "gains":
            return str(data["shown"] - Fraction(data["shown"] * data["gain"], 60))
        return str(data["hours"])

    def unit_of(self, data: Data) -> str:
        return {"chimes": "seconds", "angle": "degrees", "gains": "minutes", "meets": ""}[data["sort"]]

    def telling(self, data: Data) -> Telling:
        rules, ask = _CLOCKS[data["sort"]](data)
        return Telling({"C": "a clock, where it stands or hangs"}, rules, ask)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        return (
            _SEEN[data["sort"]],
            f"The common answer, {self.tempting(data)}, would be wrong or no more than a guess.",
        )


def _smaller(apart: Fraction) -> Fraction:
    """The smaller of the two angles between hands."""
    return min(abs(apart), 360 - abs(apart))


def _chimes(data: Data) -> _Told:
    one, two = data["one"], data["two"]
    rules = [
        f"When [C] strikes {one} there are {data['seconds']} seconds from the first stroke to the last.",
        "Its strokes follow one another at even distance, and a stroke takes no time of its own.",
    ]
    return rules, f"How many seconds are there from the first stroke to the last when it strikes {two}?"


def _angle(data: Data) -> _Told:
    rules = [
        f"[C] has two hands and shows {data['hour']}:{data['minute']:02d}.",
        "Both hands move evenly, without jumps.",
    ]
    return rules, "How many degrees is the smaller angle between its hands?"


def _gains(data: Data) -> _Told:
    gain, hours, minutes = data["gain"], data["shown"] // 60, data["shown"] % 60
    rules = [
        f"[C] {'gains' if gain > 0 else 'loses'} {abs(gain)} minutes in every true hour, evenly.",
        "It is set right, and then left alone.",
        f"Later it has gone on by {hours} hours{f' and {minutes} minutes' if minutes else ''} by its own hands.",
    ]
    return rules, "How many minutes have really gone by?"


def _meets(data: Data) -> _Told:
    rules = [
        "[C] has an hour hand and a minute hand that move evenly; at the start, at noon, one lies"
        " exactly over the other.",
        f"It is watched for {data['hours']} hours; the start is not counted, the end is.",
    ]
    return rules, "How many times does the minute hand lie exactly over the hour hand?"


_CLOCKS: dict[str, Callable[[Data], _Told]] = {"chimes": _chimes, "angle": _angle, "gains": _gains, "meets": _meets}
_SEEN = {
    "chimes": "The time lies between the strokes, and there is one gap fewer than strokes.",
    "angle": "The hour hand has moved on from its number too, half a degree a minute.",
    "gains": "What it gains is told for a true hour, not for an hour by its own hands: one divides,"
    " and does not subtract.",
    "meets": "The minute hand has to catch up with an hour hand that moves on: they meet eleven times in twelve hours.",
}


class Calendar(Puzzle):
    """Both ends of a stretch of days, birthdays that leap, doses, weekdays on even dates."""

    name = "calendar"
    twists = ("harder",)
    is_tempting = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        sort = random.choice(("leap", "evens") if twist == "harder" else ("span", "doses", "leap", "evens"))
        if sort == "span":
            first = date(random.randint(1950, 2040), random.randint(1, 12), random.randint(1, 28))
            last = first + timedelta(days=random.randint(20, 120))
            return {"sort": sort, "first": first.isoformat(), "last": last.isoformat()}
        if sort == "doses":
            return {"sort": sort, "many": random.randint(3, 12), "apart": random.choice((2, 3, 4, 6, 8, 12, 20, 30))}
        if sort == "leap":
            born = random.choice([year for year in range(1872, 1960) if isleap(year)])
            return {"sort": sort, "born": born, "until": born + random.randint(30, 95)}
        return {"sort": sort, "nth": random.randint(1, 4), "day": random.choice(("Mon", "Wed", "Fri", "Sun"))}

    def solutions(self, data: Data) -> list[Any]:
        if data["sort"] == "span":
            first, last = date.fromisoformat(data["first"]), date.fromisoformat(data["last"])
            return [sum(1 for n in range(400) if first + timedelta(days=n) <= last)]
        if data["sort"] == "doses":
            times = [n * data["apart"] for n in range(data["many"])]
            return [times[-1] - times[0]]
        if data["sort"] == "leap":
            return [sum(isleap(year) for year in range(data["born"] + 1, data["until"] + 1))]
        # Any month, on whichever weekday it begins: dates of one weekday, of which three are even.
        found = set()
        for length in (28, 29, 30, 31):
            for begin in range(1, 8):
                dates = list(range(begin, length + 1, 7))
                if sum(day % 2 == 0 for day in dates) == 3:
                    found.add(dates[data["nth"] - 1])
        return sorted(found)[:2]

    def tempting(self, data: Data) -> int:
        if data["sort"] == "span":
            return (date.fromisoformat(data["last"]) - date.fromisoformat(data["first"])).days
        if data["sort"] == "doses":
            return int(data["many"] * data["apart"])
        if data["sort"] == "leap":
            return int((data["until"] - data["born"]) // 4)
        return 7 * int(data["nth"])

    def unit_of(self, data: Data) -> str:
        return {"span": "days", "doses": "minutes"}.get(data["sort"], "")

    def telling(self, data: Data) -> Telling:
        if data["sort"] == "span":
            first, last = date.fromisoformat(data["first"]), date.fromisoformat(data["last"])
            rules = [
                f"[P] was at it every day from {first.day} {first:%B %Y} to {last.day} {last:%B %Y}.",
                "The first and the last of these days count as well.",
            ]
            return Telling({"P": "somebody, who does something every day"}, rules, "On how many days was that?")
        if data["sort"] == "doses":
            rules = [
                f"[P] has to do [D] {data['many']} times in all, once every {data['apart']} minutes, beginning"
                " at once.",
                "Each time takes no time worth counting.",
            ]
            ask = "How many minutes after the first time is the last?"
            return Telling({"P": "somebody", "D": "what is done again and again"}, rules, ask)
        if data["sort"] == "leap":
            rules = [
                f"[P] was born on 29 February {data['born']} and keeps the day only in years that have one.",
                f"[P] was alive at the end of the year {data['until']}. The usual calendar (Gregorian) holds"
                " throughout.",
            ]
            ask = "How many times, the day of birth itself left out, had the 29th of February come round by then?"
            return Telling({"P": "a person"}, rules, ask)
        rules = [
            "In a certain month, three days of one and the same weekday had even dates.",
            "[P] did [D] on that weekday only.",
        ]
        nth = ("first", "second", "third", "fourth")[data["nth"] - 1]
        what = {"P": "somebody", "D": "something done once a week"}
        return Telling(what, rules, f"What was the date, as a number, of the {nth} of these days in that month?")

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        seen = {
            "span": "Both ends count, so that there is one day more than the difference of the dates.",
            "doses": "Between so many times there is one pause fewer.",
            "leap": "It counts the leap years one has really lived through: 1900 was none, 2000 was one.",
            "evens": "Dates of one weekday are odd and even in turn, so that three even ones need five such days.",
        }[data["sort"]]
        return (seen, f"It comes to {solution}, and the way there leaves no other number.")
