"""An apprentice who brings matter out of any text, and finds rules by trying them one after the other."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from agents.models.scripted import Request
from teams.few_shot_reasoning.rules.chain import Chain
from teams.few_shot_reasoning.rules.domain import Unfit
from teams.few_shot_reasoning.rules.records import all_tests
from teams.few_shot_reasoning.rules.registry import DOMAINS
from tests.teams.stages.writer import Apprentice, _said, _schema

REGISTER = "\n".join(["| Name | Year | Crew | State |", "|---|---|---|---|"] + [
    f"| {name} | {1700 + (n * 37) % 190} | {1 + (n * 5) % 7} | {('kept', 'lost', 'sold')[(n * n + n // 3) % 3]} |"
    for n, name in enumerate(["Ada", "Bo", "Cole", "Dara", "Eve", "Finn", "Gil", "Hana", "Ivo", "Jude", "Kit", "Lea", "Moss", "Nell"])
])  # fmt: skip
_NAMES = ("Word", "Code"), ("Given", "Made"), ("Entry", "Mark")
_SENSES = ("something is asked for", "something is told")
_ASKED = (
    "Could someone look at {} today",
    "Please send me the list of {}",
    "May I borrow {} until noon",
    "I need {} by Monday",
)
_TOLD = (
    "The {} was moved to the shed",
    "We counted {} twice this week",
    "Nobody has seen {} since May",
    "All of {} is dry again",
)


class Examiner(Apprentice):
    """Plays the roles of few_shot_reasoning."""

    def __init__(self) -> None:
        super().__init__()
        self.answers |= {"shot_writer": self.ask, "marker": self.mark}

    def rewrite(self, request: Request) -> str:
        """Lines, a table and many words at once, so that it passes for every kind of material."""
        made = json.loads(super().rewrite(request))
        words = made["passage"].split("\n")
        most = int(re.findall(r"and (\d+) words", str(request.messages[-1].content))[-1])
        while len(f"{' '.join(words)} {REGISTER}".split()) > most * 1.1:
            words.pop()
        return json.dumps({**made, "passage": "\n".join([*words, REGISTER])}, ensure_ascii=False)

    def ask(self, request: Request) -> str:
        """Hand in an item; its opening asks for the rule where that was wished for."""
        made = json.loads(super().ask(request))
        task = "\n".join(str(message.content) for message in request.messages)
        for item in made["items"]:
            if "rule be said" in task:
                self.known.pop(self._told(item), None)
                item["question"] += " Say the rule first."
                self.known[self._told(item)] = item
        return json.dumps(made, ensure_ascii=False)

    def item(self, passage: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        random = Random(f"{place}{len(self.known)}")
        words = sorted({w for w in re.findall(r"\b[a-zà-ÿ]{3,13}\b", passage) if w.isalpha()})
        words = random.sample(words, min(22, len(words)))
        rows = [line.strip("| ").split(" | ") for line in REGISTER.splitlines()[2:]]
        names = random.choice(_NAMES)
        opening = f"From the papers about {' and '.join(words[:3])}; number {len(self.known)} of them."
        values: dict[str, Any] = {
            "why": "What stands there can be put in rows.", "words": words, "question": opening,
            "input_name": names[0], "output_name": names[1], "fields": ["Name", "Year", "Crew", "State"], "rows": rows,
            "things": ["bell", "wheel", "rope", "gull", "key"], "names": ["Ada", "Ida", "Tom", "Mae"],
            "qualities": ["rusty", "loud", "calm", "narrow"], "function": "shelf_code",
            "nouns": [{"one": w, "many": f"{w}s"} for w in ("miller", "gull", "sailor", "dog", "farmer")],
            "verbs": [{"now": f"{v}s", "plural": v, "past": f"{v}ed"} for v in ("follow", "help", "greet")],
            "rule": "The first letter in capitals, and twice the number.",
            "code": "def rule(x):\n    word, number = x.split()\n    return word[0].upper() + str(2 * int(number))",
            "inputs": [f"{word} {n + 3}" for n, word in enumerate(words[:11])],
        }  # fmt: skip
        if "things" in fields and "names" in fields:
            values["things"] = ["a bell", "a wheel", "a rope", "a key"]
        if "function" in fields:
            values["question"] = f"{opening} I need the code of shelf_code in Python."
        values |= self._written(fields, random, words)
        item = {name: values[name] for name in fields}
        self.known[self._told(item)] = item
        return item

    def _told(self, item: Mapping[str, Any]) -> str:
        """What of an item stands in its message: by it an item is known again."""
        query = item.get("query")
        told = query if isinstance(query, str) else next(iter(query.values())) if isinstance(query, dict) else None
        return str(told or item["question"])

    def _written(self, fields: Mapping[str, Any], random: Random, words: Sequence[str]) -> dict[str, Any]:
        some = iter([*words, *words])
        if "senses" in fields:
            asked = [{"text": one.format(next(some)) + ".", "sense": 1} for one in _ASKED]
            told = [{"text": one.format(next(some)) + ".", "sense": 2} for one in _TOLD]
            return {"senses": list(_SENSES), "shots": [*asked[:3], *told[:3]], "query": asked[3]}
        if "values" in str(fields):
            one = [(f"On {3 + n} May {who} of {20 + n} Mill Lane asked for {next(some)} at noon.", who, f"{3 + n} May")
                   for n, who in enumerate(("Rolf Brook", "Ida Lund", "Mae Hart", "Tom Reed"))]  # fmt: skip
            rows = [{"text": text, "values": [who, day]} for text, who, day in one]
            return {"fields": ["who", "day"], "shots": rows[:3], "query": rows[3]}
        if "style" in fields:
            rows = [{"plain": f"The {w} was found near gate {n}.", "styled": f"FOUND: {w}. WHERE: gate {n}. STOP."}
                    for n, w in enumerate(words[:3], 2)]  # fmt: skip
            points = ["It says FOUND and what was found.", "It says WHERE and the gate.", "It ends in STOP."]
            return {"style": "clipped notes in capitals that end in STOP, with what and where", "shots": rows,
                    "query": f"The {next(some)} {words[-1]} was found near gate 9.", "points": points}  # fmt: skip
        if "relation" in fields:
            pairs = [("bee", "hive"), ("bird", "nest"), ("fox", "den"), ("spider", "web")]
            made = [{"first": a, "second": b} for a, b in pairs]
            return {
                "relation": "where an animal lives that it made itself",
                "shots": made[:3],
                "query": made[3],
                "also": [],
            }
        if "method" in fields:
            return _reckoned(random, words)
        return {}

    def answer(self, request: Request) -> str:
        task = str(request.messages[1].content)
        item = next((item for told, item in self.known.items() if told and told in task), {})
        if "style" in item:
            return str(
                item["query"].replace("The ", "FOUND: ").replace(" was found near gate 9.", ". WHERE: gate 9. STOP.")
            )
        if "relation" in item:
            return str(item["query"]["second"])
        return found_rule(task, item)

    def solve(self, request: Request) -> str:
        paper = _said(request)
        item = next((item for told, item in self.known.items() if told and told in paper), {})
        value = str(item.get("query", {}).get("second", "")) if "relation" in item else found_rule(paper, item)
        schema = _schema(request)["properties"]["answer"]
        value = value if "enum" not in schema or value in schema["enum"] else schema["enum"][0]
        return json.dumps(
            {"thought": "Tried on all examples.", "answerable": True, "answer": value}, ensure_ascii=False
        )

    def mark(self, request: Request) -> str:
        return json.dumps({"thought": "The rule holds for all examples.", "wrong": []})


def _reckoned(random: Random, words: Sequence[str]) -> dict[str, Any]:
    def one(word: str, n: int, each: int, off: int) -> dict[str, Any]:
        steps = [
            {"because": "all of them together", "expression": f"{n} * {each}"},
            {"because": "less those that were broken", "expression": f"{n * each} - {off}"},
        ]
        told = f"There are {n} rows of {each} {word} each, of which {off} broke on the way. How many are whole?"
        return {"problem": told, "steps": steps}

    made = [one(word, n, random.randint(11, 19), 5) for n, word in zip((6, 8, 13), words, strict=False)]
    return {"method": "rows times what is in each, less what is lost", "unit": "", "shots": made[:2], "query": made[2]}


_LAYOUTS: tuple[tuple[str, str], ...] = (
    ("jsonl", r'^\{"(?P<i>\w+)": (?P<x>".*?"), (?:"\w+": ".*?", )?"(?P<o>\w+)": (?P<y>".*?"|…)\}$'),
    ("table", r"^\| (?P<x>[^|]*) \| (?P<y>[^|]*) \|$"),
    ("prose", r"^From “(?P<x>.*?)” comes (?:“(?P<y>.*?)”\.|…)"),
    ("tags", r"<(?P<i>\w+)>\n?(?P<x>.*?)\n?</(?P=i)>(?:\n<(?P<o>\w+)>\n?(?P<y>.*?)\n?</(?P=o)>|\s*\Z)"),
    ("qa", r"^Q: (?P<x>.*)\nA:(?: (?P<y>.*))?$"),
    ("fenced", r"^\w+ \d+\n```\n(?P<x>.*?)\n```\n\w+ \d+(?:\n```\n(?P<y>.*?)\n```|\s*\Z)"),
    (
        "labelled",
        r"^\**(?P<i>\w+):\**[ \n](?P<x>.*?)\n\**(?P<o>\w+):\**[ \n](?P<y>.*?)(?=\n\n|\Z)|^\**(?P<i2>\w+):\**[ \n](?P<x2>[^\0]*)\Z",
    ),
    ("call", r"^(?P<i>\w+)\((?P<x>.*)\) =(?: (?P<y>.*))?$"),
    ("arrow", r"^(?P<x>.+?) (?P<s>->|=>|→|↦|::|~>|—)(?: (?P<y>.+))?$"),
)


def found_rule(task: str, item: Mapping[str, Any]) -> str:
    """Return an answer in the form of the examples, by a rule that fits all of them."""
    name, shots, query = _read(task)
    wanted = re.search(r"`number: (.*?)`", task)
    if wanted:
        return _culprit(_numbered(task))
    if not shots:
        return "I see no examples."
    if known := _remembered(name, task, shots, item):
        return known
    plain = [(x, _bare(y)) for x, y in shots]
    for domain, parsed, x in _parsed(plain, query):
        for told, run in _candidates(domain, [a for a, _ in parsed], [b for _, b in parsed]):
            if all(_done(run, a) == b for a, b in parsed) and (y := _done(run, x)) is not None:
                why = f"The rule is: {told}. That holds for every line above."
                steps = getattr(run, "steps", None)
                reasons = " ".join(steps(x)) if steps else why
                is_reasoned = _has_reasons(task, shots)
                return _said_as(name, task, shots, domain.said(y), reasons if is_reasoned else why, reasons=is_reasoned)
    return _said_as(name, task, shots, "unknown", "No rule that I know of fits all of them.")


def _remembered(name: str, task: str, shots: Sequence[tuple[str, str]], item: Mapping[str, Any]) -> str:
    """Return the answer to a task whose examples the apprentice wrote; '' to others."""
    if "senses" in item:
        texts = {one["text"]: one["sense"] for one in item["shots"]}
        label = next(y for x, y in shots if texts.get(x) == item["query"]["sense"])
        return _said_as(name, task, shots, label, "It goes by what each of the texts is for.")
    if "method" in item:
        steps = item["query"]["steps"]
        results = [str(eval(step["expression"])) for step in steps]  # the apprentice's own sums
        why = " ".join(
            f"{s['because'].capitalize()}: {s['expression']} = {r}." for s, r in zip(steps, results, strict=True)
        )
        return _said_as(name, task, shots, results[-1], why, reasons=True)
    if "fields" in item and "values" in str(item.get("query")):
        like = _bare(shots[0][1])
        for one in item["shots"]:
            if all(value in like for value in one["values"]):
                for old, new in zip(one["values"], item["query"]["values"], strict=True):
                    like = like.replace(old, new)
                break
        return _said_as(name, task, shots, like, "Picked out are who asked, and on which day.")
    return ""


def _has_reasons(task: str, shots: Sequence[tuple[str, str]]) -> bool:
    return any(word in task.casefold() for word in ("reasoning", "steps", "working", "because")) or shots[0][
        1
    ] != _bare(shots[0][1])


def _bare(y: str) -> str:
    """An output without the reasons before it."""
    return re.split(r"\b(?:Code|Made|Mark): ", y)[-1]


def _said_as(name: str, task: str, shots: Sequence[tuple[str, str]], y: str, why: str, *, reasons: bool = False) -> str:
    if not reasons and "Say the rule" not in task:
        return y
    if name == "jsonl":
        return f"{why}\n" + json.dumps({_output(task): y}, ensure_ascii=False)
    if name == "tags":
        return f"{why}\n<{_output(task)}>{y}</{_output(task)}>"
    if name in ("labelled", "qa"):
        return f"{why}\n{_output(task)}: {y}" if reasons or name == "labelled" else f"{why}\nA: {y}"
    return f"{why}\n\n```\n{y}\n```" if "\n" in y else f"{why}\n\n{y}"


def _numbered(task: str) -> list[tuple[str, str]]:
    return re.findall(r"^\(\d+\)\n\w+:[ \n](.*?)\n\w+:[ \n](.*?)(?=\n\n\(|\Z)", task, re.MULTILINE | re.DOTALL)


def _culprit(shots: Sequence[tuple[str, str]]) -> str:
    for domain, parsed, _ in _parsed(shots, shots[0][0] if shots else ""):
        for told, run in _candidates(domain, [a for a, _ in parsed], [b for _, b in parsed]):
            missed = [n for n, (a, b) in enumerate(parsed) if _done(run, a) != b]
            if len(missed) == 1 and (y := _done(run, parsed[missed[0]][0])) is not None:
                why = f"The others keep this rule: {told}. Number {missed[0] + 1} breaks it."
                return f"{why}\n\n{missed[0] + 1}: {domain.said(y)}"
    return "All of them look right to me, as far as I can see.\n\n1: unknown"


def _output(task: str) -> str:
    return next(
        name
        for name in ("Code", "Made", "Mark", "code", "made", "mark")
        if re.search(rf"{name}\b", task.split("of them.")[-1])
    )


def _read(task: str) -> tuple[str, list[tuple[str, str]], str]:
    for name, pattern in _LAYOUTS:
        flags = re.MULTILINE | (re.DOTALL if name in ("tags", "fenced", "labelled") else 0)
        matches = list(re.finditer(pattern, task, flags))
        if len(matches) < 3:
            continue
        groups = [m.groupdict() for m in matches if m.groupdict().get("x") != "---"]
        rows = [(g.get("x") or g.get("x2") or "", g.get("y") or "") for g in groups]
        if name == "table":
            rows = rows[1:]
        if name == "jsonl":
            rows = [(json.loads(x), json.loads(y) if y != "…" else "") for x, y in rows]
        return name, rows[:-1], rows[-1][0].strip("\n")
    return "", [], ""


def _parsed(shots: Sequence[tuple[str, str]], query: str) -> Iterator[tuple[Any, list[tuple[Any, Any]], Any]]:
    """Read the values as those of each family they could be of."""
    readers: dict[str, tuple[Any, Any]] = {
        "figures": (int, int),
        "operators": (_operation, int),
        "rows": (json.loads, json.loads),
        "grids": (_grid, _grid),
        "sorted": (_record, str),
        "marked": (_word, str),
        "letters": (_word, str),
        "phrases": (lambda v: v.split(", "), lambda v: v.split(", ")),
    }
    for name, (read, read_output) in readers.items():
        try:
            yield DOMAINS[name], [(read(x), read_output(y)) for x, y in shots], read(query)
        except (ValueError, TypeError):
            continue


def _operation(v: str) -> dict[str, Any]:
    a, sign, b = v.split()
    return {"a": int(a), "sign": sign, "b": int(b)}


def _grid(v: str) -> list[list[int]]:
    return [[int(c) for c in row.split()] for row in v.splitlines()]


def _record(v: str) -> dict[str, str]:
    return dict(cell.split(": ") for cell in v.split("; "))


def _word(v: str) -> str:
    if not v.isalpha():
        raise ValueError(v)
    return v


class _Stepped:
    """A rule of steps, which can tell them."""

    def __init__(self, domain: Chain, spec: Mapping[str, Any]) -> None:
        self.domain, self.spec = domain, spec

    def __call__(self, x: Any) -> Any:
        return self.domain.run(self.spec, x)

    def steps(self, x: Any) -> list[str]:
        return self.domain.steps(self.spec, x)


def _candidates(domain: Any, xs: Sequence[Any], ys: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    if domain.name == "operators":
        yield from domain.rivals({"sign": xs[0]["sign"]})
    elif domain.name in ("marked", "sorted"):
        labels = list(dict.fromkeys(ys))
        if len(labels) == 2:
            yield from domain.rivals(
                {"labels": labels, "how": "", "known": all_tests(xs) if domain.name == "sorted" else []}
            )
            yield from domain.rivals(
                {"labels": labels, "how": "or", "known": all_tests(xs) if domain.name == "sorted" else []}
            )
    else:
        calls = domain.all_calls()
        for steps in [[one] for one in calls] + [[one, two] for one in calls for two in calls]:
            yield domain.told({"steps": steps}), _Stepped(domain, {"steps": steps})
        yield from _branched(domain, xs, ys)


def _branched(domain: Chain, xs: Sequence[Any], ys: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    single = [{"steps": [one]} for one in domain.all_calls()]
    for test in domain.all_tests():
        held = [n for n, x in enumerate(xs) if _done(lambda v, t=test: domain.holds(t, v), x)]
        other = [n for n in range(len(xs)) if n not in held]
        fit = [
            [s for s in single if all(_done(_Stepped(domain, s), xs[n]) == ys[n] for n in part)]
            for part in (held, other)
        ]
        if held and other and fit[0] and fit[1]:
            spec = {"when": test, "then": fit[0][0]["steps"], "steps": fit[1][0]["steps"]}
            yield domain.told(spec), _Stepped(domain, spec)


def _done(run: Any, x: Any) -> Any:
    try:
        return run(x)
    except (Unfit, ArithmeticError, LookupError, TypeError, ValueError):  # a rule of another sort of value
        return None
