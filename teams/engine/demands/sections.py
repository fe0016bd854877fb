"""Find the labelled parts of a document: as headings, as bold words, or as "Label:" at the start of a line."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from teams.engine.demands.rule import same, short, unmarked
from tools.counting import plain_words, word_count
from tools.markup import blocks, without_mark

Part = tuple[str, str]
"""A label as it was asked for, and what stands under it."""


def parts(text: str, labels: Sequence[str]) -> list[Part]:
    """Return the labelled parts of `text` in their order, labels as often as they come.

    A label is taken in any case, as a heading (`## Plan`), in bold, numbered, with its text on the same line after a
    colon, or alone on its line.
    """
    wanted = {same(label).rstrip(":").casefold(): label for label in labels}
    found: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        label, rest = _label(line, wanted)
        if label:
            found.append((label, [rest]))
        elif found:
            found[-1][1].append(line)
    return [(label, "\n".join(lines).strip()) for label, lines in found]


def before_parts(text: str, labels: Sequence[str]) -> str:
    """Return what stands above the first label."""
    wanted = {same(label).rstrip(":").casefold(): label for label in labels}
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if _label(line, wanted)[0]:
            return "\n".join(lines[:at]).strip()
    return text


def _label(line: str, wanted: dict[str, str]) -> Part:
    if len(line) > 2000:
        head, cut = line[:200], line[200:]
    else:
        head, cut = line, ""
    plain = same(unmarked(head)).strip()
    plain = without_mark(plain) if line.lstrip().startswith(("#", "*")) or plain[:1].isdigit() else plain
    name, colon, rest = plain.partition(":")
    if name.strip().casefold() in wanted and (colon or not rest):
        own = unmarked(head).partition(":")[2] if colon else ""
        return wanted[name.strip().casefold()], own.strip() + cut
    return "", ""


def part_faults(found: Sequence[Part], labels: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong where each of `labels` was to come once, in their order, with something under it."""
    seen = [label for label, _ in found]
    for label in labels:
        if label not in seen:
            yield f"no part is labelled {label!r}"
        elif seen.count(label) > 1:
            yield f"{label!r} comes {seen.count(label)} times"
    if not (set(labels) - set(seen)) and list(dict.fromkeys(seen)) != list(labels):
        yield f"the parts come as {', '.join(dict.fromkeys(seen))}, not as {', '.join(labels)}"
    for label, body in found:
        if not any(c.isalnum() for c in body):
            yield f"nothing stands under {label!r}"


def one(found: Sequence[Part], label: str) -> str:
    """Return what stands under `label`, or nothing."""
    return next((body for name, body in found if name == label), "")


def lines_of(body: str) -> list[str]:
    """Return the lines of a part that say something, without list marks."""
    stripped = (without_mark(line) for line in body.split("\n"))
    return [unmarked(line) for line in stripped if any(c.isalnum() for c in line)]


_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


def iso_dates(text: str) -> list[datetime.date]:
    """Return the dates in `text` written as YYYY-MM-DD that the calendar has."""
    found = []
    for match in _ISO.finditer(text):
        try:
            found.append(datetime.date(*map(int, match.groups())))
        except ValueError:
            continue
    return found


def one_date(label: str, body: str) -> Iterator[str]:
    """Yield what is wrong where a part was to hold one ISO date."""
    if len(iso_dates(body[:500])) != 1:
        yield f"{label!r} holds {short(body)}, not one date as YYYY-MM-DD"


def twins(entries: Iterable[str], what: str) -> Iterator[str]:
    """Yield what entries say the same as one before: asked for three, nobody means one three times."""
    seen: set[str] = set()
    for entry in entries:
        plain = " ".join(plain_words(unmarked(entry)))
        if plain and plain in seen:
            yield f"two {what} say the same: {short(entry)}"
            return
        seen.add(plain)


def mostly_outside(answer: str, is_inside: Callable[[str], bool]) -> Iterator[str]:
    """Yield if more of an answer stands in blocks without an entry than in those with one, a short text aside."""
    inside = outside = 0
    for block in blocks(answer):
        count = word_count(block)
        if any(is_inside(line) for line in block.split("\n")):
            inside += count
        else:
            outside += count
    if outside > max(inside, 60):
        yield f"most of the answer, {outside} words, stands outside what was asked for"
