"""Measure a text, so that whoever was asked for 120 words can count instead of guessing."""

from typing import Annotated, Any

from tools.counting import letters, paragraphs, plain_words, sentence_count, words
from tools.formats import Unreadable, read_csv, read_json, read_xml, read_yaml
from tools.markup import bullets, fences, headings, numbered, tables
from tools.registry import tool

LONGEST = 100_000
_KEYS = 20


@tool
async def measure_text(text: Annotated[str, "The text to measure, exactly as it will be sent."]) -> dict[str, Any]:
    """Count words, sentences, paragraphs, lines, characters and list items of a text; say if it is JSON or the like.

    Words are what stands between spaces and holds a letter or digit; list marks and Markdown signs are not counted.
    """
    return measured(text)


def measured(text: str) -> dict[str, Any]:
    """Return the measures of `text` as JSON values; of a text over 100,000 characters only that it is too long."""
    if len(text) > LONGEST:
        return {"characters": len(text), "problem": f"too long to measure; the limit is {LONGEST} characters"}
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    counted, spoken, counts = words(text), plain_words(text), sentence_count(text)
    lines = text.strip("\n").split("\n") if text.strip() else []
    return {
        "words": len(counted),
        "sentences": counts.least if counts.least == counts.most else f"{counts} (some ends are open)",
        "paragraphs": len(paragraphs(text)),
        "lines": len(lines),
        "lines_not_empty": sum(1 for line in lines if line.strip()),
        "longest_line": max(map(len, lines), default=0),
        "characters": len(text),
        "capital_letters": sum(1 for c in text if c.isupper()),
        "small_letters": sum(1 for c in text if c.islower()),
        "words_in_capitals": sum(1 for w in counted if w.isupper() and sum(c.isalpha() for c in w) > 1),
        "letters": dict(sorted(letters(text).items(), key=lambda pair: (-pair[1], pair[0]))[:40]),
        "commas": text.count(","),
        "bullet_items": len(bullets(text)),
        "numbered_items": len(numbered(text)),
        "headings": [title for _, title in headings(text)][:_KEYS],
        "tables": [{"columns": list(t.columns)[:_KEYS], "rows": len(t.rows)} for t in tables(text)][:5],
        "reads_as": _reads_as(text),
        "first_words": " ".join(spoken[:5]),
        "last_words": " ".join(spoken[-5:]),
    }


def _reads_as(text: str) -> dict[str, Any]:
    """Each format that the text, or the one fenced block it is, can be read as, with its keys."""
    blocks = fences(text)
    stripped = text.strip()
    if len(blocks) == 1 and stripped.startswith(("```", "~~~")) and stripped.endswith(("```", "~~~")):
        stripped = blocks[0].body.strip()
    found: dict[str, Any] = {}
    for name, read in (("json", _json_keys), ("yaml", _yaml_keys), ("xml", _xml_tags), ("csv", _csv_columns)):
        try:
            if (keys := read(stripped)) is not None:
                found[name] = keys
        except Unreadable as error:
            # Why it can't be read helps only whoever meant to write it.
            if {"json": "{[", "xml": "<"}.get(name, "\0").find(stripped[:1] or "\1") >= 0:
                found[name] = f"not readable: {error}"
    return found


def _json_keys(text: str) -> Any:
    value = read_json(text)
    if isinstance(value, dict):
        return list(value)[:_KEYS]
    return f"a list of {len(value)}" if isinstance(value, list) else f"a {type(value).__name__}"


def _yaml_keys(text: str) -> Any:
    """Prose is YAML too, a string; only mappings count."""
    if ":" not in text or text.startswith(("{", "[")):
        return None
    value = read_yaml(text)
    return [str(key) for key in value][:_KEYS] if isinstance(value, dict) else None


def _xml_tags(text: str) -> Any:
    if not text.startswith("<"):
        return None
    root = read_xml(text)
    return [root.tag, *dict.fromkeys(child.tag for child in root)][:_KEYS]


def _csv_columns(text: str) -> Any:
    """Any prose with commas is CSV; only rows of one width count."""
    if text.startswith(("{", "[", "<")) or "\n" not in text:
        return None
    rows = read_csv(text)
    widths = {len(row) for row in rows}
    return rows[0][:_KEYS] if len(widths) == 1 and min(widths) > 1 and len(rows) > 1 else None
