"""Problems that are worked out step by step: what follows from statements, and what has become of things."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from random import Random
from typing import Any

from teams.engine.schemas import several, text
from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec
from teams.few_shot_reasoning.rules.invented import Coiner

_NAMES = several(text(2, 14, ""), 4, 8, "first names, of the text or such as its people could have")
_THINGS = several(text(2, 20, ""), 4, 8, "things of the text that one can hold, each with its article: a rope")
_QUALITIES = several(text(3, 16, ""), 4, 8, "adjectives of one word from the text's world")
VERDICTS = (
    ("yes", "no", "unknown"),
    ("True", "False", "Unknown"),
    ("follows", "contradicted", "open"),
    ("Y", "N", "?"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class _Worked(Domain):
    is_english = True
    has_reasons = True
    least = 2
    fields: tuple[tuple[str, Any, int], ...] = ()

    def wants(self, small: bool) -> dict[str, Any]:
        return {name: schema for name, schema, _ in self.fields}

    def complaints(self, matter: Matter) -> Iterator[str]:
        for name, _, fewest in self.fields:
            said = [" ".join(one.split()) for one in matter[name]]
            if len({one.casefold() for one in said}) < fewest:
                yield f"`{name}` needs at least {fewest} different ones"
            if any(not one.replace("-", "").replace(" ", "").replace("'", "").isalpha() for one in said):
                yield f"`{name}` are words of letters only"
        if "qualities" in matter and any(" " in q.strip() for q in matter["qualities"]):
            yield "each of `qualities` is one word"

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        yield from ()

    def shown(self, x: Any) -> str:
        return str(x["text"])

    def said(self, y: Any) -> str:
        return str(y)

    def run(self, spec: Spec, x: Any) -> str:
        return str(x["answer"])

    def steps(self, spec: Spec, x: Any) -> list[str]:
        return list(x["steps"])


class Deduction(_Worked):
    """Statements about kinds, and a question: yes, no, or it can't be known."""

    name = "deduction"
    is_labelled = True
    least = 3
    fields = (("names", _NAMES, 4), ("qualities", _QUALITIES, 4))

    def draw(self, random: Random, matter: Matter) -> Spec:
        return {"verdicts": list(random.choice(VERDICTS)), "links": random.choice((1, 2, 2))}

    def told(self, spec: Spec) -> str:
        yes, no, open_ = spec["verdicts"]
        return f"follow the kinds from one statement to the next; {yes}: it follows, {no}: its opposite follows, {open_}: neither"

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [_problem(spec, random, matter, n % 3, spec["links"] + n % 2) for n in range(18)]

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [_problem(spec, random, matter, n % 3, spec["links"] + 4) for n in range(6)]

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        yes, no, open_ = spec["verdicts"]
        yield from _always(spec["verdicts"])
        yield "no where a statement begins with No", lambda x: no if "No " in x["text"] else yes
        yield "open where the quality comes last", lambda x: open_ if x["text"].count(".") % 2 else yes
        yield "open where there are many statements", lambda x: open_ if x["text"].count(".") > 4 else yes


def _problem(spec: Spec, random: Random, matter: Matter, verdict: int, links: int) -> dict[str, Any]:
    coiner = Coiner(random, set())
    kinds = [coiner.word() for _ in range(links + 2)]
    chain, aside = kinds[: links + 1], kinds[links + 1]
    name = random.choice(matter["names"]).strip()
    quality, other = (q.strip().casefold() for q in random.sample(list(matter["qualities"]), 2))
    last = f"Every {chain[-1]} is {quality}." if verdict == 0 else f"No {chain[-1]} is {quality}."
    if verdict == 2:
        # What is said of the quality is said of a kind that it is not known to be.
        last = random.choice((f"Every {aside} is {quality}.", f"No {aside} is {quality}."))
    told = [f"Every {a} is a {b}." for a, b in pairwise(chain)]
    told += [
        last,
        f"{'Every' if random.random() < 0.5 else 'No'} {chain[0] if random.random() < 0.5 else aside} is {other}.",
    ]
    random.shuffle(told)
    whole = " ".join([*told, f"{name} is a {chain[0]}."]) + f" Is {name} {quality}?"
    steps = [f"{name} is a {chain[0]}."]
    steps += [f"Every {a} is a {b}, so {name} is a {b}." for a, b in pairwise(chain)]
    if verdict == 2:
        steps.append(
            f"Of being {quality} we only hear for the kind {aside}, and nothing tells us whether {name} is a {aside}."
        )
    else:
        steps.append(f"{last[:-1]}, so {name} is {'' if verdict == 0 else 'not '}{quality}.")
    return {"text": whole, "answer": spec["verdicts"][verdict], "steps": steps}


class Tracking(_Worked):
    """A course of events, and a question about how things stand at its end."""

    name = "tracking"
    least = 2
    fields = (("names", _NAMES, 4), ("things", _THINGS, 4))

    def draw(self, random: Random, matter: Matter) -> Spec:
        return {"sort": random.choice(sorted(SORTS)), "moves": random.choice((3, 3, 4))}

    def told(self, spec: Spec) -> str:
        return SORTS[spec["sort"]][0]

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        names = [name.strip() for name in dict.fromkeys(matter["names"])]
        things = [thing.strip() for thing in dict.fromkeys(matter["things"])]
        return [SORTS[spec["sort"]][1](random, names, things, spec["moves"] + n % 2) for n in range(14)]

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        names, things = ([one.strip() for one in dict.fromkeys(matter[part])] for part in ("names", "things"))
        return [SORTS[spec["sort"]][1](random, names, things, spec["moves"] + 5) for _ in range(6)]

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        if spec["sort"] == "levers":
            yield from _always(("yes", "no"))
            yield "as it stood at first", lambda x: _upright(" stands upright." in x["text"])
            yield "other than it stood at first", lambda x: _upright(" stands upright." not in x["text"])


def _always(verdicts: Sequence[str]) -> Iterator[Rival]:
    for verdict in verdicts:
        yield f"always {verdict}", partial(_same, verdict)


def _same(verdict: str, x: Any) -> str:
    return verdict


def _upright(is_up: bool) -> str:
    return "yes" if is_up else "no"


def _swaps(random: Random, names: Sequence[str], things: Sequence[str], moves: int) -> dict[str, Any]:
    people = random.sample(names, 3)
    held = dict(zip(people, random.sample(things, 3), strict=True))
    start = f"{', '.join(f'{name} has {thing}' for name, thing in list(held.items())[:2])} and {people[2]} has {held[people[2]]}."
    said, steps = [start], [f"At first {start}"]
    last: set[str] = set()
    for _ in range(moves):
        a, b = random.sample(people, 2)
        while {a, b} == last:  # to undo a swap at once is no event
            a, b = random.sample(people, 2)
        last = {a, b}
        held[a], held[b] = held[b], held[a]
        said.append(f"{a} and {b} swap what they have.")
        steps.append(f"{a} and {b} swap: now {a} has {held[a]} and {b} has {held[b]}.")
    who = random.choice(people)
    steps.append(f"So {who} has {held[who]}.")
    return {"text": f"{' '.join(said)} What does {who} have in the end?", "answer": held[who], "steps": steps}


def _levers(random: Random, names: Sequence[str], things: Sequence[str], moves: int) -> dict[str, Any]:
    thing = _bare(random.choice(things))
    is_up = random.random() < 0.5
    said = [f"The {thing} stands {'upright' if is_up else 'upside down'}."]
    steps, turns = [], 0
    for name in (random.choice(names) for _ in range(moves)):
        is_turned = random.random() < 0.6
        turns += is_turned
        said.append(f"{name} {'turns' if is_turned else 'does not turn'} it over.")
    end = is_up == (turns % 2 == 0)
    steps.append(f"It is turned over {turns} time{'s' * (turns != 1)}, which is {'even' if turns % 2 == 0 else 'odd'}.")
    steps.append(
        f"So it stands {'as it did at first' if turns % 2 == 0 else 'the other way'}, {'upright' if end else 'upside down'}."
    )
    return {
        "text": f"{' '.join(said)} Does the {thing} stand upright now?",
        "answer": _upright(end),
        "steps": steps,
    }


def _weekday(random: Random, names: Sequence[str], things: Sequence[str], moves: int) -> dict[str, Any]:
    name, thing = random.choice(names), _bare(random.choice(things))
    start, later, shift = random.randrange(7), random.randint(8, 20 + 10 * moves), random.choice((-3, -2, 2, 3, 4))
    left = later % 7
    middle = (start + left) % 7
    end = (middle + shift) % 7
    word = "later" if shift > 0 else "sooner"
    said = f"Today is {_DAYS[start]}. The {thing} was to be ready in {later} days, but {name} wants it {abs(shift)} days {word}."
    steps = [
        f"{later} days are {later // 7} week{'s' * (later // 7 != 1)} and {left} days, so from {_DAYS[start]} one comes to {_DAYS[middle]}.",
        f"{abs(shift)} days {word} is {_DAYS[end]}.",
    ]
    return {"text": f"{said} On which day of the week is that?", "answer": _DAYS[end], "steps": steps}


def _letters(random: Random, names: Sequence[str], things: Sequence[str], moves: int) -> dict[str, Any]:
    words = random.sample([w for w in dict.fromkeys([*map(_bare, things), *names]) if w.isalpha()], min(3, len(things)))
    steps = [f"The last letter of {word} is {word[-1].lower()}." for word in words]
    joined = "".join(word[-1].lower() for word in words)
    steps.append(f"Put together they are {joined}.")
    return {
        "text": f"Take the last letters of the words {', '.join(words)} and put them together.",
        "answer": joined,
        "steps": steps,
    }


def _places(random: Random, names: Sequence[str], things: Sequence[str], moves: int) -> dict[str, Any]:
    name, at = random.choice(names), 0
    said, steps = (
        [f"{name} starts at the {_bare(random.choice(things))}, looking north, and keeps looking that way."],
        [],
    )
    for _ in range(moves):
        by, way = random.randint(1, 9), random.choice((1, -1))
        at += by * way
        said.append(f"{name} takes {by} step{'s' * (by != 1)} {'forward' if way > 0 else 'back'}.")
        steps.append(f"{by} {'forward' if way > 0 else 'back'}: {at:+d}.".replace("+0", "0"))
    steps.append(f"In the end that is {abs(at)} from the start.")
    return {
        "text": f"{' '.join(said)} How many steps from the start is {name} now?",
        "answer": str(abs(at)),
        "steps": steps,
    }


def _bare(thing: str) -> str:
    first, _, rest = thing.partition(" ")
    return rest if first.casefold() in ("a", "an", "the", "some") and rest else thing


SORTS: dict[str, tuple[str, Callable[[Random, Sequence[str], Sequence[str], int], dict[str, Any]]]] = {
    "swaps": ("follow who has what through the swaps", _swaps),
    "levers": ("count how often it is turned over", _levers),
    "weekday": ("take whole weeks away from the days", _weekday),
    "letters": ("put the last letters together", _letters),
    "places": ("add the steps forward, take the steps back away", _places),
}
