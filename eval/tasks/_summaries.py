"""How a text made from a source is judged: does it claim what the source does not tell, and how good is it?

Two questions to the judge, each of its own (paper, Table 7). Its claims are walked over one by one; a quotation that
is not in the source sends the whole examination back, so that no claim is supported by words nobody wrote.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from agents.script import Script
from eval.fences import fenced
from eval.judging import Judge, mean, need_judge
from eval.quotations import Quotable, flat
from eval.records import Item, Score
from eval.task import Metric
from eval.verdicts import Complaint, rating

script = Script.beside(__file__)
metrics = (
    Metric("hallucination_rate", "Hallucination rate", higher=False),
    Metric("quality", "Quality", scale=10.0),
    Metric("unsupported_claims", "Unsupported claims per item", scale=1.0, higher=False),
    Metric("claims", "Claims per item", scale=1.0),
)
"""`claims` is told because a model that says little is seldom wrong."""
JUDGE_CALLS = 2.0
_EXAMINATION = 6000
"""Tokens of an examination: each claim comes with its quotation, and a clinical note holds some fifty."""
JUDGE_SAYS = (900, (_EXAMINATION + 1500) // 2)
"""Of the two questions on average: an examination is some six times as long as a rating."""
_KEYWORD = re.compile(
    r"^[\s*_#>-]*(?:(?P<claim>CLAIM)\s*(?P<number>\d{1,4})(?:\s*\([^)\n]*\))?|(?P<support>SUPPORT)(?:\s*\d+)?"
    r"|(?P<end>UNSUPPORTED)(?: CLAIMS?)?|(?P<none>NO CLAIMS?))[*_\s]*(?:[:.)]|$)[*_]*\s*",
    re.MULTILINE | re.IGNORECASE,
)
# "None of them was hurt" in quotation marks is a quotation.
_NONE = re.compile(r"[\s*_(\[<-]*(?:none|nothing|no support|n/a)\b", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,4})(?:\s*(?:[-–—]|to)\s*(?:claim\s*)?(\d{1,4}))?", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)")
_THOUGHT = "</think>"
_RUN = 4
"""Words in a row that a response has from the source: then it tells something of it."""
quality = rating(1, 10, ("rating",))
"""Reads the rating of an editor."""
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

    Who says nothing claims nothing: an empty answer is in no hallucination rate, and has the lowest quality. Votes are
    averaged: where half of them find something, it is half an item.
    """
    answer = answers[-1]
    if not answer.strip():
        return Score({"quality": (1, 10)}, how="empty")
    judge = need_judge(judge)
    source, instruction = str(item.facts["source"]), str(item.facts["instruction"])
    exhibits = fenced({"SOURCE": source, "INSTRUCTION": instruction, "RESPONSE": answer})
    shown = {"mark": exhibits.mark, "exhibits": "\n\n".join(exhibits.blocks.values())}
    exam = Exam(Quotable(f"{source}\n{instruction}"), _taken(answer, source, instruction))
    examined, rated = await asyncio.gather(
        judge.vote(script, "claims", shown, exam.read, agree=_agree, max_tokens=_EXAMINATION),
        judge.vote(script, "quality", shown, quality, combine=mean, agree=_near),
    )
    evidence: dict[str, Any] = {"claims": examined.words, "quality": rated.words}
    found = [one.value for one in examined.verdicts if one.value is not None]
    if not found or rated.value is None:
        lacking = ["hallucination"] * (not found) + ["quality"] * (rated.value is None)
        return Score(excluded=f"the judge gave no verdict on {' and '.join(lacking)}", evidence=evidence)
    unsupported = [sum(not claim.supported for claim in claims) for claims in found]
    evidence["unsupported"] = [[asdict(claim) for claim in claims if not claim.supported] for claims in found]
    return Score(
        {
            "hallucination_rate": (mean([count > 0 for count in unsupported]), 1),
            "quality": (rated.value, 10),
            "unsupported_claims": (mean(unsupported), 1),
            "claims": (mean([len(claims) for claims in found]), 1),
        },
        evidence=evidence,
    )


def _agree(votes: Sequence[list[Claim]]) -> bool:
    return len({all(claim.supported for claim in claims) for claims in votes}) < 2


def _near(votes: Sequence[float]) -> bool:
    return not votes or max(votes) - min(votes) < 2


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
        text = text.rpartition(_THOUGHT)[2]
        found = list(_KEYWORD.finditer(text))
        ends = [*(one.start() for one in found[1:]), len(text)][: len(found)]
        numbered: Numbered = {}
        current, listed, is_none = 0, None, False
        for one, end in zip(found, ends, strict=True):
            words = text[one.end() : end].strip().strip("*_").strip()
            if one["claim"]:
                current = int(one["number"])
                if current in numbered:
                    return Complaint(f"two claims have the number {current}; number them from 1 on.", "bad form")
                numbered[current] = (words, [])
            elif one["support"] and current:
                numbered[current][1].append(words)
            elif one["end"]:
                listed = words
            is_none = is_none or bool(one["none"])
        if listed is None and not is_none:
            return Complaint(
                "the last line, UNSUPPORTED: with the numbers of claims or none, is missing.", "no verdict"
            )
        return self._empty(numbered, is_none) or _at_odds(numbered, listed or "none") or self._looked_up(numbered)

    def _empty(self, numbered: Numbered, is_none: bool) -> Complaint | None:
        if not numbered and not is_none:
            return Complaint(
                "it walks over no claims; give each as CLAIM 1: and SUPPORT:, or write NO CLAIMS.", "bad form"
            )
        if numbered and is_none:
            return Complaint("it says NO CLAIMS and lists claims; it must be one or the other.", "contradicts itself")
        if is_none and self.taken:
            return Complaint(
                f"the response does make claims; see its words {self.taken!r}. Give each as CLAIM 1: and so on.",
                "overlooks claims",
            )
        return None

    def _looked_up(self, numbered: Numbered) -> list[Claim] | Complaint:
        made, wrong = [], []
        for number, (words, support) in sorted(numbered.items()):
            is_bare = _is_bare(support)
            made.append(Claim(words, " … ".join(support), not is_bare))
            if not is_bare:
                wrong += [f"claim {number}: {one[:120]!r}" for line in support for one in self.quotable.lacks(line)]
        if not wrong:
            return made
        return Complaint(
            f"these words are not in the source: {'; '.join(wrong[:5])}. Copy the source's words as they stand, with "
            "nothing added; where there are none that say it, the claim has SUPPORT: NONE and is listed last.",
            "quotes what is not there",
        )


def _at_odds(numbered: Numbered, listed: str) -> Complaint | None:
    """Return what in an examination contradicts the rest of it, if anything does."""
    if without := [number for number, (_, support) in numbered.items() if not "".join(support).strip()]:
        return Complaint(f"claim {without[0]} has no line SUPPORT: with a quotation or NONE.", "bad form")
    last = _ASIDE.sub("", listed.split("\n")[0])
    numbers = set() if _NONE.match(listed) else _numbers(last)
    if not numbers and not _NONE.match(listed):
        return Complaint("the line UNSUPPORTED: names no claim; write their numbers, or none.", "no verdict")
    bare = {number for number, (_, support) in numbered.items() if _is_bare(support)}
    if numbers == bare:
        return None
    return Complaint(
        f"it contradicts itself: {_list(bare)} with SUPPORT: NONE, but the last line lists {_list(numbers)}; decide "
        "each of them, and list exactly those without support.",
        "contradicts itself",
    )


def _numbers(listed: str) -> set[int]:
    """Return the numbers in a line such as `2, 4-6 and 9`."""
    found: set[int] = set()
    for first, last in _SPAN.findall(listed):
        found |= {int(first), *range(int(first), int(last or first) + 1)}
    return found


def _is_bare(support: Sequence[str]) -> bool:
    return all(_NONE.match(one) for one in support)


def _list(numbers: set[int]) -> str:
    return f"claims {', '.join(map(str, sorted(numbers)))}" if numbers else "no claim"
