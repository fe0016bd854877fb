"""Count words, sentences, paragraphs and letters, in one way for whoever asks and for whoever checks.

A word is what stands between spaces and holds a letter or a digit: "well-known", "don't", "3,500.50", "10:30", "and/or"
and a web address are one word each; a chain of more than five pieces is as many words as pieces. A long dash or an
ellipsis without spaces parts two words. Emoji, lone signs, list marks ("-", "1."), code fences, rulers and the bars of
a table are no words. Every Chinese character and every kana is one word, as word processors count them; Korean goes by
its spaces. Scripts that write neither spaces nor such characters (Thai, Khmer) have no word count worth asking for.

A sentence ends with . ! ? … or their like before a space and a new beginning. Whether "etc." or an initial ends one is
sometimes open, so sentences are counted as a range: what no reader would deny, up to what a reader might grant.
A list item is at least one sentence; a heading is none.
"""

import re
import unicodedata
from dataclasses import dataclass

from tools.markup import HEADING, MARKER, blocks, is_ruler, unfenced, without_mark

_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)")
_CJK = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]")
_PARTS = re.compile(r"[—―…|]|\.{2,}|--+")
_CHAIN = re.compile(r"[-_/]+")
_END = re.compile(r"([.!?…。！？｡।؟]{1,8})([\"'”’»)\]*_]{0,4})(?=(\s+|\Z))|[。！？｡]")
_NEVER_ENDS = (
    "e.g i.e cf vs viz mr mrs ms dr prof mt rev hon capt lt sgt approx jan feb apr aug sept oct nov dec z.b d.h bzw"
)
_BEFORE_A_NUMBER = "fig figs eq no nos vol pp p ch sec art ca min max est"
_MAY_END = "etc al a.m p.m am pm inc ltd co corp jr sr u.s u.k u.n e.u b.c a.d d.c st ph.d col ave rd"
_OPENERS = "\"'“‘«(*[_"
_FRAGMENT = 12
"""An unclosed line of so few words may be a title or a lead-in as well as a sentence."""


@dataclass(frozen=True)
class Count:
    """A number that is open within bounds."""

    least: int
    most: int

    def __str__(self) -> str:
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"

    def __contains__(self, number: int) -> bool:
        return self.least <= number <= self.most


def words(text: str) -> list[str]:
    """Return the words of `text`, Markdown marks left out, each with its own punctuation."""
    found: list[str] = []
    for line in text.split("\n"):
        bare = _bare(line)
        for token in bare.split():
            pieces = _CHAIN.split(token) if len(token) > 30 and "://" not in token else [token]
            found += [p for p in (pieces if len(pieces) > 5 else [token]) if any(c.isalnum() for c in p)]
    return found


def word_count(text: str) -> int:
    """Return how many words `text` has; the module says what a word is."""
    return len(words(text))


def plain_words(text: str) -> list[str]:
    """Return the words of `text` in lower case, without punctuation around them and with straight apostrophes."""
    return [p for w in words(text) if (p := _trimmed(w).casefold().replace("’", "'"))]


def sentences(text: str) -> list[str]:
    """Return the sentences of `text` by the best guess, in their order."""
    found: list[str] = []
    lower = text.islower()
    for block, _ in _blocks(text):
        start = 0
        for end, certain in _ends(block, lower):
            if certain:
                found.append(block[start:end].strip())
                start = end
        found.append(block[start:].strip())
    return [sentence for sentence in found if any(c.isalnum() for c in sentence)]


def sentence_count(text: str) -> Count:
    """Return how many sentences `text` has: at least, and at most."""
    least = most = 0
    lower = text.islower()
    for block, is_item in _blocks(text):
        sure = doubtful = start = 0
        for end, certain in _ends(block, lower):
            sure += certain
            doubtful += not certain
            start = end
        rest = block[start:].strip()
        if any(c.isalnum() for c in rest):
            known = len(rest.split()) > _FRAGMENT or (is_item and not sure)
            sure += known
            doubtful += not known
        if is_item and not sure:
            sure, doubtful = 1, max(0, doubtful - 1)
        least, most = least + sure, most + sure + doubtful
    return Count(least, most)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of `text`: what blank lines part, headings and rulers aside."""
    found = []
    for block in blocks(text):
        lines = [line for line in block.split("\n") if not HEADING.match(line) and not is_ruler(line)]
        if any(c.isalnum() for line in lines for c in line):
            found.append("\n".join(lines))
    return found


def letters(text: str) -> dict[str, int]:
    """Return how often each letter stands in `text`, capitals and small ones together."""
    counts: dict[str, int] = {}
    for char in unicodedata.normalize("NFC", text).casefold():
        if char.isalpha():
            counts[char] = counts.get(char, 0) + 1
    return counts


def _bare(line: str) -> str:
    """`line` without the marks that are no words."""
    stripped = line.strip()
    if stripped.startswith(("```", "~~~")) or is_ruler(stripped):
        return ""
    stripped = without_mark(stripped).lstrip("#> ")
    stripped = _LINK.sub(r"\1", stripped)
    return _CJK.sub(r" \g<0> ", _PARTS.sub(" ", stripped))


def _trimmed(word: str) -> str:
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while end > start and not word[end - 1].isalnum():
        end -= 1
    return word[start:end]


def _blocks(text: str) -> list[tuple[str, bool]]:
    """Runs of text no sentence reaches beyond, and whether each is an item of a list."""
    found: list[tuple[list[str], bool]] = []
    fresh = True
    for line in unfenced(text):
        stripped = line.strip()
        marker = MARKER.match(stripped)
        if not stripped or HEADING.match(stripped) or is_ruler(stripped):
            fresh = True
        elif fresh or marker or stripped.startswith("|"):
            found.append(([stripped[marker.end() :] if marker else stripped], bool(marker)))
            fresh = False
        else:
            found[-1][0].append(stripped)
    joined = [(" ".join(lines), is_item) for lines, is_item in found]
    return [block for block in joined if any(c.isalnum() for c in block[0])]


def _ends(block: str, lower: bool) -> list[tuple[int, bool]]:
    """Where sentences end in `block`, and whether that is beyond doubt; `lower`: no capitals tell where they begin."""
    found = []
    for match in _END.finditer(block):
        following = block[match.end() : match.end() + 80].lstrip()
        if not following:
            found.append((match.end(), True))
            continue
        verdict = _is_end(match, block, following, lower)
        if verdict is not None:
            found.append((match.end(), verdict))
    return found


def _is_end(match: re.Match[str], block: str, following: str, lower: bool) -> bool | None:
    """True for an end, None for none, False where readers may differ."""
    mark, closers = match.group(1) or "。", match.group(2) or ""
    if mark[0] in "。！？｡।؟":
        return True
    begins = following.lstrip(_OPENERS)[:1]
    if begins.islower() and not lower:
        return None
    before = block[max(0, match.start() - 24) : match.start()].rpartition(" ")[2].lstrip(_OPENERS).casefold()
    if mark == ".":
        if before in _MAY_END.split():
            return False
        if before in _NEVER_ENDS.split() or (before in _BEFORE_A_NUMBER.split() and begins.isdigit()):
            return None
        if len(before) == 1 and before.isalpha() and before != "i":
            return False
        if before.isdigit() and len(before) < 3 and match.start() == len(before):
            return None  # "1." at the start is a number, not a sentence
    trails_off = mark.startswith(("…", ".."))
    return not trails_off and not any(c in closers for c in "\"'”’»)")
