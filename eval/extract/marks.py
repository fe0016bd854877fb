"""Places where a writer marks the answer as such: boxes, tags, `####`, a JSON key, "the answer is", bold type.

All patterns have bounded quantifiers, and boxes are matched by one pass over the braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.extract.visible import Visible, blank_all

WINDOW = 120
"""How far behind a cue its answer may stand, characters."""
_LONGEST_BOX = 1_000
_BRACES = re.compile(r"\\(?:boxed|fbox)\s{0,3}\{|\\[{}]|[{}]")
_UNBRACED = re.compile(r"\\boxed\s{1,3}([^\s${}\\]{1,40})")
_TAG = re.compile(r"<(answer|final_answer|final|result)>\s{0,20}([^<]{1,400}?)\s{0,20}</\1>", re.IGNORECASE)
_HASHES = re.compile(r"^#{4}[ \t]{0,4}([^\n#]{1,200})$", re.MULTILINE)
_KEY = re.compile(
    r"[\"'](?:final[_ ])?(?:answer|choice|result|answer_choice|response)[\"']\s{0,4}:\s{0,4}"
    r"(?:\"([^\"\n]{0,300})\"|'([^'\n]{0,300})'|(-?[\d.,]{1,40}))",
    re.IGNORECASE,
)
_JUDGED = re.compile(r"\[\[([^\[\]\n]{1,100})\]\]")
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]{1,300}?)\*\*|(?<!\w)__(?=\S)([^_\n]{1,300}?)__(?!\w)")
_WRAPPED = re.compile(r"\\(?:text(?:bf|rm|it)?|math(?:rm|bf|sf|it)|bf|rm)\s{0,2}\{([^{}]{0,200})\}")
_NOUN = (
    r"answer|solution|result|conclusion|respuesta|réponse|antwort|lösung|ergebnis|risposta|resposta|ответ|"
    r"答案|正解|正确|정답|回答"
)
_CUE = re.compile(
    rf"(?<![\w])(?:(?:final|correct|right|best|short|my)\s{{1,3}})?(?:{_NOUN})s?"
    r"(?:[ \t]{1,3}(?:correcta|richtige|correcte|corretta|correta|finale?))?"
    r"[ \t]{0,3}[*_\"'”]{0,3}(?:[ \t]{0,3}\([^()\n]{0,20}\))?"
    r"(?:\s{0,3}[:：=]|\s{1,3}(?:is|are|was|es|son|est|ist|lautet|è|é|would be|should be|must be|remains|now is"
    r"|isn[’']t|is not)\b|\s{0,2}(?:は|是|为|은|는|:)|\s{0,2}[-–—→]|[*_]{2}\s{0,4}\n|\s{0,2}\n)",
    re.IGNORECASE,
)
_NOT = re.compile(r"\s{0,3}(?:not|n[’']t|nicht|no|wrong|incorrect)\b|[^.!?\n]{0,3}isn[’']t", re.IGNORECASE)
# Begun where a sentence begins, and nowhere else: from every character it would be three hundred times the work.
QUESTION = re.compile(r"(?<![^.!?\n])[^.!?\n]{1,600}\?")
EXPLANATION = re.compile(
    r"^[ \t>*_#-]{0,6}(?:check|verification|explanation|reasoning|here is why|here's why|note|probe"
    r"|sanity check)\b[^\n]{0,4}:"
    r"|\bhere(?: is|'s|’s) (?:why|how|the reasoning)\b",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Marked:
    """Something marked as an answer."""

    words: str
    start: int
    end: int
    how: str


def boxes(words: str) -> list[Marked]:
    """Return what stands in closed `\\boxed{…}`, in the order of their ends. One pass, however they are nested."""
    found, stack = [], []
    for brace in _BRACES.finditer(words):
        if brace[0].startswith("\\b") or brace[0].startswith("\\f"):
            stack.append((brace.start(), brace.end()))
        elif brace[0] == "{":
            stack.append((-1, -1))
        elif brace[0] == "}" and stack:
            start, inner = stack.pop()
            if start >= 0 and brace.start() - inner <= _LONGEST_BOX and words[inner : brace.start()].strip():
                found.append(Marked(words[inner : brace.start()], start, brace.end(), "boxed"))
    found += [Marked(one[1], one.start(), one.end(), "boxed") for one in _UNBRACED.finditer(words)]
    return sorted(found, key=lambda one: one.end)


def forms(words: str) -> list[Marked]:
    """Return everything in a form made for machines (box, tag, `####`, JSON key, `[[…]]`), in the order of its ends."""
    found = boxes(words)
    found += [Marked(one[2], one.start(2), one.end(2), "tag") for one in _TAG.finditer(words)]
    found += [Marked(one[1], one.start(1), one.end(1), "hashes") for one in _HASHES.finditer(words)]
    found += [Marked(one[1], one.start(1), one.end(1), "judged") for one in _JUDGED.finditer(words)]
    for one in _KEY.finditer(words):
        group = one.lastindex or 1
        found.append(Marked(one[group], one.start(group), one.end(group), "key"))
    return sorted(found, key=lambda one: one.end)


def cues(words: str) -> Iterator[Marked]:
    """Yield what follows each "the answer is", "Answer:", "Antwort:", …: to the end of its clause, `WINDOW` at most.

    "The answer is not …" is left out, but for what follows its "but" or "it is".
    """
    for cue in _CUE.finditer(words):
        start = cue.end()
        window = words[start : start + WINDOW]
        if cue[0].lower().endswith(("n't", "n’t", "not")) or _NOT.match(window):
            turned = re.search(r"\b(?:but|it is|it's|sondern|sino)\b", window, re.IGNORECASE)
            if not turned or "\n" in window[: turned.start()]:
                continue
            start += turned.end()
            window = words[start : start + WINDOW]
        lead = len(window) - len(window.lstrip())
        yield Marked(window[lead:], start + lead, start + len(window), "answer_is")


def bolds(words: str) -> list[Marked]:
    """Return what stands in bold type, in order."""
    found = []
    for one in _BOLD.finditer(words):
        group = one.lastindex or 1
        found.append(Marked(one[group].strip(), one.start(group), one.end(group), "bold"))
    return found


def clause(window: str) -> str:
    """Return the words up to the end of the first clause: a line break, or a full stop that ends a sentence."""
    ended = re.search(
        r"[.!?;。](?=\s|$|[*_\"'”)\]}])|\n|,? (?:because|since|which|as|where|denn|weil|and not)\b", window
    )
    return (window[: ended.start()] if ended else window).strip()


def bare(words: str) -> str:
    """Return the words without Markdown, LaTeX wrapping and quotation around them."""
    for _ in range(4):
        words, before = _WRAPPED.sub(r"\1", words), words
        if words == before:
            break
    words = words.replace("\\ ", " ").replace("\\,", " ").replace("\\left", "").replace("\\right", "")
    return words.strip().strip("*_`\"'“”‘’«»„$ \t\n").strip()


def without_asides(seen: Visible) -> str:
    """Return the words with questions, parentheses in prose, and explanations after the verdict blanked."""
    words = blank_all(seen.words, re.compile(r"(?<=\s)\((?=[^()\n]{0,200}[a-z]{3})[^()\n]{8,200}\)"))
    words = blank_all(words, QUESTION)
    words = blank_all(words, re.compile(r",\s(?:even )?(?:though|although|whereas)\b[^.!?\n]{1,200}"))
    explained = EXPLANATION.search(words)
    if explained and re.search(r"[a-zA-Z0-9]", words[: explained.start()]):
        words = words[: explained.start()] + re.sub(r"[^\n]", " ", words[explained.start() :])
    return words
