"""An apprentice in all roles of analytical reasoning: it works from the prompts alone, on any text.

As a writer it keeps to the dry sentences; as a reader it parses them; as the assistant it solves what it parsed.
"""

# rows of data

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from agents.errors import CallError
from agents.models.scripted import Request
from teams.engine.logic import Puzzle, Variable, holds, negated, solutions, standings
from teams.engine.logic.rules import formal_name
from tests.teams.analytical_reasoning.parsing import Sentences

NAMES = [
    "Aino",
    "Bruno",
    "Carla",
    "Dag",
    "Edda",
    "Finn",
    "Greta",
    "Hugo",
    "Ilse",
    "Jonas",
    "Karin",
    "Lars",
    "Mette",
    "Nils",
    "Olga",
    "Piet",
    "Runa",
    "Sven",
    "Tove",
    "Ulrik",
    "Vera",
    "Wim",
]
PLACES = (
    ("berth", "berths", "nearest the lighthouse"),
    ("stall", "stalls", "nearest the gate"),
    ("bench", "benches", "by the door"),
)
SCENES = (
    "A small harbour mends its nets in winter, and everybody has work to do.",
    "The market below the mill opens at dawn, and its keepers draw up their list.",
    "The choir of the upper valley meets in the old school to settle its summer.",
    "Before the fair the guild looks over who does what, and writes it on a slate.",
)
GROUPS = (
    ("the boat crew", "the shore crew"),
    ("the morning shift", "the evening shift"),
    ("the east team", "the west team"),
)
CHOSEN = ("sent to the fair", "named in the letter", "asked to stay")


def _said(request: Request) -> str:
    return "\n\n".join(str(m.content) for m in request.messages[1:] if isinstance(m.content, str))


def _last(request: Request) -> str:
    return str(request.messages[-1].content)


def _schema(request: Request) -> Mapping[str, Any]:
    return request.extra["response_format"]["json_schema"]["schema"]  # type: ignore[no-any-return]


def gather(request: Request) -> dict[str, Any]:
    random = Random(request.chat)
    unit, units, first = random.choice(PLACES)
    has = {
        "why": "It has a world of its own.",
        "fits": True,
        "scene": random.choice(SCENES),
        "people": random.sample(NAMES, 8),
        "order": {"unit": unit, "units": units, "first": first},
        "table": "around the long table",
        "slots": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        "slot_word": "day",
        "groups": list(random.choice(GROUPS)),
        "chosen": random.choice(CHOSEN),
    }
    return {name: has[name] for name in _schema(request)["properties"]}


def dress(request: Request) -> dict[str, Any]:
    """Take over the dry sentences as they are."""
    said = next(str(m.content) for m in reversed(request.messages) if "The options, in this order:" in str(m.content))
    scene = re.findall(r"The scene, as it was gathered: (.*)", said)[-1]
    game = re.findall(r"How it goes: (.*)", said)
    question = re.findall(r"The question: (.*)", said)[-1]
    options = re.findall(r"^- (.*)$", said.rsplit("The options, in this order:", 1)[1], re.MULTILINE)
    rules = said.rsplit("The rules, one sentence each:", 1)[1].split("The question:")[0]
    return {
        "scene": f"{scene} {game[-1] if game else ''}".strip(),
        "rules": re.findall(r"^\d+\. (.*)$", rules, re.MULTILINE),
        "question": question,
        "options": options,
    }


@dataclass
class Read:
    """What the names of a problem stand for."""

    puzzle: Puzzle
    ground: list[str]
    sentences: Sentences
    family: str


def read(said: str) -> Read:
    """Read the list of names and the scene of a problem."""
    legend = dict(_legend(said))
    family, variables, values, ground = _variables(legend, said)
    names = {name: name.removeprefix("group of ") for name in legend}
    around = len(legend) if family == "circle" else 0
    return Read(Puzzle(tuple(variables)), ground, Sentences(names, values, around), family)


def _legend(said: str) -> list[tuple[str, str]]:
    lines = re.findall(r"^(?:v\[(?:'(.+?)'|\"(.+?)\")\]|([A-Za-z_]\w*)): (.*)$", said.split("ames", 1)[1], re.MULTILINE)
    return [(a or b or c, told) for a, b, c, told in lines if "True where" in told or "the " in told]


def _variables(legend: Mapping[str, str], said: str) -> tuple[str, list[Variable], dict[str, str], list[str]]:
    first = next(iter(legend.values()))
    of = ", ".join(formal_name(name) for name in legend)
    if found := re.match(r"the number of the (\w+) \(1 to (\d+)(, clockwise)?\)", first):
        unit, count, is_round = found[1], int(found[2]), bool(found[3])
        at = (
            ("sits in seat {}", "does not sit in seat {}")
            if is_round
            else (f"is in {unit} {{}}", f"is not in {unit} {{}}")
        )
        values = {at[0].format(n): f"{{x}} == {n}" for n in range(1, count + 1)}
        values |= {at[1].format(n): f"{{x}} != {n}" for n in range(1, count + 1)}
        ground = [f"all_different({of})"]
        if is_round:
            seated = re.findall(r"; (\w+) sits in seat 1", said)
            ground.append(f"{formal_name(seated[0])} == 1")
        return (
            ("circle" if is_round else "line"),
            [Variable(n, tuple(range(1, count + 1))) for n in legend],
            values,
            ground,
        )
    if "as a number:" in first:
        slots = dict(re.findall(r"(\d+) = (\w+)", first))
        values = {f"has {slot}": f"{{x}} == {n}" for n, slot in slots.items()}
        values |= {f"does not have {slot}": f"{{x}} != {n}" for n, slot in slots.items()}
        places = tuple(int(n) for n in slots)
        return "slots", [Variable(name, places) for name in legend], values, [f"all_different({of})"]
    if first.startswith("True where"):
        yes = first.removeprefix("True where ").split(", else")[0].split(" is ", 1)[1]
        count = int(re.search(rf"exactly (\d+) are {yes}", said)[1])  # type: ignore[index]
        values = {f"is {yes}": "{x}", f"is not {yes}": "(not {x})", f"are {yes}": "{x}"}
        return "picked", [Variable(n, (True, False)) for n in legend], values, [f"exactly({count}, {of})"]
    if first.startswith("the group"):
        into = re.findall(r"'([^']+)'", first)
        values = {f"is in {group}": f"{{x}} == {group!r}" for group in into}
        values |= {f"is not in {group}": f"{{x}} != {group!r}" for group in into}
        values |= {f"are in {group}": f"{{x}} == {group!r}" for group in into}
        sizes = re.findall(r"(the [\w ]+?) takes (\d+)", said)
        ground = [
            f"exactly({n}, {', '.join(f'{formal_name(one)} == {g!r}' for one in legend)})"
            for g, n in dict(sizes).items()
        ]
        return "groups", [Variable(n, tuple(into)) for n in legend], values, ground
    raise ValueError(first)


def formalise(request: Request) -> dict[str, Any]:
    said, fields = _last(request), _schema(request)["properties"]
    known = read(said)
    listed = said.rsplit("The sentences:", 1)[1]
    rules = re.findall(r"^\d+\. (.*)$", listed.split("Names to write with")[0], re.MULTILINE)
    made: dict[str, Any] = {"scene": known.ground, "rules": [known.sentences.read(rule) for rule in rules]}
    ask = said.rsplit("The sentences:", 1)[0]
    made["options"] = [claim(option, ask, known) for option in _options(ask)][
        : fields.get("options", {}).get("maxItems", 9)
    ]
    if "supposing" in fields:
        made["supposing"] = [known.sentences.read(re.search(r"Suppose that (.*?)\. ", ask)[1])]  # type: ignore[index]
    return {name: made[name] for name in fields}


def _options(ask: str) -> list[str]:
    return re.findall(r"^\(?[A-F][.)] (.*)$", ask, re.MULTILINE)


def claim(option: str, ask: str, known: Read) -> str:
    """What an option says: a sentence, a name for a question that asks who, or a whole arrangement."""
    if "complete arrangement" in ask:
        return _arrangement(option, known)
    if found := re.search(r"^Who (.*)\?$", ask, re.MULTILINE):
        return known.sentences.read(f"{option} {found[1]}")
    if found := re.search(r"which \w+ does (\w+) have\?", ask):
        return f"{formal_name(found[1])} == {option!r}"
    return known.sentences.read(option)


def _arrangement(option: str, known: Read) -> str:
    names = list(known.puzzle.names)
    if known.family == "picked":
        chosen = option.split(", ")
        return " and ".join(f"{formal_name(n)} == {n in chosen}" for n in names)
    if known.family == "groups":
        pairs = [
            (name, group) for group, listed in re.findall(r"([^:;]+): ([^;]+)", option) for name in listed.split(", ")
        ]
        return " and ".join(f"{formal_name(name.strip())} == {group.strip()!r}" for name, group in pairs)
    order = [part.split(": ") for part in option.split(", ")]
    return " and ".join(f"{formal_name(name)} == {n}" for n, (_, name) in enumerate(order, 1))


def choose(request: Request) -> dict[str, Any]:
    return {"why": "Each of them would make a sound problem.", "choice": 1, "advice": "Keep the names in every rule."}


def answer(request: Request) -> dict[str, Any]:
    """Solve what was read; give an arrangement for what is possible, and say what must be."""
    said = next(str(m.content) for m in request.messages if "For the steps alone" in str(m.content))
    ask = said.split("\n---\nFor the steps alone")[0]
    known = read(said)
    rules = _rules(ask, known)
    puzzle = known.puzzle.supposing(*known.ground, *rules)
    options = _options(ask)
    if "In how many different ways" in ask:
        ways = len(solutions(puzzle, 40))
        letter = "ABCDEF"[options.index(str(ways))]
        return _reply([], f"{ways} arrangements keep all the rules.", letter, puzzle, "")
    if "exactly the same effect" in ask:
        raise ValueError("it can't do this one")
    claims = [claim(option, ask, known) for option in options if "cannot be determined" not in option]
    found = standings(puzzle, claims)
    asks = "cannot" if "cannot be true" in ask else "could" if "could be" in ask else "must"
    right = [n for n, one in enumerate(found) if one == asks or (asks == "could" and one == "must")]
    if not right:
        return _reply([], "None of them follows from the rules.", "ABCDEF"[len(claims)], puzzle, "")
    return _reply([(asks, claims[right[0]], options[right[0]])], "", "ABCDEF"[right[0]], puzzle, asks)


def _rules(ask: str, known: Read) -> list[str]:
    found = []
    for line in ask.split("\n"):
        for sentence in re.findall(r"(?:^|(?<=\. ))(?:\d+\. |- |\(\d+\) |\* )?([A-Z][^?]*?\.)(?= [A-Z]|$)", line):
            try:
                found.append(known.sentences.read(sentence))
            except (ValueError, IndexError):
                continue
    supposed = re.search(r"Suppose that (.*?)\. ", ask)
    return [*found, *([known.sentences.read(supposed[1])] if supposed else [])]


def _reply(proved: list[tuple[str, str, str]], extra: str, letter: str, puzzle: Puzzle, asks: str) -> dict[str, Any]:
    one = solutions(puzzle, 1)[0]
    told = "; ".join(f"{name}: {value}" for name, value in one.items())
    shown = f"This arrangement keeps every rule, as one can try rule by rule: {told}."
    steps = [{"says": shown, "how": "possible", "supposing": "", "holds": _exactly(one)}]
    sentences = [shown]
    for how, expression, words in proved:
        said = {
            "must": f"Whatever else one tries, it comes out that this is so: {words}.",
            "could": f"There is an arrangement of this kind: {words}.",
            "cannot": f"Every attempt at this breaks a rule: {words}.",
        }[how]
        told_ = str(negated(holds(expression)).parts[0].text) if how == "cannot" else expression
        formal = f"not ({told_})" if how == "cannot" else told_
        steps.append(
            {"says": said, "how": "possible" if how == "could" else "follows", "supposing": "", "holds": formal}
        )
        sentences.append(said)
    if extra:
        sentences.append(extra)
        steps.append({"says": extra, "how": "other", "supposing": "", "holds": ""})
    return {"steps": steps, "answer": " ".join([*sentences, f"The answer is **{letter}**."])}


def _exactly(solution: Mapping[str, Any]) -> str:
    return " and ".join(f"{formal_name(name)} == {value!r}" for name, value in solution.items())


def taught(answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """Let a role fail its call over a problem that it can't read: there are boards that it was not taught."""

    def tried(request: Request) -> Any:
        try:
            return answer(request)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise CallError(f"the apprentice can't read it: {error}") from error

    return tried


def answers() -> dict[str, Callable[[Request], Any]]:
    """Return the answers of all roles."""
    roles: dict[str, Callable[[Request], Any]] = {
        "chooser": lambda request: {"why": "It has people at work.", "chosen": ["constraint_set", "scenario"]},
        "gatherer": gather,
        "puzzle_writer": dress,
        "formaliser": formalise,
        "suggester": choose,
        "editor": dress,
        "format_setter": lambda request: {"why": "none is of use", "choice": 0, "wording": ""},
        "assistant": answer,
        "examiner": lambda request: {"unsupported": []},
    }
    return {name: taught(answer) for name, answer in roles.items()}


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
