"""One of a few given words or phrases, yes or no, or an exact string such as sorted words or brackets.

Of given words, in this order: a form · a cue · bold · a line of its own · at the very beginning · a conclusion ·
the only one told. "Not valid" is the other of two; "valid or invalid" is neither. An exact string: a form · a cue ·
a code block or span · bold · a list · a label of one word ("Sorted: …") · the whole, where it is one short line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from eval.extract.hedges import cut_off, last_hedge
from eval.extract.marks import QUESTION, bare, bolds, clause, cues, forms
from eval.extract.visible import Visible, blank, blank_all, visible
from eval.records import Extracted

YES_NO: tuple[tuple[str, str], ...] = (("yes", "no"),)
_TRANSLATED: Mapping[str, str] = {
    "ja": "yes", "nein": "no", "oui": "yes", "non": "no", "sí": "yes", "sì": "yes", "да": "yes", "нет": "no",
    "是": "yes", "はい": "yes", "いいえ": "no", "yep": "yes", "yeah": "yes", "nope": "no",
}  # fmt: skip
_CONCLUDES = re.compile(
    r"\b(?:so|thus|hence|therefore|conclu\w+|is|was|it[’']s|=|overall|today|also)\b|=", re.IGNORECASE
)
_NEGATION = re.compile(
    r"(?:\b(?:not|never|isn[’']t|aren[’']t|wasn[’']t|nicht)|n[’']t)\s(?:\w{1,14}ly\s|a\s|an\s|the\s)?[\"'“*]{0,3}$",
    re.IGNORECASE,
)
_IDIOM = re.compile(
    r"\bno (?:doubt|other|longer|more|one|way|matter|such|need|reason|problem|further|turn|contradiction|idea)\b"
    r"|\b(?:yes|true|valid)[ /](?:or|and|vs\.?)?[ /]?(?:no|false|invalid)\b|\byes/no\b",
    re.IGNORECASE,
)
_FENCE = re.compile(r"```\w{0,12}\n([^`]{1,2000}?)\n?```|(?<!`)`([^`\n]{1,300})`(?!`)")
_ITEM = re.compile(r"^[ \t]{0,6}(?:[-*•]|\d{1,3}[.)])[ \t]{1,3}(\S[^\n]{0,200})$", re.MULTILINE)
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?!\s)){1,600}+[.!?\n]?")
_LABEL = re.compile(r"^[ \t*_#]{0,4}[A-Za-z][\w ]{0,30}:[*_]{0,2}[ \t]{1,3}(\S[^\n]{0,1000})$", re.MULTILINE)
_Place = tuple[int, int, str]


def yes_no(answer: str, words: Sequence[tuple[str, str]] = YES_NO) -> Extracted:
    """Return "yes" or "no". `words` are the pairs that say so: `(("yes", "no"), ("true", "false"))` reads both.

    The value is always of the first pair. Ja, oui, да, … are read where the first pair is yes and no.
    """
    meaning = {word.lower(): words[0][side] for pair in words for side, word in enumerate(pair)}
    if words[0] == ("yes", "no"):
        meaning |= {word: said for word, said in _TRANSLATED.items() if word not in meaning}
    opposite = {words[0][0]: words[0][1], words[0][1]: words[0][0]}
    return _one_of(answer, meaning, opposite)


def free(answer: str, allowed: Sequence[str] = ()) -> Extracted:
    """Return which of the allowed phrases an answer settles on, in their own spelling; with none given, the exact
    string it gives, on one line with single spaces and without commas (golds of BBH have none)."""
    if not allowed:
        return _exact(answer)
    opposite = {allowed[0]: allowed[1], allowed[1]: allowed[0]} if len(allowed) == 2 else {}
    return _one_of(answer, {word.lower(): word for word in allowed}, opposite)


def _one_of(answer: str, meaning: Mapping[str, str], opposite: Mapping[str, str]) -> Extracted:
    seen = visible(answer)
    if seen.loop:
        return Extracted(None, "loop")
    words = blank_all(seen.words, QUESTION)
    words = blank_all(words, re.compile(r"(?<=\s)\([^()\n]{8,200}\)"))
    words = _without_list(blank_all(words, _IDIOM), meaning)
    pattern = re.compile(
        rf"(?<![\w/])(?:{'|'.join(re.escape(word) for word in sorted(meaning, key=len, reverse=True))})(?![\w/]|-\w)",
        re.IGNORECASE,
    )
    finder = _Finder(pattern, meaning, opposite)
    for start in seen.corrections():
        found = finder.ranked(blank(words, 0, start + 4), first=False)
        if found:
            return _extracted(found, seen)
    found = finder.ranked(words)
    return _extracted(found, seen) if found else Extracted(None, "hedge" if last_hedge(seen.words) is not None else "")


def _extracted(found: tuple[_Place, str], seen: Visible) -> Extracted:
    (start, end, value), how = found
    hedge = last_hedge(seen.words)
    if hedge is not None and (start < hedge and how not in ("form",)):
        return Extracted(None, "hedge")
    return Extracted(value, how, seen.span(start, end))


def _without_list(words: str, meaning: Mapping[str, str]) -> str:
    """Blank "Options: valid, invalid" and "valid or invalid"."""
    names = "|".join(re.escape(word) for word in meaning)
    return blank_all(
        words, re.compile(rf"\b(?:{names})(?:\s{{0,2}}(?:,|/|\||\bor\b)\s{{0,2}}(?:{names})\b){{1,9}}", re.IGNORECASE)
    )


class _Finder:
    """Finds the given words, rank by rank."""

    def __init__(self, pattern: re.Pattern[str], meaning: Mapping[str, str], opposite: Mapping[str, str]) -> None:
        self.pattern, self.meaning, self.opposite = pattern, meaning, opposite

    def ranked(self, words: str, first: bool = True) -> tuple[_Place, str] | None:
        """Return the last place of the first rank that has any; `first`: what it begins with counts, too."""
        ranks: dict[str, Callable[[str], Iterator[_Place]]] = {
            "form": self._forms, "answer_is": self._said, "bold": self._bold, "lone_line": self._lines,
            "first_word": self._first, "concluded": self._concluded, "only": self._only,
        }  # fmt: skip
        for how, rank in ranks.items():
            found = list(rank(words)) if first or how != "first_word" else list(self._soon(words))
            if found:
                return found[-1], how
        return None

    def _at(self, words: str, start: int, end: int, whole: str) -> Iterator[_Place]:
        for one in self.pattern.finditer(words, start, end):
            value = self.meaning[one[0].lower()]
            if _NEGATION.search(whole[max(0, one.start() - 30) : one.start()]):
                if value not in self.opposite:
                    continue
                value = self.opposite[value]
            yield one.start(), one.end(), value

    def _forms(self, words: str) -> Iterator[_Place]:
        for marked in forms(words):
            yield from self._at(words, marked.start, marked.end, words)

    def _said(self, words: str) -> Iterator[_Place]:
        for cue in cues(words):
            yield from list(self._at(words, cue.start, cue.start + len(clause(cue.words)) + 1, words))[:1]

    def _bold(self, words: str) -> Iterator[_Place]:
        for marked in bolds(words):
            yield from self._at(words, marked.start, marked.end, words)

    def _lines(self, words: str) -> Iterator[_Place]:
        at = 0
        for line in words.split("\n"):
            if self.pattern.fullmatch(bare(line).rstrip(".!").strip()):
                yield from self._at(words, at, at + len(line), words)
            at += len(line) + 1

    def _first(self, words: str) -> Iterator[_Place]:
        begin = len(words) - len(words.lstrip(" \t\n*_\"'“#>"))
        yield from (one for one in self._at(words, begin, begin + 80, words) if one[0] == begin)

    def _soon(self, words: str) -> Iterator[_Place]:
        yield from list(self._at(words, 0, len(words), words))[-1:]

    def _concluded(self, words: str) -> Iterator[_Place]:
        if cut_off(words):
            return
        for one in reversed(list(_SENTENCE.finditer(words))):
            found = list(self._at(words, one.start(), one.end(), words))
            if found and _CONCLUDES.search(one[0]):
                yield from found[-1:] if len({value for _, _, value in found}) == 1 else self._last_side(found, words)
                return

    def _last_side(self, found: list[_Place], words: str) -> Iterator[_Place]:
        """Of several in one sentence, take the last behind its "so", "hence", "="; else none."""
        start = max(
            (one.start() for one in re.finditer(r"=|\b(?:so|thus|hence|therefore|but)\b", words[: found[-1][0]])),
            default=-1,
        )
        yield from (one for one in found[-1:] if start > found[-2][0])

    def _only(self, words: str) -> Iterator[_Place]:
        found = list(self._at(words, 0, len(words), words))
        if len({value for _, _, value in found}) == 1 and not cut_off(words):
            yield found[-1]


def _exact(answer: str) -> Extracted:
    seen = visible(answer)
    if seen.loop:
        return Extracted(None, "loop")
    words = seen.words
    for start in seen.corrections():
        found = _exactly(blank(words, 0, start), forms_only=True)
        if found:
            break
    else:
        found = _exactly(words)
    hedge = last_hedge(words)
    if found is None or (hedge is not None and found[1] < hedge + 1):
        return Extracted(None, "hedge" if hedge is not None else "")
    value, at, to, how = found
    return Extracted(" ".join(bare(bare(value).rstrip(".")).replace(",", " ").split()), how, seen.span(at, to))


def _exactly(words: str, forms_only: bool = False) -> tuple[str, int, int, str] | None:
    for how, finder in (("form", _form), ("answer_is", _cue)):
        found = finder(words)
        if found:
            return (*found, how)
    if forms_only:
        return None
    code, bold, items, labels = (
        list(one.finditer(words)) for one in (_FENCE, re.compile(r"\*\*([^*\n]{1,300})\*\*"), _ITEM, _LABEL)
    )
    for how, matches in (("code", code), ("bold", bold)):
        if matches:
            group = matches[-1].lastindex or 1
            return matches[-1][group], matches[-1].start(group), matches[-1].end(group), how
    if len(items) > 1:
        return " ".join(one[1] for one in items), items[0].start(1), items[-1].end(1), "list"
    if labels:
        return labels[-1][1], labels[-1].start(1), labels[-1].end(1), "label"
    text = words.strip()
    return (
        (text, words.find(text), words.find(text) + len(text), "whole")
        if text and "\n" not in text and len(text) <= 400
        else None
    )


def _form(words: str) -> tuple[str, int, int] | None:
    found = forms(words)
    return (found[-1].words, found[-1].start, found[-1].end) if found else None


def _cue(words: str) -> tuple[str, int, int] | None:
    found = None
    for cue in cues(words):
        said = words[cue.start : cue.start + 1_000].split("\n")[0].strip()
        if said and not said.startswith("```"):
            found = (said, cue.start, cue.start + len(said))
    return found
