"""How a text made from a source is judged: does it claim what the source does not tell, and how good is it?

Two questions to the judge, each of its own (paper, Table 7). Its claims are walked over one by one; a quotation that
is not in the source sends the whole examination back, so that no claim is supported by words nobody wrote.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from agents.script import Script
from eval.judging import Complaint, Judge, Verdict, need_judge
from eval.quotations import Quotable, flat
from eval.records import Item, Score
from eval.task import Metric

script = Script.beside(__file__)
metrics = (
    Metric("hallucination_rate", "Hallucination rate", higher=False),
    Metric("quality", "Quality", scale=10.0),
    Metric("unsupported_claims", "Unsupported claims per item", scale=1.0, higher=False),
    Metric("claims", "Claims per item", scale=1.0),
)
"""`claims` is told because a model that says little is seldom wrong."""
JUDGE_CALLS = 2.0
_KEYWORD = re.compile(
    r"^[\s*_#>-]*(?:(?P<claim>CLAIM)\s*(?P<number>\d+)|(?P<support>SUPPORT)(?:\s*\d+)?"
    r"|(?P<end>UNSUPPORTED)(?: CLAIMS?)?|(?P<none>NO CLAIMS?))[*_\s]*(?:[:.)]|$)[*_]*\s*",
    re.MULTILINE,
)
_NONE = re.compile(r"\W*(?:none|nothing|no support|n/a)\b", re.IGNORECASE)
_SAID = re.compile(r"\brating (?:is|of)(?: a)?:? [*_]*(\d+(?:\.\d+)?)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)")
_RUN = 4
"""Words in a row that a response has from the source: then it tells something of it."""
_RATING = re.compile(r"RATING[*_\s]*:[*_\s]*(\d+(?:\.\d+)?)[*_]*(?:\s*(?:/|out of)\s*10)?[*_.\s]*$", re.MULTILINE)


Numbered: TypeAlias = dict[int, tuple[str, list[str]]]
"""Claims by number, each with the lines of its support."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a response, as the examiner found it."""

    words: str
    support: str
    """The quotations; of an unsupported claim what the source says instead."""
    supported: bool


def asked(role: str, **facts: str) -> str:
    """Return what a model is asked, from the words under `## role`."""
    return script.role(role).prompt.render(**facts)


async def score(item: Item, answers: Sequence[str], judge: Judge | None) -> Score:
    """Judge an item's answer twice. `item.facts` holds `source` and `instruction`.

    Who says nothing claims nothing: an empty answer is in no hallucination rate, and has the lowest quality.
    """
    answer = answers[-1]
    if not answer.strip():
        return Score({"quality": (1, 10)}, how="empty")
    judge = need_judge(judge)
    exhibits = {"mark": _mark(item, answer), "exhibits": _exhibits(item, answer)}
    source, instruction = str(item.facts["source"]), str(item.facts["instruction"])
    exam = Exam(Quotable(f"{source}\n{instruction}"), _taken(answer, source, instruction))
    votes = range(max(1, judge.record.votes))
    found, rated = await asyncio.gather(
        asyncio.gather(*(judge.ask(script, "claims", exhibits, exam.read, nth=n) for n in votes)),
        asyncio.gather(*(judge.ask(script, "quality", exhibits, rating, nth=n) for n in votes)),
    )
    examined = [one.value for one in found if one.value is not None]
    ratings = [one.value for one in rated if one.value is not None]
    evidence = {
        "claims": [[asdict(claim) for claim in one] for one in examined],
        "quality": [_told(one) for one in rated],
    }
    if not examined or not ratings:
        lacking = " and ".join(["hallucination"] * (not examined) + ["quality"] * (not ratings))
        words = [_told(one) for one in found]
        return Score(excluded=f"no verdict on {lacking}", evidence={**evidence, "words": words})
    unsupported = [sum(not claim.supported for claim in one) for one in examined]
    if len({count > 0 for count in unsupported}) > 1:
        judge.contradicted()
    return Score(_values(unsupported, [len(one) for one in examined], ratings), evidence=evidence)


def _values(
    unsupported: Sequence[int], claims: Sequence[int], ratings: Sequence[float]
) -> dict[str, tuple[float, float]]:
    """Votes are averaged: half of them that find something are half an item."""
    votes = len(unsupported)
    return {
        "hallucination_rate": (sum(count > 0 for count in unsupported) / votes, 1),
        "quality": (sum(ratings) / len(ratings), 10),
        "unsupported_claims": (sum(unsupported) / votes, 1),
        "claims": (sum(claims) / votes, 1),
    }


def _told(verdict: Verdict[Any]) -> str:
    return verdict.words[:4000]


def _mark(item: Item, answer: str) -> str:
    texts = [str(item.facts["source"]), str(item.facts["instruction"]), answer]
    return hashlib.blake2b("\0".join(texts).encode("utf-8", "replace"), digest_size=6).hexdigest()


def _exhibits(item: Item, answer: str) -> str:
    mark = _mark(item, answer)
    named = {"SOURCE": item.facts["source"], "INSTRUCTION": item.facts["instruction"], "RESPONSE": answer}
    return "\n\n".join(f"[{name} {mark}]\n{str(text).strip()}\n[END OF {name} {mark}]" for name, text in named.items())


def _taken(answer: str, source: str, instruction: str) -> str:
    """Return the first run of words that an answer has from the source and not from the instruction, or nothing."""
    words, of, asked_for = flat(answer).split(), flat(source), flat(instruction)
    runs = (" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
    return next((run for run in runs if f" {run} " in of and f" {run} " not in asked_for), "")


@dataclass(frozen=True)
class Exam:
    """What an examination of one response is held against."""

    quotable: Quotable
    """What may be quoted from: the source, and what the instruction states."""
    taken: str = ""
    """Words that the response shares with the source: whoever has some can't be found to claim nothing."""

    def read(self, text: str) -> list[Claim] | Complaint:
        """Read an examination. It must agree with itself, and its quotations with the source."""
        text = text.rpartition("</think>")[2]
        found = list(_KEYWORD.finditer(text))
        ends = [one.start() for one in found[1:]] + [len(text)]
        numbered: dict[int, tuple[str, list[str]]] = {}
        current, listed, is_none = 0, None, False
        for one, end in zip(found, ends, strict=True):
            words = text[one.end() : end].strip().strip("*_").strip()
            if one["claim"]:
                current = int(one["number"])
                if current in numbered:
                    return Complaint(f"two claims have the number {current}; number them from 1 without a break.")
                numbered[current] = (words, [])
            elif one["support"] and current:
                numbered[current][1].append(words)
            elif one["end"]:
                listed = words
            is_none = is_none or bool(one["none"])
        if listed is None and not is_none:
            return Complaint("it does not close with the line UNSUPPORTED: and the numbers of claims without support.")
        return self._empty(numbered, is_none) or _agreed(numbered, listed or "none") or self._looked_up(numbered)

    def _empty(self, numbered: Numbered, is_none: bool) -> Complaint | None:
        if not numbered and not is_none:
            return Complaint("it walks over no claims; give each as CLAIM 1: and SUPPORT:, or write NO CLAIMS.")
        if numbered and is_none:
            return Complaint("it says NO CLAIMS and lists claims; it must be one or the other.")
        if is_none and self.taken:
            return Complaint(
                f"the response does make claims; see its words {self.taken!r}. Give each as CLAIM 1: and so on."
            )
        return None

    def _looked_up(self, numbered: Numbered) -> list[Claim] | Complaint:
        made, wrong = [], []
        for number, (words, support) in sorted(numbered.items()):
            is_bare = _is_bare(support)
            made.append(Claim(words, " … ".join(support), not is_bare))
            if not is_bare:
                wrong += [f"claim {number}: {one[:120]!r}" for line in support for one in self.quotable.lacks(line)]
        if wrong:
            return Complaint(
                f"these words are not in the source: {'; '.join(wrong[:5])}. Copy the source's words as they stand, "
                "with nothing added; where there are none that say it, the claim has SUPPORT: NONE and is listed last."
            )
        return made


def _agreed(numbered: Numbered, listed: str) -> Complaint | None:
    """Return what in an examination contradicts the rest of it, if anything does."""
    if without := [number for number, (_, support) in numbered.items() if not "".join(support).strip()]:
        return Complaint(f"claim {without[0]} has no line SUPPORT: with a quotation or NONE.")
    last = _ASIDE.sub("", listed.split("\n")[0])
    numbers = set() if _NONE.match(listed) else {int(one) for one in re.findall(r"\d+", last)}
    if not numbers and not _NONE.match(listed):
        return Complaint("the line UNSUPPORTED: names no claim; write their numbers, or none.")
    bare = {number for number, (_, support) in numbered.items() if _is_bare(support)}
    if numbers == bare:
        return None
    return Complaint(
        f"it contradicts itself: {_list(bare)} with SUPPORT: NONE, but the last line lists {_list(numbers)}; decide "
        "each of them, and list exactly those without support."
    )


def _is_bare(support: Sequence[str]) -> bool:
    return all(_NONE.match(one) for one in support)


def _list(numbers: set[int]) -> str:
    return f"claims {', '.join(map(str, sorted(numbers)))}" if numbers else "no claim"


def rating(text: str) -> float | Complaint:
    """Read the rating of an editor, from 1 to 10."""
    text = text.rpartition("</think>")[2]
    found = {float(one) for one in _RATING.findall(text) or _SAID.findall(text)}
    if not found:
        return Complaint("it has no line RATING: with a whole number from 1 to 10 at its end.")
    if len(found) > 1:
        return Complaint("it gives more than one rating; give one.")
    (value,) = found
    if not 1 <= value <= 10:
        return Complaint(f"{value:g} is not on the scale from 1 to 10.")
    return value
