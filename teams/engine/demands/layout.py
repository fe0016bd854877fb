"""Rules on how an answer is laid out: items, steps, headings, tables, outlines."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from teams.engine.demands.rule import CASED, ENGLISH, Params, between, drawn, one_of, rule, same, short, unmarked
from teams.engine.demands.sections import iso_dates, mostly_outside, twins
from tools.counting import word_count
from tools.markup import bullets, headings, numbered, tables, unfenced

_TABLES = (
    ["Option", "Advantages", "Drawbacks"],
    ["Term", "Meaning", "Example"],
    ["Aspect", "Summary"],
    ["Step", "What to do", "Why"],
    ["Item", "Detail", "Source"],
    ["Claim", "Evidence", "Strength"],
)
_HEADINGS = (
    ["Background", "Main points", "Outlook"],
    ["Overview", "Details", "Summary"],
    ["Problem", "Causes", "Remedies"],
    ["What we know", "What we don't know", "Next steps"],
    ["Pros", "Cons", "Verdict"],
)


def _of_lists(answer: str, p: Params) -> str:
    return "\n".join(re.sub(r"^[ \t]{0,40}(?:[-*+•–]|\(?\d{1,3}[.)])\s+", "", line) for line in answer.split("\n"))


@rule(
    source="IFEval",
    brief="An exact number of bullet points. Fits tips, arguments, summaries, ideas; a line above them is fine.",
    family="layout",
    suits="list prose",
    draw=drawn(n=between(3, 8)),
    content=_of_lists,
    wordings=(
        "Answer with exactly {n} bullet points.",
        "I'd like {n:word} bullets, no more and no fewer.",
        "Make it a bulleted list of {n} items.",
        "Please give it as {n:word} bullet points, starting each with a dash or an asterisk.",
    ),
)
def bullet_count(answer: str, p: Params) -> Iterator[str]:
    items = bullets(answer)
    outer = min((item.indent for item in items), default=0)
    if (count := sum(item.indent < outer + 2 for item in items)) != p["n"]:
        yield f"{count} bullet points where exactly {p['n']} were asked for, nested ones not counted"
    for item in items:
        if not any(c.isalnum() for c in item.text):
            yield "a bullet point says nothing"
    yield from twins((item.text for item in items), "bullet points")
    yield from mostly_outside(answer, lambda line: bool(bullets(line)))


@rule(
    source="InFoBench",
    brief="Numbered steps, 1 to n without a gap. Fits instructions, procedures, rankings.",
    family="layout",
    suits="list prose",
    draw=drawn(n=between(3, 9)),
    content=_of_lists,
    wordings=(
        "Give it as a numbered list with exactly {n} items.",
        "Number the points from 1 to {n}.",
        "I need {n:word} numbered steps (1., 2., …), not more and not fewer.",
        "Write it as steps numbered 1 through {n}.",
    ),
)
def numbered_items(answer: str, p: Params) -> Iterator[str]:
    items = numbered(answer)
    outer = min((item.indent for item in items), default=0)
    seen = [item.number for item in items if item.indent < outer + 2]
    if seen != list(range(1, p["n"] + 1)):
        yield f"items numbered {', '.join(map(str, seen[:15])) or 'not at all'} where 1 to {p['n']} were asked for"
    if any(not any(c.isalnum() for c in item.text) for item in items):
        yield "a numbered item says nothing"
    yield from twins((item.text for item in items), "items")
    yield from mostly_outside(answer, lambda line: bool(numbered(line)))


@rule(
    source="InFoBench",
    brief="A checklist to tick off, with empty Markdown boxes. Fits preparations, inspections, to-dos.",
    family="layout",
    suits="list",
    draw=drawn(n=between(4, 9)),
    content=lambda answer, p: re.sub(r"^[ \t]{0,40}[-*+] \[[ xX]\] ", "", answer, flags=re.MULTILINE),
    wordings=(
        "Make it a checklist of {n} items with empty Markdown boxes (- [ ] item).",
        'Each line should be a box to tick, "- [ ] …", and there should be {n:word} of them.',
        'I want to tick things off, so write {n} lines that start with "- [ ]".',
        "Please format it as a Markdown task list with exactly {n:word} open tasks.",
    ),
)
def checklist(answer: str, p: Params) -> Iterator[str]:
    boxes = [m for line in unfenced(answer) if (m := re.match(r"\s*[-*+] \[([ xX])\] +\S", line))]
    if len(boxes) != p["n"]:
        yield f"{len(boxes)} boxes to tick where {p['n']} were asked for"
    if any(box.group(1) != " " for box in boxes):
        yield "a box is ticked already"
    yield from twins((box.string for box in boxes), "tasks")


@rule(
    source="IFEval",
    brief="Numbered sections with a word and number as splitter (Section 1, Part 2). Fits long explanations, stories.",
    family="layout",
    suits="prose",
    draw=drawn(word=one_of("Section", "Part", "Chapter", "SECTION", "Step"), n=between(2, 5)),
    wordings=(
        'Divide it into {n} sections, each beginning with "{word} X" on a line of its own, X being 1 to {n}.',
        "It should have {n:word} parts with a line “{word} 1”, “{word} 2” and so on above each.",
        'Please mark {n} sections by "{word}" and their number, 1 to {n}, at the start of a line.',
        'Split the text into {n:word} numbered sections. A line such as "{word} 1" opens each of them.',
    ),
)
def numbered_sections(answer: str, p: Params) -> Iterator[str]:
    found: list[tuple[int, int]] = []
    for line in unfenced(answer):
        match = re.match(rf"{p['word']} (\d{{1,3}})\b(.*)", unmarked(line[:200]).strip(), re.IGNORECASE)
        if match and (not match.group(2) or match.group(2).lstrip()[:1] in ":.-–—|"):
            found.append((int(match.group(1)), word_count(match.group(2)) if len(match.group(2)) > 90 else 0))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + word_count(line))
    if [number for number, _ in found] != list(range(1, p["n"] + 1)):
        seen = ", ".join(f"{p['word']} {number}" for number, _ in found[:12])
        yield f"sections {seen or 'not found'} where {p['word']} 1 to {p['n']} were asked for"
    for number, count in found:
        if not count:
            yield f"nothing stands under {p['word']} {number}"


@rule(
    source="InFoBench",
    brief="Given Markdown headings in a given order. Fits reports, analyses, explanations that have such parts.",
    family="layout",
    suits="prose",
    holds_in=ENGLISH,
    draw=drawn(titles=one_of(*_HEADINGS), level=between(2, 3)),
    wordings=(
        "Use exactly these Markdown headings of level {level}, in this order: {titles:quoted}.",
        "Structure it under the headings {titles:plain} (Markdown, level {level}), in that order and no others.",
        "I need {titles:quoted} as level-{level} Markdown headings, in this order, with text under each.",
        "Please organise the answer by level {level} headings in Markdown: {titles:arrow}. No other headings.",
    ),
)
def given_headings(answer: str, p: Params) -> Iterator[str]:
    found = headings(answer)
    titles = [same(unmarked(title)).rstrip(":").casefold() for _, title in found]
    if titles != [title.casefold() for title in p["titles"]]:
        yield f"headings {', '.join(t for _, t in found[:8]) or 'none'} where {', '.join(p['titles'])} were asked for"
        return
    for level, title in found:
        if level != p["level"]:
            yield f"the heading {short(title)} is of level {level}, not {p['level']}"
    said = 0
    for line in reversed(answer.split("\n")):
        if (heading := headings(line)) and heading[0] in found:
            if not said:
                yield f"nothing stands under {short(heading[0][1])}"
            said = 0
        else:
            said += word_count(line)


@rule(
    source="FoFo",
    brief="A Markdown table with given columns. Fits comparisons, overviews, extracted facts.",
    family="layout",
    suits="structured list prose",
    holds_in=ENGLISH,
    draw=drawn(columns=one_of(*_TABLES), n=between(3, 6)),
    content=lambda answer, p: "\n".join(" — ".join(row) for table in tables(answer) for row in table.rows) or answer,
    wordings=(
        "Lay it out as a Markdown table with the columns {columns:plain} and at least {n} rows.",
        "Show this in one table (Markdown), columns {columns:bar}, with {n:word} rows or more under the header.",
        "I'd like a table in Markdown whose columns are, in order, {columns:quoted}; {n} rows minimum.",
        "Please put it into a Markdown table: {columns:bar}. No empty cells, and not fewer than {n:word} rows.",
    ),
)
def table_columns(answer: str, p: Params) -> Iterator[str]:
    found = tables(answer)
    if len(found) != 1:
        yield f"{len(found)} Markdown tables where one was asked for"
        return
    columns = [unmarked(column).casefold() for column in found[0].columns]
    if columns != [column.casefold() for column in p["columns"]]:
        yield f"columns {', '.join(found[0].columns)} where {', '.join(p['columns'])} were asked for"
    if len(found[0].rows) < p["n"]:
        yield f"{len(found[0].rows)} rows where at least {p['n']} were asked for"
    yield from twins((" ".join(row) for row in found[0].rows), "rows")
    for at, row in enumerate(found[0].rows, 1):
        if len(row) != len(columns):
            yield f"row {at} has {len(row)} cells, not {len(columns)}"
        elif not all(any(c.isalnum() or c in "✓✗✔✘–—" for c in cell) for cell in row):
            yield f"row {at} has an empty cell"


_ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
_LETTERS = "ABCDEFGHIJ"


@rule(
    source="FoFo",
    brief="An outline with I., A., 1. as levels. Fits plans of talks, essays, lessons and chapters.",
    family="layout",
    suits="list prose",
    draw=drawn(n=between(3, 5)),
    content=lambda answer, p: re.sub(r"^[ \t]{0,40}(?:[IVX]+|[A-J]|\d{1,2})\. ", "", answer, flags=re.MULTILINE),
    wordings=(
        "Write it as an outline: {n} main points I., II., …, each with at least two sub-points A., B., …",
        "Make an outline with Roman numerals for the {n:word} main points and capital letters (A., B.) below, "
        "two or more each.",
        "I need a classic outline of {n} Roman-numbered points, each split into A., B. and maybe more.",
        "Please structure it as {n:word} Roman-numbered points, with lettered sub-points (A., B., at least two) "
        "under each.",
    ),
)
def outline(answer: str, p: Params) -> Iterator[str]:
    points: list[list[str]] = []
    mains: list[str] = []
    for line in answer.split("\n"):
        match = re.match(r"([IVX]{1,4}|[A-J]|\d{1,2})[.)]\s+\S", unmarked(line[:80]).strip())
        mark = match.group(1) if match else ""
        # "I" and "V" are letters too: a main point is the next numeral, unless the line is further in.
        if mark and mark == _expected(mains) and not (points and _inside(line) and mark in _LETTERS):
            mains.append(mark)
            points.append([])
        elif points and len(mark) == 1 and mark in _LETTERS:
            points[-1].append(mark)
    if len(mains) != p["n"]:
        yield f"{len(mains)} points numbered I., II., … in order where {p['n']} were asked for"
    for main, letters in zip(mains, points, strict=True):
        if letters != list(_LETTERS[: len(letters)]) or len(letters) < 2:
            yield f"under {main}. come {', '.join(letters) or 'no letters'}, where A., B., … were asked for"


def _expected(mains: list[str]) -> str:
    return _ROMAN[len(mains)] if len(mains) < len(_ROMAN) else ""


def _inside(line: str) -> bool:
    return line[:1].isspace()


_DEFINITION = re.compile(r"(?:[-*+•] )?\*\*([^*\n]{1,80}?):?\*\*\s?(?:[:–—-])?\s+(\S.*)")


@rule(
    source="FoFo",
    brief="A glossary: each term in bold, a dash, its definition; in alphabetical order. Fits terms, concepts, names.",
    family="layout",
    suits="list structured",
    holds_in=CASED,
    draw=drawn(n=between(4, 8)),
    content=lambda answer, p: unmarked(answer),
    wordings=(
        "Write a glossary of at least {n} entries: the term in bold, a dash, the definition, one entry a line, "
        "in alphabetical order.",
        'Format every entry as "**Term** — definition" on its own line, sorted from A to Z, {n:word} or more of them.',
        "I want an alphabetical list of definitions, {n} at the least, each on one line with the term in bold "
        "before a dash.",
        "Please give {n:word} terms or more as **term** – definition, one to a line and sorted alphabetically.",
    ),
)
def glossary(answer: str, p: Params) -> Iterator[str]:
    lines = [line.strip() for line in unfenced(answer) if line.strip() and not line.startswith("#")]
    matches = [m for line in lines if (m := _DEFINITION.match(line[:500]))]
    if len(matches) < p["n"]:
        yield f"{len(matches)} lines of a bold term and its definition where at least {p['n']} were asked for"
    terms = [same(m.group(1)).casefold() for m in matches]
    for first, second in pairwise(terms):
        if _sortable(first) > _sortable(second):
            yield f"{first!r} comes before {second!r}: not in alphabetical order"
    yield from (f"{term!r} is defined twice" for term, count in Counter(terms).items() if count > 1)
    yield from mostly_outside(answer, lambda line: bool(_DEFINITION.match(line.strip()[:500])))


def _sortable(term: str) -> str:
    """Articles and signs may be ordered either way; letters may not."""
    return "".join(c for c in term if c.isalnum())


@rule(
    source="FoFo",
    brief="A timeline of lines that begin with ISO dates, the earliest first. Fits histories, plans, biographies.",
    family="layout",
    suits="list structured",
    draw=drawn(n=between(3, 6)),
    content=_of_lists,
    wordings=(
        "Give it as a timeline with at least {n} entries, each line starting with a date as YYYY-MM-DD, earliest "
        "first.",
        "One line per event, date first (YYYY-MM-DD), in chronological order, {n:word} lines or more.",
        "I need a chronological list: every line opens with an ISO date (YYYY-MM-DD); not fewer than {n} lines.",
        "Please list the events by date, oldest at the top, as “YYYY-MM-DD: what happened”, at least {n:word} of them.",
    ),
)
def timeline(answer: str, p: Params) -> Iterator[str]:
    entries = [m for line in unfenced(answer) if (m := _dated(line))]
    if len(entries) < p["n"]:
        yield f"{len(entries)} lines begin with a date as YYYY-MM-DD where at least {p['n']} were asked for"
    yield from twins((f"{text} {said}" for text, said in entries), "lines")
    yield from mostly_outside(answer, lambda line: _dated(line) is not None)
    dates = []
    for text, said in entries:
        if not (found := iso_dates(text)):
            yield f"{text} is no date"
        dates += found
        if not any(c.isalnum() for c in said):
            yield f"nothing is said of {text}"
    for first, second in pairwise(dates):
        if first > second:
            yield f"{first} comes before {second}"


def _dated(line: str) -> tuple[str, str] | None:
    plain = unmarked(line[:400]).strip().lstrip("-*+•| ").strip()
    return (plain[:10], plain[10:]) if re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", plain) else None
