"""Tasks whose examples a model writes, since no program knows the answer: those who sit it blind have to agree."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from random import Random
from typing import Any

from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms import Draft, Facts, Paper
from teams.few_shot_reasoning.episode import body
from teams.few_shot_reasoning.forms.computed import finished
from teams.few_shot_reasoning.forms.task import NAMES, OPENING, Task, Wish
from teams.few_shot_reasoning.layout import Shot, canonical, drawn
from teams.few_shot_reasoning.rules.domain import Unfit
from teams.few_shot_reasoning.rules.letters import LABELS

FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]{3,}")
_CAPITAL = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)*")
Surface = tuple[str, Callable[[str], Any]]


def told_as(
    shots: Sequence[Shot], query: str, draft: Draft, random: Random, wish: Wish, **facts: Any
) -> dict[str, Any]:
    """Return the facts of a task with these shots."""
    opening = draft["question"].strip() if wish.opens else ""
    names = (draft["input_name"].strip(), draft["output_name"].strip())
    if len({shot.x for shot in shots} | {query}) < len(shots) + 1:
        raise Unfit("an example stands there twice, or is the query itself")
    layout = drawn(random, shots, query, names, wish.language, numbered=False)
    known = {"domain": "", "opening": opening, "names": list(names), "layout": asdict(layout), "query": query, **facts,
             "tag": wish.language,
             "shown": [asdict(shot) for shot in shots], "reasons": any(s.why for s in shots)}  # fmt: skip
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
        shots = [Shot(line(draft["shots"][n]["text"]), labels[draft["shots"][n]["sense"] - 1]) for n in order]
        query, key = line(draft["query"]["text"]), labels[draft["query"]["sense"] - 1]
        beaten = surface_sign([(shot.x, shot.y) for shot in shots], query, key)
        if beaten:
            raise Unfit(f"{beaten}; add an example against it, or change one")
        told = "; ".join(f"{label}: {sense}" for label, sense in zip(labels, senses, strict=False))
        return told_as(shots, query, draft, random, wish, key=key, reply=wish.reply, rule_told=told, labels=labels)

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
        yield f"a length above {bound} words", partial(_is_longer, bound)
    counted = Counter(word for t in texts for word in set(_WORD.findall(t.casefold())))
    for word in sorted(word for word, n in counted.items() if 1 < n < len(texts)):
        yield f"the word {word!r}", partial(_has_word, word)


def _is_longer(bound: int, told: str) -> bool:
    return len(told.split()) > bound


def _has_word(word: str, told: str) -> bool:
    return word in _WORD.findall(told.casefold())


def line(said: str) -> str:
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
        rows = [(line(one["text"]), [line(v) for v in one["values"]]) for one in [*draft["shots"], draft["query"]]]
        for at, field in enumerate(fields):
            fault = _picked([(x, values[at]) for x, values in rows[:-1]], rows[-1][0], rows[-1][1][at])
            if fault:
                raise Unfit(f"{field}: {fault}; add an example against it, or change one")
        shots = [Shot(x, _written(fields, values, style)) for x, values in rows[:-1]]
        key = _written(fields, rows[-1][1], style)
        return told_as(
            shots, rows[-1][0], draft, random, wish, key=key, reply=wish.reply,
            rule_told=f"picked out: {', '.join(fields)}",
            values=rows[-1][1], fields=fields,
        )  # fmt: skip

    def agrees(self, value: Any, facts: Facts) -> bool:
        if value is None:
            return False
        if canonical(str(value)) == canonical(str(facts["key"])):
            return True
        try:  # JSON laid out in another way is the same
            return bool(json.loads(str(value)) == json.loads(facts["key"]))
        except (ValueError, RecursionError):
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
    "the first figure": lambda t: FIGURE.findall(t)[0],
    "the last figure": lambda t: FIGURE.findall(t)[-1],
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
