"""Bytes into text that can be sent to a model, and long text into pieces at its natural breaks.

`neutralise` is for text that is about to be given to a model: the seed itself stays as it is on disk.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

HEAD = 65_536
"""Bytes looked at to tell what a file is."""
FEW_WORDS, MANY_WORDS = 400, 1_200
MAX_LINE = 8_000
"""Characters read of one line at a time."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSED = [
    *("cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "iso8859_2", "iso8859_15", "koi8_r", "koi8_u"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp1255", "cp1256", "mac_roman"),
]
"""What text is really written in besides Unicode; guessing among all codecs finds Greek in noise."""
MAX_FLAWS = 0.001
"""Share of broken characters at which UTF-8 is still taken to be UTF-8, damaged."""
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file are no text: zeros without a byte order mark, or many control characters."""
    if any(head.startswith(bom) for bom, _ in _BOMS):
        return False
    if b"\0" in head:
        return True
    return len(re.findall(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]", head)) > len(head) * 0.02


def encoding_of(head: bytes, *, is_whole: bool) -> str | None:
    """Return the encoding of a file by its first bytes, None if it can't be told.

    A byte order mark decides; else UTF-8 if it is that, a few broken characters forgiven; else the best guess of
    `charset-normalizer` among encodings people use.
    """
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    cut = head if is_whole else head[: max(0, len(head) - 3)]  # the last character may be cut
    text = cut.decode("utf-8", "replace")
    flaws = text.count("\ufffd")
    if not flaws or (flaws <= len(text) * MAX_FLAWS and _has_multibyte(text)):
        return "utf-8"
    from charset_normalizer import from_bytes

    best = from_bytes(cut, cp_isolation=_GUESSED, threshold=0.2).best()
    return best.encoding if best is not None else None


def _has_multibyte(text: str) -> bool:
    return any(char > "\x7f" and char != "\ufffd" for char in text)


def clean(text: str) -> str:
    """Return text any endpoint takes: line ends as `\\n`; no lone surrogates, control or non-characters."""
    return _UNFIT.sub(
        "\ufffd", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", " ").replace("\x1b", " ")
    )


# Pieces


@dataclass(frozen=True)
class Piece:
    """Part of a text with the lines it stands on, from 1, both inclusive."""

    first: int
    last: int
    text: str


@dataclass
class _Growing:
    """A piece while lines are added to it."""

    first: int = 0
    last: int = 0
    words: int = 0
    parts: list[str] | None = None

    def add(self, number: int, text: str) -> None:
        if self.parts is None:
            self.first, self.parts = number, []
        self.parts.append(text)
        self.last = number
        self.words += words_in(text)

    def done(self) -> Piece | None:
        if self.parts is None:
            return None
        text = "".join(self.parts)
        body = text.strip("\n")
        above = len(text) - len(text.lstrip("\n"))
        below = len(text) - len(text.rstrip("\n")) - 1
        return (
            Piece(self.first + above, max(self.first + above, self.last - max(0, below)), body)
            if body.strip()
            else None
        )


def words_in(text: str) -> int:
    """How many words, about; text without spaces (Chinese) counts by its characters."""
    return max(len(text.split()), len(text) // 10)


def lines_of(stream: TextIO) -> Iterator[tuple[int, str]]:
    """Yield the lines of a stream with their numbers, their ends kept. A line too long comes in parts of one number."""
    number = 1
    while part := stream.readline(MAX_LINE):
        if len(part) == MAX_LINE and not part.endswith("\n"):
            # Cut where a sentence or at least a word ends, so that no piece begins in the middle of one.
            yield from ((number, text) for text in _halves(part))
        else:
            yield number, part
        number += part.endswith("\n")


def _halves(part: str) -> tuple[str, ...]:
    at = max(part.rfind(mark) + len(mark) for mark in (". ", "? ", "! ", "。"))
    at = at if at > len(part) // 2 else part.rfind(" ") + 1
    return (part[:at], part[at:]) if at > 0 else (part,)


def pieces(lines: Iterable[tuple[int, str]]) -> Iterator[Piece]:
    """Cut numbered lines into pieces of 400 to 1,200 words, at headings or between paragraphs.

    Only a paragraph longer than 1,200 words is cut inside. Text shorter than a piece is one piece; a short end stays
    with the piece before it where there is room.
    """
    held: _Growing | None = None
    growing, fenced, blank = _Growing(), False, True
    for number, line in lines:
        is_heading = not fenced and _HEADING.match(line) is not None
        is_paragraph = not fenced and blank and line.strip() != ""
        if _is_full(growing, is_heading, is_paragraph):
            if held is not None and (piece := held.done()):
                yield piece
            held, growing, fenced = growing, _Growing(), False
        growing.add(number, line)
        if is_fence(line):
            fenced = not fenced
        blank = not line.strip()
    yield from _last(held, growing)


_FENCE = re.compile(r"\s*(?:```|~~~~?(?!~))")


def is_fence(line: str) -> bool:
    """Whether a line opens or closes a block of code in Markdown; longer rows of `~` underline headings."""
    return _FENCE.match(line) is not None


_HEADING = re.compile(r"#{1,6} \S|(?i:chapter|section|part) [\divxlc]+\b")


def _is_full(growing: _Growing, is_heading: bool, is_paragraph: bool) -> bool:
    if growing.words >= MANY_WORDS:
        return True
    # A heading begins something new; between mere paragraphs a piece may grow a little further.
    return growing.words >= (FEW_WORDS if is_heading else FEW_WORDS * 2) and (is_heading or is_paragraph)


def _last(held: _Growing | None, growing: _Growing) -> Iterator[Piece]:
    if held is not None and growing.words < FEW_WORDS // 2 and growing.parts and held.words < MANY_WORDS:
        held.parts = [*(held.parts or []), *growing.parts]
        held.last, growing = growing.last, _Growing()
    for grown in (held, growing):
        if grown is not None and (piece := grown.done()):
            yield piece


# What a chat template would take for its own

_CONTROL = re.compile(
    r"""
      <(?=\|[^|<>\n]{1,60}\|>)                    # ChatML, Llama 3, Phi, GPT, Qwen, Command R, Granite: <|im_start|>
    | <(?=｜[^｜<>\n]{1,60}｜>)                    # DeepSeek, with its own bars
    | <(?=\|/?\w{1,40}>)                          # Gemma 4's half-barred <|turn>
    | <(?=/?\w{1,40}\|>)                          # ... and <turn|>
    | <(?=/?(?:s|unk|pad|bos|eos|mask|cls|sep)>)  # SentencePiece: <s>, </s>
    | <(?=</?SYS>>)                               # Llama 2: <<SYS>>
    | \[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT)\])       # Mistral
    | \[(?=/?(?:CALL_ID|ARGS|IMG|THINK)\])
    | \[(?=(?:CLS|SEP|MASK|PAD|UNK|BOS|EOS|PREFIX|SUFFIX|MIDDLE)\])  # BERT; Codestral's fill-in
    | <(?=/?(?:start|end)_of_(?:turn|image)>)     # Gemma
    | <(?=/?(?:tool_call|tool_response|tools|tool_code|think|function_call|function_response)>)  # Hermes, Qwen, R1
    | <(?=(?:fim_(?:prefix|middle|suffix|pad)|PRE|SUF|MID|EOT|reponame|filename|gh_stars)>)      # fill in the middle
    | <(?=(?:extra_id_\d{1,3}|0x[0-9A-Fa-f]{2}|unused\d{1,4})>)                                  # T5, byte tokens
    """,
    re.VERBOSE,
)


def neutralise(text: str) -> str:
    """Return `text` with a space inside everything a chat template or tokenizer would take for a control token.

    `<|im_start|>` becomes `< |im_start|>`. A space, since it is seen, tokenizes as text everywhere and undoes nothing
    else; zero-width characters are dropped by the normalisers of some tokenizers, and the token would be whole again.
    Template braces are left alone: values are put into prompts once and never scanned again, and code is full of them.
    """
    return _CONTROL.sub(lambda match: f"{match[0]} ", text)


def neutral(value: Any) -> Any:
    """Return a JSON value with every text in it, keys too, neutralised."""
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, Mapping):
        return {neutralise(str(key)): neutral(inner) for key, inner in value.items()}
    return [neutral(inner) for inner in value] if isinstance(value, list | tuple) else value


_BREAK = re.compile(r"\n[ \t]*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")


def in_pieces(text: str, most: int) -> list[str]:
    """Return a text as pieces of at most `most` characters: whole paragraphs, else sentences, else as it comes.

    Nothing is lost but the space between the pieces.
    """
    found: list[str] = []
    for paragraph in filter(None, (part.strip() for part in _BREAK.split(text))):
        if found and len(found[-1]) + len(paragraph) + 2 <= most:
            found[-1] += f"\n\n{paragraph}"
        elif len(paragraph) <= most:
            found.append(paragraph)
        else:
            found += _sentences_of(paragraph, most)
    return found


def _sentences_of(paragraph: str, most: int) -> list[str]:
    found = [""]
    for sentence in _SENTENCE_END.split(paragraph):
        whole = f"{found[-1]} {sentence}".strip()
        if len(whole) <= most:
            found[-1] = whole
        else:
            found += [sentence[n : n + most] for n in range(0, len(sentence), most)]
    return [piece for piece in found if piece.strip()]
