"""How the user wants the label told: the words that ask for it, and a reader that takes an answer apart again.

A reply holds a payload (a label, several, a path, a label for each row) and often something beside it: a reason, a
quotation, how sure one is. Readers are strict, since whoever asked for a form reads it by program; only where no form
was asked for are they lenient.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from teams.engine.checks.structure import json_in, table_in


@dataclass(frozen=True)
class Told:
    """What an answer tells: its payload as text or JSON, and what stands beside it."""

    payload: Any
    beside: Mapping[str, Any] = field(default_factory=dict)


Reader = Callable[[str, str], Told | None]
"""`(answer, field)`: the field is what the user calls a label: label, category, class."""


@dataclass(frozen=True)
class Reply:
    """One way to want the label told."""

    name: str
    read: Reader
    wordings: tuple[str, ...]
    """In English, over `what` ("the label"), `field`, `title` ("Label") and `pattern`."""
    how: str
    """What an answer that can't be read would have to be like, over the same."""
    pattern: str = ""
    """The JSON wanted, over `payload`: it is understood in any language."""
    gives_reasons: bool = False


def statement(reply: Reply, wording: str, what: str, field: str, payload: str, *, english: bool) -> str:
    """Return the sentence that asks for a reply; in other languages than English the bare pattern of the JSON."""
    pattern = reply.pattern.replace("@field", field).replace("@payload", payload)
    return _filled(wording, what, field, pattern) if english else pattern


def how(reply: Reply, what: str, field: str, payload: str) -> str:
    """Return what an answer has to be like."""
    pattern = reply.pattern.replace("@field", field).replace("@payload", payload)
    return _filled(reply.how, what, field, pattern)


def _filled(wording: str, what: str, field: str, pattern: str) -> str:
    if not wording:
        return ""
    # The pattern is full of braces, so that nothing is scanned twice.
    parts = {"@what": what, "@What": what[0].upper() + what[1:], "@field": field, "@Field": field.title()}
    for name, part in parts.items():
        wording = wording.replace(name, part)
    return wording.replace("@pattern", pattern)


# Readers


def _bare(answer: str, field: str) -> Told | None:
    return Told(answer.strip())


def _first_line(answer: str, field: str) -> Told | None:
    first, _, rest = answer.strip().partition("\n")
    reason = rest.strip()
    return Told(first.strip().strip("*"), {"reason": reason}) if reason else None


def _last_line(answer: str, field: str) -> Told | None:
    reason, _, last = answer.strip().rpartition("\n")
    match = re.fullmatch(rf"(?:\*\*)?{field.title()}:(?:\*\*)?\s*(.+)", last.strip())
    return Told(match[1].strip().strip("*"), {"reason": reason.strip()}) if match and reason.strip() else None


def _tagged(answer: str, field: str) -> Told | None:
    match = re.fullmatch(rf"<{field}>([^<]+)</{field}>", answer.strip())
    return Told(match[1].strip()) if match else None


def _object(*beside: str) -> Reader:
    def read(answer: str, field: str) -> Told | None:
        try:
            found = json_in(answer)
        except ValueError:
            return None
        if not isinstance(found, dict) or set(found) != {field, *beside} or not _is_all_json(answer):
            return None
        return Told(found[field], {name: found[name] for name in beside})

    return read


def _is_all_json(answer: str) -> bool:
    """Nothing stands around it but a fence."""
    inner = re.sub(r"^```\w*\n|\n```$", "", answer.strip())
    return inner.strip()[:1] in ("{", "[") and inner.strip()[-1:] in ("}", "]")


def _rows_object(answer: str, field: str) -> Told | None:
    try:
        found = json_in(answer)
    except ValueError:
        return None
    return Told({str(k): v for k, v in found.items()}) if isinstance(found, dict) and _is_all_json(answer) else None


def _rows_list(answer: str, field: str) -> Told | None:
    try:
        found = json_in(answer)
    except ValueError:
        return None
    if not isinstance(found, list) or not all(isinstance(one, dict) and set(one) == {"item", field} for one in found):
        return None
    told = {str(one["item"]): one[field] for one in found}
    return Told(told) if len(told) == len(found) and _is_all_json(answer) else None


_LINE = re.compile(r"^\s*(?:[-*•]\s+)?(?:\*\*)?(.{1,120}?)(?:\*\*)?\s?[:：](?:\*\*)?\s+(\S.*)$")


def _lines(answer: str, field: str) -> Told | None:
    matches = [_LINE.match(line) for line in answer.strip().splitlines() if line.strip()]
    told = {match[1].strip(): match[2].strip().strip("*") for match in matches if match}
    # A row that stands twice would be read as its last label.
    return Told(told) if told and len(told) == len(matches) else None


def _lines_reasoned(answer: str, field: str) -> Told | None:
    told = _lines(answer, field)
    if told is None:
        return None
    parted = {key: re.split(r"\s+[–—-]\s+", value, maxsplit=1) for key, value in told.payload.items()}
    if any(len(parts) < 2 for parts in parted.values()):
        return None
    labels = {key: parts[0].strip().strip("*") for key, parts in parted.items()}
    return Told(labels, {"reason": "\n".join(parts[1] for parts in parted.values())})


def _rows_table(answer: str, field: str) -> Told | None:
    table = table_in(answer)
    if table is None or not table.is_even or len(table.header) != 3:
        return None
    told = {row[0].strip("* "): row[1].strip("* ") for row in table.rows}
    return Told(told, {"reason": "\n".join(row[2] for row in table.rows)}) if len(told) == len(table.rows) else None


def _free(answer: str, field: str) -> Told | None:
    return Told(answer.strip(), {"reason": answer.strip()})


# The table

_JSON_HOW = "give JSON of exactly the form @pattern, with nothing around it"
_JSON_REASON = '{"@field": @payload, "reason": "…"}'
_JSON_QUOTE = '{"@field": @payload, "evidence": "…"}'
_JSON_SURE = '{"@field": @payload, "confidence": …}'
REPLIES: Mapping[str, Reply] = {
    reply.name: reply
    for reply in (
        Reply(
            "bare",
            _bare,
            (
                "Reply with @what and nothing else.",
                "Just @what, please, no explanation.",
                "Output only @what, spelt as above.",
                "Your whole reply should be @what.",
            ),
            "the whole answer has to be @what, spelt exactly as in the list, without quotation marks or a full stop",
        ),
        Reply(
            "first_line",
            _first_line,
            (
                "Put @what on the first line and, below it, one or two sentences that say why.",
                "@What first, on a line of its own; then a short reason.",
                "Start with a line that holds only @what. After it, tell me in a sentence or two what decided it.",
            ),
            "the first line has to be @what, exactly as in the list, and the reason has to stand below it",
            gives_reasons=True,
        ),
        Reply(
            "last_line",
            _last_line,
            (
                'Think it through in a few sentences, then close with a line "@Field: …" that gives @what.',
                'Give your reasons first. The last line is to read "@Field: …", with @what in place of the dots.',
            ),
            'the reasons come first, and the last line has to be "@Field: " with @what, exactly as in the list',
            gives_reasons=True,
        ),
        Reply(
            "tag",
            _tagged,
            (
                "Put @what between <@field> and </@field>, with nothing outside the tags.",
                "Wrap @what in <@field></@field>; no other text.",
            ),
            "the whole answer has to be @what between <@field> and </@field>",
        ),
        Reply(
            "json",
            _object(),
            ("Return JSON only: @pattern", "Answer with a JSON object of the form @pattern and nothing else."),
            _JSON_HOW,
            '{"@field": @payload}',
        ),
        Reply(
            "json_reason",
            _object("reason"),
            (
                "Return JSON of the form @pattern, the reason in one sentence.",
                'Answer as JSON: @pattern. Keep "reason" to a sentence or two.',
            ),
            _JSON_HOW,
            _JSON_REASON,
            True,
        ),
        Reply(
            "json_quote",
            _object("evidence"),
            (
                'Return JSON: @pattern. In "evidence" copy the words of the text that decide it, letter by letter.',
                "Answer as @pattern, where the evidence is a literal quotation from the text.",
            ),
            f"{_JSON_HOW}; the evidence is one string, copied from the text letter by letter",
            _JSON_QUOTE,
            True,
        ),
        Reply(
            "json_confidence",
            _object("confidence"),
            (
                "Return JSON: @pattern, the confidence as a number from 0 to 1.",
                'Give me @pattern and nothing else; "confidence" is a number between 0 (a guess) and 1 (beyond doubt).',
            ),
            f"{_JSON_HOW}; the confidence is a number from 0 to 1",
            _JSON_SURE,
        ),
        Reply(
            "open",
            _free,
            ("", "Say briefly why.", "What speaks for it?"),
            "name @what exactly as in the list, in bold, and put no other label in bold",
            gives_reasons=True,
        ),
        Reply(
            "lines",
            _lines,
            (
                "One line for each, number (or name), colon, label; nothing else.",
                'Write one line each, in the form "what it is: label".',
            ),
            'give one line for each, in the form "1: label" (or the name in place of the number), and nothing else',
        ),
        Reply(
            "lines_reasoned",
            _lines_reasoned,
            ('One line each: number (or name), colon, label, a dash, and the reason in a few words: "…: … – …".',),
            'give one line for each, in the form "1: label – reason"',
            gives_reasons=True,
        ),
        Reply(
            "rows_object",
            _rows_object,
            ("Return one JSON object and nothing else: @pattern", "As JSON, please: @pattern. No other text."),
            _JSON_HOW,
            "@payload",
        ),
        Reply(
            "rows_list",
            _rows_list,
            ('Return a JSON list, an object for each: [{"item": "…", "@field": "…"}, …]',),
            "give a JSON list with an object for each, whose keys are item and @field, and nothing else",
            '[{"item": "…", "@field": "…"}]',
        ),
        Reply(
            "rows_table",
            _rows_table,
            ("Make a Markdown table with the columns Item, @Field and Reason, a row for each.",),
            "give a Markdown table with three columns: the item, its label, the reason",
            gives_reasons=True,
        ),
    )
}
SINGLE = (
    "bare",
    "bare",
    "first_line",
    "last_line",
    "tag",
    "json",
    "json_reason",
    "json_quote",
    "json_confidence",
    "open",
)
ROWS = ("lines", "lines", "lines_reasoned", "rows_object", "rows_object", "rows_list", "rows_table")
FIELDS = ("label", "label", "category", "class")


def allowed(styles: tuple[str, ...], *, english: bool, reasons: bool = False) -> tuple[str, ...]:
    """Return the styles a message may ask for. Without English wordings there is the JSON itself, or no form."""
    kept = [name for name in styles if english or REPLIES[name].pattern or name == "open"]
    reasoned = [name for name in kept if REPLIES[name].gives_reasons]
    return tuple(reasoned if reasons and reasoned else kept)
