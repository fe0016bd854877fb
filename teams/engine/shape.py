"""The shape of a text, by its characters alone: how much of it is prose, code, table, list, markup, links or verse.

Skills decline by it what they can make nothing of, before a model is asked. It works for text without spaces between
words (Chinese, Japanese, Thai) too, by counting characters there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from teams.engine.repetition import STOP, distinct, packed, repeats
from teams.engine.seeds_boilerplate import is_furniture
from teams.engine.seeds_text import is_fence

if TYPE_CHECKING:
    from teams.engine.records import Seed


@dataclass(frozen=True)
class Shape:
    """What a text looks like. Shares are of its lines that are not blank, 0 to 1; each line has one kind.

    A paragraph on one long line counts as the lines it would fill, 80 characters each.
    """

    words: int
    """About; two Chinese or Japanese characters, or five Thai ones, count for a word."""
    sentences: int
    """That end like one."""
    paragraphs: int
    code: float
    table: float
    list: float
    markup: float
    links: float
    """Links and menus."""
    furniture: float
    """Banners, page numbers and the like."""
    dialogue: float
    verse: float
    figures: float
    """Numbers for every 100 words."""
    longest_line: int
    """Characters."""
    letters: float
    """Share of letters among all characters that are not white space."""
    distinct: float
    """Share of the text, by characters, in lines and sentences that did not come before."""
    packed: float
    """What is left of it when it is packed, 0 to 1: what comes again, in whatever pieces, takes next to no room. About
    0.4 for prose, 0.2 for the most formal of licences."""


def shape_of(text: str) -> Shape:
    """Return the shape of a text."""
    lines = [line for line in text.split("\n") if line.strip()]
    kinds: Counter[str] = Counter()
    for kind, rows in _kinds(text):
        kinds[kind] += rows
    total = max(1, kinds.total())
    words, solid = words_of(text), "".join(text.split())
    numbers = len(_NUMBER.findall(text))
    return Shape(
        words=words,
        sentences=sentences_of(text),
        paragraphs=len([part for part in re.split(r"\n\s*\n", text) if part.strip()]),
        **{kind: kinds[kind] / total for kind in KINDS},
        figures=100 * numbers / max(1, words),
        longest_line=max(map(len, lines), default=0),
        letters=sum(map(_is_letter, solid)) / max(1, len(solid)),
        distinct=distinct(text),
        packed=packed(text),
    )


KINDS = ("code", "table", "list", "markup", "links", "furniture", "dialogue", "verse")

# Words and sentences

_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SEA = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese, Khmer: no spaces between words, and in Thai and Lao no full stops."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,]*")
_NUMBER = re.compile(r"(?<![\w.])\d[\d.,]*")
_PHRASE = re.compile(r"[\u0e00-\u0eff]{15,}")


def words_of(text: str) -> int:
    """Return how many words a text has, about."""
    han, sea = len(_HAN.findall(text)), len(_SEA.findall(text))
    if han or sea:
        text = _SEA.sub(" ", _HAN.sub(" ", text))
    return len(_WORD.findall(text)) + han // 2 + sea // 5


def sentences_of(text: str) -> int:
    """Return how many sentences a text has, about. A phrase is counted for one where there are no full stops."""
    stops = len(STOP.findall(text))
    return max(stops, len(_PHRASE.findall(text)))


def _is_letter(char: str) -> bool:
    # Vowel signs of Indic and Thai scripts are marks, no letters, to Python.
    return char.isalpha() or "\u0900" <= char <= "\u109f" or "\u1780" <= char <= "\u17ff"


# Lines

_RULE = re.compile(r"[\s|+:=_.*~-]{3,}")
_BULLET = re.compile(r"\s*(?:[-*+•●▪◦‣–·]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|\[[ xX]\])\s+\S")
_TAG = re.compile(
    r"</?[A-Za-z][\w:.-]*(?:\s[^<>]{0,2000})?/?>|&[a-z#\d]{2,8};|\{\{[^{}]{0,500}\}\}|\\(?:begin|end|[a-z]{3,})\{|\[/?[A-Za-z]{1,8}(?:=[^\]]{0,100})?\](?!\()"
)
_LINK = re.compile(r"!?\[[^\]]{0,300}\]\([^)]{0,500}\)|<?(?:https?|ftp)://\S+|www\.\S+\.\S+")
_SPOKEN = re.compile(
    r"""\s*(?:["“„«»「『][^"”“«»」』]{2,}|[—–―]\s?\w
    |(?:[A-Z][\w.'-]*(?:\ [A-Z][\w.'-]*){0,3}|[A-Z]{2}[A-Z\ .'-]*)(?:\ \([^)]{1,40}\))?:\s+\S)""",
    re.X,
)
_STRONG = re.compile(
    r"""\s*(?:(?:async\ |export\ |default\ |pub\ |static\ |abstract\ )*
    (?:def|class|fn|func|function|sub|struct|enum|interface|impl|module|typedef)\s+\w+\s*[({:<;=]
    |(?:import|from|require|include|using|package|namespace|use)\s+["'\w./*{@:]+[\w"';.*{}:, ]{0,60};?$
    |\#\s*(?:include|define|undef|ifdef|ifndef|if|else|endif|pragma)\b(?=\s*[<"\w(!]|$)|\#!/
    |(?:public|private|protected|static|const|let|var|val|final|extern|my|our)\s+[$%@\w<>\[\]*&:,() ]+[=({;]
    |(?:void|int|long|char|bool|float|double|unsigned|size_t|string)\s[\w\[\]*&, ]+[=({;]
    |(?:if|for|while|switch|catch|\}?\s*else\ if|elif|unless|foreach)\s*\(.*[){;:]$|(?:if|for|while|elif|with)\s.+:$
    |(?:else|try|finally|do)\s*[:{]$|(?:if|while)\s+\[+\s.*;\s*(?:then|do)$|(?:fi|done|esac)$
    |(?:return|throw|raise|yield|assert)\b.*[();={}\[\]]$|(?:return|break|continue|pass)\s?[\w.'"-]*;?$
    |SELECT\s.+\sFROM\s|INSERT\sINTO|CREATE\sTABLE|ALTER\sTABLE)""",
    re.X,
)
"""What hardly any line but one of code begins with."""
_CODE_START = re.compile(
    r"""\s*(?:[$>]\s\S|>>>\s|@\w+(?:\(.*\))?$|//|/\*|\*/|(?:echo|export|set|unset)\b.*[();={}\[\]$]
    |\}|\{|\)|\]|[\w.\[\]'"]+(?::\s?[\w.\[\]]+)?\s*[-+*/|&:]?=\s*\S|[\w.]+\([^)]*\)\s*;?$
    |["'][\w$\ @/.-]*["']\s*:\s*[\["'{\d\w-]|["'][^"']*["'],$|[\w-]+\s*:\s*[^;]{1,80};$|[\w.\#:,>\ -]+\{$)""",
    re.X,
)
_COMMENT = re.compile(r"\s*(?:#|//|/\*|\*|--|;|['\"]{3})|(?: {2,}|\t)\s*\S")
"""What is code where code is all around: remarks and indented lines."""
_CODE_SIGN = re.compile(r"[{}()\[\];=<>&|$\\_@#]|->|=>|::|\+\+|--|\*/")
_CELLS = re.compile(r"\S(?:\t+| {3,}|\s\|\s| ?; ?)(?=\S)")
_WORDY = re.compile(r"\b[^\W\d_]{2,}[,;]? [^\W\d_]+[,;]? [^\W\d_]+[,;]? [^\W\d_]+")
"""Four words in a row, as in a sentence."""


def _kinds(text: str) -> Iterator[tuple[str, int]]:
    """The kind of each line that is not blank, "" for prose, and how many rows it fills."""
    fenced, is_program = _begins_in_code(text), _is_program(text)
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.split("\n") if line.strip()]
        is_verse = not fenced and not is_program and _is_verse(lines)
        for line in lines:
            fences = is_fence(line)
            is_code = fenced or fences or (is_program and _COMMENT.match(line) is not None)
            kind = "code" if is_code else _kind(line) or ("verse" if is_verse else "")
            fenced = fenced != fences
            yield kind, _rows(line)


def _begins_in_code(text: str) -> bool:
    """Whether a piece of a longer text was cut within a block of code: a fence has no partner, and no prose before."""
    lines = text.split("\n")
    fences = [number for number, line in enumerate(lines) if is_fence(line)]
    if len(fences) % 2 == 0:
        return False
    before = [line for line in lines[: fences[0]] if line.strip()]
    return sum(_WORDY.search(line) is not None for line in before) < 0.3 * len(before)


def _is_program(text: str) -> bool:
    """Whether a text is a program with its remarks, not a text with some code: a share of its lines are clear ones."""
    lines = [line for line in re.sub(r"^```.*?^```", "", text, flags=re.M | re.S).split("\n") if line.strip()]
    clear = sum(_STRONG.match(line.strip()) is not None for line in lines)
    return clear >= 3 and clear >= 0.08 * len(lines)


def _rows(line: str) -> int:
    return 1 + len(line) // _WIDTH


_WIDTH = 80


def _kind(line: str) -> str:
    """The kind of a line by itself. What reads like a sentence is prose, whatever signs are in it."""
    short = line.strip()
    if _STRONG.match(short):
        return "code"
    if is_furniture(short):
        return "furniture"
    without_links = _LINK.sub("", short)
    if (
        without_links != short
        and len(re.sub(r"[\W\d_]", "", without_links)) < 0.5 * len(short) - len(without_links) * 0.5
    ):
        return "links"
    tags = _TAG.findall(short)
    if tags and (sum(map(len, tags)) > 0.3 * len(short) or len(tags) >= 4):
        return "markup"
    if _is_cells(short):
        return "table"
    if _is_code(short):
        return "code"
    if _BULLET.match(short):
        return "list"
    return "dialogue" if _SPOKEN.match(short) else ""


def _is_cells(line: str) -> bool:
    if line.startswith("|") or _RULE.fullmatch(line):
        return "|" in line or "+" in line or len(line) > 2
    cells = len(_CELLS.findall(line)) + 1
    if cells >= 3 and not _WORDY.search(line):
        return True
    fields = re.split(r"[,;\t]", line)
    return len(fields) >= 4 and all(len(field.split()) <= 3 for field in fields) and ", " not in line


def _is_code(short: str) -> bool:
    signs = len(_CODE_SIGN.findall(short))
    if _WORDY.search(short) and signs < 0.12 * len(short) and not short.endswith((";", "{")):
        return False
    if _CODE_START.match(short) and (signs or short[-1] in ":,;" or "=" in short or short[0] in "$>@#\"'"):
        return True
    return signs >= 2 and (signs > 0.12 * len(short) or short.endswith((";", "{", "};", ");")))


def _is_verse(lines: list[str]) -> bool:
    """Whether lines are of a stanza: short, of varied length, each begun anew, though prose is broken at a width."""
    if len(lines) < 3 or any(len(line.strip()) > 65 for line in lines):
        return False
    starts = [line.strip()[0] for line in lines]
    if _HAN.match(starts[0]):
        return all(len(line.strip()) <= 24 for line in lines) and len(lines) >= 4
    capitals = sum(start.isupper() or start in "\"“‘'«" for start in starts)
    inner = [line.strip() for line in lines[:-1]]
    return capitals >= 0.7 * len(lines) and sum(line[-1] in ".:" for line in inner) < 0.5 * len(lines)


# Declining


def is_repetitive(shape: Shape) -> bool:
    """Say whether a text says the same again and again: a sentence, a paragraph, a row of a table."""
    return repeats(shape.distinct, shape.packed, is_verse=shape.verse > 0.4)


def unfit_prose(
    seed: Seed,
    fewest_words: int = 60,
    most_table: float = 0.6,
    most_code: float = 0.5,
    most_markup: float = 0.4,
    most_links: float = 0.5,
) -> str | None:
    """Say why nothing can be made of a seed by a skill that needs prose, or None. Shares are of lines."""
    if seed.kind != "text":
        return "code, not prose" if seed.kind == "code" else "an API description, not prose"
    shape = shape_of(seed.text)
    if shape.words < fewest_words:
        return "no words" if not shape.words else f"only {shape.words} word{'s'[: shape.words > 1]}"
    # With many sentences between the code it is a manual, unless hardly anything but code is left.
    if shape.code > (most_code if shape.sentences * 40 < shape.words else max(most_code, 0.75)):
        return "code, not prose"
    if shape.markup > most_markup:
        return "markup soup"
    if shape.links > most_links:
        return "a list of links"
    if shape.furniture > 0.5 or _is_small_print(seed.text, shape):
        return "boilerplate"
    return _without_sentences(shape, most_table) or _not_a_language(seed, shape)


def _without_sentences(shape: Shape, most_table: float) -> str | None:
    has_sentences = shape.sentences * 60 >= shape.words
    if shape.table > most_table and not shape.sentences * 30 >= shape.words:
        return "a table with hardly a sentence"
    if shape.letters < 0.5:
        return "more figures and signs than words"
    if is_repetitive(shape):
        return "the same over and over"
    if has_sentences or shape.verse + shape.dialogue > 0.4:
        return None
    if shape.code + shape.table + shape.markup + shape.links > 0.5:
        return "code, tables and markup with hardly a sentence"
    return "words without sentences" if shape.sentences * 150 < shape.words else None


_SMALL_PRINT = re.compile(
    r"all rights reserved|cookies?\b|privacy policy|terms (?:of|and) (?:use|service|conditions)|subscribe|newsletter"
    r"|sign (?:in|up)|log ?in|your (?:e-?mail|cart|basket)|lorem ipsum|javascript (?:is|must be) |enable javascript"
    r"|click here|follow us|read more|related (?:posts|articles)|powered by|404|page not found|accept all",
    re.I,
)


def _is_small_print(text: str, shape: Shape) -> bool:
    """Whether a text is mostly what sites say of themselves. A page about cookies says more than that."""
    found = _SMALL_PRINT.findall(text)
    is_crowded = len(set(map(str.casefold, found))) >= 4 and len(found) * 25 > shape.words
    return is_crowded or text.casefold().count("lorem ipsum") > 1


def _not_a_language(seed: Seed, shape: Shape) -> str | None:
    from teams.engine.tongue import is_known, tongue

    if seed.language or shape.words < 40 or not is_known():
        return None
    return None if tongue(seed.text) else "not in a language that can be told"
