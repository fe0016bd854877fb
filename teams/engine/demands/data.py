"""Rules that make the answer data: JSON, YAML, CSV, XML, or nothing but a block of code."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from teams.engine.demands.rule import Params, between, drawn, one_of, rule, short
from teams.engine.demands.sections import twins
from tools.formats import Unreadable, read_csv, read_json, read_xml, read_yaml
from tools.markup import fences

FENCED = one_of("without a code fence", "in one code fence")
_KEYS = (
    ["answer", "reason"],
    ["title", "summary", "keywords"],
    ["answer", "confidence", "evidence"],
    ["question", "answer"],
    ["topic", "main_point", "details"],
    ["verdict", "explanation", "open_questions"],
    ["summary", "action"],
)
_COLUMNS = (
    ["name", "description"],
    ["id", "item", "detail"],
    ["term", "definition", "example"],
    ["rank", "item", "reason"],
    ["category", "value", "note"],
)


def unfenced_data(answer: str, fence: str) -> tuple[str, str]:
    """Return the data in an answer, and what is wrong with its fence."""
    blocks = fences(answer)
    whole = len(blocks) == 1 and answer.startswith(("```", "~~~")) and answer.endswith(("```", "~~~"))
    if fence.startswith("without"):
        return (blocks[0].body, "a code fence, which was not wanted") if whole else (answer, "")
    if not whole:
        return (blocks[0].body if len(blocks) == 1 else answer), "not one code fence with nothing around it"
    return blocks[0].body, "" if blocks[0].closed else "the code fence is not closed"


def _values(value: Any) -> Iterator[str]:
    """The texts and figures of a JSON-like value, without its keys."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += reversed(list(one.values()))
        elif isinstance(one, list):
            waiting += reversed(one)
        elif one is not None:
            yield one if isinstance(one, str) else json.dumps(one, default=str)


def _is_empty(value: Any) -> bool:
    return not any(one.strip(" .…-—{}[]\n") for one in _values(value))


def _json_content(answer: str, p: Params) -> str:
    body, _ = unfenced_data(answer, p["fence"])
    try:
        return "\n".join(_values(read_json(body)))
    except Unreadable:
        return answer


def keys_faults(value: Any, keys: list[str], where: str = "") -> Iterator[str]:
    """Yield what is wrong with a mapping that was to have exactly these keys, each with something in it."""
    if not isinstance(value, dict):
        yield f"{where}a {type(value).__name__} where an object with keys was asked for"
        return
    if missing := [key for key in keys if key not in value]:
        yield f"{where}no key {', '.join(map(repr, missing))}"
    if extra := [str(key) for key in value if key not in keys]:
        yield f"{where}keys nobody asked for: {', '.join(extra[:6])}"
    for key in keys:
        if key in value and _is_empty(value[key]):
            yield f"{where}the key {key!r} is empty"


@rule(
    source="IFEval",
    brief="One JSON object with exactly given keys. Fits answers a program reads: questions, extraction, "
    "classification.",
    family="data",
    suits="short choice structured prose",
    draw=drawn(keys=one_of(*_KEYS), fence=FENCED),
    content=_json_content,
    wordings=(
        "Answer with a single JSON object that has exactly the keys {keys:quoted}, {fence} and with no text around it.",
        "Return only JSON, {fence}: one object whose keys are {keys:quoted} and no others.",
        "I parse your answer as JSON: an object with {keys:quoted} as its only keys, {fence}, nothing else.",
        "Please reply in JSON ({fence}), using just these keys: {keys:quoted}. No words before or after it.",
    ),
)
def json_object(answer: str, p: Params) -> Iterator[str]:
    body, fault = unfenced_data(answer, p["fence"])
    if fault:
        yield fault
    try:
        yield from keys_faults(read_json(body), p["keys"])
    except Unreadable as error:
        yield f"not JSON: {error}"


@rule(
    source="FoFo",
    brief="A JSON list of objects with given keys. Fits extraction, lists of facts, items, examples.",
    family="data",
    suits="list structured",
    draw=drawn(keys=one_of(*_COLUMNS), n=between(3, 6), fence=FENCED),
    content=_json_content,
    wordings=(
        "Give me a JSON array of at least {n} objects, each with exactly the keys {keys:quoted}, {fence}, "
        "no other text.",
        "Return {n:word} or more objects in one JSON array, {fence}; the keys of each are {keys:quoted}.",
        "My script wants a JSON array, {fence}: {n} objects minimum, every one with {keys:quoted} and nothing more.",
        "Please output only a JSON list ({fence}) whose objects have the keys {keys:quoted}, no fewer than {n:word}.",
    ),
)
def json_list(answer: str, p: Params) -> Iterator[str]:
    body, fault = unfenced_data(answer, p["fence"])
    if fault:
        yield fault
    try:
        value = read_json(body)
    except Unreadable as error:
        yield f"not JSON: {error}"
        return
    if not isinstance(value, list):
        yield f"a {type(value).__name__} where a list was asked for"
        return
    if len(value) < p["n"]:
        yield f"{len(value)} objects where at least {p['n']} were asked for"
    yield from twins(map(json.dumps, value), "objects")
    for at, one in enumerate(value[:200], 1):
        yield from keys_faults(one, p["keys"], f"object {at}: ")


@rule(
    source="FoFo",
    brief="JSON Lines: one object a line with given keys. Fits extraction and lists of records.",
    family="data",
    suits="list structured",
    draw=drawn(keys=one_of(*_COLUMNS), n=between(3, 6)),
    content=lambda answer, p: "\n".join(_lines_values(answer)),
    wordings=(
        "Write JSON Lines: one object per line, at least {n}, each with exactly the keys {keys:quoted}, no code fence.",
        "Output as JSONL without a code fence, {n:word} lines or more, keys {keys:quoted}.",
        "One JSON object a line, please, and not fewer than {n} lines: {keys:quoted} are the keys. "
        "No fence, no array around.",
        "I load it as .jsonl, so every line has to be an object with {keys:quoted}; {n:word} lines minimum, unfenced.",
    ),
)
def json_lines(answer: str, p: Params) -> Iterator[str]:
    lines = [line for line in answer.split("\n") if line.strip()]
    if len(lines) < p["n"]:
        yield f"{len(lines)} lines where at least {p['n']} were asked for"
    for at, line in enumerate(lines[:200], 1):
        try:
            yield from keys_faults(read_json(line), p["keys"], f"line {at}: ")
        except Unreadable as error:
            yield f"line {at} is not JSON: {error}"
            return


def _lines_values(answer: str) -> Iterator[str]:
    for line in answer.split("\n"):
        try:
            yield " ".join(_values(read_json(line)))
        except Unreadable:
            yield line


def _yaml_content(answer: str, p: Params) -> str:
    try:
        return "\n".join(_values(read_yaml(unfenced_data(answer, p["fence"])[0])))
    except Unreadable:
        return answer


@rule(
    source="FoFo",
    brief="A YAML mapping with given top-level keys. Fits structured facts, settings, summaries for a program.",
    family="data",
    suits="structured short choice",
    draw=drawn(keys=one_of(*_KEYS), fence=FENCED),
    content=_yaml_content,
    wordings=(
        "Answer in YAML, {fence}, with exactly the top-level keys {keys:plain} and no text around it.",
        "Return a YAML mapping ({fence}); its top-level keys are {keys:quoted}, nothing more.",
        "I read this with a YAML parser: give only {keys:plain} as top-level keys, {fence}.",
        "Please write valid YAML {fence} that has {keys:quoted} at the top level and no other keys there.",
    ),
)
def yaml_mapping(answer: str, p: Params) -> Iterator[str]:
    body, fault = unfenced_data(answer, p["fence"])
    if fault:
        yield fault
    if body.startswith("{"):
        yield "JSON, not YAML's own notation"
    try:
        yield from keys_faults(read_yaml(body), p["keys"])
    except Unreadable as error:
        yield f"not YAML: {error}"


@rule(
    source="FoFo",
    brief="CSV with a given header. Fits lists of facts with the same few properties.",
    family="data",
    suits="list structured",
    draw=drawn(columns=one_of(*_COLUMNS), n=between(3, 8), fence=FENCED),
    content=lambda answer, p: _csv_content(answer, p),
    wordings=(
        "Give me CSV, {fence}, with the header {columns:comma} and at least {n} rows below it, nothing else.",
        'Output as comma-separated values ({fence}). Header line: "{columns:comma}". {n:word} data rows or more.',
        "I'll import it into a spreadsheet: CSV {fence}, first line {columns:comma}, then no fewer than {n} rows.",
        "Please return only CSV, {fence}; columns {columns:comma} in that order, quoting fields that hold commas, "
        "minimum {n:word} rows.",
    ),
)
def csv_rows(answer: str, p: Params) -> Iterator[str]:
    body, fault = unfenced_data(answer, p["fence"])
    if fault:
        yield fault
    try:
        rows = read_csv(body)
    except Unreadable as error:
        yield f"not CSV: {error}"
        return
    header = [cell.strip() for cell in rows[0]] if rows else []
    if header != p["columns"]:
        yield f"the header is {short(','.join(header))}, not {','.join(p['columns'])}"
    if len(rows) - 1 < p["n"]:
        yield f"{len(rows) - 1} rows under the header where at least {p['n']} were asked for"
    yield from twins(map(" ".join, rows[1:]), "rows")
    for at, row in enumerate(rows[1:200], 1):
        if len(row) != len(p["columns"]):
            yield f"row {at} has {len(row)} fields, not {len(p['columns'])}: {short(','.join(row))}"
        elif not all(cell.strip() for cell in row):
            yield f"row {at} has an empty field"


def _csv_content(answer: str, p: Params) -> str:
    try:
        rows = list(csv.reader(io.StringIO(unfenced_data(answer, p["fence"])[0])))
    except csv.Error:
        return answer
    return "\n".join(" — ".join(row) for row in rows[1:])


_ELEMENTS = (
    ("entry", ["title", "body"]),
    ("result", ["answer", "reason"]),
    ("article", ["title", "abstract", "text"]),
    ("report", ["summary", "findings", "advice"]),
)


@rule(
    source="FoFo",
    brief="Well-formed XML with a given root and children. Fits answers for older systems, structured facts.",
    family="data",
    suits="structured short",
    draw=lambda random, shape="prose": (
        dict(zip(("root", "tags"), random.choice(_ELEMENTS), strict=True)) | {"fence": FENCED(random, shape)}
    ),
    content=lambda answer, p: _xml_content(answer, p),
    wordings=(
        "Answer in well-formed XML, {fence}: a root <{root}> with the children {tags:plain}, in this order.",
        "Return only XML ({fence}) whose root element is {root} and whose child elements are {tags:quoted}.",
        "My importer takes XML {fence}; inside <{root}> it wants one each of {tags:plain}, in order, no text "
        "elsewhere.",
        "Please format it as an XML document {fence}, root {root}, containing {tags:plain} once each in that order.",
    ),
)
def xml_elements(answer: str, p: Params) -> Iterator[str]:
    body, fault = unfenced_data(answer, p["fence"])
    if fault:
        yield fault
    try:
        root = read_xml(body.strip())
    except Unreadable as error:
        yield f"not XML: {error}"
        return
    if root.tag != p["root"]:
        yield f"the root is <{short(root.tag, 30)}>, not <{p['root']}>"
    if [child.tag for child in root] != p["tags"]:
        yield f"the children are {', '.join(child.tag[:30] for child in root[:8])}, not {', '.join(p['tags'])}"
    for child in root[:50]:
        if not _texts(child):
            yield f"<{child.tag[:30]}> is empty"
        if (child.tail or "").strip():
            yield f"text between the elements: {short(child.tail or '')}"
    if (root.text or "").strip() and len(root):
        yield f"text between the elements: {short(root.text or '')}"


def _texts(element: ElementTree.Element) -> str:
    return " ".join(text.strip() for text in element.itertext() if text.strip())


def _xml_content(answer: str, p: Params) -> str:
    try:
        root = read_xml(unfenced_data(answer, p["fence"])[0].strip())
    except Unreadable:
        return answer
    return "\n".join(_texts(child) for child in root)
