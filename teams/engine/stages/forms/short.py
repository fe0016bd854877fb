"""A few words, a list of them, a figure, a gap to fill, words to point at: compared with the key by program."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.checks.told import Told, measure, told_in, value_in, value_of
from teams.engine.schemas import several, text
from teams.engine.stages.forms.form import EVIDENCE, QUESTION, UNSPACED, Asked, Draft, Facts, Form, Paper
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

SAME = 0.6
"""Share of words two short answers have in common (F1) from which they are the same."""
SAME_OF_FEW, LONG = 0.8, 6
"""The same for answers of fewer words than `LONG`."""
GAP = "____"
_FEW = 2
"""Numbers up to so many are everywhere."""
_FIGURE = re.compile(r"(?<![\w.,])[-−]?\d+(?:[.,]\d+)*")
_STEM = 6
"""Letters by which words of one root are told: librarian, library."""
_DENIALS = """
no not never none neither nor without cannot cant isnt wasnt doesnt didnt dont wont nicht kein keine keinen nie ohne
non pas jamais aucun sans ne nunca sin senza mai não nunca sem geen niet nooit zonder
arent werent wouldnt couldnt shouldnt hasnt havent hadnt 不 没 未 无 無 非 ない ません
"""
_DENIES = frozenset(_DENIALS.split())
_WORD = re.compile(rf"ない|ません|[{UNSPACED}]|[^\W{UNSPACED}]+")
"""Where words are not set apart, a character is one."""
_NOT = re.compile(r"n['’]t\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ARTICLES = """
a an the der die das ein eine le la les un une des el los las una il lo gli i uno o os as um uma de het een
"""
_DROPPED = frozenset(_ARTICLES.split())


def words(said: str) -> list[str]:
    """Return the words of an answer as they are compared: folded, without articles."""
    folded = _NOT.sub("nt", unicodedata.normalize("NFKC", said).casefold())
    return [word for word in _WORD.findall(folded) if word not in _DROPPED]


def same(one: str, other: str) -> bool:
    """Whether two short answers say the same: one holds the other, or most of their words are the same."""
    mine, theirs = words(one), words(other)
    if not mine or not theirs:
        return False
    if _figures(one) != _figures(other) and _figures(one) and _figures(other):
        return False
    if denies(one) != denies(other):
        return False  # "allowed" is not "not allowed"
    common = sum((Counter(mine) & Counter(theirs)).values())
    if common in (len(mine), len(theirs)):
        return True
    # In a few words one that differs may be the one that counts: increased, decreased.
    return 2 * common / (len(mine) + len(theirs)) >= (SAME if min(len(mine), len(theirs)) >= LONG else SAME_OF_FEW)


def denies(said: str) -> bool:
    """Say whether a short answer holds a word that denies."""
    return bool(_DENIES & set(words(said)))


def _figures(said: str) -> set[str]:
    return {figure.replace(",", "").replace("−", "-") for figure in _FIGURE.findall(said)}


def _holds(question: str, answer: str) -> bool:
    """Whether all words of an answer that say something stand in its question, in whatever order and ending."""
    asked = {word[:_STEM] for word in words(question)}
    telling = [word for word in words(answer) if len(word) > 3 or word.isdigit()]
    return len(telling) > 1 and all(word[:_STEM] in asked for word in telling)


class Short(Form):
    """A few words that the text holds or leaves no doubt about."""

    name = "short"
    shape = "short"
    names_key = False
    in_words = True

    def draft(self, small: bool) -> dict[str, Any]:
        also = several(text(1, 200, ""), 0, 4, "other wordings that are as right")
        fields = {"evidence": EVIDENCE, "question": QUESTION, "answer": text(1, 300, "as short as it can be said")}
        return fields if small else {**fields, "also": also}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        told = draft["answer"].strip()
        if (len(told) > 3 and told.casefold() in draft["question"].casefold()) or _holds(draft["question"], told):
            yield f"the question gives its answer away: {told!r}"

    def asked(self, draft: Draft, random: Random) -> Asked:
        facts = {"question": draft["question"].strip(), "key": draft["answer"].strip(), "also": draft.get("also", [])}
        return Asked(facts["question"], facts)

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["question"], text(0, 300, "as short as it can be said"))

    def found(self, answer: str, facts: Facts) -> str:
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        said, keys = str(value), (facts["key"], *facts.get("also", ()))
        # An answer takes up the words of its question, with the denial in them.
        may_deny = denies(str(facts.get("question", "")))
        return any(same(said, key) or _names(said, key, may_deny) for key in keys)

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return self.agrees(new["key"], old)


def _names(said: str, key: str, may_deny: bool) -> bool:
    """Do the words of the key stand in a row in what was said, and are not denied there?"""
    mine, theirs = words(said), words(key)
    if not _figures(key) <= _figures(said):
        return False  # the 3 of "3.5", the 5 of "-5"
    return f" {' '.join(theirs)} " in f" {' '.join(mine)} " and (may_deny or denies(said) == denies(key))


class Gap(Short):
    """A sentence with a gap; the writer's answer fills it."""

    name = "gap"

    def draft(self, small: bool) -> dict[str, Any]:
        sentence = text(20, 400, f"a sentence with one gap, written {GAP}; the text, not the grammar, fills it")
        filled = {"sentence": sentence, "answer": text(1, 80, "what fills the gap")}
        return {**{k: v for k, v in super().draft(small).items() if k != "answer"}, **filled}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from Form.complaints(self, draft, passage)
        if draft["sentence"].count(GAP) != 1:
            yield f"the sentence has to have exactly one {GAP}"
        elif re.search(rf"\b{re.escape(draft['answer'])}\b", draft["sentence"] + draft["question"], re.IGNORECASE):
            yield f"what fills the gap stands beside it: {draft['answer']!r}"

    def asked(self, draft: Draft, random: Random) -> Asked:
        asked = super().asked(draft, random)
        question = f"{asked.facts['question']}\n{draft['sentence'].strip()}"
        return Asked(question, {**asked.facts, "question": question})


class Number(Form):
    """A figure worked out from those in the text: the calculation is part of the key, and is carried out."""

    name = "number"
    shape = "short"

    def draft(self, small: bool) -> dict[str, Any]:
        working = text(1, 200, "the calculation from figures of the text, as a calculator takes it: (48 - 12) / 3")
        unit = text(0, 30, "of the answer, as in the text; empty for a mere count")
        return {"evidence": EVIDENCE, "question": QUESTION, "expression": working, "unit": unit}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        try:
            said = compute(draft["expression"])
        except CannotCompute as error:
            yield f"the calculation {draft['expression']!r} can't be carried out: {error}"
            return
        value = value_of(said)
        if value is not None and abs(value) > _FEW and value in {one.value for one in told_in(draft["question"])}:
            yield f"the result {said} stands in the question"

    def asked(self, draft: Draft, random: Random) -> Asked:
        facts = {"question": draft["question"].strip(), "expression": draft["expression"], "unit": draft["unit"]}
        return Asked(facts["question"], {**facts, "key": compute(draft["expression"])})

    def paper(self, facts: Facts, random: Random) -> Paper:
        unit = f"\n({facts['unit']})" if facts["unit"] else ""
        return Paper(f"{facts['question']}{unit}", {"type": "number"})

    def found(self, answer: str, facts: Facts) -> float | None:
        tag = str(facts.get("language") or "")
        # In bold, or where the answer leads with it and ends in it: figures it is worked out from stand between.
        # Where a form was asked for, it may forbid bold: then the last sentence has the result.
        last = _SENTENCE.split(answer.strip())[-1] if facts.get("demands") and "**" not in answer else ""
        for where in (" ".join(_BOLD.findall(answer)), answer, last):
            fitting = _in_unit(told_in(where, tag), facts["unit"])
            if fitting and fitting[0] == fitting[-1]:
                return float(fitting[0])
            if fitting and not last:
                return None
        return None

    def agrees(self, value: Any, facts: Facts) -> bool:
        key = value_of(facts["key"])
        if key is None or value is None:
            return False
        off = abs(Fraction(value) - key)
        # A year, a count: near is beside. Else what a reader rounds to three figures is the same.
        return bool(off < Fraction(1, 10**9) if key.denominator == 1 else off <= abs(key) / 200)

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return words(new["unit"]) == words(old["unit"]) and self.agrees(value_of(new["key"]), old)

    def how(self, facts: Facts) -> str:
        return "give the figure asked for in digits with its unit, in bold, and no other figure in bold"


def _in_unit(told: Sequence[Told], unit: str) -> list[Fraction]:
    """The figures told in a unit, by its measure or its word; else those without one, which may be meant in it."""
    known, word = measure(unit), words(unit)[:1]
    fitting = [one for one in told if (one.unit if known else not word or words(one.word)[:1] == word)]
    values = [value for one in fitting if (value := value_in(one, known)) is not None]
    return values or [one.value for one in told if not one.unit and not words(one.word)]


class Quote(Form):
    """Words of the text itself."""

    name = "quote"
    shape = "short"
    quotes = False
    names_key = False

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "question": QUESTION,
            "quote": text(15, 500, "the sentence or phrase, exactly as it stands in the text"),
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        if locate(draft["quote"], passage) is None:
            yield f"the text does not say {draft['quote']!r}: quote it letter by letter"

    def asked(self, draft: Draft, random: Random) -> Asked:
        facts = {"question": draft["question"].strip(), "key": draft["quote"].strip()}
        return Asked(facts["question"], facts)

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["question"], text(5, 600, "the words of the text, exactly"))

    def found(self, answer: str, facts: Facts) -> str:
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return locate(facts["key"], str(value)) is not None or same(str(value), facts["key"])
