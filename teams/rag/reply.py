"""The forms in which a user wants an answer with its sources, each with a reader: what it says, and on what."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from teams.rag.leads import marks_of


class Unread(ValueError):
    """An answer is not in the form asked for: says what is wrong, as words to whoever wrote it."""


@dataclass(frozen=True)
class Reply:
    """An answer taken apart."""

    answer: str
    """What it says, without the marks of its sources."""
    cited: tuple[str, ...] = ()
    """Ids in the order they come up, each once."""
    statements: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each sentence that names its documents, with their ids; where only the whole does, that."""
    quotes: tuple[tuple[str, str], ...] = ()
    """Words quoted, each after the id of its document."""


Reader = Callable[[str, Collection[str], str], Reply]
"""Reads `(answer, ids of the documents, language)`. Raises `Unread`."""
_INLINE = re.compile(r"\[([^\[\]\n]{1,80})\](?!\()")
_AFTER = re.compile(r"(?<=[.!?。！？])(?:(?=\s)|(?<=[。！？]))\s*")
_GOES_ON = re.compile(
    r"(?:^|[\s(\"„“«])(?:\d{1,2}|[^\W\d_]|St|Mrs?|Ms|Drs?|Prof|Sra?|Mme|Nr|No|ca|bzw|vgl|inkl|ggf"
    r"|Str|Abs|Art|approx|e\.g|i\.e|z\. ?B)\.$"
)
"""What ends in a stop and no sentence."""
_QUOTE_LINE = re.compile(r"^>\s*[\"“”„«「]?(.+?)[\"”“»」]?\s*\[([^\[\]]+)\]\s*$")


def _unsaid(answer: str, ids: Collection[str], tag: str) -> Reply:
    return Reply(answer.strip())


def ids_in(said: str, ids: Collection[str]) -> list[str] | None:
    """Return the ids that brackets hold; None if they hold something else: `[sic]`, `[12 May]`."""
    parts = [part.strip().removeprefix("#") for part in re.split(r"[,;、]\s*|\s+and\s+", said)]
    known = [part for part in parts if part in ids]
    looks = [part for part in parts if _looks_like(part, ids)]
    return parts if known or len(looks) == len(parts) else None


def _looks_like(part: str, ids: Collection[str]) -> bool:
    """Is it made as these ids are, letters for letters and figures for figures?"""
    return _shape(part) in {_shape(id) for id in ids}


@lru_cache(maxsize=256)
def _shape(id: str) -> str:
    return re.sub(r"[0-9a-f]", "0", id) if re.fullmatch(r"[0-9a-f]{6}", id) else re.sub(r"\d+", "0", id)


def _cited(answer: str, ids: Collection[str], tag: str) -> Reply:
    statements = list(_with_marks(answer, ids))
    cited = dict.fromkeys(id for _, named in statements for id in named)
    bare = _INLINE.sub(lambda m: "" if ids_in(m[1], ids) is not None else m[0], answer)
    return Reply(_tidy(bare), tuple(cited), tuple(statements))


def _with_marks(answer: str, ids: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the sentences with ids; marks that follow a full stop belong to the sentence before it."""
    moved = re.sub(r"([.!?。！？])((?:\s*\[[^\[\]\n]{1,80}\])+)", r"\2\1", answer)
    for sentence in sentences(moved):
        named: dict[str, None] = {}
        for match in _INLINE.finditer(sentence):
            named |= dict.fromkeys(ids_in(match[1], ids) or ())
        if named:
            bare = _INLINE.sub(lambda m: "" if ids_in(m[1], ids) is not None else m[0], sentence)
            yield _tidy(bare), tuple(named)


def sentences(text: str) -> list[str]:
    """Return the sentences and lines of a text; the stop of a day, an initial or an abbreviation ends none."""
    found: list[str] = []
    for line in filter(str.strip, text.split("\n")):
        goes_on = False
        for piece in filter(str.strip, _AFTER.split(line)):
            if goes_on:
                found[-1] += f" {piece}"
            else:
                found.append(piece)
            goes_on = _GOES_ON.search(found[-1][-12:]) is not None
    return found


def _tidy(text: str) -> str:
    lines = (re.sub(r"[ \t]+([.,;:!?)])", r"\1", re.sub(r"[ \t]{2,}", " ", line)).rstrip() for line in text.split("\n"))
    return "\n".join(lines).strip()


def _object(answer: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise Unread(f"the reply is not one JSON object: {error}") from None
    if not isinstance(value, dict) or tuple(sorted(value)) != tuple(sorted(keys)):
        raise Unread(f"the JSON object has to have exactly the keys {', '.join(keys)}")
    if not isinstance(value["answer"], str) or not value["answer"].strip():
        raise Unread('"answer" has to be a text')
    return value


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Unread("ids are texts or numbers, one by one in a list")
    return str(value)


def _json(answer: str, ids: Collection[str], tag: str) -> Reply:
    value = _object(answer, ("answer", "relevant_passages"))
    if not isinstance(value["relevant_passages"], list):
        raise Unread('"relevant_passages" has to be a list of ids')
    cited = tuple(dict.fromkeys(map(_id, value["relevant_passages"])))
    said = value["answer"].strip()
    return Reply(said, cited, ((said, cited),) if cited else ())


def _json_quotes(answer: str, ids: Collection[str], tag: str) -> Reply:
    value = _object(answer, ("answer", "evidence"))
    rows = value["evidence"]
    if not isinstance(rows, list) or any(
        not isinstance(row, dict) or set(row) != {"document_id", "quote"} or not isinstance(row["quote"], str)
        for row in rows
    ):
        raise Unread('"evidence" has to be a list of objects with "document_id" and "quote"')
    quotes = tuple((_id(row["document_id"]), row["quote"]) for row in rows)
    cited, said = tuple(dict.fromkeys(id for id, _ in quotes)), value["answer"].strip()
    return Reply(said, cited, ((said, cited),) if cited else (), quotes)


def _quote_first(answer: str, ids: Collection[str], tag: str) -> Reply:
    lines = answer.strip().split("\n")
    label = marks_of(tag)["answer"]
    at = next((n for n, line in enumerate(lines) if line.lstrip("*# ").startswith(label)), None)
    if at is None:
        raise Unread(f"the answer itself has to begin a line with {label!r}")
    quotes = []
    for line in filter(str.strip, lines[:at]):
        match = _QUOTE_LINE.match(line.strip())
        if not match:
            raise Unread('before the answer there are only quotations, each a line of its own: > "words" [id]')
        quotes += [(id.strip(), match[1].strip()) for id in (ids_in(match[2], ids) or [match[2]])]
    said = "\n".join([_behind(label, lines[at]), *lines[at + 1 :]]).strip()
    inner = _cited(said, ids, tag)
    cited = tuple(dict.fromkeys([*(id for id, _ in quotes), *inner.cited]))
    if not inner.answer:
        raise Unread(f"nothing stands behind {label!r}")
    return Reply(inner.answer, cited, ((inner.answer, cited),) if cited else (), tuple(quotes))


def _behind(label: str, line: str) -> str:
    """What a line says behind its label: `**Answer:**` is closed there; other stars are the answer's own."""
    said = line.lstrip("*# ").removeprefix(label)
    return re.sub(r"^\*+", "", said).strip() if line.lstrip("# ").startswith("*") else said.strip()


def _sources_line(answer: str, ids: Collection[str], tag: str) -> Reply:
    marks = marks_of(tag)
    body, _, last = answer.strip().rpartition("\n")
    line = last.strip().strip("*_ ").replace("**", "")
    if not body.strip() or not line.startswith(marks["sources"]):
        raise Unread(f"the last line has to be {marks['sources']!r} with the ids")
    named = line.removeprefix(marks["sources"]).strip(" .[]")
    if named.casefold() == marks["none"].casefold():
        return Reply(body.strip())
    cited = tuple(dict.fromkeys(part.strip(" []") for part in re.split(r"[,;、]\s*", named) if part.strip(" []")))
    if not cited:
        raise Unread(f"name the ids behind {marks['sources']!r}, or {marks['none']!r}")
    said = body.strip()
    return Reply(said, cited, ((said, cited),))


READERS: Mapping[str, Reader] = {
    "plain": _unsaid,
    "cited": _cited,
    "json": _json,
    "json_quotes": _json_quotes,
    "quote_first": _quote_first,
    "sources_line": _sources_line,
}
CITING = tuple(name for name in READERS if name != "plain")
STRICT = ("json", "json_quotes", "quote_first")
"""Forms that a program reads or that lay the evidence open."""
WEIGHTS = {"plain": 2, "cited": 4, "json": 5, "json_quotes": 2, "quote_first": 2, "sources_line": 2}


def read_reply(form: str, answer: str, ids: Collection[str], tag: str = "en") -> Reply:
    """Take an answer apart. Raises `Unread`."""
    return READERS[form](answer, ids, tag)
