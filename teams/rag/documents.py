"""Search results: their plain form, which is the text of a passage, and the layouts in which a user brings them along.

The plain form can be read back, so that roles which rewrite a passage and checks which read it need nothing beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

_FIELDS = ("Title", "Url", "Date", "Snippet")
_HEAD = re.compile(r"^Document Id: (\S+)$", re.MULTILINE)
_LINE = re.compile(rf"^({'|'.join(_FIELDS)}): (.*)$", re.MULTILINE)
NUMBERED = "numbers"
"""The style of ids that say the place of a result; others stay with their document wherever it goes."""
_WORDS = ("doc", "src", "result", "ref", "page")


@dataclass(frozen=True)
class Document:
    """One search result."""

    id: str
    title: str
    url: str
    date: str
    """As a site prints it, ISO; '' where the result has none."""
    snippet: str
    """One line, cut where the search engine cut it."""

    @property
    def text(self) -> str:
        """All that a reader of this result is told."""
        return f"{self.title}\n{self.url}\n{self.date}\n{self.snippet}"


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def plain(documents: Iterable[Document]) -> str:
    """Return results as the text of a passage; `read` reads it back."""
    return "\n\n".join(map(_released, documents))


def read(text: str) -> list[Document]:
    """Return the documents of a passage's text, in its order; what is no document is passed over."""
    _, *pieces = _HEAD.split(text)
    found = []
    for id, piece in zip(pieces[::2], pieces[1::2], strict=True):
        fields = {name: value.strip() for name, value in _LINE.findall(piece)}
        found.append(Document(id, *(fields.get(name, "") for name in _FIELDS)))
    return found


def _released(document: Document) -> str:
    lines = [f"Document Id: {document.id}", f"Title: {document.title}", f"Url: {document.url}"]
    lines += [f"Date: {document.date}"] * bool(document.date)
    return "\n".join([*lines, f"Snippet: {document.snippet}"])


# -- layouts of a user's message


def _as_json(documents: Sequence[Document], indent: int | None) -> str:
    rows = [
        {"id": d.id, "title": d.title, "url": d.url, **({"date": d.date} if d.date else {}), "snippet": d.snippet}
        for d in documents
    ]
    return json.dumps(rows, ensure_ascii=False, indent=indent)


def _as_tags(documents: Sequence[Document]) -> str:
    def one(d: Document) -> str:
        date = f' date="{d.date}"' if d.date else ""
        lines = (f'<document id="{d.id}"{date}>', f"<title>{d.title}</title>", f"<url>{d.url}</url>", d.snippet)
        return "\n".join((*lines, "</document>"))

    return "\n".join(map(one, documents))


def _as_headings(documents: Sequence[Document]) -> str:
    return "\n\n".join(f"### [{d.id}] {d.title}\n{' · '.join(filter(None, (d.url, d.date)))}\n\n{d.snippet}"
                       for d in documents)  # fmt: skip


def _as_hits(documents: Sequence[Document]) -> str:
    return "\n\n".join(f"[{d.id}] {d.title}\n{d.url}{f' ({d.date})' if d.date else ''}\n{d.snippet}" for d in documents)


LAYOUTS = {
    "released": plain,
    "rows": lambda documents: _as_json(documents, None),
    "json": lambda documents: _as_json(documents, 2),
    "tags": _as_tags,
    "headings": _as_headings,
    "hits": _as_hits,
}
"""Ways to print results. None has words of a language but the names of fields."""
_WEIGHTS = (5, 1, 1, 2, 1, 2)


def drawn_layout(random: Random) -> str:
    """Draw a layout; the one of the released data is the commonest."""
    return random.choices(list(LAYOUTS), _WEIGHTS)[0]


def laid_out(documents: Sequence[Document], layout: str) -> str:
    return LAYOUTS[layout](documents)


# -- ids


def drawn_style(random: Random) -> str:
    """Draw how the results of a search are named."""
    return random.choices((NUMBERED, "letter", "padded", "hex", "long"), (5, 1, 2, 2, 1))[0]


def ids(style: str, count: int, random: Random, taken: Iterable[str] = ()) -> list[str]:
    """Draw `count` different ids of a style, none of them `taken`."""
    if style == NUMBERED:
        return [str(n + 1) for n in range(count)]
    found: list[str] = []
    known = set(taken)
    lead = next((id.partition("-")[0] for id in known if "-" in id), random.choice(_WORDS))
    while len(found) < count:
        one = {
            "letter": f"D{random.randint(1, 40)}",
            "padded": f"{lead}-{random.randint(1, 999):03}",
            "hex": f"{random.getrandbits(24):06x}",
            "long": str(random.randint(1_000_000, 9_999_999)),
        }[style]
        # What reads as a number in one place and as a name in another is no id.
        if one not in known and not re.fullmatch(r"\d+e\d+|0\d+", one):
            known.add(one)
            found.append(one)
    return found


def renamed(documents: Sequence[Document], style: str) -> tuple[list[Document], Mapping[str, str]]:
    """Return results in a new order with ids that say their places again, and what became of each id."""
    if style != NUMBERED:
        return list(documents), {d.id: d.id for d in documents}
    names = {document.id: str(n) for n, document in enumerate(documents, 1)}
    return [replace(document, id=names[document.id]) for document in documents], names


# -- snippets


def cut(text: str, most: int, random: Random) -> str:
    """Return `text` on one line as a search engine shows it: in most cases cut in the middle of a sentence."""
    line = on_one_line(text)
    if len(line) <= most:
        return line
    head = line[:most].rsplit(" ", 1)[0] if " " in line[:most] else line[:most]
    return head.rstrip(" ,;:(-–") + random.choice((" ...", "…", " …", "..."))


def window(text: str, most: int, random: Random) -> str:
    """Return a stretch of whole sentences out of `text`, from a drawn place on, cut at `most` characters."""
    line = on_one_line(text)
    starts = [0, *(m.end() for m in re.finditer(r"[.!?。！？]\s+", line) if len(line) - m.end() > most * 0.7)]
    start = random.choice(starts)
    return cut(line[start:], most, random)
