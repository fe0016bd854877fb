"""What rules look at in a piece: its title, its parts, its speakers and turns, its steps, its labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from teams.engine.demands.rule import same, unmarked
from tools.counting import plain_words

_RULER = re.compile(r"^\s*(?:[*#~⁂•·]\s*){1,5}$|^\s*[-–—_*]{3,}\s*$")
_HEADING = re.compile(r"^\s*(?:#{1,6}\s+\S.*|\*\*[^*\n]{1,80}\*\*:?|(?:INT|EXT|INT\./EXT|I/E)[. ].*)\s*$")
_NUMBERED = re.compile(r"^\s*(?:[^\W\d_]{2,12}\.? )?(?:\d{1,2}|[IVX]{1,5}|[A-Z])(?:[.:)]|$|\s[–—-]\s).{0,60}$")
_TURN = re.compile(
    r"^\s*(?:\*\*)?([^\W\d_][\w .'’#&/-]{0,40}?)(?:\*\*)?\s?(?:\([^)\n]{1,80}\))?[:：](?:\*\*)?(?=\s*\S)", re.MULTILINE
)
_CUE = re.compile(
    r"^\s*(?:\*\*)?([^\W\d_a-zà-öø-ÿ][^a-zà-öø-ÿ\n:.!?]{1,30})(?:\*\*)?(?:\s?\([^)\n]{1,60}\))?\s*$", re.MULTILINE
)
_STEP = re.compile(r"^\s*(?:#{1,6}\s*)?(?:\*\*)?(?:[^\W\d_]{2,12} )?(\d{1,2})[.):](?:\*\*)?\s", re.MULTILINE)


def without_title(text: str) -> str:
    """Return a piece without a title: a heading, a bold line or a short line that stands alone on top."""
    head, _, rest = text.strip().partition("\n")
    alone = rest.startswith("\n") and not re.search(r"[.!?…,;:]\s*$", unmarked(head)) and len(head.split()) <= 12
    is_title = head.startswith("#") or (_HEADING.match(head) and rest.strip()) or alone
    return rest.strip() if is_title and rest.strip() else text.strip()


def title_of(text: str) -> str:
    """Return the title of a piece, '' if it has none."""
    body = without_title(text)
    return unmarked(text.strip()[: len(text.strip()) - len(body)]).strip() if body != text.strip() else ""


def part_count(text: str) -> int:
    """Return the number of parts: by their headings, or else by the lines of asterisks between them."""
    lines = [line for line in text.split("\n") if line.strip()]
    scenes = [line for line in lines if re.match(r"^\W*(?:INT|EXT)[. ]", line)]
    if scenes:
        return len(scenes)
    headings = [
        n for n, line in enumerate(lines) if _HEADING.match(line) or (_NUMBERED.match(line) and _leads(lines, n))
    ]
    levels = {re.match(r"\s*#*", lines[n]).group().count("#") for n in headings}  # type: ignore[union-attr]
    if headings and headings[0] == 0 and len(levels) > 1:
        headings = headings[1:]  # a title over the headings of the parts
    elif len(headings) == 1 and headings[0] == 0:
        headings = []
    return len(headings) if headings else 1 + sum(1 for line in lines if _RULER.match(line))


def _leads(lines: Sequence[str], at: int) -> bool:
    """Say whether something stands under a line that is no heading itself: a numbered list is no row of parts."""
    return at + 1 < len(lines) and not _NUMBERED.match(lines[at + 1]) and len(lines[at]) < 60


def turns(text: str) -> list[tuple[str, str]]:
    """Return who says what in a script: `NAME: words`, or the name in capitals on a line over the words."""
    found = [mark for mark in _TURN.finditer(text) if not _is_sentence(mark.group(1), text)]
    cues = [m for m in _CUE.finditer(text) if not re.match(r"^\W*(?:INT|EXT)[. ]", m.group()) and m.end() < len(text)]
    marks = found if len(found) >= len(cues) else cues
    ends = [*(mark.start() for mark in marks[1:]), *([len(text)] if marks else [])]
    return [(_named(mark.group(1)), text[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)]


def _is_sentence(name: str, text: str) -> bool:
    """Say whether what stands before a colon is a stage direction: many small words, and only once."""
    words = unmarked(name).split()
    return len(words) >= _LONG_NAME and sum(w[0].islower() for w in words) >= len(words) - 1 and text.count(name) == 1


_LONG_NAME = 4
_ASIDE = re.compile(r"^\s*(?:\([^()]*\)|\[[^\[\]]*\]|\*[^*\n]+\*|_[^_\n]+_)\s*$|\([^()\n]*\)", re.MULTILINE)


def spoken(turn: str) -> str:
    """Return a turn without the directions in it: in brackets, or in italics on a line of their own."""
    return _ASIDE.sub(" ", turn)


def _named(cue: str) -> str:
    return " ".join(unmarked(cue).split()).casefold()


def speakers(text: str) -> list[str]:
    """Return who speaks, in the order of their first words; who has one turn counts."""
    return list(dict.fromkeys(name for name, _ in turns(text)))


def steps(text: str) -> list[int]:
    """Return the numbers of numbered steps, in the order in which they stand."""
    return [int(number) for number in _STEP.findall(text)]


def labelled(text: str, labels: Sequence[str]) -> dict[str, str] | None:
    """Return what stands under each label, None unless each begins a line of its own once, in their order."""
    places = []
    for label in labels:
        spelled = re.escape(unmarked(label).strip(" :"))
        found = list(
            re.finditer(rf"^[ \t#*_>\d.)-]{{0,8}}{spelled}[*_]{{0,3}}(?:[:：.—–-]|[*_ \t]*$)", text, re.M | re.I)
        )
        if len(found) != 1:
            return None
        places.append(found[0])
    starts = [place.start() for place in places]
    if starts != sorted(starts):
        return None
    ends = [*starts[1:], len(text)]
    return {label: text[p.end() : end].strip("*_: \n") for label, p, end in zip(labels, places, ends, strict=True)}


def times(text: str, phrase: str) -> int:
    """Return how often a phrase stands in a text, whole words and case aside; scripts without spaces by the letters."""
    if not re.search(r"\w", phrase) or any(ord(c) > 0x2E7F for c in phrase):
        return flat(text).count(flat(phrase))
    said = "  ".join(plain_words(unmarked(text)))
    # Neighbours share no space this way.
    found = f" {said} ".count(f" {'  '.join(plain_words(phrase))} ")
    return found or len(re.findall(rf"(?<!\w){re.escape(flat(phrase))}(?!\w)", flat(text)))


def flat(text: str) -> str:
    """Return a text as it is compared: straight quotes, single spaces, small letters."""
    return unicodedata.normalize("NFC", same(unmarked(text))).casefold()


def is_speech(text: str) -> bool:
    """Say whether somebody is quoted: between quotation marks, or after a dash at the start of a line."""
    quoted = re.search(r"[“„«「『][^”“»」』\n]{2,}|(?<!\w)\"[^\"\n]{2,}\"|(?<![\w’])‘[^’\n]{4,}[,.!?]’", text)
    return bool(quoted or re.search(r"^\s*[–—]\s?\w", text, re.MULTILINE))
