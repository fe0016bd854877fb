"""Which mathematical expression an answer settles on, as it is written there.

In this order: a closed box or another form · a cue ("the answer is $…$") · the last `$…$` or its like · bold ·
the number that `number` finds. Alternatives that are told one after the other ("$x = 2$ or $x = 3$") are joined by a
comma. Of a chain of equations the last side is the answer; "y = 2x + 1" stays whole. Approximations behind ≈ are left.
"""

from __future__ import annotations

import re

from eval.extract.hedges import last_hedge
from eval.extract.marks import bare, bolds, clause, cues, forms
from eval.extract.numerals import number
from eval.extract.visible import blank, visible
from eval.records import Extracted

_MATH = re.compile(
    r"\$\$([^$]{1,2000})\$\$"
    r"|(?<!\\)\$((?:[^$\n\\]|\\.){1,600})\$|\\\(((?:[^\\\n]|\\(?!\))){1,600})\\\)|\\\[((?:[^\\]|\\(?!\])){1,2000})\\\]"
)
_JOINED = re.compile(r"\s{0,3},?\s{0,3}(?:and|or|und|oder|et|ou|y|o)?\s{0,3}")
_SUBJECT = re.compile(r"(?:\\?[A-Za-z]{1,2}(?:_\{?\w{1,3}\}?)?|\w\([A-Za-z]\)|[A-Z]{1,3})")
_OPEN_BOX = re.compile(r"\\(?:boxed|fbox)\s{0,3}\{")
_PLAIN = re.compile(r"[-+\w\s.,/*^()\[\]{}√π²³°%\\=|<>∞±]{1,200}")
_PROSE = re.compile(r"(?<![\\A-Za-z])(?!sqrt|frac|pi\b|sin|cos|tan|log|ln|exp|inf|or\b|and\b)[A-Za-z]{3,}")


def math(answer: str) -> Extracted:
    """Return the expression that an answer settles on, a `str` of LaTeX or plain text; None where there is none."""
    seen = visible(answer)
    if seen.loop:
        return Extracted(None, "loop")
    found = None
    for start in seen.corrections():
        found = found or _marked(blank(seen.words, 0, start)) or _dollars(blank(seen.words, 0, start))
    found = found or _marked(seen.words)
    hedge = last_hedge(seen.words)
    if found is None and len(_OPEN_BOX.findall(seen.words)) > 0:
        return Extracted(None, "open_box")
    found = found or _dollars(seen.words) or _bold(seen.words) or _equation(seen.words)
    if found is None:
        value = number(answer)
        return Extracted(None if value.value is None else str(value.value), value.how, value.span)
    words, how, start, end = found
    if hedge is not None and start < hedge:
        return Extracted(None, "hedge")
    return Extracted(words, how, seen.span(start, end))


_Found = tuple[str, str, int, int]


def _marked(words: str) -> _Found | None:
    """Return the last form, or else the last cue with an expression behind it."""
    for one in reversed(forms(words)):
        if one.words.strip():
            return settled(one.words), one.how, one.start, one.end
    said = None
    for cue in cues(words):
        inner = _first_math(cue.words)
        plain = _plain(clause(cue.words))
        if inner is not None or plain:
            said = (
                settled(inner if inner is not None else plain),
                "answer_is",
                cue.start,
                cue.start + len(clause(cue.words)),
            )
    return said


def _first_math(words: str) -> str | None:
    """Return the expressions at the beginning of some words, joined; None where they begin with prose."""
    parts = _joined(words, list(_MATH.finditer(words)))
    if parts and not re.search(
        r"\w", re.sub(r"\b(?:the|final|answer|is|equal|to|point|set|interval|now)\b", "", words[: parts[0].start()])
    ):
        return ", ".join(_inner(one) for one in parts)
    return None


def _inner(one: re.Match[str]) -> str:
    return next(part for part in one.groups() if part is not None)


def _joined(words: str, found: list[re.Match[str]], last: bool = False) -> list[re.Match[str]]:
    """Return the first or last expression with those that are joined to it by "or", "and", a comma."""
    if last:
        found = found[::-1]
    parts = found[:1]
    for one in found[1:]:
        left, right = (one, parts[-1]) if last else (parts[-1], one)
        gap = words[left.end() : right.start()]
        if len(gap) > 12 or not gap.strip() or not _JOINED.fullmatch(gap):
            break
        parts.append(one)
    return parts[::-1] if last else parts


def _dollars(words: str) -> _Found | None:
    found = [one for one in _MATH.finditer(words) if _inner(one).strip() and not _OPEN_BOX.search(_inner(one))]
    # "which is about $8.485$": an approximation is no answer where something exact stands before it.
    exact = [
        one
        for one in found
        if not re.search(
            r"(?:about|approx\w*|roughly|≈|i\.e\.|for(?: all)?|where|when|with|if|provided(?: that)?|assuming|since"
            r"|as)\s{0,2}$",
            words[max(0, one.start() - 20) : one.start()],
        )
    ]
    parts = _joined(words, exact or found, last=True)
    if not parts:
        return None
    return settled(", ".join(_inner(one) for one in parts)), "dollars", parts[0].start(), parts[-1].end()


def _bold(words: str) -> _Found | None:
    found = [one for one in bolds(words) if re.search(r"[\d√π\\=]|\b[a-z]\b", one.words) and _plain(bare(one.words))]
    return (settled(bare(found[-1].words)), "bold", found[-1].start, found[-1].end) if found else None


def _equation(words: str) -> _Found | None:
    """Return the last side of the last equation in plain text, or a short answer that is an expression only."""
    text = words.strip()
    if text and len(text) <= 120 and "\n" not in text and _plain(text.rstrip(".")):
        return settled(text.rstrip(".")), "whole", words.find(text), words.find(text) + len(text)
    for one in reversed(list(re.finditer(r"(?:[=]|\bis)\s([^=\n]{1,100}?)(?=[.;]?(?:\n|$)|\. )", words))):
        if _plain(one[1]) and re.search(r"[√π^*/()\[\]]", one[1]):
            return settled(one[1]), "equation", one.start(1), one.end(1)
    return None


def _plain(words: str) -> str:
    """Return the words if they are an expression in plain text: signs, digits, single letters, function names."""
    words = bare(words).rstrip(".")
    return (
        words
        if words
        and _PLAIN.fullmatch(words)
        and not _PROSE.search(re.sub(r"\b(?:degrees?|dollars?)\b", "", words))
        and re.search(r"[\d√πa-z∞]", words)
        else ""
    )


def settled(expression: str) -> str:
    """Return what a chain of equations arrives at, without approximations; an equation of a line stays one."""
    expression = re.sub(r"\s\([^()]{1,40}(?:≠|\\neq?\b|!=|[<>≤≥])[^()]{1,40}\)\s{0,3}$", "", expression)
    expression = re.split(r"\\approx|≈|\\implies|\\text\{\s?i\.e", expression)[0].strip().rstrip(".,;").strip()
    if "," in expression or "\\text" in expression or "\\begin" in expression:
        return expression
    sides = re.split(r"(?<![<>!:\\])=", expression)
    if len(sides) == 1:
        return expression
    subject = sides[0].strip().strip("$ ")
    if len(sides) == 2 and _SUBJECT.fullmatch(subject):
        # "A = 9\pi" and "x = 2" say a value; "y = 2x + 1" says a relation: `math_equal` sees which from the gold.
        return expression
    return sides[-1].strip()
