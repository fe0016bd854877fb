"""Tasks whose examples a model writes, since no program knows the answer: those who sit it blind have to agree."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from random import Random
from typing import Any

from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms import Draft, Facts, Paper, same
from teams.few_shot_reasoning.episode import BARE, REASONS, body
from teams.few_shot_reasoning.forms.computed import finished
from teams.few_shot_reasoning.forms.task import NAMES, OPENING, Task, Wish
from teams.few_shot_reasoning.layout import Shot, canonical, drawn
from teams.few_shot_reasoning.rules.domain import Unfit
from teams.few_shot_reasoning.rules.letters import ATOMS, LABELS
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]{3,}")
_CAPITAL = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)*")
Surface = tuple[str, Callable[[str], Any]]


def _told(shots: Sequence[Shot], query: str, draft: Draft, random: Random, wish: Wish, **facts: Any) -> dict[str, Any]:
    """Return the facts of a task with these shots."""
    opening = draft["question"].strip() if wish.opens else ""
    names = (draft["input_name"].strip(), draft["output_name"].strip())
    if len({shot.x for shot in shots} | {query}) < len(shots) + 1:
        raise Unfit("an example stands there twice, or is the query itself")
    layout = drawn(random, shots, query, names, wish.language, numbered=False)
    known = {"domain": "", "opening": opening, "names": list(names), "layout": asdict(layout), "query": query, **facts,
             "tag": wish.language, "shown": [asdict(shot) for shot in shots], "reasons": any(s.why for s in shots)}  # fmt: skip
    return finished({**known, "body": body(layout, shots, query, known)}, draft)


class Remapped(Task):
    """Texts of two or three sorts, each sort under a label that means nothing, or means another."""

    name = "remapped"

    def draft(self, small: bool) -> dict[str, Any]:
        one = closed({"text": text(20, 320, ""), "sense": {"type": "integer", "minimum": 1, "maximum": 3}})
        return {
            "senses": several(text(3, 60, "what texts of this sort have in common, in a few words"), 2, 3),
            **NAMES,
            "shots": several(one, 5, 8, "short texts with the number of their sort, no sort fewer than two"),
            "query": one,
            "question": OPENING,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        numbers = [shot["sense"] for shot in draft["shots"]]
        if max([*numbers, draft["query"]["sense"]]) > len(draft["senses"]):
            yield f"there are only {len(draft['senses'])} sorts"
        for n, sense in enumerate(draft["senses"], 1):
            if numbers.count(n) < 2:
                yield f"of the sort {sense!r} there are {numbers.count(n)} examples; two at least are needed"
            if sense.casefold() in draft["question"].casefold():
                yield f"the opening says what a sort is: {sense!r}; the examples have to show it"

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        senses = [sense.strip() for sense in draft["senses"]]
        groups = [group.split() for group in LABELS if len(group.split()) >= 2]
        labels = random.sample(random.choice(groups), 2)
        if len(senses) > 2:
            labels = random.sample(["dax", "wug", "fep", "zib", "mip", "tark"], 3)
        order = random.sample(range(len(draft["shots"])), len(draft["shots"]))
        shots = [Shot(_line(draft["shots"][n]["text"]), labels[draft["shots"][n]["sense"] - 1]) for n in order]
        query, key = _line(draft["query"]["text"]), labels[draft["query"]["sense"] - 1]
        beaten = surface_sign([(shot.x, shot.y) for shot in shots], query, key)
        if beaten:
            raise Unfit(f"{beaten}; add an example against it, or change one")
        told = "; ".join(f"{label}: {sense}" for label, sense in zip(labels, senses, strict=False))
        return _told(shots, query, draft, random, wish, key=key, reply=wish.reply, rule_told=told, labels=labels)

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["ask"], {"enum": list(facts["labels"])})


def surface_sign(shots: Sequence[tuple[str, str]], query: str, key: str) -> str:
    """Return the sign of the surface that tells all examples apart and is wrong at the query; '' if none is."""
    for name, sign in _signs([x for x, _ in shots] + [query]):
        by_sign: dict[Any, set[str]] = {}
        for x, y in shots:
            by_sign.setdefault(sign(x), set()).add(y)
        if len(by_sign) > 1 and all(len(labels) == 1 for labels in by_sign.values()):
            said = by_sign.get(sign(query), set())
            if said and key not in said:
                return f"{name} tells all examples apart as well, and gives {sorted(said)[0]!r} for the query"
    return ""


def _signs(texts: Sequence[str]) -> Iterator[Surface]:
    yield "a question mark", lambda t: "?" in t
    yield "an exclamation mark", lambda t: "!" in t
    yield "a figure", lambda t: any(c.isdigit() for c in t)
    yield "a first word in I", lambda t: t.split()[0].casefold() in ("i", "we", "my")
    for bound in sorted({len(t.split()) for t in texts}):
        yield f"a length above {bound} words", lambda t, b=bound: len(t.split()) > b
    counted: dict[str, int] = {}
    for t in texts:
        for word in set(_WORD.findall(t.casefold())):
            counted[word] = counted.get(word, 0) + 1
    for word in sorted(word for word, n in counted.items() if 1 < n < len(texts)):
        yield f"the word {word!r}", lambda t, w=word: w in _WORD.findall(t.casefold())


def _line(said: str) -> str:
    return " ".join(said.split())


EXTRACTS = ("pairs", "json", "bars", "commas")


class Extracted(Task):
    """Texts, and what is picked out of each: which things, the examples alone tell."""

    name = "extracted"

    def draft(self, small: bool) -> dict[str, Any]:
        values = several(text(0, 80, "words of the text, exactly; empty where it has none"), 2, 3)
        one = closed({"text": text(30, 420, ""), "values": values})
        return {
            "fields": several(text(2, 20, "one word"), 2, 3, "what is picked out, in an order of its own"),
            **NAMES,
            "shots": several(one, 3, 5, "texts with a value for each field; each field empty in one of them at most"),
            "query": one,
            "question": OPENING,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for n, one in enumerate([*draft["shots"], draft["query"]], 1):
            if len(one["values"]) != len(draft["fields"]):
                yield f"text {n} has {len(one['values'])} values for {len(draft['fields'])} fields"
            for value in one["values"]:
                if value and value not in one["text"]:
                    yield f"{value!r} does not stand in text {n}: take its words exactly"
        if not any(draft["query"]["values"]):
            yield "the query has nothing to pick out"

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        fields, style = [f.strip() for f in draft["fields"]], random.choice(EXTRACTS)
        rows = [(_line(one["text"]), [_line(v) for v in one["values"]]) for one in [*draft["shots"], draft["query"]]]
        for at, field in enumerate(fields):
            fault = _picked([(x, values[at]) for x, values in rows[:-1]], rows[-1][0], rows[-1][1][at])
            if fault:
                raise Unfit(f"{field}: {fault}; add an example against it, or change one")
        shots = [Shot(x, _written(fields, values, style)) for x, values in rows[:-1]]
        key = _written(fields, rows[-1][1], style)
        return _told(
            shots, rows[-1][0], draft, random, wish, key=key, reply=wish.reply, rule_told=f"picked out: {', '.join(fields)}",
            values=rows[-1][1], fields=fields,
        )  # fmt: skip

    def agrees(self, value: Any, facts: Facts) -> bool:
        if value is None:
            return False
        if canonical(str(value)) == canonical(str(facts["key"])):
            return True
        try:  # JSON laid out in another way is the same
            return bool(json.loads(str(value)) == json.loads(facts["key"]))
        except ValueError:
            return False


def _written(fields: Sequence[str], values: Sequence[str], style: str) -> str:
    if style == "json":
        return json.dumps({f: v or None for f, v in zip(fields, values, strict=True)}, ensure_ascii=False)
    if style == "pairs":
        return "; ".join(f"{f}={v or '-'}" for f, v in zip(fields, values, strict=True))
    return ("  |  " if style == "bars" else ", ").replace("  ", " ").join(v or "-" for v in values)


def _picked(shots: Sequence[tuple[str, str]], query: str, key: str) -> str:
    """Return the simple pick that fits all examples and gives another value for the query; '' if none does."""
    for name, pick in _PICKS.items():
        if all(_safe(pick, x) == y for x, y in shots) and (said := _safe(pick, query)) and said != key:
            return f"taking {name} fits all examples and gives {said!r} for the query"
    return ""


_PICKS: Mapping[str, Callable[[str], str]] = {
    "the first figure": lambda t: _FIGURE.findall(t)[0],
    "the last figure": lambda t: _FIGURE.findall(t)[-1],
    "the first name": lambda t: _CAPITAL.findall(t)[0],
    "the last name": lambda t: _CAPITAL.findall(t)[-1],
    "the first word": lambda t: t.split()[0],
    "the last word": lambda t: t.rstrip(".!?").split()[-1],
}


def _safe(pick: Callable[[str], str], told: str) -> str:
    try:
        return pick(told)
    except IndexError:
        return ""


class Analogy(Task):
    """Pairs that stand in one relation, and the first half of another pair."""

    name = "analogy"
    names_key = False
    in_words = True
    replies = (BARE,)

    def draft(self, small: bool) -> dict[str, Any]:
        word = text(2, 60, "")
        pair = closed({"first": word, "second": word})
        return {
            "relation": text(8, 200, "how the second follows from the first, so narrowly that one answer is left"),
            **NAMES,
            "shots": several(pair, 3, 5, "pairs of things everybody can know"),
            "query": pair,
            "also": several(word, 0, 4, "other words for the query's second that are as right"),
            "question": OPENING,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        pairs = [*draft["shots"], draft["query"]]
        seconds = [pair["second"].strip().casefold() for pair in pairs]
        if seconds[-1] in seconds[:-1]:
            yield f"the answer {seconds[-1]!r} stands among the examples"
        if seconds[-1] in draft["question"].casefold():
            yield "the opening says the answer"
        for name, atom in ATOMS.items():
            for args in atom.args:
                if _all_by(atom.run, args, pairs):
                    yield f"the pairs are made by letters ({name}); a relation of meaning is wanted"

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        shots = [Shot(_line(pair["first"]), _line(pair["second"])) for pair in draft["shots"]]
        query, key = _line(draft["query"]["first"]), _line(draft["query"]["second"])
        return _told(
            shots, query, draft, random, wish, key=key, also=list(draft["also"]), reply=BARE, rule_told=draft["relation"].strip()
        )

    def agrees(self, value: Any, facts: Facts) -> bool:
        return value is not None and any(same(str(value), key) for key in (facts["key"], *facts["also"]))


def _all_by(run: Callable[..., Any], args: Sequence[Any], pairs: Sequence[Mapping[str, str]]) -> bool:
    try:
        return all(str(run(pair["first"].casefold(), *args)) == pair["second"].casefold() for pair in pairs)
    except (ValueError, IndexError):
        return False


class Styled(Task):
    """Sentences and the same in another style; which, the examples alone tell."""

    name = "styled"
    shape = "prose"
    is_closed = False
    replies = (BARE,)

    def draft(self, small: bool) -> dict[str, Any]:
        pair = closed({"plain": text(20, 400, ""), "styled": text(15, 500, "the same said in the style")})
        return {
            "style": text(15, 300, "the style, by three marks at least that one can point at"),
            **NAMES,
            "shots": several(pair, 3, 4, "each shows all marks of the style, on other matter"),
            "query": text(20, 420, "what is to be said in the style"),
            "points": several(text(10, 200, ""), 3, 4, "marks that the answer has to show, and what it must keep"),
            "question": OPENING,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for n, pair in enumerate(draft["shots"], 1):
            lost = [f for f in _FIGURE.findall(pair["plain"]) if f not in pair["styled"]]
            if lost:
                yield f"example {n} loses {lost[0]!r} in the style: what is said stays the same"
            if canonical(pair["plain"]).casefold() == canonical(pair["styled"]).casefold():
                yield f"example {n} is the same in the style"

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        shots = [Shot(_line(pair["plain"]), _line(pair["styled"])) for pair in draft["shots"]]
        facts = {"key": "", "points": [p.strip() for p in draft["points"]], "rule_told": draft["style"].strip(), "reply": BARE}
        made = _told(shots, _line(draft["query"]), draft, random, wish, **facts)
        return {**{name: value for name, value in made.items() if name != "key"}, "known": [f"The style: {facts['rule_told']}"]}

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["ask"], {"type": "string"})

    def found(self, answer: str, facts: Facts) -> Any:
        if len(answer.split()) > 4 * len(facts["query"].split()) + 30:
            return None
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return True

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return False

    def how(self, facts: Facts) -> str:
        return "give the sentence in the style alone, as the examples' outputs are, with nothing before or behind it"


_PLAIN_NUMBERS = {0, 1, 2, 3, 4, 7, 10, 12, 24, 30, 52, 60, 100, 365, 1000, 3600}
"""What everybody knows without being told: halves, dozens, hours, days, per cent."""


class Reckoned(Task):
    """Word problems of one kind, each worked out in steps; the last is left to be worked out in the same way."""

    name = "reckoned"
    replies = (REASONS,)

    def draft(self, small: bool) -> dict[str, Any]:
        sums = text(1, 120, "the calculation with the figures as they are said, or results of earlier steps: (48 - 12) / 3")
        step = closed({"because": text(5, 160, "what this step finds, in words, without the sum"), "expression": sums})
        steps = several(step, 2, 4, "one calculation a step")
        one = closed({"problem": text(40, 500, "with all figures in digits"), "steps": steps})
        return {
            "method": text(15, 300, "what the problems have in common, and the turn that is easily missed"),
            **NAMES,
            "unit": text(0, 20, "of all answers, empty for a mere number"),
            "shots": several(one, 2, 3, "problems with other people, things and figures"),
            "query": one,
            "question": OPENING,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for n, one in enumerate([*draft["shots"], draft["query"]], 1):
            try:
                results = worked(one["steps"])
            except CannotCompute as error:
                yield f"problem {n}: a calculation can't be carried out: {error}"
                continue
            yield from (f"problem {n}: {fault}" for fault in _unsaid(one, results))
            if any(result.startswith("≈") or len(result.partition(".")[2]) > 2 for result in results):
                yield f"problem {n} does not come out: at most two decimals, at every step"

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        unit = f" {draft['unit'].strip()}".rstrip()
        shots = []
        for one in draft["shots"]:
            results = worked(one["steps"])
            why = " ".join(_step(s, r) for s, r in zip(one["steps"], results, strict=True))
            shots.append(Shot(_line(one["problem"]), f"{results[-1]}{unit}", why))
        results = worked(draft["query"]["steps"])
        told = "; ".join(f"{s['because']}: {s['expression']} = {r}" for s, r in zip(draft["query"]["steps"], results, strict=True))
        return _told(
            shots, _line(draft["query"]["problem"]), draft, random, wish, key=f"{results[-1]}{unit}", reply=REASONS,
            rule_told=told, expression=draft["query"]["steps"][-1]["expression"], steps=[dict(s) for s in draft["query"]["steps"]],
        )  # fmt: skip

    def agrees(self, value: Any, facts: Facts) -> bool:
        if value is None:
            return False
        said, key = (_FIGURE.findall(str(one).replace(",", "").replace("−", "-")) for one in (value, facts["key"]))
        return bool(len(said) == 1 and float(said[0]) == float(key[0]))


def worked(steps: Sequence[Mapping[str, str]]) -> list[str]:
    """Return what each step comes to. Raises `CannotCompute`."""
    return [compute(step["expression"]) for step in steps]


def _step(step: Mapping[str, str], result: str) -> str:
    because = step["because"].strip().rstrip(".:")
    return f"{because[:1].upper()}{because[1:]}: {step['expression'].strip()} = {result}."


def _unsaid(one: Mapping[str, Any], results: Sequence[str]) -> Iterator[str]:
    """Yield the figures of calculations that nobody said, and results that stand in the problem."""
    said = {float(f.replace(",", "")) for f in _FIGURE.findall(one["problem"])}
    known = said | _PLAIN_NUMBERS | {value / 100 for value in said}
    for step, result in zip(one["steps"], results, strict=True):
        used = [float(f) for f in re.findall(r"\d+(?:\.\d+)?", step["expression"])]
        strange = [f"{f:g}" for f in used if f not in known]
        if strange:
            yield f"{step['expression']!r} uses {', '.join(strange)}, which the problem does not say"
        known.add(abs(float(result)) if re.fullmatch(r"-?\d+(?:\.\d+)?", result) else 0.0)
    last = results[-1]
    if re.fullmatch(r"\d+(?:\.\d+)?", last) and float(last) > 2 and float(last) in said:
        yield f"the result {last} stands in the problem"
