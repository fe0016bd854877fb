"""Another layout for the same words, and notes set into a text that otherwise stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from teams.engine.stages.forms import Draft, several, text
from teams.text_modification.exact.compare import folded, unlike
from teams.text_modification.exact.places import occurrences
from teams.text_modification.forms.change import Change, named
from teams.text_modification.forms.reworded import KEEPS
from teams.text_modification.looks import TURN
from teams.text_modification.measures import figure_faults, kept_words, missing
from tools.counting import plain_words
from tools.formats import Unreadable, read_csv, read_json, read_yaml
from tools.markup import bullets, fences, headings, numbered, tables

LAYOUTS = ("bullets", "numbered", "headings", "table", "csv", "json", "yaml", "dialogue_lines")
_WITH_COLUMNS = ("table", "csv", "json", "yaml")


class LaidOut(Change):
    """The words stay, their arrangement changes."""

    name = "laid_out"
    shape = "exact"

    def fields(self) -> dict[str, Any]:
        return {
            "layout": {"enum": list(LAYOUTS), "description": "json, yaml: a list of objects, or one object"},
            "columns": several(
                text(1, 40, ""), 0, 8, "for table and csv: the columns; json, yaml: the keys; else none"
            ),
            "count": {
                "type": "integer",
                "minimum": 0,
                "maximum": 60,
                "description": "how many items, headings, rows or objects, if the request says so; else 0",
            },
            "keeps": KEEPS,
        }

    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        wording = draft["question"]
        if draft["layout"] in _WITH_COLUMNS:
            if not draft["columns"]:
                yield f"{draft['layout']} needs its `columns`"
            yield from named(wording, draft["columns"], "the column or key")
        if draft["count"]:
            yield from named(wording, [str(draft["count"])], "how many there are to be, in digits:")
        for piece in draft["keeps"]:
            if not occurrences(passage, piece, any_case=True):
                yield f"{piece!r} does not stand in the text"
        if len(draft["keeps"]) < 2:
            yield "`keeps` has to hold at least two things that must be found again"

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        body = _body(result)
        try:
            yield from self._structure(result, body, wants)
        except Unreadable as error:
            yield f"it can't be read as {wants['layout']}: {error}"
        yield from (f"{piece!r} is lost" for piece in missing(result, wants["keeps"]))
        share, fresh = kept_words(original, _without_keys(body, wants))
        if wants["layout"] not in _WITH_COLUMNS:
            yield from figure_faults(original, result)
            if share < 0.85:
                yield f"only {share:.0%} of the text's words are there; it is to be laid out, not shortened or reworded"
        if len(fresh) > max(4, 0.2 * len(plain_words(body))):
            yield f"{len(fresh)} words are not the text's: {', '.join(dict.fromkeys(fresh[:8]))}"

    def _structure(self, result: str, body: str, wants: Mapping[str, Any]) -> Iterator[str]:
        layout, n, columns = wants["layout"], wants["count"], list(wants["columns"])
        if layout in _WITH_COLUMNS:
            records = list(_records(result, body, layout))
            found = max(0, len(records) - 1) if layout in ("table", "csv") else len(records)
            for named_so in records[:1] if layout in ("table", "csv") else records:
                yield from _same_columns(named_so, columns)
            if layout == "csv" and len({len(row) for row in records}) > 1:
                yield f"its rows have {sorted({len(row) for row in records})} cells"
        else:
            found = _PARTS[layout](result)
        if layout == "numbered" and (given := _numbers(result)) != list(range(1, len(given) + 1)):
            yield f"the items are numbered {given[:8]}"
        if found < (1 if layout in ("json", "yaml") else 2):
            yield f"there is no {layout.replace('_', ' ')} in it"
        elif n and found != n:
            yield f"it has {found} of them; {n} were asked for"

    def compared(self, original: str, result: str, wants: Mapping[str, Any]) -> str:
        share, _ = kept_words(original, result)
        return f"read as {wants['layout']} {wants['columns'] or ''}; {share:.0%} of the words found again"


def _numbers(result: str) -> list[int | None]:
    return [item.number for item in numbered(result) if not item.indent]


_PARTS: Mapping[str, Callable[[str], int]] = {
    "bullets": lambda result: len(bullets(result)),
    "numbered": lambda result: len(_numbers(result)),
    "headings": lambda result: len(headings(result)),
    "dialogue_lines": lambda result: len(TURN.findall(result)),
}
"""How many parts a layout without columns has."""


def _records(result: str, body: str, layout: str) -> Iterator[list[str]]:
    """Yield the header and the rows of a table, or the keys of each object. Raises `Unreadable`."""
    if layout == "table":
        for made in tables(result)[:1]:
            yield list(made.columns)
            yield from map(list, made.rows)
    elif layout == "csv":
        yield from read_csv(body)
    else:
        value = read_json(body) if layout == "json" else read_yaml(body)
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, dict):
                raise Unreadable("it holds something else than objects")
            yield [str(key) for key in item]


def _same_columns(found: list[str], wanted: list[str]) -> Iterator[str]:
    bare = [column.strip(" *`") for column in found]
    if bare != wanted:
        yield f"its columns are {bare}; {wanted} were asked for"


def _body(result: str) -> str:
    blocks = fences(result)
    return blocks[0].body if len(blocks) == 1 else result.strip()


def _without_keys(body: str, wants: Mapping[str, Any]) -> str:
    for column in wants["columns"]:
        body = body.replace(column, " ")
    # A number, a JSON key and a bar of a table are nobody's words.
    return re.sub(r"[{}\[\]\",|:]", " ", body)


STYLES = ("inline", "footnotes")


class Annotated(Change):
    """Notes set off from a text that stays as it is, each at a place that is named."""

    name = "annotated"
    shape = "exact"

    def fields(self) -> dict[str, Any]:
        return {
            "pieces": several(text(1, 120, ""), 1, 8, "the words after which a note stands, in order"),
            "style": {"enum": list(STYLES), "description": "inline: in square brackets after the words; footnotes: [1] "
                      "after the words, and the notes at the end, each on a line that begins with [1]"},
            "opening": text(0, 20, "for inline: how every note begins, such as 'Note: '; else empty"),
            "about": text(5, 300, "what the notes say: the sense of a term, a warning, a question to the author"),
        }  # fmt: skip

    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        for piece in draft["pieces"]:
            if not occurrences(passage, piece):
                yield f"{piece!r} does not stand in the text"
        yield from named(draft["question"], draft["pieces"], "where a note is wanted:")
        if draft["opening"].strip():
            yield from named(draft["question"], [draft["opening"].strip()], "how a note begins:")
        if draft["style"] == "footnotes" and re.search(r"\[\d+\]", passage):
            yield "the text has numbers in brackets already; choose inline"
        if draft["style"] == "inline" and "[" in passage:
            yield "the text has square brackets already; choose footnotes"

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        bare, notes, places = (_inline if wants["style"] == "inline" else _footnotes)(result)
        yield from (f"beside the notes something changed: {fault}" for fault in unlike(original, original, bare)[:3])
        if len(notes) != len(wants["pieces"]):
            yield f"it has {len(notes)} notes; {len(wants['pieces'])} were asked for"
        if len(places) != len(notes):
            yield f"{len(places)} places are marked and {len(notes)} notes given"
        opening = wants["opening"].strip()
        if len({folded(note).casefold() for note in notes}) < len(notes):
            yield "two notes say the same: each has to belong to its place"
        for note in notes:
            if len(plain_words(note)) < 3:
                yield f"a note says nothing: {note!r}"
            if opening and not note.strip().startswith(opening):
                yield f"a note does not begin with {opening!r}: {note[:40]!r}"
        for piece in wants["pieces"]:
            if not any(_ends_with(place, piece) for place in places):
                yield f"no note stands after {piece!r}"

    def compared(self, original: str, result: str, wants: Mapping[str, Any]) -> str:
        return f"{len(wants['pieces'])} notes stand where they should, and the rest is the text word by word"


def _ends_with(before: str, piece: str) -> bool:
    tail = folded(before[-len(piece) - 40 :]).replace("\n", " ").rstrip(" .,;:!?\"'*)")
    return tail.endswith(folded(piece).replace("\n", " ").rstrip(" .,;:!?\"'*)"))


def _inline(result: str) -> tuple[str, list[str], list[str]]:
    """Return the text without notes, the notes, and what stands before each."""
    found = list(re.finditer(r"\s?\[([^\[\]]+)\]", result))
    bare = re.sub(r"\s?\[[^\[\]]+\]", "", result)
    return bare, [m.group(1) for m in found], [result[: m.start()] for m in found]


def _footnotes(result: str) -> tuple[str, list[str], list[str]]:
    lines = result.rstrip().split("\n")
    first = len(lines)
    while first and (re.match(r"\s*\[\d+\]:?\s+\S", lines[first - 1]) or not lines[first - 1].strip()):
        first -= 1
    notes = [re.sub(r"^\s*\[\d+\]:?\s*", "", line) for line in lines[first:] if line.strip()]
    # A line that only heads the notes belongs to them.
    if first and len(lines[first - 1].split()) <= 3 and not re.search(r"\[\d+\]", lines[first - 1]):
        first -= 1
        while first and re.fullmatch(r"\s*[-*_]*\s*", lines[first - 1]):
            first -= 1
    body = "\n".join(lines[:first])
    places = [body[: m.start()] for m in re.finditer(r"\s?\[\d+\]", body)]
    return re.sub(r"\s?\[\d+\]", "", body), notes, places
